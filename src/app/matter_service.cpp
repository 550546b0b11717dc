#include "app/matter_service.h"

#include <algorithm>

#include "base/ids.h"
#include "base/json.h"
#include "sync/capture_codec.h"

namespace linesman::app {
namespace {

using model::CaptureField;

constexpr size_t kKept = 8;

bool stays_theirs(const std::map<CaptureField, Side>& fields, CaptureField field) {
    const auto chosen = fields.find(field);
    return chosen != fields.end() && chosen->second == Side::theirs;
}

const OpenMatter* find_matter(const Snapshot& snapshot, const std::string& op_id) {
    for (const auto& matter : snapshot.matters) {
        if (matter.pending.operation.op_id == op_id) return &matter;
    }
    return nullptr;
}

bool is_correctable(CaptureField field) {
    return field == CaptureField::pole_number || field == CaptureField::project_id || field == CaptureField::gps ||
           field == CaptureField::notes;
}

std::vector<CaptureField> fields_of(const model::Correction& correction) {
    std::vector<CaptureField> fields;
    if (correction.pole_number) fields.push_back(CaptureField::pole_number);
    if (correction.project_id) fields.push_back(CaptureField::project_id);
    if (correction.notes) fields.push_back(CaptureField::notes);
    if (correction.gps) fields.push_back(CaptureField::gps);
    return fields;
}

model::Correction with_typed(model::Correction correction, const model::Correction& typed) {
    if (typed.pole_number) correction.pole_number = typed.pole_number;
    if (typed.project_id) correction.project_id = typed.project_id;
    if (typed.notes) correction.notes = typed.notes;
    if (typed.gps) correction.gps = typed.gps;
    return correction;
}

}  // namespace

MatterService::MatterService(SyncSide& sync, Board& board, OperationMaker maker)
    : sync_(sync),
      board_(board),
      maker_(std::move(maker)),
      matters_(
          [this](std::string op_id, uint64_t) {
              const auto snapshot = board_.snapshot();
              const auto* matter = find_matter(*snapshot, op_id);
              if (!matter) return matters_.provide(op_id, nullptr);
              sync_.with([this, matter = *matter](SyncAccess* access) {
                  if (!access) return;
                  matters_.provide(matter.pending.operation.op_id, read(*access, matter));
                  board_.wake();
              });
          },
          kKept) {}

std::shared_ptr<const MatterDetail> MatterService::get(const std::string& op_id, const Snapshot& snapshot) {
    if (!find_matter(snapshot, op_id)) return nullptr;
    const auto known = matters_.get(op_id, snapshot.rows_generation);
    return known ? std::shared_ptr<const MatterDetail>(known, &known->view) : nullptr;
}

std::shared_ptr<const MatterService::Matter> MatterService::read(SyncAccess& access, const OpenMatter& open) {
    auto matter = std::make_shared<Matter>();
    matter->operation = open.pending.operation;
    matter->loaded = access.load(matter->operation.staging_id);
    const auto& operation = matter->operation;
    auto& view = matter->view;
    view.op_id = operation.op_id;
    view.generation = access.rows_generation;
    view.conflict = open.pending.state == model::OperationState::conflict;
    view.base =
        sync::decode_capture_or_unreadable(operation.staging_id, operation.base_fields, operation.base_update_time);
    view.mine = model::apply(view.base, operation);
    // Parked operations met no other version: theirs is what the server has now.
    const bool met = !open.theirs_fields.empty();
    view.deleted = met ? open.theirs_fields == "{}" : !matter->loaded;
    const std::string theirs = met ? open.theirs_fields : matter->loaded ? matter->loaded->remote_fields : "{}";
    view.theirs = sync::decode_capture_or_unreadable(operation.staging_id, theirs,
                                                     matter->loaded ? matter->loaded->remote_update_time : "");
    if (matter->loaded && !view.deleted) {
        // What the machine or a phone's second write changed since is not what the person compares.
        auto newest = sync::decode_capture_or_unreadable(operation.staging_id, matter->loaded->remote_fields,
                                                         matter->loaded->remote_update_time);
        matter->is_newest = model::materially_equal(view.theirs, newest);
        if (matter->is_newest) view.theirs = std::move(newest);
    }
    if (view.deleted) {
        view.keep_mine = model::Permission::no("The capture was deleted on the server. Take the decision back.");
        return matter;
    }
    view.fields = model::three_way_difference(view.base, view.theirs, view.mine);
    view.choosable = model::fields_set_by(operation, view.base);
    for (const auto& field : view.fields) {
        const bool known = std::find(view.choosable.begin(), view.choosable.end(), field.field) != view.choosable.end();
        if (!known && is_correctable(field.field)) view.choosable.push_back(field.field);
    }
    const model::Project* project = nullptr;
    for (const auto& candidate : access.book.reference().projects) {
        if (candidate.id == view.theirs.project_id) project = &candidate;
    }
    view.keep_mine =
        model::may({access.session, view.theirs, access.book.findings(operation.staging_id), project}, operation);
    return matter;
}

std::optional<model::Operation> without_fields(model::Operation operation, const std::map<CaptureField, Side>& fields) {
    using enum model::OperationKind;
    switch (operation.kind) {
        case correct: {
            auto& c = operation.correction;
            if (stays_theirs(fields, CaptureField::pole_number)) c.pole_number.reset();
            if (stays_theirs(fields, CaptureField::project_id)) c.project_id.reset();
            if (stays_theirs(fields, CaptureField::notes)) c.notes.reset();
            if (stays_theirs(fields, CaptureField::gps)) c.gps.reset();
            return c.empty() ? std::nullopt : std::optional(std::move(operation));
        }
        case merge:
        case restore:
        case undo: {
            const base::Json* set = base::find(operation.extra, "set");
            if (!set || !set->is_object()) return operation;
            base::Json left = *set;
            for (const auto field : model::fields_named_in(*set)) {
                if (stays_theirs(fields, field)) left.erase(std::string(model::wire_name_of(field)));
            }
            if (left.empty()) return std::nullopt;
            operation.extra["set"] = std::move(left);
            return operation;
        }
        case promote:
            return stays_theirs(fields, CaptureField::synced_to_production) ? std::nullopt
                                                                            : std::optional(std::move(operation));
        case ignore_finding:
        case unignore_finding:
            return operation;
        case approve:
        case reject:
        case hold:
        case requeue:
            break;
    }
    // A decision is one thing: it stands or it does not.
    return stays_theirs(fields, CaptureField::review) ? std::nullopt : std::optional(std::move(operation));
}

model::Correction correction_to_mine(const MatterDetail& matter, const model::Operation& operation,
                                     const std::map<CaptureField, Side>& fields) {
    model::Correction correction;
    const auto own = model::fields_set_by(operation, matter.base);
    for (const auto& [field, side] : fields) {
        const bool set_by_me = std::find(own.begin(), own.end(), field) != own.end();
        if (side != Side::mine || set_by_me || model::same(field, matter.theirs, matter.mine)) continue;
        if (field == CaptureField::pole_number) correction.pole_number = matter.mine.pole_number;
        if (field == CaptureField::project_id) correction.project_id = matter.mine.project_id;
        if (field == CaptureField::notes) correction.notes = matter.mine.notes;
        if (field == CaptureField::gps) correction.gps = matter.mine.gps;
    }
    return correction;
}

base::Result<std::vector<model::Operation>> MatterService::settle(const std::string& op_id,
                                                                  const MatterResolution& resolution,
                                                                  const Snapshot& snapshot) {
    if (!find_matter(snapshot, op_id))
        return base::make_error(base::ErrorKind::not_found, "This matter is settled already.");
    const auto matter = matters_.get(op_id, snapshot.rows_generation);
    if (!matter) return base::make_error(base::ErrorKind::unavailable, "The matter is still being read.");
    const auto& view = matter->view;
    std::vector<model::Operation> made;
    if (view.deleted) return made;
    if (!matter->is_newest)
        return base::make_error(base::ErrorKind::aborted,
                                "The capture was changed again since. Look at the newest version, which is being "
                                "fetched, then choose.");
    model::Capture stands = view.theirs;
    const auto add = [&](model::Operation operation) -> base::Status {
        const auto& loaded = *matter->loaded;
        const auto permission =
            model::may({snapshot.session, stands, loaded.detail->findings, loaded.project ? &*loaded.project : nullptr},
                       operation);
        if (!permission.allowed) return base::make_error(base::ErrorKind::precondition_failed, permission.why_not);
        stands = model::apply(std::move(stands), operation);
        made.push_back(std::move(operation));
        return {};
    };
    auto fields = resolution.fields;
    for (const auto field : fields_of(resolution.typed)) fields[field] = Side::theirs;
    const auto correction = with_typed(correction_to_mine(view, matter->operation, fields), resolution.typed);
    if (!correction.empty()) {
        DecisionDraft draft;
        draft.kind = model::OperationKind::correct;
        draft.staging_id = matter->operation.staging_id;
        draft.correction = correction;
        draft.comment = "Chosen when two changes met.";
        LINESMAN_TRY(add(maker_.make(*matter->loaded, snapshot.session, draft)));
    }
    if (auto mine = without_fields(matter->operation, fields)) {
        mine->op_id = base::uuid7(maker_.clock());
        mine->made_at = maker_.clock().now();
        mine->send_after = mine->made_at;
        mine->base_fields = matter->loaded->remote_fields;
        mine->base_update_time = matter->loaded->remote_update_time;
        mine->resubmission = view.theirs.resubmission;
        mine->rules_hash = matter->loaded->rules_hash;
        mine->batch_id.clear();
        // Overrides given now count as given here: over the command line they need the project's leave.
        if (!resolution.overrides.empty()) mine->via = maker_.via();
        for (const auto& given : resolution.overrides) mine->overrides.push_back(given);
        if (!resolution.comment.empty()) mine->comment = resolution.comment;
        LINESMAN_TRY(add(std::move(*mine)));
    }
    return made;
}

}  // namespace linesman::app
