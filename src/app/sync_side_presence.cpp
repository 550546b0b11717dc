// Who looks at what, told to the other desks and shown here; and what a desk that closes gives back.
#include <future>

#include "app/sync_side_state.h"

namespace linesman::app {
namespace {

constexpr std::chrono::seconds kGiveBackWithin{3};

}  // namespace

void SyncSide::State::start_presence() {
    if (presence || !pull || !needs.profile.presence) return;
    std::string name = session.name.empty() ? session.email : session.name;
    presence = std::make_unique<sync::Presence>(*firestore, needs.queue, needs.clock, collection_names(),
                                                sync::Presence::Me{session.uid, std::move(name)},
                                                sync::PresenceTuning{}, [this] { presence_changed(); });
    presence->pause(paused || offline);
    if (!looked_at.empty()) presence->looking_at(looked_at);
}

void SyncSide::State::presence_changed() {
    auto people = std::make_shared<PeopleHere>();
    for (const auto& [staging_id, present] : presence->others()) {
        for (const auto& person : present) (*people)[staging_id].push_back({person.name, person.until});
    }
    needs.board.update([&](Snapshot& s) { s.people_here = std::move(people); });
    report_sync();
}

void SyncSide::looking_at(std::string staging_id) {
    State& s = *state_;
    s.needs.queue.post([&s, id = std::move(staging_id)] {
        s.looked_at = id;
        if (s.presence) s.presence->looking_at(id);
    });
}

void SyncSide::give_back() {
    State& s = *state_;
    auto leases = std::make_shared<std::promise<void>>(), seat = std::make_shared<std::promise<void>>();
    auto leases_gone = leases->get_future(), seat_gone = seat->get_future();
    s.needs.queue.post([&s, leases, seat] {
        if (s.presence) {
            s.presence->leave([seat] { seat->set_value(); });
        } else {
            seat->set_value();
        }
        if (!s.machine) return leases->set_value();
        s.machine->release([leases] { leases->set_value(); });
    });
    const auto end = std::chrono::steady_clock::now() + kGiveBackWithin;
    leases_gone.wait_until(end);
    seat_gone.wait_until(end);
}

}  // namespace linesman::app
