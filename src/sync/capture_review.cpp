// The `review` map of a document.
#include "sync/capture_fields.h"

#include <algorithm>

namespace linesman::sync {
namespace {

using dom::Kind;
using dom::Typed;

void read_overrides(CaptureFields& fields, const Typed& value, std::vector<model::Override>& out) {
    const bool is_list = dom::each_entry(value, [&](const Typed& entry) {
        model::Override parsed;
        const bool is_map = dom::each_field(entry, [&](std::string_view key, const Typed& part) {
            if (key == "finding") fields.text("review.overrides", part, parsed.finding_id);
            if (key == "reason") fields.text("review.overrides", part, parsed.reason);
        });
        if (!is_map) return fields.bad("review.overrides");
        out.push_back(std::move(parsed));
    });
    if (!is_list && value.kind != Kind::null) fields.bad("review.overrides");
}

uint32_t clamped(int64_t number) {
    return static_cast<uint32_t>(std::clamp<int64_t>(number, 0, UINT32_MAX));
}

void read_photos_seen(CaptureFields& fields, const Typed& value, std::map<model::Slot, model::PhotoSeen>& out) {
    const bool is_map = dom::each_field(value, [&](std::string_view key, const Typed& part) {
        const auto slot = model::slot_from_key(key);
        if (!slot) return;
        model::PhotoSeen seen;
        int64_t ms = 0, pixels = 0;
        const bool is_entry = dom::each_field(part, [&](std::string_view inner, const Typed& detail) {
            if (inner == "md5") fields.text("review.photos_seen", detail, seen.md5);
            if (inner == "ms") fields.whole("review.photos_seen", detail, ms);
            if (inner == "max_px") fields.whole("review.photos_seen", detail, pixels);
        });
        if (!is_entry) return fields.bad("review.photos_seen");
        seen.shown_ms = clamped(ms);
        seen.max_px = clamped(pixels);
        out[*slot] = std::move(seen);
    });
    if (!is_map && value.kind != Kind::null) fields.bad("review.photos_seen");
}

}  // namespace

void CaptureFields::review(std::string_view name, const Typed& value) {
    if (value.kind == Kind::null) return;
    model::Review parsed;
    const bool is_map = dom::each_field(value, [&](std::string_view key, const Typed& part) {
        if (key == "decision") {
            const auto word = dom::text(part);
            const auto decision = word ? model::decision_from_name(*word) : std::nullopt;
            if (decision) {
                parsed.decision = *decision;
            } else {
                bad("review.decision");
            }
        }
        if (key == "by") text("review.by", part, parsed.by);
        if (key == "by_name") text("review.by_name", part, parsed.by_name);
        if (key == "at") time("review.at", part, parsed.at);
        if (key == "reason") text("review.reason", part, parsed.reason);
        if (key == "comment") text("review.comment", part, parsed.comment);
        if (key == "op_id") text("review.op_id", part, parsed.op_id);
        if (key == "rules") text("review.rules", part, parsed.rules);
        if (key == "resubmission") whole("review.resubmission", part, parsed.resubmission);
        if (key == "remind_at") time("review.remind_at", part, parsed.remind_at);
        if (key == "superseded_by") text("review.superseded_by", part, parsed.superseded_by);
        if (key == "overrides") read_overrides(*this, part, parsed.overrides);
        if (key == "photos_seen") read_photos_seen(*this, part, parsed.photos_seen);
    });
    if (is_map) {
        capture_.review = std::move(parsed);
    } else {
        bad(name);
    }
}

}  // namespace linesman::sync
