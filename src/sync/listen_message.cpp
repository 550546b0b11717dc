#include "sync/listen_message.h"

#include <simdjson.h>

#include "sync/api_reply.h"

namespace linesman::sync {
namespace {

namespace od = simdjson::ondemand;
using base::Json;

base::Error corrupt(std::string detail) {
    return base::make_error(base::ErrorKind::corrupt, "A live change cannot be read; the stream is opened again.",
                            std::move(detail));
}

// google/rpc/code.proto.
std::string_view status_of_code(int64_t code) {
    static constexpr std::string_view kNames[] = {
        "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
        "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
        "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
        "DATA_LOSS", "UNAUTHENTICATED"};
    return code >= 0 && code < static_cast<int64_t>(std::size(kNames)) ? kNames[code] : "UNKNOWN";
}

std::vector<int64_t> ids_at(const Json& json, std::string_view key) {
    std::vector<int64_t> ids;
    const Json* list = base::find(json, key);
    if (!list || !list->is_array()) return ids;
    for (const auto& id : *list) {
        if (id.is_number_integer()) ids.push_back(id.get<int64_t>());
    }
    return ids;
}

std::string text_at(const Json& json, std::string_view key) {
    return base::string_at(json, key).value_or(std::string());
}

base::Result<ListenMessage> target_change(const Json& json) {
    TargetChange change;
    const std::string type = text_at(json, "targetChangeType");
    if (type == "ADD") change.type = TargetChange::Type::add;
    if (type == "REMOVE") change.type = TargetChange::Type::remove;
    if (type == "CURRENT") change.type = TargetChange::Type::current;
    if (type == "RESET") change.type = TargetChange::Type::reset;
    change.ids = ids_at(json, "targetIds");
    change.resume_token = text_at(json, "resumeToken");
    change.read_time = text_at(json, "readTime");
    const Json* cause = base::find(json, "cause");
    if (const int64_t code = cause ? base::int_at(*cause, "code").value_or(0) : 0; code != 0) {
        change.cause = error_of_api({0, std::string(status_of_code(code)), text_at(*cause, "message").substr(0, 300)});
    }
    return ListenMessage(std::move(change));
}

ListenMessage gone(const Json& json, bool deleted) {
    return DocumentGone{text_at(json, "document"), text_at(json, "readTime"), ids_at(json, "removedTargetIds"),
                        deleted};
}

base::Result<ListenMessage> filter(const Json& json) {
    ExistenceFilter out;
    out.id = base::int_at(json, "targetId").value_or(0);
    out.count = base::int_at(json, "count").value_or(0);
    if (const Json* names = base::find(json, "unchangedNames")) {
        // One that cannot be read is as good as none: the window is read again.
        if (auto bloom = BloomFilter::from_json(*names)) out.unchanged = std::move(*bloom);
    }
    return ListenMessage(std::move(out));
}

simdjson::error_code read_ids(od::value value, std::vector<int64_t>& ids) {
    od::array list;
    if (const auto code = value.get_array().get(list)) return code;
    for (auto each : list) {
        int64_t id = 0;
        if (const auto code = each.get_int64().get(id)) return code;
        ids.push_back(id);
    }
    return simdjson::SUCCESS;
}

struct RawChange {
    std::string_view document;
    std::vector<int64_t> ids, removed;
};

simdjson::error_code read_change(od::value value, RawChange& change) {
    od::object object;
    if (const auto code = value.get_object().get(object)) return code;
    for (auto field : object) {
        std::string_view key;
        if (const auto code = field.unescaped_key().get(key)) return code;
        simdjson::error_code code = simdjson::SUCCESS;
        if (key == "document") {
            code = simdjson::to_json_string(field.value()).get(change.document);
        } else if (key == "targetIds") {
            code = read_ids(field.value(), change.ids);
        } else if (key == "removedTargetIds") {
            code = read_ids(field.value(), change.removed);
        }
        if (code) return code;
    }
    return simdjson::SUCCESS;
}

// Nullopt when the message is no documentChange.
base::Result<std::optional<ListenMessage>> document_change(std::string_view json, ReplyReader& reader) {
    const simdjson::padded_string padded(json);
    od::parser parser;
    od::document document;
    if (const auto code = parser.iterate(padded).get(document)) return corrupt(simdjson::error_message(code));
    od::object object;
    if (const auto code = document.get_object().get(object)) return corrupt(simdjson::error_message(code));
    od::value value;
    const auto found = object["documentChange"].get(value);
    if (found == simdjson::NO_SUCH_FIELD) return std::optional<ListenMessage>{};
    if (found) return corrupt(simdjson::error_message(found));
    RawChange change;
    if (const auto code = read_change(value, change)) return corrupt(simdjson::error_message(code));
    if (change.document.empty()) return corrupt("a documentChange without a document");
    // The same reader as for replies, so that a document is the same text whichever way it came.
    auto reply = reader.read(std::string(R"([{"document":)").append(change.document).append("}]"));
    if (!reply) return std::move(reply).error();
    if (reply->documents.empty()) {
        if (reply->damaged.empty()) return corrupt("a documentChange whose document is no object");
        return std::optional<ListenMessage>(DamagedDocument{reply->damaged.front()});
    }
    return std::optional<ListenMessage>(
        DocumentChange{std::move(reply->documents.front()), std::move(change.ids), std::move(change.removed)});
}

}  // namespace

base::Result<ListenMessage> read_listen_message(std::string_view json, ReplyReader& reader) {
    auto change = document_change(json, reader);
    if (!change) return std::move(change).error();
    if (*change) return std::move(**change);
    const auto parsed = base::parse_json(json, "A live change");
    if (!parsed) return corrupt(parsed.error().detail);
    if (const Json* inner = base::find(*parsed, "targetChange")) return target_change(*inner);
    if (const Json* inner = base::find(*parsed, "documentDelete")) return gone(*inner, true);
    if (const Json* inner = base::find(*parsed, "documentRemove")) return gone(*inner, false);
    if (const Json* inner = base::find(*parsed, "filter")) return filter(*inner);
    if (const auto error = api_error_in(*parsed)) return ListenMessage(StreamError{error_of_api(*error)});
    return ListenMessage(UnknownMessage{});
}

}  // namespace linesman::sync
