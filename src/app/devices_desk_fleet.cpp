// Commands to devices and the figures of the fleet.
#include <algorithm>
#include <utility>

#include "app/device_file.h"
#include "app/devices_desk.h"
#include "base/log.h"

namespace linesman::app {
namespace {

constexpr base::Duration kFollowFor = base::minutes(30);  // afterwards the pull brings what is left
constexpr base::Duration kCountEvery = base::seconds(15);

}  // namespace

// --- Commands ---

FleetPlan DevicesDesk::plan(const FleetOrder& order) {
    const auto s = needs_.board.snapshot();
    return plan_orders(s->devices, *s->people, *s->commands, s->session, order, needs_.clock.now());
}

uint64_t DevicesDesk::send(const FleetOrder& order) {
    auto next = std::make_shared<OrderRun>();
    next->plan = plan(order);
    next->error = next->plan.refused_because;
    next->busy = next->error.empty();
    {
        const std::lock_guard lock(mutex_);
        if (run_->busy) return 0;
        next->id = run_->id + 1;
        run_ = next;
    }
    if (next->busy) queue_.post([this, next] { send_plan(next->id, next->plan); });
    needs_.board.wake();
    return next->id;
}

std::shared_ptr<const OrderRun> DevicesDesk::run() {
    const std::lock_guard lock(mutex_);
    return run_;
}

void DevicesDesk::change_run(const std::function<void(OrderRun&)>& change) {
    {
        const std::lock_guard lock(mutex_);
        auto next = std::make_shared<OrderRun>(*run_);
        change(*next);
        run_ = std::move(next);
    }
    needs_.board.wake();
}

void DevicesDesk::send_plan(uint64_t id, const FleetPlan& plan) {
    const auto fail = [&](const base::Error& error) {
        base::log(base::LogLevel::warning, "devices", error);
        change_run([&](OrderRun& run) {
            run.busy = false;
            run.error = error.what;
            run.cure = cure_for(error);
        });
    };
    auto line = ready_line();
    if (!line) return fail(line.error());
    auto journal = Administration::open(needs_.folders.data + "/outbox.db", needs_.clock);
    if (!journal) return fail(journal.error());
    followed_ = send_orders(**line, plan, needs_.clock, &*journal, "desk",
                            [&](const auto& receipts) { change_run([&](OrderRun& run) { run.receipts = receipts; }); });
    followed_to_.reset();
    unread_.clear();
    counted_ = {};
    const auto refused = std::find_if(followed_.begin(), followed_.end(),
                                      [](const auto& receipt) { return receipt.command.state.empty(); });
    const bool none = std::all_of(followed_.begin(), followed_.end(),
                                  [](const auto& receipt) { return receipt.command.state.empty(); });
    change_run([&](OrderRun& run) {
        run.busy = false;
        if (refused == followed_.end()) return;
        run.error = refused->why;
        run.cure = none ? "Nothing was sent. Try again once that is mended."
                        : "The others were sent. Try again for those that were not.";
    });
    used(**line);
    look(id, needs_.clock.steady());
}

// Draws nothing when nothing changed: a window that is only watched stays idle.
void DevicesDesk::look(uint64_t id, base::Duration begun) {
    const auto before = run();
    if (before->id != id || all_over(followed_)) return;
    std::vector<sync::RawDocument> answers;
    bool changed = !followed_to_;  // the first look brings what was sent into the mirror
    Following how;
    how.answer = [&](const sync::RawDocument& document) { answers.push_back(document); };
    how.changed = [&](const OrderReceipt&) { changed = true; };
    auto line = ready_line();
    const auto looked =
        line ? look_for_answers(**line, followed_, followed_to_, needs_.clock, how) : base::Status(line.error());
    std::string error, cure;
    if (!looked) {
        error = "The answers cannot be read now: " + looked.error().what;
        cure = "The commands are at the server and wait there; it is asked again.";
    }
    const bool is_other = std::exchange(unread_, error) != error;
    if (changed || is_other) {
        change_run([&](OrderRun& run) {
            if (run.id != id) return;
            run.receipts = followed_;
            if (is_other) run.error = error, run.cure = cure;
        });
    }
    const base::Duration waited{needs_.clock.steady().us - begun.us};
    if (line && (changed || waited.us - counted_.us > kCountEvery.us)) {
        counted_ = waited;
        used(**line);
    }
    if (changed && !answers.empty()) needs_.sync.keep(sync::CollectionNames{}.commands, std::move(answers));
    if (!all_over(followed_) && waited < kFollowFor)
        queue_.post_after(next_look(waited), [this, id, begun] { look(id, begun); });
}

// --- The fleet ---

std::shared_ptr<const model::FleetFigures> DevicesDesk::figures() {
    const auto s = needs_.board.snapshot();
    const std::lock_guard lock(figures_->mutex);
    if (figures_->asked == s->rows_generation || figures_->working || s->loading) return figures_->ready;
    figures_->asked = s->rows_generation;
    figures_->working = true;
    needs_.pool.submit(base::Priority::low, [shared = figures_, s, now = needs_.clock.now(),
                                             offset = needs_.profile.utc_offset_minutes] {
        auto figures = std::make_shared<model::FleetFigures>(model::fleet_figures(s->columns, *s->people, now, offset));
        figures->generation = s->rows_generation;
        std::function<void()> wake;
        {
            const std::lock_guard guard(shared->mutex);
            shared->ready = std::move(figures);
            shared->working = false;
            wake = shared->wake;
        }
        if (wake) wake();
    });
    return figures_->ready;
}

std::shared_ptr<const SessionsView> DevicesDesk::sessions() {
    const std::lock_guard lock(mutex_);
    return sessions_;
}

void DevicesDesk::read_sessions() {
    {
        const std::lock_guard lock(mutex_);
        if (sessions_->asking) return;
        auto next = std::make_shared<SessionsView>(*sessions_);
        next->asking = true;
        sessions_ = std::move(next);
    }
    queue_.post([this] { read_all_sessions(); });
    needs_.board.wake();
}

void DevicesDesk::read_all_sessions() {
    const auto now = needs_.clock.now();
    const int offset = needs_.profile.utc_offset_minutes;
    auto line = ready_line();
    auto read = line ? read_sessions_since(**line, model::first_trend_day(now, offset), kMaxFleetSessions)
                     : base::Result<std::vector<model::DeviceSession>>(line.error());
    if (line) used(**line);
    auto next = std::make_shared<SessionsView>(*sessions());
    next->asking = false;
    next->trouble = read ? "" : read.error().what;
    next->cure = read ? "" : cure_for(read.error());
    if (read) {
        next->there = true;
        next->read_at = now;
        next->cut = read->size() >= kMaxFleetSessions;
        const auto s = needs_.board.snapshot();
        next->figures =
            model::fleet_sessions(*read, *s->people, model::device_places(s->columns, *s->people), now, offset);
    }
    {
        const std::lock_guard lock(mutex_);
        sessions_ = std::move(next);
    }
    needs_.board.wake();
}

}  // namespace linesman::app
