#include "app/remote_undo.h"

#include "model/undo.h"
#include "sync/capture_codec.h"
#include "sync/commit_builder.h"

namespace linesman::app {
namespace {

using base::ErrorKind;
using base::make_error;

struct Part {
    base::Json set;
    const sync::RawDocument* now = nullptr;
};

base::Result<Part> undo_part(const std::string& staging_id, const sync::ServerChange& found) {
    const auto concerned = found.captures.find(staging_id);
    if (concerned == found.captures.end() || !concerned->second.before)
        return make_error(ErrorKind::not_found,
                          "The server keeps no copy of the capture before this decision. Decide the capture anew.",
                          "no version of " + staging_id);
    if (!concerned->second.now)
        return make_error(ErrorKind::precondition_failed,
                          "The capture was deleted on the server. Nothing can be undone.", staging_id);
    const auto& before = *concerned->second.before;
    const auto& now = *concerned->second.now;
    const auto after = sync::capture_after(before, *found.change);
    const auto current = sync::decode_capture_or_unreadable(staging_id, now.fields_json, now.update_time);
    model::Operation undone;
    undone.uid = found.change->by;
    undone.kind = *found.change->kind;
    auto plan = model::undo_change(current, before.capture, after, undone);
    if (!plan.possible()) return make_error(ErrorKind::precondition_failed, plan.why_not);
    return Part{std::move(plan.extra), &now};
}

}  // namespace

base::Result<model::Operation> undo_from_server(model::Operation undo, const sync::ServerChange& found) {
    if (!found.change)
        return make_error(ErrorKind::not_found,
                          "The server keeps no record of this decision, so what it changed is not known. Decide the "
                          "capture anew.",
                          "no audit entry " + undo.undo_of);
    const auto& change = *found.change;
    if (!change.kind || sync::is_about_finding(*change.kind))
        return make_error(ErrorKind::invalid_argument,
                          "A change of this kind is not undone here. Take back an ignored finding at the finding; a "
                          "resubmission is the crew's.",
                          change.kind_name);
    if (*change.kind == model::OperationKind::undo)
        return make_error(ErrorKind::invalid_argument,
                          "The last change of this capture took a decision back already. Decide the capture as it is "
                          "now, or restore an old version of it.",
                          change.op_id);
    // The commit of a merge is undone as a whole, from its primary.
    if (!change.staging_id.empty()) undo.staging_id = change.staging_id;
    auto own = undo_part(undo.staging_id, found);
    if (!own) return own.error();
    undo.extra = std::move(own->set);
    undo.base_update_time = own->now->update_time;
    undo.base_fields = own->now->fields_json;
    for (const auto& id : change.others) {
        auto other = undo_part(id, found);
        if (!other) return other.error();
        undo.extra["others"][id] = other->set["set"];
    }
    return undo;
}

}  // namespace linesman::app
