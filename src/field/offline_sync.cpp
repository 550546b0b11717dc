#include "field/offline_sync.h"

#include <deque>

#include "base/ids.h"
#include "base/log.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::Json;
using base::Result;
using base::Status;
namespace value = sync::value;

class SyncRun : public std::enable_shared_from_this<SyncRun> {
  public:
    SyncRun(OfflineSync& sync, SyncOptions options, OfflineSync::Progress progress, OfflineSync::Done done)
        : sync_(sync), options_(std::move(options)), progress_(std::move(progress)), done_(std::move(done)) {}

    void start() {
        started_ = sync_.clock_.now();
        summary_.session_id = "session_" + std::to_string(started_.us / 1000) + "_" +
                              base::sha256_hex(sync_.store_.device_id()).substr(0, 9);
        if (auto chosen = choose(); !chosen) return finish(chosen.error());
        total_ = static_cast<int64_t>(waiting_.size());
        if (waiting_.empty()) return report();
        const int lanes = std::max(1, options_.parallel);
        for (int i = 0; i < lanes; ++i) next();
    }

  private:
    struct Lane {
        net::Call call;
        std::string stage = "photos";
        uint64_t bytes = 0;
        base::Duration begun;
    };

    Status choose() {
        auto failed = sync_.store_.list(ItemStatus::error);
        if (!failed) return failed.error();
        for (const auto& item : *failed) {
            const bool due = item.next_attempt_at && *item.next_attempt_at <= started_;
            if (options_.scope != SyncScope::failed_only && !due) {
                ++summary_.waiting;
                continue;
            }
            LINESMAN_TRY(sync_.store_.retry(item.offline_id));
            waiting_.push_back(item.offline_id);
        }
        if (options_.scope == SyncScope::failed_only) return {};
        auto pending = sync_.store_.list(ItemStatus::pending);
        if (!pending) return pending.error();
        for (const auto& item : *pending) {
            if (std::find(waiting_.begin(), waiting_.end(), item.offline_id) == waiting_.end())
                waiting_.push_back(item.offline_id);
        }
        return {};
    }

    void next() {
        if (waiting_.empty()) {
            if (lanes_.empty()) report();
            return;
        }
        const std::string id = waiting_.front();
        waiting_.pop_front();
        Lane& lane = lanes_[id];
        lane.begun = sync_.clock_.steady();
        auto call = sync_.staging_.stage(
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
        Attempt attempt{id,
                        summary_.session_id,
                        found->second.stage,
                        "staged",
                        {},
                        found->second.bytes,
                        (sync_.clock_.steady().us - found->second.begun.us) / 1000,
                        sync_.clock_.now()};
        ended_.push_back(std::move(found->second.call));  // its object is still on the stack
        lanes_.erase(found);
        ++finished_;
        summary_.bytes_sent += attempt.bytes;
        if (result) {
            ++summary_.staged;
            if (result->already_there) ++summary_.already_there, attempt.outcome = "already_there";
        } else {
            attempt.outcome = base::name_of(result.error().kind);
            attempt.error = result.error().what;
            summary_.failures.push_back({id, result.error()});
        }
        if (auto kept = sync_.store_.record_attempt(attempt); !kept)
            base::log(base::LogLevel::warning, "field", kept.error());
        attempts_.push_back(std::move(attempt));
        if (progress_) progress_({finished_, total_, id, "done", summary_.bytes_sent});
        next();
    }

    void report() {
        if (std::exchange(reported_, true)) return;
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
    base::Timestamp started_;
    std::deque<std::string> waiting_;
    std::map<std::string, Lane> lanes_;
    std::vector<net::Call> ended_;
    std::vector<Attempt> attempts_;
    int64_t finished_ = 0, total_ = 0;
    bool reported_ = false;
    SyncSummary summary_;
    net::Call report_call_;
};

OfflineSync::OfflineSync(OfflinePoleStore& store, sync::Firestore& firestore, sync::Storage& storage,
                         const base::Clock& clock, sync::CollectionNames names)
    : store_(store),
      firestore_(firestore),
      clock_(clock),
      names_(names),
      staging_(store, firestore, storage, clock, std::move(names)) {}

net::Call OfflineSync::run(SyncOptions options, Progress progress, Done done) {
    auto run = std::make_shared<SyncRun>(*this, std::move(options), std::move(progress), std::move(done));
    run->start();
    return net::Call(std::move(run));
}

namespace {

Json server_time(const char* path) {
    return Json{{"fieldPath", path}, {"setToServerValue", "REQUEST_TIME"}};
}

}  // namespace

Json heartbeat_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names, const std::string& device_id,
                     const DeviceFacts& facts, const std::map<ItemStatus, int64_t>& counts,
                     const std::string& last_error) {
    Json queue = Json::object();
    for (const auto& [status, count] : counts) queue[std::string(name_of(status))] = value::integer(count);
    Json fields = {{"owner_uid", value::text(facts.owner_uid)}, {"app_version", value::text(facts.app_version)},
                   {"platform", value::text(facts.platform)},   {"network", value::text(facts.network)},
                   {"last_error", value::text(last_error)},     {"queue", value::map(std::move(queue))}};
    if (facts.battery) fields["battery"] = value::number(*facts.battery);
    if (facts.storage_left_bytes) fields["storage_left_bytes"] = value::integer(*facts.storage_left_bytes);
    Json write = {
        {"update", {{"name", endpoints.document_name(names.devices, device_id)}, {"fields", std::move(fields)}}}};
    write["updateTransforms"] = Json::array({server_time("last_seen"), server_time("updated_at")});
    return write;
}

Json session_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names, const std::string& device_id,
                   const std::string& session_id, const DeviceFacts& facts, base::Timestamp started,
                   base::Timestamp ended, const std::vector<Attempt>& attempts) {
    Json list = Json::array();
    for (const auto& attempt : attempts) {
        Json entry = {{"offline_id", value::text(attempt.offline_id)},
                      {"stage", value::text(attempt.stage)},
                      {"outcome", value::text(attempt.outcome)},
                      {"bytes", value::integer(static_cast<int64_t>(attempt.bytes))},
                      {"ms", value::integer(attempt.elapsed_ms)}};
        if (!attempt.error.empty()) entry["error"] = value::text(attempt.error);
        list.push_back(value::map(std::move(entry)));
    }
    Json fields = {{"device_id", value::text(device_id)},   {"owner_uid", value::text(facts.owner_uid)},
                   {"network", value::text(facts.network)}, {"started_at", value::timestamp(started)},
                   {"ended_at", value::timestamp(ended)},   {"attempts", value::array(std::move(list))}};
    Json write = {
        {"update", {{"name", endpoints.document_name(names.sessions, session_id)}, {"fields", std::move(fields)}}}};
    write["updateTransforms"] = Json::array({server_time("updated_at")});
    return write;
}

}  // namespace linesman::field
