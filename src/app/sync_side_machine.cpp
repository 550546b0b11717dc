// The machine write-back of a desk that asked for it.
#include "app/rule_sets.h"
#include "app/sync_side_state.h"
#include "base/ids.h"
#include "base/log.h"

namespace linesman::app {
namespace {

std::string machine_refusal(const model::Session& session) {
    const bool allowed =
        !session.roles_enforced || session.role == model::Role::supervisor || session.role == model::Role::admin;
    if (allowed) return {};
    return "The machine's judgements are written under a supervisor or an admin; you are signed in as " +
           std::string(model::name_of(session.role)) + ".";
}

}  // namespace

void SyncSide::State::start_machine() {
    if (machine || !pull || !needs.profile.write_back) return;
    if (auto why = machine_refusal(session); !why.empty()) {
        needs.board.notify(NoticeLevel::warning, why, "Ask an admin of the project, or set write_back to false.");
        needs.board.update([&](Snapshot& s) { s.machine.why_not = std::move(why); });
        return;
    }
    // A pull may be late by some rounds and still be a mirror.
    const base::Duration fresh{
        std::max<int64_t>(base::minutes(5).us, int64_t{5} * needs.profile.pull_interval_s * base::kMicrosPerSecond)};
    MachineDesk::Needs machine_needs{
        *firestore,
        needs.queue,
        needs.clock,
        collection_names(),
        {needs.outbox.desk_id() + "/" + base::random_hex(6), session.uid, session.name},
        *book,
        cache->read(),
        fresh,
        [this] { return !loader && !settle_posted && !reference_posted && book->judged(); },
        [this] { return needs.board.snapshot()->columns; },
        [this](sync::RawDocument document) {
            if (auto status = pull->take_document(needs.profile.staging, std::move(document)); !status)
                base::log(base::LogLevel::error, "app", status.error());
        },
        [this](const std::string& id, base::Timestamp as_of) {
            if (auto status = pull->forget(needs.profile.staging, id, as_of); !status)
                base::log(base::LogLevel::error, "app", status.error());
        },
        [this](const MachineState& state) { needs.board.update([&](Snapshot& s) { s.machine = state; }); }};
    machine = std::make_unique<MachineDesk>(std::move(machine_needs));
    needs.board.update([&](Snapshot& s) { s.machine = machine->state(); });
}

// Kept for the time when the server's rule set cannot be used; a broken one is said once.
void SyncSide::State::keep_good_rules(const LoadedReference& reference) {
    store::CacheBatch batch;
    for (const auto& [key, text] : reference.good_rules) {
        const auto kept = cache->read().value(key);
        if (!kept || !*kept || **kept != text) batch.values[key] = text;
    }
    if (!batch.empty()) {
        if (auto kept = cache->apply(batch); !kept) base::log(base::LogLevel::warning, "app", kept.error());
    }
    for (const auto& problem : reference.rule_problems) {
        if (!told_rules.insert(problem).second) continue;
        needs.board.notify(NoticeLevel::warning, problem, "An admin can correct it with linesmanctl rules set.");
    }
}

}  // namespace linesman::app
