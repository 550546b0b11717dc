#include "cli/verbs/judge_verbs.h"

namespace linesman::cli {
namespace {

base::Result<size_t> index_of(const std::vector<std::string>& ids, app::Engine& desk, const std::string& item) {
    const auto id = find_capture(desk, item);
    if (!id) return id.error();
    for (size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] == *id) return i;
    }
    return base::make_error(base::ErrorKind::invalid_argument, item + " is none of the captures to merge.");
}

// --primary and --take on top of the written policy.
base::Status apply_choices(app::Engine& desk, const MergeOptions& options, const std::vector<std::string>& ids,
                           model::MergeChoices& choices) {
    if (!options.primary.empty()) {
        const auto index = index_of(ids, desk, options.primary);
        if (!index) return index.error();
        choices.primary = *index;
    }
    for (const auto& take : options.take) {
        const auto equals = take.find('=');
        const auto field = model::capture_field_from_wire_name(take.substr(0, equals));
        if (equals == std::string::npos || !field) {
            std::string names;
            for (const auto known : model::mergeable_fields())
                names.append(names.empty() ? "" : ", ").append(model::wire_name_of(known));
            return base::make_error(base::ErrorKind::invalid_argument, std::string("--take ")
                                                                           .append(take)
                                                                           .append(" is not FIELD=STAGING_ID. Fields: ")
                                                                           .append(names)
                                                                           .append("."));
        }
        const auto index = index_of(ids, desk, take.substr(equals + 1));
        if (!index) return index.error();
        choices.from[*field] = *index;
    }
    return {};
}

}  // namespace

int verb_merge(Context& context, const MergeOptions& options) {
    auto opened = open_to_decide(context);
    if (opened.failed) return *opened.failed;
    app::Engine& desk = *opened.desk;
    app::MergeDraft draft;
    draft.comment = options.comment;
    for (const auto& item : options.items) {
        auto id = find_capture(desk, item);
        if (!id) return context.fail(id.error());
        draft.staging_ids.push_back(std::move(*id));
    }
    std::shared_ptr<const app::DuplicateMembers> members;
    desk.wait_for(
        [&](const app::Snapshot&) { return (members = desk.duplicate_members(draft.staging_ids)) != nullptr; },
        base::seconds(30));
    if (!members) return context.fail(base::make_error(base::ErrorKind::timed_out, "The captures could not be read."));
    draft.choices = members->suggested;
    if (auto status = apply_choices(desk, options, draft.staging_ids, draft.choices); !status)
        return context.fail(status.error());
    const auto preview = desk.preview_merge(draft);
    if (!preview.permission.allowed)
        return context.fail(base::make_error(base::ErrorKind::precondition_failed, preview.permission.why_not));
    if (!options.dry_run)
        return report_decision(context, desk, preview.plan.merged.staging_id, settled(desk, desk.merge(draft)));
    std::vector<std::vector<std::string>> rows = {{"FIELD", "NOW", "MERGED"}};
    base::Json changes = base::Json::array();
    for (const auto& pair : preview.changes) {
        rows.push_back({std::string(model::title_of(pair.field)), pair.left, pair.right});
        changes.push_back({{"field", model::wire_name_of(pair.field)}, {"before", pair.left}, {"after", pair.right}});
    }
    context.out.data("Stays: " + preview.plan.merged.staging_id);
    for (const auto& id : preview.plan.superseded) context.out.data("Superseded, and kept: " + id);
    context.out.data(preview.changes.empty() ? "No field of it changes." : Output::table(rows));
    context.out.document({{"dry_run", true},
                          {"primary", preview.plan.merged.staging_id},
                          {"superseded", preview.plan.superseded},
                          {"changes", std::move(changes)},
                          {"photos_not_used", preview.plan.not_used.size()}});
    return kOk;
}

}  // namespace linesman::cli
