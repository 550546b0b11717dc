// The device bundle as JSON text, both ways. What was handed on is not trusted: types and sizes are checked.
#include <algorithm>

#include "app/device_file.h"

namespace linesman::app {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

constexpr int kBundleVersion = 1;
constexpr size_t kMaxBundleBytes = size_t{64} << 20;

Json time_json(const std::optional<base::Timestamp>& time) {
    return time ? Json(time->us) : Json();
}
std::optional<base::Timestamp> time_at(const Json& json, std::string_view key) {
    const auto us = base::int_at(json, key);
    return us ? std::optional(base::Timestamp{*us}) : std::nullopt;
}
std::optional<base::Duration> duration_at(const Json& json, std::string_view key) {
    const auto us = base::int_at(json, key);
    return us ? std::optional(base::Duration{*us}) : std::nullopt;
}
std::string text_at(const Json& json, std::string_view key) {
    return base::string_at(json, key).value_or("");
}
uint32_t count_at(const Json& json, std::string_view key) {
    return static_cast<uint32_t>(std::clamp<int64_t>(base::int_at(json, key).value_or(0), 0, UINT32_MAX));
}
model::SlotMask slots_at(const Json& json, std::string_view key) {
    return static_cast<model::SlotMask>(base::int_at(json, key).value_or(0) & model::kAllSlots);
}

template <typename Read>
void each(const Json& json, std::string_view key, Read read) {
    const Json* list = base::find(json, key);
    if (!list || !list->is_array()) return;
    for (const Json& entry : *list) read(entry);
}

Json reported_json(const model::Heartbeat& beat) {
    Json json = {
        {"owner", beat.owner_uid}, {"app_version", beat.app_version}, {"platform", beat.platform},
        {"network", beat.network}, {"last_error", beat.last_error},   {"last_seen_us", time_json(beat.last_seen)},
        {"queue", beat.queue}};
    if (beat.battery) json["battery"] = *beat.battery;
    if (beat.storage_left_bytes) json["storage_left_bytes"] = *beat.storage_left_bytes;
    return json;
}

model::Heartbeat reported_from(const Json& json, const std::string& device_id) {
    model::Heartbeat beat;
    beat.device_id = device_id;
    beat.owner_uid = text_at(json, "owner");
    beat.app_version = text_at(json, "app_version");
    beat.platform = text_at(json, "platform");
    beat.network = text_at(json, "network");
    beat.last_error = text_at(json, "last_error");
    beat.last_seen = time_at(json, "last_seen_us");
    beat.battery = base::number_at(json, "battery");
    beat.storage_left_bytes = base::int_at(json, "storage_left_bytes");
    if (const Json* queue = base::find(json, "queue"); queue && queue->is_object()) {
        for (const auto& [status, count] : queue->items())
            beat.queue[status] = count.is_number_integer() ? count.get<int64_t>() : 0;
    }
    return beat;
}

Json summary_json(const model::DeviceSummary& d) {
    Json json = {{"captures", d.captures},
                 {"captures_today", d.captures_today},
                 {"missing_photos", d.missing_photos},
                 {"duplicate_uploads", d.duplicate_uploads},
                 {"open", d.open},
                 {"rejected", d.rejected},
                 {"last_submitted_us", time_json(d.last_submitted)},
                 {"median_lag_us", d.median_lag ? Json(d.median_lag->us) : Json()},
                 {"clock_skew_us", d.clock_skew ? Json(d.clock_skew->us) : Json()},
                 {"person", d.person},
                 {"health", d.health},
                 {"failing", d.failing}};
    if (d.reported) json["reported"] = reported_json(*d.reported);
    return json;
}

model::DeviceSummary summary_from(const Json& json, const std::string& device_id) {
    model::DeviceSummary d;
    d.device_id = device_id;
    d.captures = count_at(json, "captures");
    d.captures_today = count_at(json, "captures_today");
    d.missing_photos = count_at(json, "missing_photos");
    d.duplicate_uploads = count_at(json, "duplicate_uploads");
    d.open = count_at(json, "open");
    d.rejected = count_at(json, "rejected");
    d.last_submitted = time_at(json, "last_submitted_us");
    d.median_lag = duration_at(json, "median_lag_us");
    d.clock_skew = duration_at(json, "clock_skew_us");
    d.person = text_at(json, "person");
    d.health = text_at(json, "health");
    d.failing = base::bool_at(json, "failing").value_or(false);
    if (const Json* reported = base::find(json, "reported"); reported && reported->is_object())
        d.reported = reported_from(*reported, device_id);
    return d;
}

Json command_json(const model::DeviceCommand& c) {
    return {{"id", c.id},
            {"kind", c.kind},
            {"state", c.state},
            {"staging_id", c.staging_id},
            {"result", c.result},
            {"created_by", c.created_by},
            {"created_us", time_json(c.created_at)},
            {"expires_us", time_json(c.expires_at)},
            {"finished_us", time_json(c.finished_at)}};
}

model::DeviceCommand command_from(const Json& json, const std::string& device_id) {
    model::DeviceCommand c;
    c.device_id = device_id;
    c.id = text_at(json, "id");
    c.kind = text_at(json, "kind");
    c.state = text_at(json, "state");
    c.staging_id = text_at(json, "staging_id");
    c.result = text_at(json, "result");
    c.created_by = text_at(json, "created_by");
    c.created_at = time_at(json, "created_us");
    c.expires_at = time_at(json, "expires_us");
    c.finished_at = time_at(json, "finished_us");
    return c;
}

Json session_json(const model::DeviceSession& s) {
    Json attempts = Json::array();
    for (const auto& a : s.attempts)
        attempts.push_back({{"offline_id", a.offline_id},
                            {"stage", a.stage},
                            {"outcome", a.outcome},
                            {"error", a.error},
                            {"bytes", a.bytes},
                            {"ms", a.elapsed_ms}});
    return {{"id", s.id},
            {"owner", s.owner_uid},
            {"network", s.network},
            {"started_us", time_json(s.started_at)},
            {"ended_us", time_json(s.ended_at)},
            {"attempts_left_out", s.attempts_left_out},
            {"log", s.log},
            {"attempts", std::move(attempts)}};
}

model::DeviceSession session_from(const Json& json, const std::string& device_id) {
    model::DeviceSession s;
    s.device_id = device_id;
    s.id = text_at(json, "id");
    s.owner_uid = text_at(json, "owner");
    s.network = text_at(json, "network");
    s.started_at = time_at(json, "started_us");
    s.ended_at = time_at(json, "ended_us");
    s.attempts_left_out = base::int_at(json, "attempts_left_out").value_or(0);
    s.log = text_at(json, "log");
    each(json, "attempts", [&](const Json& a) {
        s.attempts.push_back({text_at(a, "offline_id"), text_at(a, "stage"), text_at(a, "outcome"), text_at(a, "error"),
                              base::int_at(a, "bytes").value_or(0), base::int_at(a, "ms").value_or(0)});
    });
    return s;
}

Json capture_json(const DeviceCapture& c) {
    return {{"staging_id", c.staging_id},
            {"pole_number", c.pole_number},
            {"decision", c.decision},
            {"captured_us", time_json(c.captured_at)},
            {"submitted_us", time_json(c.submitted_at)},
            {"photos", c.photos},
            {"lost", c.lost},
            {"waiting", c.waiting}};
}

DeviceCapture capture_from(const Json& json) {
    return {text_at(json, "staging_id"),   text_at(json, "pole_number"),
            text_at(json, "decision"),     time_at(json, "captured_us"),
            time_at(json, "submitted_us"), slots_at(json, "photos"),
            slots_at(json, "lost"),        base::bool_at(json, "waiting").value_or(false)};
}

template <typename T, typename Write>
Json list_of(const std::vector<T>& items, Write write) {
    Json list = Json::array();
    for (const auto& item : items) list.push_back(write(item));
    return list;
}

}  // namespace

std::string to_bundle(const DeviceFile& file) {
    const Json json = {{"linesman_device_bundle", kBundleVersion},
                       {"device_id", file.summary.device_id},
                       {"as_of_us", file.as_of.us},
                       {"utc_offset_minutes", file.utc_offset_minutes},
                       {"redacted", file.is_redacted},
                       {"person_name", file.person_name},
                       {"crew", file.crew},
                       {"same_person", file.same_person},
                       {"sessions_unknown", file.sessions_unknown},
                       {"summary", summary_json(file.summary)},
                       {"commands", list_of(file.commands, command_json)},
                       {"sessions", list_of(file.sessions, session_json)},
                       {"captures", list_of(file.captures, capture_json)}};
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

base::Result<DeviceFile> device_from_bundle(std::string_view text) {
    if (text.size() > kMaxBundleBytes)
        return make_error(ErrorKind::too_large, "The bundle is larger than a bundle can be.");
    const auto json = base::parse_json(text, "the bundle");
    const auto version = json ? base::int_at(*json, "linesman_device_bundle") : std::nullopt;
    const auto device_id = json ? base::string_at(*json, "device_id") : std::nullopt;
    const Json* summary = json ? base::find(*json, "summary") : nullptr;
    if (!version || !device_id || !summary)
        return make_error(ErrorKind::corrupt, "This is no device bundle (linesmanctl devices bundle makes them).");
    if (*version > kBundleVersion)
        return make_error(ErrorKind::unsupported, "The bundle was made by a newer Linesman. Use that one.");
    DeviceFile file;
    file.as_of = {base::int_at(*json, "as_of_us").value_or(0)};
    file.utc_offset_minutes =
        static_cast<int>(std::clamp<int64_t>(base::int_at(*json, "utc_offset_minutes").value_or(0), -840, 840));
    file.is_redacted = base::bool_at(*json, "redacted").value_or(false);
    file.person_name = text_at(*json, "person_name");
    file.crew = text_at(*json, "crew");
    file.sessions_unknown = text_at(*json, "sessions_unknown");
    file.summary = summary_from(*summary, *device_id);
    each(*json, "same_person", [&](const Json& entry) {
        if (entry.is_string()) file.same_person.push_back(entry.get<std::string>());
    });
    each(*json, "commands", [&](const Json& entry) { file.commands.push_back(command_from(entry, *device_id)); });
    each(*json, "sessions", [&](const Json& entry) { file.sessions.push_back(session_from(entry, *device_id)); });
    each(*json, "captures", [&](const Json& entry) { file.captures.push_back(capture_from(entry)); });
    return file;
}

}  // namespace linesman::app
