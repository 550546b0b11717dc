#include "field/device_round.h"

#include "base/log.h"

namespace linesman::field {
namespace {

// Kept apart from the captures: noted, and the round goes on.
template <typename T>
void note(RoundResult& result, const base::Result<T>& outcome) {
    if (outcome) return;
    base::log(base::LogLevel::warning, "field", outcome.error());
    result.problems.push_back(outcome.error());
}

bool introduce(FieldAgent& agent, OfflinePoleStore& store, const DeviceFacts& facts) {
    const auto counts = store.counts();
    if (!counts) return false;
    return agent
        .commit(base::Json::array(
            {heartbeat_write(agent.endpoints(), agent.names(), store.device_id(), facts, *counts, "")}))
        .ok();
}

}  // namespace

base::Result<RoundResult> run_round(FieldAgent& agent, OfflinePoleStore& store, const base::Clock& clock,
                                    RoundOptions options, const OfflineSync::Progress& progress) {
    RoundResult out;
    DeviceInbox inbox(agent, store, clock);
    if (options.sync.facts.owner_uid.empty()) options.sync.facts.owner_uid = agent.uid();
    if (options.take_commands) {
        auto taken = inbox.fetch();
        // The server shows commands to the owner of the device only, and knows no owner before the first heartbeat.
        if (!taken && taken.error().kind == base::ErrorKind::permission_denied && options.sync.report) {
            if (introduce(agent, store, options.sync.facts)) taken = inbox.fetch();
        }
        if (taken) out.commands_taken = *taken;
        note(out, taken);
    }
    const auto facts = options.sync.facts;
    auto summary = agent.sync(store, clock, std::move(options.sync), progress);
    if (!summary) return summary.error();
    out.sync = std::move(*summary);
    if (options.take_commands) {
        const auto settled = inbox.settle(facts, options.log);
        if (!settled) out.problems.push_back(settled.error());
    }
    if (options.ask_server) {
        auto check = check_server(agent, store, clock);
        note(out, check);
        if (check) out.server = std::move(*check);
    }
    if (options.delete_promoted) {
        auto deletion = delete_promoted(agent, store);
        note(out, deletion);
        if (deletion) out.deletion = std::move(*deletion);
    }
    auto counts = store.counts();
    if (!counts) return counts.error();
    out.sync.counts = std::move(*counts);
    return out;
}

}  // namespace linesman::field
