#include "cli/judge_commands.h"

#include <CLI/CLI.hpp>

#include "cli/filter_options.h"
#include "cli/verbs/judge_verbs.h"
#include "cli/verbs/matter_choices.h"
#include "model/reasons.h"

namespace linesman::cli {
namespace {

using model::OperationKind;

int usage(const std::string& text) {
    std::fprintf(stderr, "linesmanctl: %s\n", text.c_str());
    return kUsage;
}

std::vector<std::string> reason_codes() {
    std::vector<std::string> codes;
    codes.reserve(std::size(model::kRejectReasons));
    for (const auto& reason : model::kRejectReasons) codes.emplace_back(reason.code);
    return codes;
}

}  // namespace

struct JudgeCommands::Verbs {
    struct Decision {
        CLI::App* verb = nullptr;
        OperationKind kind{};
        DecideOptions options;
        FilterOptions filter;
        std::optional<std::string> position;
    };
    std::vector<std::unique_ptr<Decision>> decisions;
    bool index_existing = false;
    CLI::App *merge, *ignore, *history, *restore, *batch_list, *batch_show, *batch_pause, *batch_resume, *batch_cancel;
    CLI::App *conflicts, *conflicts_show, *conflicts_resolve, *duplicates, *relink;
    RelinkOptions relinking;
    MergeOptions merging;
    IgnoreOptions ignoring;
    HistoryOptions versions;
    ResolveOptions resolving;
    std::string batch_id;

    void add_correct(CLI::App& app) {
        auto& d = add(app, "correct", OperationKind::correct, "correct number, project, notes or position");
        auto& wanted = d.options.correction;
        d.verb->add_option("--set-number", wanted.pole_number, "the right pole number; of one capture");
        d.verb->add_option("--set-project", wanted.project_id, "the right project");
        d.verb->add_option("--set-notes", wanted.notes, "the right notes");
        d.verb->add_option("--set-position", d.position, "latitude,longitude in degrees; of one capture");
    }

    void add_relink(CLI::App& app) {
        relink = app.add_subcommand("relink", "link a photo that lies in Storage to a capture that lacks it");
        relink->footer(
            "Without --photo it lists the candidates, by slot and time: none is ever linked by itself, since old "
            "names\n"
            "carry no pole. Look at them in the window (Ctrl+L on the capture) when more than one could be right.\n"
            "Example: linesmanctl relink LAW.P.A101 --slot side --photo poles/staging/side_1737000060000_ab12.jpg");
        relink->add_option("item", relinking.item, "staging id or pole number")->required();
        relink->add_option("--slot", relinking.slot, "before, front, side, depth, concrete or compaction")
            ->check(CLI::IsMember({"before", "front", "side", "depth", "concrete", "compaction"}));
        relink->add_option("--photo", relinking.photo, "path of the candidate in Storage")->needs("--slot");
        relink->add_option("--comment", relinking.comment, "a comment for the record");
        relink->add_flag("--dry-run", relinking.dry_run, "only say whether it would be linked, and why not");
    }

    void add_conflicts(CLI::App& app) {
        conflicts = app.add_subcommand("conflicts", "decisions that need a person; without a verb, the list");
        conflicts->require_subcommand(0, 1);
        conflicts->add_subcommand("list", "what is in conflict or parked, and why");
        const auto one = [&](const char* name, const char* help) {
            auto* verb = conflicts->add_subcommand(name, help);
            verb->add_option("item", resolving.item, "id of the decision, staging id or pole number")->required();
            return verb;
        };
        conflicts_show = one("show", "field by field: before, theirs, mine");
        conflicts_resolve = one("resolve", "keep mine on top of theirs, or theirs, or choose field by field");
        conflicts_resolve->add_option("--keep", resolving.keep, "what counts where --field says nothing")
            ->check(CLI::IsMember({"mine", "theirs"}));
        conflicts_resolve
            ->add_option("--field", resolving.fields,
                         "NAME=mine, NAME=theirs, or NAME=VALUE; review is the decision itself")
            ->allow_extra_args(false);
        conflicts_resolve->add_option("--comment", resolving.comment, "a comment for the record");
        conflicts_resolve->add_option("--override", resolving.override_reason,
                                      "keep an approval despite errors, for this reason");
    }

    Decision& add(CLI::App& app, const char* name, OperationKind kind, const char* help) {
        auto& d = *decisions.emplace_back(std::make_unique<Decision>());
        d.kind = d.options.kind = kind;
        d.verb = app.add_subcommand(name, help);
        d.verb->add_option("items", d.options.items, "staging ids or pole numbers");
        d.verb->add_flag("--filter", d.options.by_filter, "every capture that the filter options below let through");
        d.verb->add_option("--ids-file", d.options.ids_file,
                           "a file with a staging id or pole number on each line; - = stdin");
        // What is promoted or taken back was decided before.
        const bool of_decided = kind == OperationKind::promote || kind == OperationKind::undo;
        d.filter.add_to(*d.verb, of_decided ? "decided" : "open");
        d.verb->add_option("--comment", d.options.comment, "a comment for the record");
        d.verb->add_flag("--dry-run", d.options.dry_run, "only say what would be done or refused, and why");
        d.verb->add_flag("-y,--yes", d.options.yes, "make a batch without being asked");
        d.verb->add_option("--rate", d.options.rate, "items of batches per second from now on, 0.1 to 50")
            ->check(CLI::Range(app::kLeastBulkRate, app::kMostBulkRate));
        return d;
    }
};

JudgeCommands::JudgeCommands(CLI::App& app) : verbs_(std::make_unique<Verbs>()) {
    Verbs& v = *verbs_;
    auto& approve = v.add(app, "approve", OperationKind::approve, "approve captures");
    approve.verb->add_option("--override", approve.options.override_reason,
                             "approve despite errors, for this reason (the project must allow it)");
    auto& reject = v.add(app, "reject", OperationKind::reject, "reject captures");
    reject.verb->add_option("--reason", reject.options.reason, "reason code")
        ->required()
        ->check(CLI::IsMember(reason_codes()));
    auto& hold = v.add(app, "hold", OperationKind::hold, "hold captures for later");
    hold.verb->add_option("--remind", hold.options.remind_h, "remind in this many hours");
    v.add(app, "requeue", OperationKind::requeue, "put captures back into the queue");
    auto& undo = v.add(app, "undo", OperationKind::undo, "take back the last decision on captures");
    undo.verb->add_option("--reason", undo.options.reason, "needed for another person's decision");
    undo.verb->add_option("--change", undo.options.change,
                          "id of the change to take back (linesmanctl history); without it, the newest");
    auto& promote = v.add(app, "promote", OperationKind::promote, "bring approved captures into production");
    promote.verb->add_flag("--index-existing", v.index_existing,
                           "make the keys of poles that are in production already; once per project");

    v.duplicates = app.add_subcommand("duplicates", "groups of captures that may be one pole: upload, number, near");
    v.merge = app.add_subcommand("merge", "make one capture of two to eight of one pole");
    v.merge->add_option("items", v.merging.items, "staging ids")->required();
    v.merge->add_option("--primary", v.merging.primary, "the one that stays; without it, by the written policy");
    v.merge->add_option("--take", v.merging.take, "FIELD=STAGING_ID, e.g. notes=abc or photos.front=abc")
        ->allow_extra_args(false);
    v.merge->add_option("--comment", v.merging.comment, "a comment for the record");
    v.merge->add_flag("--dry-run", v.merging.dry_run, "only show what the merged capture would be");

    v.ignore = app.add_subcommand("ignore", "ignore findings of a capture, with a reason; or list what is ignored");
    v.ignore->add_option("item", v.ignoring.item, "staging id or pole number; without it, the list");
    v.ignore->add_option("--finding", v.ignoring.finding, "id of the finding (linesmanctl show)");
    v.ignore->add_option("--rule", v.ignoring.rule, "every finding of this rule, e.g. gps_accuracy");
    v.ignore->add_option("--reason", v.ignoring.reason, "why it can be ignored");
    v.ignore->add_flag("--take-back", v.ignoring.take_back, "count it again");

    v.history = app.add_subcommand("history", "the versions of a capture, or the difference of two");
    v.history->add_option("item", v.versions.item, "staging id or pole number")->required();
    v.history->add_option("--from", v.versions.from, "compare this version ...");
    v.history->add_option("--to", v.versions.to, "... with this one (default: now)");
    v.restore = app.add_subcommand("restore", "bring an old version back as a new revision");
    v.restore->add_option("item", v.versions.item, "staging id or pole number")->required();
    v.restore->add_option("--version", v.versions.version, "id of the version (linesmanctl history)")->required();
    v.restore->add_option("--comment", v.versions.comment, "a comment for the record");
    v.restore->add_flag("--dry-run", v.versions.dry_run, "only show what would change");

    v.add_correct(app);
    v.add_relink(app);
    v.add_conflicts(app);

    auto* batch = app.add_subcommand("batch", "batches of decisions");
    batch->require_subcommand(1);
    v.batch_list = batch->add_subcommand("list", "the batches of this desk, newest first");
    const auto one = [&](const char* name, const char* help) {
        auto* verb = batch->add_subcommand(name, help);
        verb->add_option("batch", v.batch_id, "id of the batch")->required();
        return verb;
    };
    v.batch_show = one("show", "a receipt for each item");
    v.batch_pause = one("pause", "send no more of it");
    v.batch_resume = one("resume", "go on");
    v.batch_cancel = one("cancel", "take back what is not sent yet; for good");
}

JudgeCommands::~JudgeCommands() = default;

std::optional<int> JudgeCommands::run(const GlobalOptions& global) const {
    Verbs& v = *verbs_;
    const auto context = [&] { return Context(global); };
    for (const auto& decision : v.decisions) {
        if (!decision->verb->parsed()) continue;
        auto& options = decision->options;
        if (decision->kind == OperationKind::promote && v.index_existing) {
            auto opened = context();
            return verb_index_existing(opened);
        }
        ListOptions filter;
        if (const auto wrong = decision->filter.finish(filter, &global); !wrong.empty()) return usage(wrong);
        options.filter = filter.filter;
        const int sources = !options.items.empty() + options.by_filter + !options.ids_file.empty();
        if (sources == 0) return usage("which captures? Name them, or give --filter or --ids-file");
        if (sources > 1) return usage("name the captures, or give --filter, or --ids-file: only one of them");
        if (decision->position) {
            options.correction.gps = parse_position(*decision->position);
            if (!options.correction.gps) return usage("--set-position is latitude,longitude in degrees");
        }
        const bool of_one = options.correction.pole_number || options.correction.gps;
        if (of_one && options.items.size() != 1) return usage("a number or a position is of one capture: name it");
        if (!options.change.empty() && options.items.size() != 1)
            return usage("--change is about one capture: name it");
        auto opened = context();
        return options.items.empty() ? verb_decide_many(opened, options) : verb_decide(opened, options);
    }
    auto opened = context();
    if (v.duplicates->parsed()) return verb_duplicates(opened);
    if (v.merge->parsed()) return verb_merge(opened, v.merging);
    if (v.ignore->parsed()) return verb_ignore(opened, v.ignoring);
    if (v.history->parsed()) return verb_history(opened, v.versions);
    if (v.relink->parsed()) return verb_relink(opened, v.relinking);
    if (v.restore->parsed()) return verb_restore(opened, v.versions);
    if (v.conflicts_show->parsed()) return verb_conflicts_show(opened, v.resolving.item);
    if (v.conflicts_resolve->parsed()) return verb_conflicts_resolve(opened, v.resolving);
    if (v.conflicts->parsed()) return verb_conflicts_list(opened);
    if (v.batch_list->parsed()) return verb_batch_list(opened);
    if (v.batch_show->parsed()) return verb_batch_show(opened, v.batch_id);
    if (v.batch_pause->parsed()) return verb_batch_order(opened, v.batch_id, BatchOrder::pause);
    if (v.batch_resume->parsed()) return verb_batch_order(opened, v.batch_id, BatchOrder::resume);
    if (v.batch_cancel->parsed()) return verb_batch_order(opened, v.batch_id, BatchOrder::cancel);
    return std::nullopt;
}

}  // namespace linesman::cli
