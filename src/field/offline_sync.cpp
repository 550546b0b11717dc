#include "field/offline_sync.h"

#include <deque>
#include <set>

#include "base/ids.h"
#include "base/log.h"

namespace linesman::field {

using base::Json;
using base::Result;
using base::Status;

class SyncRun : public std::enable_shared_from_this<SyncRun> {
  public:
    SyncRun(OfflineSync& sync, SyncOptions options, OfflineSync::Progress progress, OfflineSync::Done done)
        : sync_(sync),
          options_(std::move(options)),
          progress_(std::move(progress)),
          done_(std::move(done)),
          staging_(sync.store_, sync.firestore_, sync.storage_, sync.clock_, sync.names_, options_.facts.owner_uid),
          lane_count_(options_.parallel) {}

    void start() {
        started_ = sync_.clock_.now();
        summary_.session_id = "session_" + std::to_string(started_.us / 1000) + "_" +
                              base::sha256_hex(sync_.store_.device_id()).substr(0, 9);
        if (auto chosen = choose(); !chosen) return finish(chosen);
        total_ = static_cast<int64_t>(waiting_.size());
        fill();
    }

  private:
    struct Lane {
        net::Call call;
        std::string stage = "photos";
        uint64_t bytes = 0;
        base::Duration begun;
    };

    Status choose() {
        // A run that ended in the middle of a store's failure may have left some.
        LINESMAN_TRY(sync_.store_.requeue_interrupted());
        if (!options_.only.empty()) return choose_named();
        auto failed = sync_.store_.list(ItemStatus::error);
        if (!failed) return failed.error();
        for (const auto& item : *failed) {
            const bool due = item.next_attempt_at && *item.next_attempt_at <= started_;
            if (options_.scope != SyncScope::failed_only && !due) {
                ++summary_.waiting;
                continue;
            }
            LINESMAN_TRY(sync_.store_.retry(item.offline_id));
            take(item.offline_id);
        }
        if (options_.scope == SyncScope::failed_only) return {};
        auto pending = sync_.store_.list(ItemStatus::pending);
        if (!pending) return pending.error();
        for (const auto& item : *pending) take(item.offline_id);
        return {};
    }

    Status choose_named() {
        for (const auto& id : options_.only) {
            const auto item = sync_.store_.get(id);
            if (!item) return item.error();
            if (item->status != ItemStatus::pending) LINESMAN_TRY(sync_.store_.retry(id));
            take(id);
        }
        return {};
    }

    void take(const std::string& id) {
        if (chosen_.insert(id).second) waiting_.push_back(id);
    }

    // Starts items until all lanes are used. An item may end within its own start: then this runs already.
    void fill() {
        if (std::exchange(filling_, true)) return;
        while (!waiting_.empty() && summary_.paused.empty() &&
               lanes_.size() < static_cast<size_t>(lane_count_.lanes())) {
            if (options_.pause_reason) summary_.paused = options_.pause_reason();
            if (summary_.paused.empty()) next();
        }
        filling_ = false;
        if (lanes_.empty() && (waiting_.empty() || !summary_.paused.empty())) report();
    }

    void next() {
        const std::string id = waiting_.front();
        waiting_.pop_front();
        Lane& lane = lanes_[id];
        lane.begun = sync_.clock_.steady();
        summary_.most_lanes = std::max(summary_.most_lanes, static_cast<int>(lanes_.size()));
        auto call = staging_.stage(
            id,
            [this](const StagingStep& step) {
                auto found = lanes_.find(step.offline_id);
                if (found == lanes_.end()) return;
                found->second.stage = step.stage;
                found->second.bytes = step.bytes_sent;
                if (progress_) progress_({finished_, total_, step.offline_id, step.stage, step.bytes_sent});
            },
            [this, id](Result<StagingResult> result) { on_item(id, std::move(result)); });
        if (const auto found = lanes_.find(id); found != lanes_.end()) found->second.call = std::move(call);
    }

    void on_item(const std::string& id, Result<StagingResult> result) {
        const auto self = shared_from_this();  // the last lane's end may end the run
        auto found = lanes_.find(id);
        const base::Duration took{sync_.clock_.steady().us - found->second.begun.us};
        Attempt attempt{id, summary_.session_id, found->second.stage, "staged",
                        {}, found->second.bytes, took.us / 1000,      sync_.clock_.now()};
        // Its object is still on the stack; the one kept from before is not.
        if (found->second.call) ended_ = std::move(found->second.call);
        lanes_.erase(found);
        ++finished_;
        summary_.bytes_sent += attempt.bytes;
        if (result) {
            ++summary_.staged;
            offline_in_row_ = 0;
            lane_count_.sent(attempt.bytes, took);
            if (result->already_there) ++summary_.already_there, attempt.outcome = "already_there";
        } else {
            attempt.outcome = base::name_of(result.error().kind);
            attempt.error = result.error().what;
            on_failure(id, result.error());
        }
        if (auto kept = sync_.store_.record_attempt(attempt); !kept)
            base::log(base::LogLevel::warning, "field", kept.error());
        attempts_.push_back(std::move(attempt));
        if (progress_) progress_({finished_, total_, id, "done", summary_.bytes_sent});
        fill();
    }

    void on_failure(const std::string& id, const base::Error& error) {
        summary_.failures.push_back({id, error});
        base::log(base::LogLevel::warning, "field", error);
        if (error.retryable()) lane_count_.failed();
        const bool no_line = error.kind == base::ErrorKind::offline || error.kind == base::ErrorKind::timed_out;
        offline_in_row_ = no_line ? offline_in_row_ + 1 : 0;
        if (error.kind == base::ErrorKind::unauthenticated) summary_.paused = error.what;
        if (options_.give_up_after > 0 && offline_in_row_ >= options_.give_up_after)
            summary_.paused = "There is no connection to the server.";
    }

    void report() {
        if (std::exchange(reported_, true)) return;
        summary_.left = static_cast<int64_t>(waiting_.size());
        auto counts = sync_.store_.counts();
        if (!counts) return finish(counts.error());
        summary_.counts = std::move(*counts);
        if (!options_.report) return finish({});
        const std::string last_error = summary_.failures.empty() ? "" : summary_.failures.back().error.what;
        const auto& endpoints = sync_.firestore_.endpoints();
        const auto& device = sync_.store_.device_id();
        Json writes = Json::array(
            {heartbeat_write(endpoints, sync_.names_, device, options_.facts, summary_.counts, last_error)});
        if (!attempts_.empty()) {
            writes.push_back(session_write(endpoints, sync_.names_, device, summary_.session_id, options_.facts,
                                           started_, sync_.clock_.now(), attempts_));
        }
        report_call_ = sync_.firestore_.commit(std::move(writes), [this](Result<sync::CommitReply> reply) {
            if (!reply) summary_.report_error = reply.error();
            finish({});
        });
    }

    void finish(Status status) {
        const auto self = shared_from_this();
        auto done = std::move(done_);
        if (status) return done(std::move(summary_));
        done(status.error());
    }

    OfflineSync& sync_;
    SyncOptions options_;
    OfflineSync::Progress progress_;
    OfflineSync::Done done_;
    StagingSync staging_;
    UploadLanes lane_count_;
    base::Timestamp started_;
    std::deque<std::string> waiting_;
    std::set<std::string> chosen_;
    std::map<std::string, Lane> lanes_;
    net::Call ended_;
    std::vector<Attempt> attempts_;
    int64_t finished_ = 0, total_ = 0;
    int offline_in_row_ = 0;
    bool reported_ = false, filling_ = false;
    SyncSummary summary_;
    net::Call report_call_;
};

OfflineSync::OfflineSync(OfflinePoleStore& store, sync::Firestore& firestore, sync::Storage& storage,
                         const base::Clock& clock, sync::CollectionNames names)
    : store_(store), firestore_(firestore), storage_(storage), clock_(clock), names_(std::move(names)) {}

net::Call OfflineSync::run(SyncOptions options, Progress progress, Done done) {
    auto run = std::make_shared<SyncRun>(*this, std::move(options), std::move(progress), std::move(done));
    run->start();
    return net::Call(std::move(run));
}

}  // namespace linesman::field
