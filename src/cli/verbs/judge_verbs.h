// The verbs that decide, one file each. Every one returns an exit code (exit_codes.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/verbs/verbs.h"

namespace linesman::cli {

// Items by name, one decision each; the receipt says what became of it.
int verb_decide(Context& context, const DecideOptions& options);
// A selection as one batch: dry run, then the durable queue.
int verb_decide_many(Context& context, const DecideOptions& options);

struct MergeOptions {
    std::vector<std::string> items, take;
    std::string primary, comment;
    bool dry_run = false;
};
int verb_merge(Context& context, const MergeOptions& options);
int verb_duplicates(Context& context);  // groups of captures that may be one pole; kFindings when there are any

struct RelinkOptions {
    std::string item, slot, photo, comment;
    bool dry_run = false;
};
// Without a photo: the candidates, kFindings when there are any.
int verb_relink(Context& context, const RelinkOptions& options);

struct IgnoreOptions {
    std::string item, finding, rule, reason;
    bool take_back = false;
};
int verb_ignore(Context& context, const IgnoreOptions& options);

struct HistoryOptions {
    std::string item, from, to, version, comment;
    bool dry_run = false;
};
int verb_history(Context& context, const HistoryOptions& options);
int verb_restore(Context& context, const HistoryOptions& options);

// Decisions that need a person: conflicts and parked ones.
struct ResolveOptions {
    std::string item, keep, comment, override_reason;
    std::vector<std::string> fields;  // NAME=mine|theirs|VALUE
};
int verb_conflicts_list(Context& context);  // kFindings when there are any
int verb_conflicts_show(Context& context, const std::string& item);
int verb_conflicts_resolve(Context& context, const ResolveOptions& options);

enum class BatchOrder { pause, resume, cancel };
int verb_batch_list(Context& context);
int verb_batch_show(Context& context, const std::string& batch_id);
int verb_batch_order(Context& context, const std::string& batch_id, BatchOrder order);

// Opens the desk and waits for whose decisions these are: signing in may take longer than reading the cache. The exit
// code when nobody is signed in, with the cause said.
struct Deciding {
    std::unique_ptr<app::Engine> desk;
    std::optional<int> failed;
};
Deciding open_to_decide(Context& context);
// For verbs that read: waits a moment for whoever signs in. Nobody may.
void wait_for_session(Context& context, app::Engine& desk);
// Waits until a decision is on disk.
app::DecisionOutcome settled(app::Engine& desk, app::DecisionOutcome outcome);
// The staging id that `item` names, with its capture read. Errors: those of find_row(), timed_out.
base::Result<std::string> find_capture(app::Engine& desk, const std::string& item);
// Sent now if a connection and the hold-back allow it; else by the console or the next sync. Says how many wait.
void let_it_be_sent(Context& context, app::Engine& desk);
// Recorded or refused, in words or as JSON; the exit code.
int report_decision(Context& context, app::Engine& desk, const std::string& item, const app::DecisionOutcome& outcome);

}  // namespace linesman::cli
