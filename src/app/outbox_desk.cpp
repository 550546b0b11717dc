#include "app/outbox_desk.h"

#include "base/log.h"
#include "model/undo.h"
#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

constexpr int64_t kMyDayItems = 200;
constexpr base::Duration kWatchEvery =
    base::seconds(2);               // linesmanctl beside a running console: how late it is noticed
constexpr int kMaintainEvery = 30;  // watches: the WAL is folded in once a minute, off the key path

bool is_older(const std::string& update_time, const std::string& than) {
    const auto a = base::parse_rfc3339(update_time);
    const auto b = base::parse_rfc3339(than);
    return a && b && *a < *b;
}

// What `undo` has to set so that every field returns to what it was before `undone`. Errors: precondition_failed, when
// a field was changed again since.
base::Result<base::Json> values_to_restore(const model::Operation& undo, const model::PendingOperation& undone) {
    const auto& operation = undone.operation;
    const auto before =
        sync::decode_capture_or_unreadable(operation.staging_id, operation.base_fields, operation.base_update_time);
    auto current = sync::decode_capture_or_unreadable(undo.staging_id, undo.base_fields, undo.base_update_time);
    // The version at hand may be older than the decision: that one is on its way, or its echo was not read yet.
    if (undone.state != model::OperationState::done || is_older(undo.base_update_time, undone.committed_update_time))
        current = model::apply(std::move(current), operation);
    auto plan = model::undo_capture(current, before, operation);
    if (!plan.possible()) return base::make_error(base::ErrorKind::precondition_failed, plan.why_not);
    return std::move(plan.extra);
}

OutboxSummary summarise(const std::vector<model::PendingOperation>& unfinished, base::Timestamp now) {
    OutboxSummary summary;
    for (const auto& pending : unfinished) {
        switch (pending.state) {
            case model::OperationState::waiting:
                ++(pending.operation.send_after > now ? summary.waiting : summary.ready);
                break;
            case model::OperationState::ready:
                ++summary.ready;
                break;
            case model::OperationState::sending:
                ++summary.sending;
                break;
            case model::OperationState::parked:
                ++summary.parked;
                break;
            case model::OperationState::conflict:
                ++summary.conflicts;
                break;
            case model::OperationState::done:
            case model::OperationState::withdrawn:
                continue;
        }
        if (!summary.oldest || pending.operation.made_at < *summary.oldest) summary.oldest = pending.operation.made_at;
    }
    return summary;
}

}  // namespace

std::optional<OutboxTicket::Result> OutboxTicket::wait(int milliseconds) {
    std::unique_lock lock(mutex_);
    finished_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return result_.has_value(); });
    return result_;
}

void OutboxTicket::finish(Result result) {
    {
        const std::lock_guard lock(mutex_);
        result_ = std::move(result);
    }
    finished_.notify_all();
}

base::Result<std::unique_ptr<OutboxDesk>> OutboxDesk::open(const std::string& path, const base::Clock& clock,
                                                           base::Queue& queue, Changed changed) {
    auto outbox = store::Outbox::open(path, clock);
    if (!outbox) return outbox.error();
    std::unique_ptr<OutboxDesk> desk(new OutboxDesk(std::move(*outbox), clock, queue, std::move(changed)));
    queue.post_after(kWatchEvery, [raw = desk.get()] { raw->watch(); });
    return desk;
}

OutboxDesk::OutboxDesk(store::Outbox outbox, const base::Clock& clock, base::Queue& queue, Changed changed)
    : outbox_(std::move(outbox)),
      clock_(clock),
      queue_(queue),
      changed_(std::move(changed)),
      desk_id_(outbox_.desk_id()) {}

std::shared_ptr<OutboxTicket> OutboxDesk::enqueue(model::Operation operation) {
    auto ticket = std::make_shared<OutboxTicket>();
    queue_.post([this, ticket, operation = std::move(operation)]() mutable {
        auto written = outbox_.enqueue(std::move(operation));
        if (written) {
            ticket->finish({{}, std::move(*written), false});
        } else {
            base::log(base::LogLevel::error, "outbox", written.error());
            ticket->finish({written.error(), {}, false});
        }
        report();
    });
    return ticket;
}

std::shared_ptr<OutboxTicket> OutboxDesk::undo(model::Operation undo) {
    auto ticket = std::make_shared<OutboxTicket>();
    queue_.post([this, ticket, undo = std::move(undo)]() mutable {
        ticket->finish(take_back(std::move(undo)));
        report();
    });
    return ticket;
}

OutboxTicket::Result OutboxDesk::take_back(model::Operation undo) {
    const auto status = outbox_.withdraw(undo.undo_of);
    if (status) return {{}, std::move(undo), true};
    if (status.error().kind == base::ErrorKind::not_found)
        return {base::make_error(base::ErrorKind::not_found,
                                 "This decision was not made at this desk, and what it changed is not known here. "
                                 "Undo it at the desk where it was made, or decide the capture anew."),
                {},
                false};
    if (status.error().kind != base::ErrorKind::precondition_failed) return {status.error(), {}, false};
    auto undone = outbox_.find(undo.undo_of);
    if (!undone) return {undone.error(), {}, false};
    if (!*undone || (*undone)->state == model::OperationState::withdrawn) return {status.error(), {}, false};
    auto extra = values_to_restore(undo, **undone);
    if (!extra) return {extra.error(), {}, false};
    undo.extra = std::move(*extra);
    auto written = outbox_.enqueue(std::move(undo));
    if (!written) return {written.error(), {}, false};
    return {{}, std::move(*written), false};
}

void OutboxDesk::record_refusal(model::Operation operation, std::string why) {
    queue_.post([this, operation = std::move(operation), why = std::move(why)] {
        if (auto row = outbox_.record_refusal(operation, why); !row)
            base::log(base::LogLevel::warning, "outbox", row.error());
    });
}

void OutboxDesk::resolve(const std::string& op_id, bool release, std::function<void(base::Status)> done) {
    queue_.post([this, op_id, release, done = std::move(done)] {
        done(release ? outbox_.release(op_id) : outbox_.withdraw(op_id));
        report();
    });
}

void OutboxDesk::set_draft(const std::string& uid, const std::string& staging_id, const std::string& text) {
    queue_.post([this, uid, staging_id, text] {
        if (auto status = outbox_.set_draft(uid, staging_id, text); !status)
            base::log(base::LogLevel::warning, "outbox", status.error());
    });
}

void OutboxDesk::set_person(const std::string& uid, int utc_offset_minutes) {
    queue_.post([this, uid, utc_offset_minutes] {
        drafts_due_ = uid_ != uid;
        uid_ = uid;
        utc_offset_minutes_ = utc_offset_minutes;
        report();
    });
}

void OutboxDesk::refresh() {
    if (refresh_posted_.exchange(true)) return;
    queue_.post([this] {
        refresh_posted_ = false;
        report();
    });
}

// Parsing a document costs more than everything else of a report, so each is read once.
const std::string& OutboxDesk::pole_number_of(const model::Operation& operation) {
    const auto [it, is_new] = numbers_.try_emplace(operation.op_id);
    if (is_new) {
        if (const auto fields = sync::value::parse_fields(operation.base_fields))
            it->second = sync::value::text_at(*fields, "poleNumber");
    }
    return it->second;
}

MyDay OutboxDesk::my_day() {
    MyDay day;
    if (uid_.empty()) return day;
    const base::Timestamp now = clock_.now();
    const int64_t today = base::local_day(now, utc_offset_minutes_);
    const base::Timestamp begin{today * 86'400 * base::kMicrosPerSecond -
                                utc_offset_minutes_ * 60 * base::kMicrosPerSecond};
    auto made = outbox_.made_by(uid_, begin, now + base::hours(1), 100'000);
    if (!made) {
        base::log(base::LogLevel::warning, "outbox", made.error());
        return day;
    }
    base::Timestamp first = now;
    for (auto& pending : *made) {
        const auto kind = pending.operation.kind;
        if (pending.state == model::OperationState::withdrawn) continue;
        if (kind == model::OperationKind::approve) ++day.approved_today;
        if (kind == model::OperationKind::reject) ++day.rejected_today;
        if (kind == model::OperationKind::approve || kind == model::OperationKind::reject ||
            kind == model::OperationKind::hold) {
            ++day.decided_today;
            first = std::min(first, pending.operation.made_at);
        }
        if (static_cast<int64_t>(day.latest.size()) < kMyDayItems) {
            day.latest_numbers.push_back(pole_number_of(pending.operation));
            pending.operation.base_fields.clear();  // kilobytes that no list shows
            day.latest.push_back(std::move(pending));
        }
    }
    const double hours = (now - first).seconds() / 3600;
    if (day.decided_today > 1 && hours > 0) day.per_hour = day.decided_today / std::max(hours, 1.0 / 60);
    return day;
}

// Notices what another process wrote. The queue is stopped before this object goes, and with it the timer.
void OutboxDesk::watch() {
    if (auto elsewhere = outbox_.changed_elsewhere(); elsewhere && *elsewhere) report();
    if (++watches_ % kMaintainEvery == 0) {
        if (auto status = outbox_.maintain(); !status) base::log(base::LogLevel::warning, "outbox", status.error());
    }
    queue_.post_after(kWatchEvery, [this] { watch(); });
}

void OutboxDesk::report() {
    OutboxView view;
    auto unfinished = outbox_.pending();
    if (!unfinished) {
        view.summary.refused_because = unfinished.error().what;
        changed_(std::move(view));
        return;
    }
    view.unfinished = std::move(*unfinished);
    view.summary = summarise(view.unfinished, clock_.now());
    view.summary.refused_because = outbox_.read_only_reason();
    for (const auto& pending : view.unfinished) {
        if (pending.state != model::OperationState::parked && pending.state != model::OperationState::conflict)
            continue;
        OpenMatter matter;
        matter.pending = pending;
        matter.pole_number = pole_number_of(pending.operation);
        if (auto theirs = outbox_.theirs(pending.operation.op_id); theirs && *theirs) matter.theirs_fields = **theirs;
        view.matters.push_back(std::move(matter));
    }
    view.my_day = my_day();
    if (drafts_due_ && !uid_.empty()) {
        if (auto drafts = outbox_.drafts(uid_)) view.drafts = std::move(*drafts);
        drafts_due_ = false;
    }
    changed_(std::move(view));
}

}  // namespace linesman::app
