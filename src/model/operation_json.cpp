#include "model/capture_fields.h"
#include "model/json_parts.h"
#include "model/operation.h"

namespace linesman::model {
namespace {

base::Json correction_to_json(const Correction& correction) {
    base::Json json = base::Json::object();
    if (correction.pole_number) json["pole_number"] = *correction.pole_number;
    if (correction.project_id) json["project_id"] = *correction.project_id;
    if (correction.notes) json["notes"] = *correction.notes;
    if (correction.gps) json["gps"] = json_parts::write(correction.gps);
    return json;
}

bool read_text(const base::Json& json, std::string_view key, std::optional<std::string>& out) {
    const base::Json* value = base::find(json, key);
    if (!value) return true;
    out.emplace();
    return json_parts::read(*value, *out);
}

bool read_correction(const base::Json& json, Correction& out) {
    return json.is_object() && read_text(json, "pole_number", out.pole_number) &&
           read_text(json, "project_id", out.project_id) && read_text(json, "notes", out.notes) &&
           json_parts::read_member(json, "gps", out.gps);
}

base::Error bad(std::string detail) {
    return base::make_error(base::ErrorKind::corrupt,
                            "A stored decision cannot be read. It stays in the outbox; report it with the log.",
                            std::move(detail));
}

// The parts without which an operation means nothing.
base::Status read_identity(const base::Json& json, Operation& out) {
    const auto kind_name = base::string_at(json, "kind");
    const auto kind = kind_name ? operation_kind_from_name(*kind_name) : std::nullopt;
    if (!kind) return bad("operation without a known kind");
    out.kind = *kind;
    for (const auto& [key, target] : {std::pair<std::string_view, std::string*>{"op_id", &out.op_id},
                                      {"staging_id", &out.staging_id},
                                      {"uid", &out.uid}}) {
        const auto value = base::string_at(json, key);
        if (!value || value->empty()) return bad("operation without " + std::string(key));
        *target = *value;
    }
    const base::Json* made_at = base::find(json, "made_at");
    if (!made_at || !json_parts::read(*made_at, out.made_at)) return bad("operation without made_at");
    out.send_after = out.made_at;
    return {};
}

}  // namespace

base::Json to_json(const Operation& operation) {
    const Operation& o = operation;
    return base::Json{{"op_id", o.op_id},
                      {"kind", std::string(name_of(o.kind))},
                      {"staging_id", o.staging_id},
                      {"uid", o.uid},
                      {"by_name", o.by_name},
                      {"made_at", json_parts::write(o.made_at)},
                      {"send_after", json_parts::write(o.send_after)},
                      {"base_update_time", o.base_update_time},
                      {"base_fields", o.base_fields},
                      {"predecessor", o.predecessor},
                      {"reason", o.reason},
                      {"comment", o.comment},
                      {"remind_at", json_parts::write(o.remind_at)},
                      {"overrides", json_parts::write(o.overrides)},
                      {"correction", correction_to_json(o.correction)},
                      {"undo_of", o.undo_of},
                      {"target", o.target},
                      {"extra", o.extra},
                      {"photos_seen", json_parts::write(o.photos_seen)},
                      {"rules_hash", o.rules_hash},
                      {"resubmission", o.resubmission},
                      {"promote", o.promote},
                      {"via", o.via},
                      {"batch_id", o.batch_id},
                      {"desk_id", o.desk_id},
                      {"sequence", o.sequence},
                      {"previous_hash", o.previous_hash},
                      {"hash", o.hash}};
}

base::Result<Operation> operation_from_json(const base::Json& json) {
    Operation o;
    LINESMAN_TRY(read_identity(json, o));
    const char* wrong = nullptr;
    const auto take = [&](const char* key, auto& out) {
        if (!json_parts::read_member(json, key, out) && !wrong) wrong = key;
    };
    take("by_name", o.by_name);
    take("send_after", o.send_after);
    take("base_update_time", o.base_update_time);
    take("base_fields", o.base_fields);
    take("predecessor", o.predecessor);
    take("reason", o.reason);
    take("comment", o.comment);
    take("remind_at", o.remind_at);
    take("overrides", o.overrides);
    take("undo_of", o.undo_of);
    take("target", o.target);
    take("photos_seen", o.photos_seen);
    take("rules_hash", o.rules_hash);
    take("resubmission", o.resubmission);
    take("promote", o.promote);
    take("via", o.via);
    take("batch_id", o.batch_id);
    take("desk_id", o.desk_id);
    take("sequence", o.sequence);
    take("previous_hash", o.previous_hash);
    take("hash", o.hash);
    if (wrong) return bad(std::string("operation with a bad ") + wrong);
    if (o.via != "desk" && o.via != "bulk" && o.via != "cli") return bad("operation with an unknown via");
    if (const base::Json* correction = base::find(json, "correction");
        correction && !read_correction(*correction, o.correction)) {
        return bad("operation with a bad correction");
    }
    if (const base::Json* extra = base::find(json, "extra")) {
        if (!extra->is_object() && !extra->is_null()) return bad("operation with a bad extra");
        o.extra = *extra;
    }
    if (const base::Json* set = base::find(o.extra, "set")) {
        Capture scratch;
        if (const auto status = set_fields(scratch, *set); !status) return bad(status.error().detail);
    }
    return o;
}

}  // namespace linesman::model
