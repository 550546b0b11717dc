// What the server says on a Listen stream (google/firestore/v1/firestore.proto, ListenResponse; reference: firebase
// protocol, section 3). One JSON object a message; `fields` of documents stay JSON text as everywhere. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sync/bloom_filter.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

struct TargetChange {
    enum class Type : uint8_t { no_change, add, remove, current, reset };
    Type type = Type::no_change;
    std::vector<int64_t> ids;          // empty: all targets
    std::optional<base::Error> cause;  // remove: why the target failed
    std::string resume_token;          // base64, opaque; empty when none
    std::string read_time;             // verbatim; without ids: a consistent snapshot of everything
};

struct DocumentChange {
    RawDocument document;
    std::vector<int64_t> ids;      // of targets it belongs to
    std::vector<int64_t> removed;  // of targets it left
};

// Without `deleted` it only left the targets, and the server does not say how it is now.
struct DocumentGone {
    std::string name;
    std::string read_time;
    std::vector<int64_t> removed;
    bool deleted = false;
};

struct ExistenceFilter {
    int64_t id = 0;
    int64_t count = 0;
    std::optional<BloomFilter> unchanged;
};

// A document that cannot be read: reported, nothing else is lost.
struct DamagedDocument {
    base::Error error;
};

// The stream is over.
struct StreamError {
    base::Error error;
};

// Words of a later protocol.
struct UnknownMessage {};

using ListenMessage = std::variant<UnknownMessage, TargetChange, DocumentChange, DocumentGone, ExistenceFilter,
                                   DamagedDocument, StreamError>;

// `json` is compact. Errors: corrupt, when it is no message at all.
base::Result<ListenMessage> read_listen_message(std::string_view json, ReplyReader& reader);

}  // namespace linesman::sync
