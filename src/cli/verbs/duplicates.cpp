// Captures that may be one pole, in groups: what `merge` is for.
#include "cli/verbs/judge_verbs.h"

namespace linesman::cli {
namespace {

std::string_view word_of(app::DuplicateKind kind) {
    switch (kind) {
        case app::DuplicateKind::upload:
            return "upload";
        case app::DuplicateKind::number:
            return "number";
        case app::DuplicateKind::near:
            break;
    }
    return "near";
}

}  // namespace

int verb_duplicates(Context& context) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    std::shared_ptr<const app::DuplicateGroups> groups;
    (*desk)->wait_for(
        [&](const app::Snapshot& s) {
            groups = (*desk)->duplicate_groups();
            return groups && groups->generation == s.rows_generation;
        },
        base::seconds(context.options.timeout_s));
    if (!groups) return context.fail(base::make_error(base::ErrorKind::timed_out, "The captures could not be read."));
    std::vector<std::vector<std::string>> rows = {{"KIND", "WHAT", "CAPTURES"}};
    base::Json json = base::Json::array();
    for (const auto& group : groups->groups) {
        std::string ids;
        for (const auto& id : group.staging_ids) ids.append(ids.empty() ? "" : " ").append(id);
        rows.push_back({std::string(word_of(group.kind)), group.title, ids});
        json.push_back({{"kind", word_of(group.kind)}, {"title", group.title}, {"ids", group.staging_ids}});
    }
    context.out.data(groups->groups.empty() ? "No two captures look like one pole." : Output::table(rows));
    context.out.document({{"groups", std::move(json)}});
    return groups->groups.empty() ? kOk : kFindings;
}

}  // namespace linesman::cli
