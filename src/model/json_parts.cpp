#include "model/json_parts.h"

#include <cmath>
#include <limits>

namespace linesman::model::json_parts {
namespace {

template <typename T>
bool read_optional(const base::Json& json, std::optional<T>& out) {
    if (json.is_null()) {
        out.reset();
        return true;
    }
    T value{};
    if (!read(json, value)) return false;
    out = std::move(value);
    return true;
}

template <typename T, typename ReadItem>
bool read_list(const base::Json& json, std::vector<T>& out, ReadItem&& read_item) {
    if (!json.is_array()) return false;
    out.clear();
    for (const base::Json& entry : json) {
        T item;
        if (!entry.is_object() || !read_item(entry, item)) return false;
        out.push_back(std::move(item));
    }
    return true;
}

}  // namespace

base::Json write(const std::string& value) {
    return value;
}
base::Json write(bool value) {
    return value;
}
base::Json write(int64_t value) {
    return value;
}
base::Json write(ValidationStatus value) {
    return std::string(name_of(value));
}
base::Json write(base::Timestamp value) {
    return base::format_rfc3339(value);
}
base::Json write(const std::optional<base::Timestamp>& value) {
    return value ? write(*value) : base::Json();
}
base::Json write(const std::optional<double>& value) {
    return value ? base::Json(*value) : base::Json();
}

base::Json write(const std::optional<GeoPoint>& value) {
    if (!value) return {};
    return base::Json{{"latitude", value->latitude}, {"longitude", value->longitude}};
}

base::Json write(const std::optional<Photo>& value) {
    if (!value) return {};
    return base::Json{{"url", value->url},
                      {"path", value->path},
                      {"bytes", value->bytes},
                      {"md5", value->md5},
                      {"captured_at", write(value->captured_at)},
                      {"upload_failed", value->upload_failed}};
}

base::Json write(const std::vector<ValidationEntry>& value) {
    base::Json list = base::Json::array();
    for (const ValidationEntry& e : value) {
        list.push_back(base::Json{{"field", e.field},
                                  {"rule", e.rule},
                                  {"message", e.message},
                                  {"severity", e.severity},
                                  {"code", e.code},
                                  {"id", e.id}});
    }
    return list;
}

base::Json write(const std::vector<Override>& value) {
    base::Json list = base::Json::array();
    for (const Override& o : value) list.push_back(base::Json{{"finding", o.finding_id}, {"reason", o.reason}});
    return list;
}

base::Json write(const std::map<Slot, PhotoSeen>& value) {
    base::Json map = base::Json::object();
    for (const auto& [slot, seen] : value) {
        map[std::string(name_of(slot))] = base::Json{{"md5", seen.md5}, {"ms", seen.shown_ms}, {"px", seen.max_px}};
    }
    return map;
}

base::Json write(const std::optional<Review>& value) {
    if (!value) return {};
    return base::Json{{"decision", std::string(name_of(value->decision))},
                      {"by", value->by},
                      {"by_name", value->by_name},
                      {"at", write(value->at)},
                      {"reason", value->reason},
                      {"comment", value->comment},
                      {"op_id", value->op_id},
                      {"rules", value->rules},
                      {"resubmission", value->resubmission},
                      {"overrides", write(value->overrides)},
                      {"remind_at", write(value->remind_at)},
                      {"superseded_by", value->superseded_by},
                      {"photos_seen", write(value->photos_seen)}};
}

bool read(const base::Json& json, std::string& out) {
    if (!json.is_string()) return false;
    out = json.get_ref<const std::string&>();
    return true;
}

bool read(const base::Json& json, bool& out) {
    if (!json.is_boolean()) return false;
    out = json.get<bool>();
    return true;
}

bool read(const base::Json& json, int64_t& out) {
    if (!json.is_number_integer()) return false;
    // get<int64_t>() would wrap what is larger.
    if (json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) return false;
    out = json.get<int64_t>();
    return true;
}

bool read(const base::Json& json, double& out) {
    if (!json.is_number()) return false;
    out = json.get<double>();
    return std::isfinite(out);
}

bool read(const base::Json& json, uint64_t& out) {
    if (!json.is_number_integer() || (!json.is_number_unsigned() && json.get<int64_t>() < 0)) return false;
    out = json.get<uint64_t>();
    return true;
}

bool read(const base::Json& json, uint32_t& out) {
    uint64_t wide = 0;
    if (!read(json, wide) || wide > std::numeric_limits<uint32_t>::max()) return false;
    out = static_cast<uint32_t>(wide);
    return true;
}

bool read(const base::Json& json, GeoPoint& out) {
    return json.is_object() && json.contains("latitude") && json.contains("longitude") &&
           read(json["latitude"], out.latitude) && read(json["longitude"], out.longitude);
}

bool read(const base::Json& json, Photo& out) {
    return json.is_object() && read_member(json, "url", out.url) && read_member(json, "path", out.path) &&
           read_member(json, "bytes", out.bytes) && read_member(json, "md5", out.md5) &&
           read_member(json, "captured_at", out.captured_at) && read_member(json, "upload_failed", out.upload_failed);
}

bool read(const base::Json& json, Decision& out) {
    const auto decision = json.is_string() ? decision_from_name(json.get_ref<const std::string&>()) : std::nullopt;
    if (decision) out = *decision;
    return decision.has_value();
}

bool read(const base::Json& json, Review& out) {
    return json.is_object() && json.contains("decision") && read(json["decision"], out.decision) &&
           read_member(json, "by", out.by) && read_member(json, "by_name", out.by_name) &&
           read_member(json, "at", out.at) && read_member(json, "reason", out.reason) &&
           read_member(json, "comment", out.comment) && read_member(json, "op_id", out.op_id) &&
           read_member(json, "rules", out.rules) && read_member(json, "resubmission", out.resubmission) &&
           read_member(json, "overrides", out.overrides) && read_member(json, "remind_at", out.remind_at) &&
           read_member(json, "superseded_by", out.superseded_by) && read_member(json, "photos_seen", out.photos_seen);
}

bool read(const base::Json& json, ValidationStatus& out) {
    const auto status =
        json.is_string() ? validation_status_from_name(json.get_ref<const std::string&>()) : std::nullopt;
    if (status) out = *status;
    return status.has_value();
}

bool read(const base::Json& json, base::Timestamp& out) {
    if (!json.is_string()) return false;
    const auto time = base::parse_rfc3339(json.get_ref<const std::string&>());
    if (time) out = *time;
    return time.ok();
}

bool read(const base::Json& json, std::optional<base::Timestamp>& out) {
    return read_optional(json, out);
}
bool read(const base::Json& json, std::optional<GeoPoint>& out) {
    return read_optional(json, out);
}
bool read(const base::Json& json, std::optional<double>& out) {
    return read_optional(json, out);
}
bool read(const base::Json& json, std::optional<Photo>& out) {
    return read_optional(json, out);
}
bool read(const base::Json& json, std::optional<Review>& out) {
    return read_optional(json, out);
}

bool read(const base::Json& json, std::vector<ValidationEntry>& out) {
    return read_list(json, out, [](const base::Json& entry, ValidationEntry& e) {
        return read_member(entry, "field", e.field) && read_member(entry, "rule", e.rule) &&
               read_member(entry, "message", e.message) && read_member(entry, "severity", e.severity) &&
               read_member(entry, "code", e.code) && read_member(entry, "id", e.id);
    });
}

bool read(const base::Json& json, std::vector<Override>& out) {
    return read_list(json, out, [](const base::Json& entry, Override& o) {
        return entry.contains("finding") && read_member(entry, "finding", o.finding_id) &&
               read_member(entry, "reason", o.reason);
    });
}

bool read(const base::Json& json, std::map<Slot, PhotoSeen>& out) {
    if (!json.is_object()) return false;
    out.clear();
    for (const auto& [key, value] : json.items()) {
        const auto slot = slot_from_key(key);
        PhotoSeen seen;
        if (!slot || !value.is_object() || !read_member(value, "md5", seen.md5) ||
            !read_member(value, "ms", seen.shown_ms) || !read_member(value, "px", seen.max_px)) {
            return false;
        }
        out[*slot] = std::move(seen);
    }
    return true;
}

}  // namespace linesman::model::json_parts
