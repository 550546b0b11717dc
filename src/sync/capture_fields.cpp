#include "sync/capture_fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "sync/capture_codec.h"

namespace linesman::sync {
namespace {

using dom::Kind;
using dom::Typed;
using Handler = void (*)(CaptureFields&, std::string_view, const Typed&);

template <auto Member>
void text_field(CaptureFields& fields, std::string_view name, const Typed& value) {
    fields.text(name, value, fields.capture().*Member);
}
template <auto Member>
void time_field(CaptureFields& fields, std::string_view name, const Typed& value) {
    fields.time(name, value, fields.capture().*Member);
}
template <auto Member>
void whole_field(CaptureFields& fields, std::string_view name, const Typed& value) {
    fields.whole(name, value, fields.capture().*Member);
}
template <auto Method>
void by(CaptureFields& fields, std::string_view name, const Typed& value) {
    (fields.*Method)(name, value);
}

void seed_status(CaptureFields& fields, std::string_view name, const Typed& value) {
    fields.has_seed_status = true;
    fields.status(name, value);
}
void synced(CaptureFields& fields, std::string_view name, const Typed& value) {
    fields.has_seed_status = true;
    fields.flag(name, value, fields.capture().synced_to_production);
}
void expiry(CaptureFields& fields, std::string_view, const Typed&) {
    fields.has_expiry = true;
}

const std::unordered_map<std::string_view, Handler>& handlers() {
    using C = model::Capture;
    using F = CaptureFields;
    static const std::unordered_map<std::string_view, Handler> table = {
        {"poleNumber", text_field<&C::pole_number>},
        {"projectId", text_field<&C::project_id>},
        {"notes", text_field<&C::notes>},
        {"capturedBy", text_field<&C::captured_by>},
        {"offline_id", text_field<&C::offline_id>},
        {"device_id", text_field<&C::device_id>},
        {"production_id", text_field<&C::production_id>},
        {"capturedAt", time_field<&C::captured_at>},
        {"submitted_at", time_field<&C::submitted_at>},
        {"validated_at", time_field<&C::validated_at>},
        {"updated_at", time_field<&C::updated_at>},
        {"schema", whole_field<&C::schema>},
        {"revision", whole_field<&C::revision>},
        {"resubmission", whole_field<&C::resubmission>},
        {"gpsLocation", by<&F::position>},
        {"gpsAccuracy", by<&F::accuracy>},
        {"photos", by<&F::photos>},
        {"photoUrls", by<&F::photo_urls>},
        {"expected_photos", by<&F::expected_photos>},
        {"validation_errors", by<&F::errors>},
        {"review", by<&F::review>},
        {"validation_status", seed_status},
        {"synced_to_production", synced},
        // Foreign shapes.
        {"offlineId", text_field<&C::offline_id>},
        {"deviceId", text_field<&C::device_id>},
        {"location", by<&F::position>},
        {"plantedAt", time_field<&C::captured_at>},
        {"plantedBy", text_field<&C::captured_by>},
        {"submittedAt", time_field<&C::submitted_at>},
        {"expiresAt", expiry},
        {"pole", [](F& fields, std::string_view, const Typed& value) { take_pole_map(fields, value); }},
        {"validation", [](F& fields, std::string_view, const Typed& value) { take_validation_map(fields, value); }},
        {"metadata", [](F& fields, std::string_view, const Typed& value) { take_metadata_map(fields, value); }},
    };
    return table;
}

std::string dotted(std::string_view parent, std::string_view child) {
    std::string name(parent);
    name += '.';
    return name += child;
}

}  // namespace

void CaptureFields::take(std::string_view name, const Typed& value) {
    const auto found = handlers().find(name);
    if (found != handlers().end()) found->second(*this, name, value);
}

void CaptureFields::text(std::string_view name, const Typed& value, std::string& out) {
    if (const auto content = dom::text(value)) {
        out.assign(*content);
        return;
    }
    if (value.kind == Kind::null) return;
    bad(name);
    // A number where text belongs is shown all the same.
    if (const auto whole_number = dom::integer(value)) out = std::to_string(*whole_number);
}

void CaptureFields::time(std::string_view name, const Typed& value, std::optional<base::Timestamp>& out) {
    if (value.kind == Kind::null) return;
    if (const auto parsed = dom::timestamp(value)) {
        out = parsed;
    } else {
        bad(name);
    }
}

void CaptureFields::whole(std::string_view name, const Typed& value, int64_t& out) {
    if (value.kind == Kind::null) return;
    if (const auto number = dom::integer(value)) {
        out = *number;
    } else {
        bad(name);
    }
}

void CaptureFields::flag(std::string_view name, const Typed& value, bool& out) {
    if (value.kind == Kind::null) return;
    if (const auto parsed = dom::boolean(value)) {
        out = *parsed;
    } else {
        bad(name);
    }
}

void CaptureFields::status(std::string_view name, const Typed& value) {
    if (value.kind == Kind::null) return;
    const auto word = dom::text(value);
    const auto parsed = word ? model::validation_status_from_name(*word) : std::nullopt;
    if (parsed) {
        capture_.validation_status = *parsed;
    } else {
        bad(name);
    }
}

void CaptureFields::position(std::string_view name, const Typed& value) {
    if (value.kind == Kind::null) return;
    if (const auto point = dom::position(value)) {
        capture_.gps = point;
    } else {
        bad(name);
    }
}

void CaptureFields::accuracy(std::string_view name, const Typed& value) {
    if (value.kind == Kind::null) return;
    const auto metres = dom::number(value);
    if (metres && std::isfinite(*metres)) {
        capture_.gps_accuracy_m = metres;
        return;
    }
    bad(name);
}

model::Photo& CaptureFields::photo(model::Slot slot) {
    auto& entry = capture_.photos[model::index_of(slot)];
    if (!entry) entry.emplace();
    return *entry;
}

void CaptureFields::photos(std::string_view name, const Typed& value) {
    const bool is_map = dom::each_field(value, [&](std::string_view key, const Typed& part) {
        const auto slot = model::slot_from_key(key);
        if (!slot || part.kind == Kind::null) return;
        if (const auto url = dom::text(part)) {  // some apps write the bare URL
            if (!url->empty()) photo(*slot).url.assign(*url);
            return;
        }
        if (part.kind != Kind::map) return bad(dotted(name, key));
        int64_t bytes = 0;
        auto& target = photo(*slot);
        const size_t bad_before = capture_.bad_fields.size();
        dom::each_field(part, [&](std::string_view inner, const Typed& detail) {
            if (inner == "path") text(inner, detail, target.path);
            if (inner == "md5") text(inner, detail, target.md5);
            if (inner == "bytes") whole(inner, detail, bytes);
            if (inner == "captured_at") time(inner, detail, target.captured_at);
            if (inner == "uploadFailed") flag(inner, detail, target.upload_failed);
            if (inner == "url") {
                has_photo_urls_inside = true;
                text(inner, detail, target.url);
            }
        });
        // The whole path is put together for those only that are bad.
        for (size_t i = bad_before; i < capture_.bad_fields.size(); ++i)
            capture_.bad_fields[i] = dotted(dotted(name, key), capture_.bad_fields[i]);
        if (bytes > 0) target.bytes = static_cast<uint64_t>(bytes);
    });
    if (!is_map && value.kind != Kind::null) bad(name);
}

void CaptureFields::photo_urls(std::string_view name, const Typed& value) {
    const bool is_map = dom::each_field(value, [&](std::string_view key, const Typed& part) {
        const auto slot = model::slot_from_key(key);
        if (!slot || part.kind == Kind::null) return;
        const auto url = dom::text(part);
        if (!url) return bad(dotted(name, key));
        if (!url->empty()) photo(*slot).url.assign(*url);
    });
    if (!is_map && value.kind != Kind::null) bad(name);
}

void CaptureFields::expected_photos(std::string_view name, const Typed& value) {
    model::SlotMask slots = 0;
    const auto add = [&](std::string_view key) {
        if (const auto slot = model::slot_from_key(key))
            slots = static_cast<model::SlotMask>(slots | model::bit(*slot));
    };
    const bool is_list = dom::each_entry(value, [&](const Typed& entry) {
        if (const auto key = dom::text(entry)) {
            add(*key);
        } else {
            bad(name);
        }
    });
    if (is_list) {
        capture_.expected_photos = slots;
    } else if (value.kind != Kind::null) {
        bad(name);
    }
}

void CaptureFields::errors(std::string_view name, const Typed& value) {
    const bool is_list = dom::each_entry(value, [&](const Typed& entry) {
        model::ValidationEntry parsed;
        if (const auto message = dom::text(entry)) {  // an older app wrote bare sentences
            parsed.message.assign(*message);
            capture_.validation_errors.push_back(std::move(parsed));
            return;
        }
        const bool is_map = dom::each_field(entry, [&](std::string_view key, const Typed& part) {
            if (key == "field") text(name, part, parsed.field);
            if (key == "rule") text(name, part, parsed.rule);
            if (key == "message") text(name, part, parsed.message);
            if (key == "severity") text(name, part, parsed.severity);
            if (key == "code") text(name, part, parsed.code);
            if (key == "id") text(name, part, parsed.id);
        });
        if (!is_map) return bad(name);
        capture_.validation_errors.push_back(std::move(parsed));
    });
    if (!is_list && value.kind != Kind::null) bad(name);
}

void CaptureFields::finish() {
    for (auto& entry : capture_.photos) {
        if (!entry) continue;
        if (entry->path.empty() && !entry->url.empty()) entry->path = photo_path_from_url(entry->url);
    }
    if (has_pole_map || (has_validation_map && !has_seed_status)) {
        capture_.shape = model::SourceShape::field_pole_captures;
    } else if (!has_seed_status && (has_expiry || has_photo_urls_inside)) {
        capture_.shape = model::SourceShape::pole_plantings;
    }
    if (capture_.bad_fields.empty()) return;
    std::sort(capture_.bad_fields.begin(), capture_.bad_fields.end());
    capture_.bad_fields.erase(std::unique(capture_.bad_fields.begin(), capture_.bad_fields.end()),
                              capture_.bad_fields.end());
}

}  // namespace linesman::sync
