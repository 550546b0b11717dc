// What the deciding verbs share.
#include "cli/verbs/judge_verbs.h"

namespace linesman::cli {

Deciding open_to_decide(Context& context) {
    auto desk = context.open_desk(false, false);
    if (!desk) return {nullptr, context.fail(desk.error())};
    (*desk)->wait_for(
        [](const app::Snapshot& s) {
            return s.session.signed_in || s.sync.connection == app::Connection::signed_out ||
                   !s.sync.last_error.empty();
        },
        base::seconds(std::min(context.options.timeout_s, 30)));
    const auto s = (*desk)->snapshot();
    if (s->session.signed_in) return {std::move(*desk), std::nullopt};
    const bool offline = s->sync.connection == app::Connection::offline;
    std::string what = offline ? "Signing in needs the server. " : "Nobody is signed in. ";
    what += s->sync.last_error.empty() ? offline
                                             ? "There is no connection to it now."
                                             : "Sign in at the console, or set LINESMAN_EMAIL and LINESMAN_PASSWORD."
                                       : s->sync.last_error;
    if (!s->sync.last_cure.empty()) what += " " + s->sync.last_cure;
    return {nullptr, context.fail(base::make_error(
                         offline ? base::ErrorKind::offline : base::ErrorKind::permission_denied, what))};
}

void wait_for_session(Context& context, app::Engine& desk) {
    desk.wait_for(
        [](const app::Snapshot& s) {
            return s.session.signed_in || s.sync.connection == app::Connection::signed_out ||
                   !s.sync.last_error.empty();
        },
        base::seconds(std::min(context.options.timeout_s, 15)));
}

app::DecisionOutcome settled(app::Engine& desk, app::DecisionOutcome outcome) {
    if (outcome.state != app::DecisionOutcome::State::waiting) return outcome;
    // Undoing what another desk did asks the server first, so there may be no change to wake for.
    for (int round = 0; round < 300; ++round) {
        const bool there = desk.wait_for(
            [&](const app::Snapshot&) {
                outcome = desk.decision_state(outcome.op_id);
                return outcome.state != app::DecisionOutcome::State::waiting;
            },
            base::milliseconds(100));
        if (there) return outcome;
    }
    outcome.state = app::DecisionOutcome::State::refused;
    outcome.why = "The answer did not come in time. Look with linesmanctl show whether it was recorded.";
    return outcome;
}

base::Result<std::string> find_capture(app::Engine& desk, const std::string& item) {
    const auto snapshot = desk.snapshot();
    const auto row = find_row(*snapshot, item);
    if (!row) return row.error();
    std::string id(snapshot->columns.staging_id(*row));
    const bool read =
        desk.wait_for([&](const app::Snapshot&) { return desk.detail(id) != nullptr; }, base::seconds(30));
    if (!read) return base::make_error(base::ErrorKind::timed_out, "The capture could not be read in time.");
    return id;
}

void let_it_be_sent(Context& context, app::Engine& desk) {
    desk.catch_up();
    desk.wait_for(
        [](const app::Snapshot& s) {
            return s.outbox.at_rest() || s.sync.connection == app::Connection::offline ||
                   s.sync.connection == app::Connection::signed_out;
        },
        base::seconds(std::min(context.options.timeout_s, 30)));
    const auto s = desk.snapshot();
    if (const auto unsent = s->outbox.unsent())
        context.out.message(std::to_string(unsent) + (unsent == 1 ? " decision is" : " decisions are") +
                            " on this disk and not yet at the server.");
}

int report_decision(Context& context, app::Engine& desk, const std::string& item, const app::DecisionOutcome& outcome) {
    const bool recorded = outcome.state == app::DecisionOutcome::State::durable;
    if (recorded) let_it_be_sent(context, desk);
    context.out.data(item + ": " + (recorded ? "recorded" : "refused. " + outcome.why));
    context.out.document({{"item", item},
                          {"state", recorded ? "recorded" : "refused"},
                          {recorded ? "op_id" : "why", recorded ? outcome.op_id : outcome.why}});
    return recorded ? kOk : kFindings;
}

}  // namespace linesman::cli
