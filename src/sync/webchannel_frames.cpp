#include "sync/webchannel_frames.h"

#include <simdjson.h>

#include "base/json.h"
#include "base/text.h"

namespace linesman::sync {
namespace {

namespace od = simdjson::ondemand;

constexpr size_t kMostDigits = 9;

base::Error corrupt(std::string detail) {
    return base::make_error(base::ErrorKind::corrupt, "The stream of live changes cannot be read; it is opened again.",
                            std::move(detail));
}

// Bytes that follow a lead byte of UTF-8; -1 when it is none.
int continuation_of(unsigned char lead) {
    if (lead < 0x80) return 0;
    if (lead >= 0xC2 && lead < 0xE0) return 1;
    if (lead >= 0xE0 && lead < 0xF0) return 2;
    if (lead >= 0xF0 && lead < 0xF5) return 3;
    return -1;
}

simdjson::error_code read_hello(od::array_iterator at, const od::array_iterator& end, ChannelHello& hello) {
    for (int index = 1; at != end; ++at, ++index) {
        od::value value;
        if (const auto code = (*at).get(value)) return code;
        if (index == 1) {
            std::string_view sid;
            if (const auto code = value.get_string().get(sid)) return code;
            hello.sid.assign(sid);
        } else if (index == 5) {
            int64_t ms = 0;
            if (value.get_int64().get(ms) == simdjson::SUCCESS) hello.keep_alive_ms = ms;
        }
    }
    return simdjson::SUCCESS;
}

simdjson::error_code read_message(od::value value, ChannelArray& out) {
    std::string_view raw;
    if (const auto code = simdjson::to_json_string(value).get(raw)) return code;
    out.text.assign(raw);
    return simdjson::SUCCESS;
}

// [message], ["noop"], ["c", ...], or an error wrapped once more: [[message]].
simdjson::error_code read_payload(od::array payload, ChannelArray& out) {
    od::array_iterator at, end;
    if (const auto code = payload.begin().get(at)) return code;
    if (const auto code = payload.end().get(end)) return code;
    if (!(at != end)) return simdjson::INCORRECT_TYPE;
    od::value first;
    if (const auto code = (*at).get(first)) return code;
    od::json_type type{};
    if (const auto code = first.type().get(type)) return code;
    if (type == od::json_type::object) return read_message(first, out);
    if (type == od::json_type::array) {
        od::array inner;
        if (const auto code = first.get_array().get(inner)) return code;
        for (auto each : inner) {
            od::value value;
            if (const auto code = each.get(value)) return code;
            return read_message(value, out);
        }
        return simdjson::INCORRECT_TYPE;
    }
    std::string_view word;
    if (const auto code = first.get_string().get(word)) return code;
    if (word == "c") {
        out.kind = ChannelArray::Kind::hello;
        return read_hello(++at, end, out.hello);
    }
    const bool ends = word == "stop" || word == "close";
    out.kind = ends ? ChannelArray::Kind::stop : ChannelArray::Kind::noop;  // words of later versions ask for nothing
    return simdjson::SUCCESS;
}

simdjson::error_code read_array(od::array pair, ChannelArray& out) {
    int index = 0;
    for (auto each : pair) {
        od::value value;
        if (const auto code = each.get(value)) return code;
        if (index == 0) {
            if (const auto code = value.get_uint64().get(out.id)) return code;
        } else if (index == 1) {
            od::array payload;
            if (const auto code = value.get_array().get(payload)) return code;
            if (const auto code = read_payload(payload, out)) return code;
        }
        ++index;
    }
    return index >= 2 ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
}

}  // namespace

base::Status FrameReader::take_length() {
    const size_t line_end = buffer_.find('\n', start_);
    const size_t end = line_end == std::string::npos ? buffer_.size() : line_end;
    const std::string_view digits = std::string_view(buffer_).substr(start_, end - start_);
    const bool plain = digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (!plain || digits.size() > kMostDigits) return corrupt("a frame without a length");
    if (line_end == std::string::npos) return {};
    if (digits.empty()) return corrupt("a frame without a length");
    length_ = std::stoull(std::string(digits));
    if (*length_ > kMostUnits) return corrupt("a frame of " + std::string(digits) + " units");
    start_ = at_ = line_end + 1;
    units_ = 0;
    continuation_ = 0;
    return {};
}

// True when the text is whole.
base::Result<bool> FrameReader::take_text() {
    while (units_ < *length_ || continuation_ > 0) {
        if (at_ == buffer_.size()) return false;
        const auto byte = static_cast<unsigned char>(buffer_[at_++]);
        if (continuation_ > 0) {
            if ((byte & 0xC0) != 0x80) return corrupt("broken UTF-8 in a frame");
            --continuation_;
            continue;
        }
        continuation_ = continuation_of(byte);
        if (continuation_ < 0) return corrupt("broken UTF-8 in a frame");
        units_ += continuation_ == 3 ? 2 : 1;
        if (units_ > *length_) return corrupt("a frame that ends within a character");
    }
    return true;
}

base::Result<std::vector<std::string>> FrameReader::take(std::string_view bytes) {
    std::vector<std::string> frames;
    if (broken_) return corrupt("bytes after a broken frame");
    buffer_.append(bytes);
    while (start_ < buffer_.size() || length_) {
        if (!length_) {
            if (auto taken = take_length(); !taken) {
                broken_ = true;
                return taken.error();
            }
            if (!length_) break;
        }
        auto whole = take_text();
        if (!whole) {
            broken_ = true;
            return std::move(whole).error();
        }
        if (!*whole) break;
        frames.push_back(buffer_.substr(start_, at_ - start_));
        start_ = at_;
        length_.reset();
    }
    buffer_.erase(0, start_);
    at_ -= std::min(at_, start_);
    start_ = 0;
    return frames;
}

base::Result<std::vector<ChannelArray>> read_arrays(std::string_view frame) {
    // Production indents what it sends.
    std::string compact(frame.size() + simdjson::SIMDJSON_PADDING, '\0');
    size_t size = 0;
    if (const auto code = simdjson::minify(frame.data(), frame.size(), compact.data(), size))
        return corrupt(simdjson::error_message(code));
    if (size == 0 || compact[size - 1] != ']') return corrupt("a frame that is no array");
    if (!base::is_valid_utf8(std::string_view(compact).substr(0, size))) return corrupt("broken UTF-8 in a frame");
    od::parser parser;
    od::document document;
    if (const auto code = parser.iterate(compact.data(), size, size + simdjson::SIMDJSON_PADDING).get(document))
        return corrupt(simdjson::error_message(code));
    od::array pairs;
    if (const auto code = document.get_array().get(pairs)) return corrupt(simdjson::error_message(code));
    std::vector<ChannelArray> arrays;
    for (auto each : pairs) {
        od::array pair;
        if (const auto code = each.get_array().get(pair)) return corrupt(simdjson::error_message(code));
        ChannelArray array;
        if (const auto code = read_array(pair, array)) return corrupt(simdjson::error_message(code));
        arrays.push_back(std::move(array));
    }
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
        return corrupt("a frame with something behind its array");
    return arrays;
}

std::optional<ForwardReply> read_forward_reply(std::string_view body) {
    FrameReader reader;
    const auto frames = reader.take(body);
    if (!frames || frames->size() != 1 || !reader.at_boundary()) return std::nullopt;
    const auto json = base::parse_json(frames->front(), "reply of the server");
    if (!json || !json->is_array() || json->size() < 2) return std::nullopt;
    if (!(*json)[0].is_number_integer() || !(*json)[1].is_number_unsigned()) return std::nullopt;
    return ForwardReply{(*json)[0].get<int64_t>() != 0, (*json)[1].get<uint64_t>()};
}

}  // namespace linesman::sync
