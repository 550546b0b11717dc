#include "cli/judge_commands.h"

#include <CLI/CLI.hpp>

#include "cli/filter_options.h"
#include "cli/verbs/judge_verbs.h"
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
    };
    std::vector<std::unique_ptr<Decision>> decisions;
    bool index_existing = false;
    CLI::App *merge, *ignore, *history, *restore, *batch_list, *batch_show, *batch_pause, *batch_resume, *batch_cancel;
    MergeOptions merging;
    IgnoreOptions ignoring;
    HistoryOptions versions;
    std::string batch_id;

    Decision& add(CLI::App& app, const char* name, OperationKind kind, const char* help) {
        auto& d = *decisions.emplace_back(std::make_unique<Decision>());
        d.kind = d.options.kind = kind;
        d.verb = app.add_subcommand(name, help);
        d.verb->add_option("items", d.options.items, "staging ids or pole numbers");
        d.verb->add_flag("--filter", d.options.by_filter, "every capture that the filter options below let through");
        d.verb->add_option("--ids-file", d.options.ids_file,
                           "a file with a staging id or pole number on each line; - = stdin");
        d.filter.add_to(*d.verb);
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
    auto& promote = v.add(app, "promote", OperationKind::promote, "bring approved captures into production");
    promote.verb->add_flag("--index-existing", v.index_existing,
                           "make the keys of poles that are in production already; once per project");

    v.merge = app.add_subcommand("merge", "make one capture of two to eight of one pole");
    v.merge->add_option("items", v.merging.items, "staging ids")->required();
    v.merge->add_option("--primary", v.merging.primary, "the one that stays; without it, by the written policy");
    v.merge->add_option("--take", v.merging.take, "FIELD=STAGING_ID, e.g. notes=abc or photos.front=abc");
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
        if (const auto wrong = decision->filter.finish(filter); !wrong.empty()) return usage(wrong);
        options.filter = filter.filter;
        const int sources = !options.items.empty() + options.by_filter + !options.ids_file.empty();
        if (sources == 0) return usage("which captures? Name them, or give --filter or --ids-file");
        if (sources > 1) return usage("name the captures, or give --filter, or --ids-file: only one of them");
        auto opened = context();
        return options.items.empty() ? verb_decide_many(opened, options) : verb_decide(opened, options);
    }
    auto opened = context();
    if (v.merge->parsed()) return verb_merge(opened, v.merging);
    if (v.ignore->parsed()) return verb_ignore(opened, v.ignoring);
    if (v.history->parsed()) return verb_history(opened, v.versions);
    if (v.restore->parsed()) return verb_restore(opened, v.versions);
    if (v.batch_list->parsed()) return verb_batch_list(opened);
    if (v.batch_show->parsed()) return verb_batch_show(opened, v.batch_id);
    if (v.batch_pause->parsed()) return verb_batch_order(opened, v.batch_id, BatchOrder::pause);
    if (v.batch_resume->parsed()) return verb_batch_order(opened, v.batch_id, BatchOrder::resume);
    if (v.batch_cancel->parsed()) return verb_batch_order(opened, v.batch_id, BatchOrder::cancel);
    return std::nullopt;
}

}  // namespace linesman::cli
