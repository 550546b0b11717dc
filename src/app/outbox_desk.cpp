#include "app/outbox_desk.h"

#include <algorithm>

#include "base/log.h"
#include "model/overlay.h"
#include "model/undo.h"
#include "sync/capture_codec.h"

namespace linesman::app {
namespace {

constexpr base::Duration kWatchEvery =
    base::seconds(2);               // linesmanctl beside a running console: how late it is noticed
constexpr int kMaintainEvery = 30;  // watches: the WAL is folded in once a minute, off the key path

bool is_older(const std::string& update_time, const std::string& than) {
    const auto a = base::parse_rfc3339(update_time);
    const auto b = base::parse_rfc3339(than);
    return a && b && *a < *b;
}

bool is_about(const model::Operation& operation, const std::string& staging_id) {
    const auto others = model::captures_of(operation);
    return operation.staging_id == staging_id || std::find(others.begin(), others.end(), staging_id) != others.end();
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
      desk_id_(outbox_.desk_id()),
      tally_(
          [this](const std::string& op_id) {
              const auto theirs = outbox_.theirs(op_id);
              return theirs && *theirs ? **theirs : std::string();
          },
          [this](const std::string& op_id) {
              const auto found = outbox_.find(op_id);
              return found && *found ? (*found)->operation.base_fields : std::string();
          }) {}

std::shared_ptr<OutboxTicket> OutboxDesk::enqueue(model::Operation operation) {
    auto ticket = std::make_shared<OutboxTicket>();
    enqueue(std::move(operation), ticket);
    return ticket;
}

void OutboxDesk::enqueue(model::Operation operation, std::shared_ptr<OutboxTicket> ticket) {
    queue_.post([this, ticket = std::move(ticket), operation = std::move(operation)]() mutable {
        const auto touched = model::captures_of(operation);
        auto written = outbox_.enqueue(std::move(operation), touched);
        if (written) {
            ticket->finish({{}, std::move(*written), false});
        } else {
            base::log(base::LogLevel::error, "outbox", written.error());
            ticket->finish({written.error(), {}, false});
        }
        report();
    });
}

std::shared_ptr<OutboxTicket> OutboxDesk::replace(const std::string& op_id, std::vector<model::Operation> with) {
    auto ticket = std::make_shared<OutboxTicket>();
    queue_.post([this, ticket, op_id, with = std::move(with)]() mutable {
        auto written = outbox_.replace(op_id, std::move(with));
        if (written) {
            ticket->finish({{}, std::move(written->back()), false});
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
        auto result = take_back(undo);
        const bool elsewhere = !result.status && result.status.error().kind == base::ErrorKind::not_found;
        if (elsewhere && undo_elsewhere_) return undo_elsewhere_(std::move(undo), ticket);
        ticket->finish(std::move(result));
        report();
    });
    return ticket;
}

base::Result<model::Operation> OutboxDesk::prepare_undo(store::Outbox& outbox, model::Operation undo) {
    auto undone = outbox.find(undo.undo_of);
    if (!undone) return undone.error();
    if (!*undone)
        return base::make_error(
            base::ErrorKind::not_found,
            "This decision was not made at this desk, and what it changed is not known here. Undo it "
            "by itself, with a connection, or decide the capture anew.");
    if ((*undone)->operation.kind == model::OperationKind::merge)
        return base::make_error(
            base::ErrorKind::not_found,
            "A merge is undone by itself and with a connection: the other captures are read first.");
    if ((*undone)->state == model::OperationState::withdrawn)
        return base::make_error(base::ErrorKind::precondition_failed, "This decision was taken back already.");
    auto extra = values_to_restore(undo, **undone);
    if (!extra) return extra.error();
    undo.extra = std::move(*extra);
    return undo;
}

OutboxTicket::Result OutboxDesk::take_back(model::Operation undo) {
    const auto undone = outbox_.find(undo.undo_of);
    if (undone && *undone && !is_about((*undone)->operation, undo.staging_id)) {
        return {base::make_error(base::ErrorKind::invalid_argument,
                                 "This change is of another capture. linesmanctl history lists those of this one.",
                                 undo.undo_of),
                {},
                false};
    }
    if (undone && *undone && (*undone)->operation.kind == model::OperationKind::undo &&
        (*undone)->state != model::OperationState::waiting) {
        return {base::make_error(base::ErrorKind::invalid_argument,
                                 "This took a decision back already. Decide the capture as it is now, or restore an "
                                 "old version of it.",
                                 undo.undo_of),
                {},
                false};
    }
    const auto status = outbox_.withdraw(undo.undo_of);
    if (status) return {{}, std::move(undo), true};
    const auto kind = status.error().kind;
    if (kind != base::ErrorKind::not_found && kind != base::ErrorKind::precondition_failed)
        return {status.error(), {}, false};
    auto prepared = prepare_undo(outbox_, std::move(undo));
    if (!prepared) return {prepared.error(), {}, false};
    const auto touched = model::captures_of(*prepared);
    auto written = outbox_.enqueue(std::move(*prepared), touched);
    if (!written) return {written.error(), {}, false};
    return {{}, std::move(*written), false};
}

void OutboxDesk::record_refusal(model::Operation operation, std::string why) {
    queue_.post([this, operation = std::move(operation), why = std::move(why)] {
        if (auto row = outbox_.record_refusal(operation, why); !row)
            base::log(base::LogLevel::warning, "outbox", row.error());
    });
}

void OutboxDesk::with_file(std::function<void(store::Outbox&)> work) {
    queue_.post([this, work = std::move(work)] {
        work(outbox_);
        report();
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

// The person or the day changed: what was made since midnight is read once.
void OutboxDesk::count_day() {
    const base::Timestamp now = clock_.now();
    const int64_t today = base::local_day(now, utc_offset_minutes_);
    if (today == counted_day_ && uid_ == counted_uid_) return;
    counted_day_ = today;
    counted_uid_ = uid_;
    const base::Timestamp begin{today * 86'400 * base::kMicrosPerSecond -
                                int64_t{utc_offset_minutes_} * 60 * base::kMicrosPerSecond};
    std::vector<model::PendingOperation> made;
    if (!uid_.empty()) {
        auto read = outbox_.made_by(uid_, begin, now + base::hours(1), 100'000);
        if (!read) base::log(base::LogLevel::warning, "outbox", read.error());
        if (read) made = std::move(*read);
    }
    tally_.start_day(uid_, begin, std::move(made));
}

// Notices what another process wrote. The queue is stopped before this object goes, and with it the timer.
void OutboxDesk::watch() {
    // Nothing before the first refresh(): whoever listens may not be there yet, and views build on one another.
    if (auto elsewhere = outbox_.changed_elsewhere(); reported_ && elsewhere && *elsewhere) report();
    if (++watches_ % kMaintainEvery == 0) {
        if (auto status = outbox_.maintain(); !status) base::log(base::LogLevel::warning, "outbox", status.error());
    }
    queue_.post_after(kWatchEvery, [this] { watch(); });
}

void OutboxDesk::report() {
    OutboxView view;
    reported_ = true;
    view.all = mark_ == 0;
    auto changed = outbox_.changed_since(mark_);
    if (!changed) {
        view.all = false;
        view.summary = tally_.summary(clock_.now());
        view.summary.refused_because = changed.error().what;
        changed_(std::move(view));
        return;
    }
    view.changed = std::move(*changed);
    if (view.all) tally_.clear();
    count_day();
    tally_.take(view.changed);
    view.summary = tally_.summary(clock_.now());
    view.summary.refused_because = outbox_.read_only_reason();
    view.matters = tally_.matters();
    view.my_day = tally_.my_day(clock_.now());
    view.bulk_rate = bulk_rate(outbox_);
    view.batches = batches_.read(outbox_, uid_, view.bulk_rate);
    if (drafts_due_ && !uid_.empty()) {
        if (auto drafts = outbox_.drafts(uid_)) view.drafts = std::move(*drafts);
        drafts_due_ = false;
    }
    changed_(std::move(view));
}

}  // namespace linesman::app
