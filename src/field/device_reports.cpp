#include "field/device_reports.h"

#include "base/log.h"
#include "base/text.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::Json;
namespace value = sync::value;

namespace {

constexpr size_t kMaxLogBytes = 200'000;  // a document holds 1 MiB

Json server_time(const char* path) {
    return Json{{"fieldPath", path}, {"setToServerValue", "REQUEST_TIME"}};
}

Json attempt_entry(const Attempt& attempt) {
    Json entry = {{"offline_id", value::text(attempt.offline_id)},
                  {"stage", value::text(attempt.stage)},
                  {"outcome", value::text(attempt.outcome)},
                  {"bytes", value::integer(static_cast<int64_t>(attempt.bytes))},
                  {"ms", value::integer(attempt.elapsed_ms)}};
    if (!attempt.error.empty()) entry["error"] = value::text(attempt.error);
    return value::map(std::move(entry));
}

Json session(const sync::Endpoints& endpoints, const sync::CollectionNames& names, const std::string& session_id,
             Json fields) {
    Json write = {
        {"update", {{"name", endpoints.document_name(names.sessions, session_id)}, {"fields", std::move(fields)}}}};
    write["updateTransforms"] = Json::array({server_time("updated_at")});
    return write;
}

}  // namespace

Json heartbeat_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names, const std::string& device_id,
                     const DeviceFacts& facts, const std::map<ItemStatus, int64_t>& counts,
                     const std::string& last_error) {
    Json queue = Json::object();
    for (const auto& [status, count] : counts) queue[std::string(name_of(status))] = value::integer(count);
    Json fields = {{"owner_uid", value::text(facts.owner_uid)}, {"app_version", value::text(facts.app_version)},
                   {"platform", value::text(facts.platform)},   {"network", value::text(facts.network)},
                   {"last_error", value::text(last_error)},     {"queue", value::map(std::move(queue))}};
    if (facts.battery) fields["battery"] = value::number(*facts.battery);
    if (facts.storage_left_bytes) fields["storage_left_bytes"] = value::integer(*facts.storage_left_bytes);
    Json write = {
        {"update", {{"name", endpoints.document_name(names.devices, device_id)}, {"fields", std::move(fields)}}}};
    write["updateTransforms"] = Json::array({server_time("last_seen"), server_time("updated_at")});
    return write;
}

Json session_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names, const std::string& device_id,
                   const std::string& session_id, const DeviceFacts& facts, base::Timestamp started,
                   base::Timestamp ended, const std::vector<Attempt>& attempts) {
    Json list = Json::array();
    // The latest are the telling ones.
    const size_t first = attempts.size() > kMaxSessionAttempts ? attempts.size() - kMaxSessionAttempts : 0;
    for (size_t i = first; i < attempts.size(); ++i) list.push_back(attempt_entry(attempts[i]));
    Json fields = {{"device_id", value::text(device_id)},   {"owner_uid", value::text(facts.owner_uid)},
                   {"network", value::text(facts.network)}, {"started_at", value::timestamp(started)},
                   {"ended_at", value::timestamp(ended)},   {"attempts", value::array(std::move(list))}};
    if (first > 0) fields["attempts_left_out"] = value::integer(static_cast<int64_t>(first));
    return session(endpoints, names, session_id, std::move(fields));
}

Json log_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names, const std::string& device_id,
               const std::string& session_id, const DeviceFacts& facts, base::Timestamp at, const std::string& text) {
    const std::string_view tail =
        text.size() > kMaxLogBytes ? std::string_view(text).substr(text.size() - kMaxLogBytes) : std::string_view(text);
    Json fields = {{"device_id", value::text(device_id)},
                   {"owner_uid", value::text(facts.owner_uid)},
                   {"network", value::text(facts.network)},
                   {"started_at", value::timestamp(at)},
                   {"ended_at", value::timestamp(at)},
                   {"attempts", value::array()},
                   {"log", value::text(base::redact(base::sanitize_utf8(tail)))}};
    return session(endpoints, names, session_id, std::move(fields));
}

}  // namespace linesman::field
