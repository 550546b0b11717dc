#include "sync/commit_builder.h"

#include <algorithm>
#include <array>

#include "model/capture_fields.h"
#include "model/conflict.h"
#include "model/keys.h"
#include "model/merge.h"
#include "sync/capture_codec.h"
#include "sync/reply_reader.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;
using model::OperationKind;

base::Error refuse(ErrorKind kind, const model::Operation& operation, const std::string& why) {
    return base::make_error(kind, why, std::string(model::name_of(operation.kind)) + " of " + operation.staging_id);
}

// What no capture may become, whatever a person released or kept since it was decided: in production without an
// approval, or decided although it was merged into another one.
std::string_view state_refusal(const model::Operation& operation, const model::Capture& before) {
    const bool is_decision = operation.kind == OperationKind::approve || operation.kind == OperationKind::reject ||
                             operation.kind == OperationKind::hold || operation.kind == OperationKind::requeue;
    if (before.synced_to_production && is_decision)
        return "The capture is in production by now; undo its approval first.";
    if (operation.kind == OperationKind::promote && before.decision() != model::Decision::approved)
        return "The capture is not approved any more; approve it first.";
    if (before.decision() == model::Decision::superseded && operation.kind != OperationKind::undo)
        return "The capture was merged into another one by now; decide that one, or undo the merge first.";
    return {};
}

bool withdraws_production(const model::Capture& before, const model::Capture& after) {
    return before.synced_to_production && !after.synced_to_production;
}

std::string production_name(const Endpoints& endpoints, const CollectionNames& names, const model::Capture& capture) {
    return endpoints.document_name(names.production, capture.production_id);
}

std::string key_name(const Endpoints& endpoints, const CollectionNames& names, const model::Capture& capture) {
    const std::string number = model::canonical_number(capture.pole_number);
    return number.empty() ? std::string()
                          : endpoints.document_name(names.pole_keys, model::pole_key_id(capture.project_id, number));
}

std::vector<std::string> superseded_ids(const model::Operation& operation) {
    std::vector<std::string> ids;
    const Json* list = base::find(operation.extra, "superseded");
    if (!list || !list->is_array()) return ids;
    for (const auto& id : *list) {
        if (id.is_string()) ids.push_back(id.get<std::string>());
    }
    return ids;
}

model::Capture decoded(const CurrentDocument& document) {
    return decode_capture_or_unreadable(document_id(document.name), base::to_text(document.fields),
                                        document.update_time);
}

const CurrentDocument* find_related(const CommitInput& input, const std::string& name) {
    const auto found = input.related.find(name);
    return name.empty() || found == input.related.end() ? nullptr : &found->second;
}

// The staging update with its before-image. Returns what changed, for the audit entry.
FromTo add_staging(Json& writes, const CollectionNames& names, const model::Operation& operation,
                   const CurrentDocument& current, const model::Capture& before, const model::Capture& after) {
    FieldChanges changes = staging_changes(current, before, after);
    FromTo difference = from_to(current, changes);
    if (operation.kind == OperationKind::approve) {
        // The server's time, so that the window on validated_at sees it however long the desk was offline.
        std::erase_if(changes.set, [](const auto& entry) { return entry.first == "validated_at"; });
        changes.server_times.push_back("validated_at");
    }
    // By its id the security rules find the proofs of this revision: audit entry and before-image.
    changes.set.emplace_back("revision", value::integer(after.revision));
    changes.set.emplace_back("revision_op", value::text(operation.op_id));
    changes.server_times.push_back("updated_at");
    writes.push_back(update_write(current.name, changes, current.update_time));
    writes.push_back(before_image_write(names, operation, current, before.revision));
    return difference;
}

std::string version_name(const Endpoints& endpoints, const CollectionNames& names, const model::Operation& operation) {
    return endpoints.document_name(names.staging, operation.staging_id) + "/" + names.versions + "/" +
           operation.undo_of;
}

bool holds_what_we_write(const Json& production) {
    static constexpr std::array kOurs = {"poleNumber", "projectId",          "location",   "gpsAccuracy", "photos",
                                         "photoUrls",  "photoCount",         "revision",   "capturedBy",  "capturedAt",
                                         "approvedBy", "approvedAt",         "staging_id", "offline_id",  "device_id",
                                         "planned_id", "planned_distance_m", "op_id",      "updated_at"};
    for (const auto& [key, content] : production.items()) {
        if (std::ranges::find(kOurs, key) == kOurs.end()) return false;
    }
    return true;
}

// Whether production still says what it said when the pole was promoted: untouched since the undone commit, or changed
// and changed back, or promoted later by a commit of its own.
bool is_as_promoted(const Endpoints& endpoints, const CollectionNames& names, const CommitInput& input,
                    const CurrentDocument& production, const model::Capture& before) {
    const auto& operation = input.operation;
    const CurrentDocument* undone = find_related(input, endpoints.document_name(names.audit, operation.undo_of));
    if (!undone || undone->update_time == production.update_time) return true;
    if (!holds_what_we_write(production.fields)) return false;
    model::Capture promoted = before;
    if (!value::text_at(undone->fields, "production_id").empty()) {
        const CurrentDocument* version = find_related(input, version_name(endpoints, names, operation));
        const Json* stored = version ? value::member(version->fields, "image") : nullptr;
        const Json* image = stored ? value::as_map(*stored) : nullptr;
        if (!image) return false;
        promoted = decode_capture_or_unreadable(before.staging_id, base::to_text(*image), {});
    }
    return same_pole(production.fields, promoted);
}

// An undo that takes a pole out of production: both documents deleted as they were read, production kept whole.
base::Status withdraw_production(Json& writes, const Endpoints& endpoints, const CollectionNames& names,
                                 const CommitInput& input, const model::Capture& before, AuditDetails& audit) {
    const auto& operation = input.operation;
    const CurrentDocument* production = find_related(input, production_name(endpoints, names, before));
    if (!production) {
        return refuse(ErrorKind::precondition_failed, operation,
                      "The pole is no longer in production; look at the capture again.");
    }
    if (!is_as_promoted(endpoints, names, input, *production, before)) {
        return refuse(ErrorKind::precondition_failed, operation,
                      "The pole was changed in production since; undo the later change first or correct it.");
    }
    writes.push_back(delete_write(production->name, production->update_time));
    audit.production = value::map(Json{{"name", value::text(production->name)},
                                       {"update_time", value::text(production->update_time)},
                                       {"fields", value::map(production->fields)}});
    audit.production_id = before.production_id;
    const CurrentDocument* key = find_related(input, key_name(endpoints, names, before));
    if (!key) return {};
    if (value::text_at(key->fields, "production_id") != before.production_id) {
        return refuse(ErrorKind::precondition_failed, operation,
                      "The pole number belongs to another pole in production by now.");
    }
    writes.push_back(delete_write(key->name, key->update_time));
    return {};
}

std::optional<PlannedPlace> planned_place(const CommitInput& input, const model::Capture& after) {
    return input.planned ? input.planned(after) : std::nullopt;
}

base::Status add_production_part(Json& writes, const Endpoints& endpoints, const CollectionNames& names,
                                 const CommitInput& input, const BuiltCommit& built, AuditDetails& audit) {
    const auto& [unused, before, after] = built;
    const auto& operation = input.operation;
    if (withdraws_production(before, after)) return withdraw_production(writes, endpoints, names, input, before, audit);
    if (!before.synced_to_production && after.synced_to_production) {
        const bool promotes = operation.promote || operation.kind == OperationKind::promote;
        const std::string why = promotes ? promotion_refusal(before, input.promotion)
                                         : "This would put the pole back into production; approve it instead.";
        if (!why.empty()) return refuse(ErrorKind::invalid_argument, operation, why);
        add_promotion(writes, endpoints, names, operation, after, planned_place(input, after));
        audit.production_id = after.production_id;
        return {};
    }
    if (!after.synced_to_production || after.production_id.empty()) return {};
    const bool changes_pole = !model::same(model::CaptureField::pole_number, before, after) ||
                              !model::same(model::CaptureField::project_id, before, after) ||
                              !model::same(model::CaptureField::gps, before, after);
    const bool corrects =
        operation.kind == OperationKind::correct || operation.kind == OperationKind::merge || changes_pole;
    if (!corrects) return {};
    const CurrentDocument* production = find_related(input, production_name(endpoints, names, before));
    if (!production) {
        return refuse(ErrorKind::precondition_failed, operation,
                      "The pole is no longer in production; look at the capture again.");
    }
    add_production_correction(writes, endpoints, names, operation, *production,
                              find_related(input, key_name(endpoints, names, before)), before, after,
                              planned_place(input, after));
    audit.production_id = before.production_id;
    return {};
}

base::Status add_superseded(Json& writes, const Endpoints& endpoints, const CollectionNames& names,
                            const CommitInput& input, AuditDetails& audit) {
    const auto& operation = input.operation;
    const auto ids = superseded_ids(operation);
    if (ids.empty() || ids.size() + 1 > model::kMaxMerge) {
        return refuse(ErrorKind::invalid_argument, operation, "A merge takes two to eight captures; choose again.");
    }
    for (const auto& id : ids) {
        const CurrentDocument* other = find_related(input, endpoints.document_name(names.staging, id));
        if (!other) {
            return refuse(ErrorKind::precondition_failed, operation,
                          "The capture " + id + " of the merge is gone; look at the group again.");
        }
        const model::Capture before = decoded(*other);
        if (before.shape != model::SourceShape::staging || before.synced_to_production) {
            return refuse(
                ErrorKind::precondition_failed, operation,
                "The capture " + id + " of the merge is in production or read-only; look at the group again.");
        }
        // The precondition below is the version read just now, so that only this tells what the person saw.
        const Json* seen = base::find(operation.extra, "seen");
        const Json* digest = seen ? base::find(*seen, id) : nullptr;
        if (digest && (!digest->is_string() || digest->get<std::string>() != model::material_digest(before))) {
            return refuse(ErrorKind::precondition_failed, operation,
                          "The capture " + id +
                              " of the merge was changed since it was seen; take the merge back and look at the group "
                              "again.");
        }
        const model::Capture after = model::apply(before, operation);
        FromTo changed = add_staging(writes, names, operation, *other, before, after);
        audit.changes.from[id] = value::map(std::move(changed.from));
        audit.changes.to[id] = value::map(std::move(changed.to));
        audit.others.push_back(id);
    }
    return {};
}

// The other captures that an undo of a merge gives back.
std::vector<std::string> returned_ids(const model::Operation& operation) {
    std::vector<std::string> ids;
    const Json* others = base::find(operation.extra, "others");
    if (operation.kind != OperationKind::undo || !others || !others->is_object()) return ids;
    for (const auto& [id, set] : others->items()) ids.push_back(id);
    return ids;
}

base::Status add_returned(Json& writes, const Endpoints& endpoints, const CollectionNames& names,
                          const CommitInput& input, AuditDetails& audit) {
    const auto& operation = input.operation;
    for (const auto& id : returned_ids(operation)) {
        const CurrentDocument* other = find_related(input, endpoints.document_name(names.staging, id));
        if (!other) {
            return refuse(ErrorKind::precondition_failed, operation,
                          "The capture " + id + " of the merge is gone, so the merge cannot be undone.");
        }
        const model::Capture before = decoded(*other);
        // Undone is what the merge did to it, and nothing that came after.
        if (before.decision() != model::Decision::superseded || before.review->op_id != operation.undo_of) {
            return refuse(ErrorKind::precondition_failed, operation,
                          "The capture " + id + " was changed since the merge; look at it again.");
        }
        FromTo changed = add_staging(writes, names, operation, *other, before, model::apply(before, operation));
        audit.changes.from[id] = value::map(std::move(changed.from));
        audit.changes.to[id] = value::map(std::move(changed.to));
        audit.others.push_back(id);
    }
    return {};
}

base::Result<BuiltCommit> build_ignore(const Endpoints& endpoints, const CollectionNames& names,
                                       const CommitInput& input) {
    const auto& operation = input.operation;
    if (operation.target.empty())
        return refuse(ErrorKind::invalid_argument, operation, "No finding was named to be ignored.");
    const bool ignores = operation.kind == OperationKind::ignore_finding;
    BuiltCommit built;
    built.writes = Json::array();
    FieldChanges ignore;
    ignore.set = {{"staging_id", value::text(operation.staging_id)},
                  {"reason", value::text(operation.reason)},
                  {"comment", value::text(operation.comment)},
                  {"by", value::text(operation.uid)},
                  {"by_name", value::text(operation.by_name)},
                  {"op_id", value::text(operation.op_id)},
                  {"active", value::boolean(ignores)}};
    ignore.server_times = {"updated_at"};
    built.writes.push_back(update_write(endpoints.document_name(names.ignores, operation.target), ignore, {}));
    built.writes.push_back(audit_write(endpoints, names, operation, {}));
    return built;
}

}  // namespace

std::vector<std::string> related_documents(const Endpoints& endpoints, const CollectionNames& names,
                                           const model::Operation& operation, const model::Capture& before) {
    std::vector<std::string> related;
    if (is_about_finding(operation.kind)) return related;
    const bool touches_production = operation.kind == OperationKind::undo || operation.kind == OperationKind::restore ||
                                    operation.kind == OperationKind::correct || operation.kind == OperationKind::merge;
    if (before.synced_to_production && !before.production_id.empty() && touches_production) {
        related.push_back(production_name(endpoints, names, before));
        if (auto key = key_name(endpoints, names, before); !key.empty()) related.push_back(std::move(key));
        if (!operation.undo_of.empty()) {
            related.push_back(endpoints.document_name(names.audit, operation.undo_of));
            related.push_back(version_name(endpoints, names, operation));
        }
    }
    for (const auto& id : returned_ids(operation)) related.push_back(endpoints.document_name(names.staging, id));
    for (const auto& id : superseded_ids(operation)) related.push_back(endpoints.document_name(names.staging, id));
    return related;
}

base::Result<BuiltCommit> build_commit(const Endpoints& endpoints, const CollectionNames& names,
                                       const CommitInput& input) {
    const auto& operation = input.operation;
    if (is_about_finding(operation.kind)) return build_ignore(endpoints, names, input);
    BuiltCommit built;
    built.writes = Json::array();
    built.before = decoded(input.staging);
    if (built.before.shape != model::SourceShape::staging) {
        return refuse(ErrorKind::invalid_argument, operation,
                      "This document is of another app or unreadable, and is only read.");
    }
    if (const auto why = state_refusal(operation, built.before); !why.empty())
        return refuse(ErrorKind::invalid_argument, operation, std::string(why));
    if (operation.kind == OperationKind::correct && operation.correction.empty()) {
        return refuse(ErrorKind::invalid_argument, operation, "The correction changes nothing.");
    }
    built.after = model::apply(built.before, operation);
    AuditDetails audit;
    audit.project_id = built.after.project_id;
    audit.revision = built.after.revision;
    audit.changes = add_staging(built.writes, names, operation, input.staging, built.before, built.after);
    if (auto added = add_production_part(built.writes, endpoints, names, input, built, audit); !added)
        return added.error();
    if (operation.kind == OperationKind::merge) {
        if (auto added = add_superseded(built.writes, endpoints, names, input, audit); !added) return added.error();
    }
    if (auto added = add_returned(built.writes, endpoints, names, input, audit); !added) return added.error();
    built.writes.push_back(audit_write(endpoints, names, operation, audit));
    return built;
}

}  // namespace linesman::sync
