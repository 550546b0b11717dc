#include "sync/write_back.h"

#include <algorithm>

namespace linesman::sync {

using base::ErrorKind;
using base::Json;

WriteBack::WriteBack(Firestore& firestore, base::Queue& queue, const base::Clock& clock, std::string holder,
                     WriteBackTuning tuning, WriteBackHooks hooks, uint64_t random_seed)
    : firestore_(firestore),
      queue_(queue),
      clock_(clock),
      holder_(std::move(holder)),
      tuning_(tuning),
      hooks_(std::move(hooks)),
      backoff_(tuning.backoff, random_seed),
      batch_limit_(tuning.batch) {}

WriteBack::~WriteBack() {
    if (timer_) queue_.cancel(timer_);
    if (wake_timer_) queue_.cancel(wake_timer_);
}

void WriteBack::offer(const std::vector<std::string>& ids) {
    for (const auto& id : ids) {
        waiting_.erase(id);
        due_.insert(id);
    }
    poke();
}

void WriteBack::poke() {
    report();
    if (stepping_posted_ || busy_ || timer_ || due_.empty()) return;
    stepping_posted_ = true;
    queue_.post([this, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        stepping_posted_ = false;
        step();
    });
}

void WriteBack::report() {
    status_.due = due_.size();
    status_.waiting = waiting_.size();
    const bool idle = due_.empty() && !busy_ && batch_.empty();
    const bool is_news = idle != status_.idle;
    status_.idle = idle;
    if (is_news && hooks_.changed) hooks_.changed();
}

void WriteBack::wait(base::Duration delay, void (WriteBack::*then)()) {
    if (timer_) queue_.cancel(timer_);
    timer_ = queue_.post_after(delay, [this, then, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        timer_ = 0;
        (this->*then)();
    });
}

void WriteBack::step() {
    if (busy_ || timer_) return;
    if (hooks_.ready && !hooks_.ready()) return;  // poke() follows
    collect();
    if (batch_.empty()) {
        report();
        return poke();  // the next slice, if there is one
    }
    busy_ = true;
    report();
    send_claims();
}

void WriteBack::collect() {
    for (size_t looked = 0; looked < tuning_.slice && batch_.size() < batch_limit_ && !due_.empty(); ++looked) {
        const std::string id = *due_.begin();
        due_.erase(due_.begin());
        ++status_.judged;
        consider(id);
    }
    if (wake_timer_) queue_.cancel(wake_timer_);
    wake_timer_ = 0;
    if (waiting_.empty()) return;
    const auto next = std::ranges::min_element(waiting_, {}, [](const auto& entry) { return entry.second; });
    const base::Duration delay{std::max<int64_t>(next->second.us - clock_.steady().us, 1000)};
    wake_timer_ = queue_.post_after(delay, [this, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        wake_timer_ = 0;
        const auto now = clock_.steady();
        std::vector<std::string> ids;
        for (const auto& [id, at] : waiting_) {
            if (at <= now) ids.push_back(id);
        }
        offer(ids);
    });
}

void WriteBack::consider(const std::string& id) {
    JudgedCapture seen = hooks_.judge(id);
    const auto again_in = [&](base::Duration delay) { waiting_[id] = {clock_.steady().us + delay.us}; };
    if (seen.state == JudgedCapture::State::later) again_in(tuning_.look_again);
    if (seen.state != JudgedCapture::State::judged) return;
    if (const auto refused = not_taken_.find(id); refused != not_taken_.end()) {
        if (refused->second == seen.current.update_time) return;
        not_taken_.erase(refused);
    }
    if (const auto ours = written_.find(id); ours != written_.end()) {
        // The cache does not show our own write yet; when it does, the capture is offered again.
        if (seen.capture.update_time_parsed < ours->second) return;
        written_.erase(ours);
    }
    const auto now = hooks_.server_now ? hooks_.server_now() : clock_.now();
    const auto claim = claim_of(seen.current.fields);
    if (claim && claim->by != holder_ && claim->until > now) {
        again_in({(claim->until - now).us + base::milliseconds(100).us});
        return;
    }
    auto write = machine_write(seen.current, seen.capture, seen.findings);
    if (!write) {
        ++status_.unchanged;
        return;
    }
    const bool is_repair = !write->claims;
    batch_.push_back({id, std::move(seen.current), std::move(*write), is_repair});
}

void WriteBack::send_claims() {
    const auto now = hooks_.server_now ? hooks_.server_now() : clock_.now();
    Json writes = Json::array();
    std::vector<size_t> claimed;
    for (size_t i = 0; i < batch_.size(); ++i) {
        if (!batch_[i].write.claims) continue;
        const auto changes = claim_changes({holder_, now + tuning_.claim_for});
        writes.push_back(update_write(batch_[i].current.name, changes, batch_[i].current.update_time));
        claimed.push_back(i);
    }
    if (claimed.empty()) return send_verdicts();
    call_ = firestore_.commit(std::move(writes), [this, claimed](base::Result<CommitReply> reply) {
        if (!reply) return failed(reply.error());
        for (size_t i = 0; i < claimed.size(); ++i) {
            const bool named = i < reply->update_times.size() && !reply->update_times[i].empty();
            batch_[claimed[i]].current.update_time = named ? reply->update_times[i] : reply->commit_time;
        }
        send_verdicts();
    });
}

void WriteBack::send_verdicts() {
    Json writes = Json::array();
    for (const auto& item : batch_)
        writes.push_back(update_write(item.current.name, item.write.changes, item.current.update_time));
    call_ = firestore_.commit(std::move(writes), [this](base::Result<CommitReply> reply) {
        reply ? on_written(*reply) : failed(reply.error());
    });
}

void WriteBack::on_written(const CommitReply& reply) {
    const auto version = base::parse_rfc3339(reply.commit_time);
    for (const auto& item : batch_) {
        ++status_.written;
        if (item.is_repair) ++status_.repaired;
        if (version) written_[item.id] = *version;
    }
    batch_.clear();
    batch_limit_ = tuning_.batch;
    busy_ = false;
    status_.refused = false;
    status_.last_error.reset();
    backoff_.reset();
    wait(tuning_.between_batches, &WriteBack::poke);
    report();
    if (hooks_.changed) hooks_.changed();
}

void WriteBack::put_back() {
    for (const auto& item : batch_) due_.insert(item.id);
    batch_.clear();
    busy_ = false;
}

void WriteBack::failed(const base::Error& error) {
    ++status_.retried;
    status_.last_error = error;
    const bool moved = error.kind == ErrorKind::precondition_failed || error.kind == ErrorKind::not_found ||
                       error.kind == ErrorKind::already_exists;
    const bool too_much = error.kind == ErrorKind::invalid_argument || error.kind == ErrorKind::too_large;
    if (moved || error.retryable() || error.kind == ErrorKind::corrupt) {
        wait(moved ? tuning_.between_batches : backoff_.next(error.retry_after_s), &WriteBack::read_again);
    } else if (too_much && batch_.size() > 1) {  // one of them is the cause: one by one
        batch_limit_ = 1;
        wait(tuning_.between_batches, &WriteBack::read_again);
    } else if (too_much) {
        not_taken_[batch_.front().id] = batch_.front().current.update_time;
        batch_.clear();
        busy_ = false;
        wait(tuning_.between_batches, &WriteBack::poke);
    } else {
        status_.refused = true;
        put_back();
        wait(error.kind == ErrorKind::unauthenticated ? backoff_.next(60) : tuning_.refused_again, &WriteBack::poke);
    }
    if (hooks_.changed) hooks_.changed();
}

// What was not answered may have taken effect: the documents tell.
void WriteBack::read_again() {
    std::vector<std::string> names;
    for (const auto& item : batch_) names.push_back(item.current.name);
    call_ = firestore_.batch_get(std::move(names), {}, {},
                                 [this](base::Result<std::string> text) { on_read_again(std::move(text)); });
}

void WriteBack::on_read_again(base::Result<std::string> text) {
    auto reply = text ? read_reply(*text) : base::Result<Reply>(text.error());
    if (!reply) {
        status_.last_error = reply.error();
        if (reply.error().retryable() || reply.error().kind == ErrorKind::corrupt)
            return wait(backoff_.next(reply.error().retry_after_s), &WriteBack::read_again);
        status_.refused = true;
        put_back();
        return wait(tuning_.refused_again, &WriteBack::poke);
    }
    for (auto& document : reply->documents) {
        if (hooks_.store) hooks_.store(std::move(document));
    }
    const auto as_of = base::parse_rfc3339(reply->read_time);
    for (const auto& name : reply->missing) {
        if (hooks_.forget && as_of) hooks_.forget(std::string(document_id(name)), *as_of);
    }
    put_back();
    poke();
}

}  // namespace linesman::sync
