// Decisions that need a person: conflicts and parked ones. Listed, looked at field by field, settled.
#include "cli/verbs/judge_verbs.h"
#include "cli/verbs/matter_choices.h"
#include "model/keys.h"

namespace linesman::cli {
namespace {

using app::OpenMatter;

std::string label_of(const OpenMatter& matter) {
    const auto& id = matter.pending.operation.staging_id;
    return matter.pole_number.empty() ? id : matter.pole_number + " (" + id + ")";
}

base::Json json_of(const OpenMatter& matter) {
    const auto& operation = matter.pending.operation;
    return {{"op_id", operation.op_id},
            {"id", operation.staging_id},
            {"number", matter.pole_number},
            {"kind", model::name_of(operation.kind)},
            {"state", model::name_of(matter.pending.state)},
            {"made_at", base::format_rfc3339(operation.made_at)},
            {"by", operation.uid},
            {"by_name", operation.by_name},
            {"why", matter.pending.error},
            {"cure", matter.pending.cure}};
}

// `item`: an op_id or the beginning of one, a staging id, or a pole number.
base::Result<OpenMatter> find_matter(const app::Snapshot& snapshot, const std::string& item) {
    constexpr size_t kLeastOfAnId = 8;
    const std::string number = model::canonical_number(item);
    std::vector<const OpenMatter*> found;
    for (const auto& matter : snapshot.matters) {
        const auto& operation = matter.pending.operation;
        const bool by_id =
            operation.op_id == item || (item.size() >= kLeastOfAnId && operation.op_id.starts_with(item));
        const bool by_number = !number.empty() && model::canonical_number(matter.pole_number) == number;
        if (by_id || by_number || operation.staging_id == item) found.push_back(&matter);
    }
    if (found.size() == 1) return *found.front();
    if (found.empty())
        return base::make_error(base::ErrorKind::not_found,
                                "Nothing open is called \"" + item + "\". linesmanctl conflicts lists what is.");
    std::string ids;
    for (const auto* matter : found) ids.append(ids.empty() ? "" : ", ").append(matter->pending.operation.op_id);
    return base::make_error(base::ErrorKind::invalid_argument,
                            "Several decisions are called \"" + item + "\". Name one by its id: " + ids + ".");
}

base::Result<std::shared_ptr<const app::MatterDetail>> read_matter(app::Engine& desk, const std::string& op_id) {
    std::shared_ptr<const app::MatterDetail> detail;
    const bool read = desk.wait_for(
        [&](const app::Snapshot& s) {
            return (detail = desk.matter(op_id)) && detail->generation == s.rows_generation;
        },
        base::seconds(30));
    if (!read) return base::make_error(base::ErrorKind::timed_out, "Both versions could not be read in time.");
    return detail;
}

const char* word_of(const model::FieldDifference& field) {
    if (field.clash) return "both changed it";
    return field.changed_by_them && field.changed_by_me ? "both, the same" : field.changed_by_them ? "they" : "you";
}

base::Json differences(const Context& context, const app::MatterDetail& detail) {
    std::vector<std::vector<std::string>> rows = {{"FIELD", "BEFORE", "THEIRS", "MINE", "CHANGED BY"}};
    base::Json json = base::Json::array();
    for (const auto& field : detail.fields) {
        rows.push_back(
            {std::string(model::wire_name_of(field.field)), field.base, field.theirs, field.mine, word_of(field)});
        json.push_back({{"field", model::wire_name_of(field.field)},
                        {"before", field.base},
                        {"theirs", field.theirs},
                        {"mine", field.mine},
                        {"clash", field.clash},
                        {"can_choose", detail.can_choose(field.field)}});
    }
    context.out.data(rows.size() == 1 ? "No field differs." : Output::table(rows));
    return json;
}

// Whether something of this capture is open again: what was settled met a newer version, or was refused.
const OpenMatter* open_again(const app::Snapshot& snapshot, const std::string& staging_id) {
    for (const auto& matter : snapshot.matters) {
        if (matter.pending.operation.staging_id == staging_id) return &matter;
    }
    return nullptr;
}

int report_settled(Context& context, app::Engine& desk, const OpenMatter& matter, const std::string& kept,
                   const std::string& op_id) {
    let_it_be_sent(context, desk);
    const auto snapshot = desk.snapshot();
    const auto& operation = matter.pending.operation;
    const auto* again = open_again(*snapshot, operation.staging_id);
    std::string text = label_of(matter) + ": settled, " + kept;
    if (again) text = label_of(matter) + ": open again. " + again->pending.error;
    context.out.data(text);
    base::Json json = {{"id", operation.staging_id},
                       {"settled", operation.op_id},
                       {"kept", kept},
                       {"state", again ? "open again" : "settled"},
                       {"unsent", snapshot->outbox.unsent()}};
    if (!op_id.empty()) json["op_id"] = op_id;
    if (again) json["why"] = again->pending.error;
    context.out.document(json);
    return again ? kFindings : kOk;
}

int take_theirs(Context& context, app::Engine& desk, const OpenMatter& matter) {
    desk.resolve(matter.pending.operation.op_id, app::MatterChoice::take_theirs);
    return report_settled(context, desk, matter, "theirs", {});
}

int send_again(Context& context, app::Engine& desk, const OpenMatter& matter) {
    const std::string op_id = matter.pending.operation.op_id;
    desk.resolve(op_id, app::MatterChoice::retry);
    return report_settled(context, desk, matter, "mine", op_id);
}

// Asks again while the newest version is being read.
app::DecisionOutcome settle(app::Engine& desk, const std::string& op_id, const app::MatterResolution& resolution) {
    app::DecisionOutcome outcome;
    desk.wait_for(
        [&](const app::Snapshot& s) {
            const auto detail = desk.matter(op_id);
            if (!detail || detail->generation != s.rows_generation) return false;
            outcome = settled(desk, desk.resolve_fields(op_id, resolution));
            return outcome.why.find("still being read") == std::string::npos;
        },
        base::seconds(30));
    if (outcome.state == app::DecisionOutcome::State::refused && outcome.why.empty())
        outcome.why = "Both versions could not be read in time.";
    return outcome;
}

void add_overrides(app::Engine& desk, const std::string& staging_id, const std::string& reason,
                   app::MatterResolution& resolution) {
    if (reason.empty() || !find_capture(desk, staging_id)) return;
    for (const auto& finding : desk.detail(staging_id)->findings) {
        if (finding.severity == model::Severity::error && !finding.ignored)
            resolution.overrides.push_back({finding.id, reason});
    }
}

}  // namespace

int verb_conflicts_list(Context& context) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    const auto snapshot = (*desk)->snapshot();
    std::vector<std::vector<std::string>> rows = {{"ID", "CAPTURE", "WHAT", "STATE", "WHY"}};
    base::Json json = base::Json::array();
    for (const auto& matter : snapshot->matters) {
        const auto& operation = matter.pending.operation;
        rows.push_back({operation.op_id, label_of(matter), std::string(model::name_of(operation.kind)),
                        std::string(model::name_of(matter.pending.state)), matter.pending.error});
        json.push_back(json_of(matter));
    }
    context.out.data(rows.size() == 1 ? "Nothing needs a person." : Output::table(rows));
    context.out.document({{"open", std::move(json)}});
    return snapshot->matters.empty() ? kOk : kFindings;
}

int verb_conflicts_show(Context& context, const std::string& item) {
    auto opened = context.open_desk(false, false);
    if (!opened) return context.fail(opened.error());
    app::Engine& desk = **opened;
    wait_for_session(context, desk);  // whether mine may be kept depends on whose it is
    const auto matter = find_matter(*desk.snapshot(), item);
    if (!matter) return context.fail(matter.error());
    const auto detail = read_matter(desk, matter->pending.operation.op_id);
    if (!detail) return context.fail(detail.error());
    base::Json json = json_of(*matter);
    json["deleted"] = (*detail)->deleted;
    json["keep_mine"] = {{"allowed", (*detail)->keep_mine.allowed}, {"why_not", (*detail)->keep_mine.why_not}};
    const auto& operation = matter->pending.operation;
    context.out.data(label_of(*matter) + ": " + std::string(model::name_of(operation.kind)) + " of " +
                     base::format_rfc3339(operation.made_at) + " by " + operation.by_name);
    context.out.data(matter->pending.error);
    json["fields"] = differences(context, **detail);
    if (!(*detail)->keep_mine.allowed)
        context.out.data("Mine cannot be kept as it is. " + (*detail)->keep_mine.why_not);
    context.out.document(json);
    return kOk;
}

int verb_conflicts_resolve(Context& context, const ResolveOptions& options) {
    auto opened = open_to_decide(context);
    if (opened.failed) return *opened.failed;
    app::Engine& desk = *opened.desk;
    const auto matter = find_matter(*desk.snapshot(), options.item);
    if (!matter) return context.fail(matter.error());
    const auto& operation = matter->pending.operation;
    const auto detail = read_matter(desk, operation.op_id);
    if (!detail) return context.fail(detail.error());
    auto choices = matter_choices(**detail, options.keep, options.fields);
    if (!choices) return context.fail(choices.error());
    if (choices->is_all_theirs) return take_theirs(context, desk, *matter);
    if (!(*detail)->conflict) return send_again(context, desk, *matter);
    choices->resolution.comment = options.comment;
    add_overrides(desk, operation.staging_id, options.override_reason, choices->resolution);
    const auto outcome = settle(desk, operation.op_id, choices->resolution);
    if (outcome.state == app::DecisionOutcome::State::durable)
        return report_settled(context, desk, *matter, choices->words, outcome.op_id);
    desk.catch_up();
    context.out.data(label_of(*matter) + ": refused. " + outcome.why);
    context.out.document({{"id", operation.staging_id}, {"state", "refused"}, {"why", outcome.why}});
    return kFindings;
}

}  // namespace linesman::cli
