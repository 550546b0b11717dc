// WebChannel's bytes (docs/decisions/2026-11-22-listen-over-webchannel.md): frames of a length and a JSON array of
// numbered messages. Frames and chunks of HTTP have nothing to do with each other: bytes may be cut anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace linesman::sync {

// "<length>\n<text>": the length counts UTF-16 code units of the text, as JavaScript does. Thread: one.
class FrameReader {
  public:
    static constexpr uint64_t kMostUnits = 64ULL << 20;

    // Whole frames' texts, in order; the rest waits for more bytes. Errors: corrupt (no length, broken UTF-8, a length
    // that ends within a character, a frame above kMostUnits); the reader takes nothing more after one.
    base::Result<std::vector<std::string>> take(std::string_view bytes);
    // The bytes so far end with a frame.
    bool at_boundary() const { return buffer_.size() == start_ && !length_ && !broken_; }

  private:
    base::Status take_length();
    base::Result<bool> take_text();

    std::string buffer_;
    size_t start_ = 0;  // of the length, or of the text once the length is known
    size_t at_ = 0;     // scanned so far
    std::optional<uint64_t> length_;
    uint64_t units_ = 0;
    int continuation_ = 0;  // bytes that the character under way still needs
    bool broken_ = false;
};

// What the handshake gives.
struct ChannelHello {
    std::string sid;
    int64_t keep_alive_ms = 30'000;
};

// One numbered array of a frame.
struct ChannelArray {
    enum class Kind : uint8_t { message, hello, noop, stop };
    uint64_t id = 0;
    Kind kind = Kind::message;
    std::string text;  // message: the JSON object, compact
    ChannelHello hello;
};

// Errors: corrupt.
base::Result<std::vector<ChannelArray>> read_arrays(std::string_view frame);

// The reply to a POST of messages: [back channel present, last id sent, bytes outstanding]. Nullopt for anything else.
struct ForwardReply {
    bool back_channel = false;
    uint64_t last_sent = 0;
};
std::optional<ForwardReply> read_forward_reply(std::string_view body);

}  // namespace linesman::sync
