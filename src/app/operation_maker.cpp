#include "app/operation_maker.h"

#include "base/ids.h"
#include "model/capture_fields.h"
#include "model/keys.h"

namespace linesman::app {

model::Operation OperationMaker::make(const LoadedCapture& loaded, const model::Session& session,
                                      const DecisionDraft& draft) const {
    const auto& capture = loaded.detail->capture;
    model::Operation operation;
    operation.op_id = base::uuid7(clock_);
    operation.kind = draft.kind;
    operation.staging_id = draft.staging_id;
    operation.uid = session.uid;
    operation.by_name = session.name.empty() ? session.email : session.name;
    operation.made_at = clock_.now();
    operation.send_after = operation.made_at + base::seconds(profile_.hold_back_s);
    operation.base_update_time = loaded.remote_update_time;
    operation.base_fields = loaded.remote_fields;
    operation.reason = draft.reason;
    operation.comment = draft.comment;
    operation.remind_at = draft.remind_at;
    operation.overrides = draft.overrides;
    operation.correction = draft.correction;
    operation.target = draft.target;
    operation.photos_seen = draft.photos_seen;
    operation.rules_hash = loaded.rules_hash;
    operation.resubmission = capture.resubmission;
    operation.via = via_;
    operation.desk_id = desk_id_;
    if (draft.kind == model::OperationKind::approve) {
        const bool blank = model::canonical_number(capture.pole_number).empty();
        operation.promote =
            profile_.promote_on_approve && (!blank || (loaded.project && loaded.project->allows_blank_number));
    }
    if (draft.kind == model::OperationKind::correct && !draft.photos.empty()) {
        model::Capture linked;
        std::vector<model::CaptureField> fields;
        for (const auto& [slot, photo] : draft.photos) {
            linked.photos[model::index_of(slot)] = photo;
            fields.push_back(model::photo_field(slot));
        }
        operation.extra = {{"set", model::fields_to_json(linked, fields)}};
    }
    if (draft.kind == model::OperationKind::undo) {
        operation.undo_of = draft.undo_of;
        // Whose it is decides whether a reason is needed; a merge or a correction stands in no review.
        for (const auto& pending : loaded.detail->operations) {
            if (pending.operation.op_id == draft.undo_of) operation.extra = {{"undone_by", pending.operation.uid}};
        }
        operation.send_after = operation.made_at;
    }
    return operation;
}

}  // namespace linesman::app
