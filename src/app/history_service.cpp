#include "app/history_service.h"

#include "app/history_builder.h"
#include "base/log.h"
#include "model/merge.h"
#include "sync/capture_codec.h"

namespace linesman::app {
namespace {

constexpr size_t kKept = 8;
constexpr size_t kKeptAnswers = 32;  // histories of the server: a few hundred kilobytes each at most

}  // namespace

HistoryService::HistoryService(OutboxDesk& outbox, SyncSide& sync, Board& board)
    : outbox_(outbox),
      sync_(sync),
      board_(board),
      histories_([this](std::string staging_id, uint64_t) { request(staging_id); }, kKept) {}

std::shared_ptr<const CaptureHistory> HistoryService::get(const std::string& staging_id, uint64_t generation) {
    return histories_.get(staging_id, generation);
}

base::Json HistoryService::restored(const std::string& staging_id, const std::string& version_id, uint64_t generation) {
    const auto history = get(staging_id, generation);
    const auto* version = history ? history->find(version_id) : nullptr;
    const auto* now = history ? history->find({}) : nullptr;
    if (!version || version->now || !now) return nullptr;
    std::vector<model::CaptureField> fields;
    using enum model::CaptureField;
    for (const auto field : model::mergeable_fields()) {
        const bool judgement = field == validation_status || field == validation_errors || field == validated_at;
        if (!judgement && !model::same(field, version->capture, now->capture)) fields.push_back(field);
    }
    return base::Json{{"set", model::fields_to_json(version->capture, fields)}};
}

void HistoryService::request(const std::string& staging_id) {
    outbox_.queue().post([this, staging_id] {
        auto own = outbox_.file().for_capture(staging_id);
        if (!own) base::log(base::LogLevel::warning, "outbox", own.error());
        sync_.with([this, staging_id,
                    own = own ? std::move(*own) : std::vector<model::PendingOperation>()](SyncAccess* access) mutable {
            if (access) build(*access, staging_id, std::move(own));
        });
    });
}

void HistoryService::ask(SyncAccess& access, const std::string& staging_id, const std::string& update_time) {
    if (answers_.size() >= kKeptAnswers) answers_.erase(answers_.begin());
    answers_[staging_id] = {update_time, {}, {}, true, false};
    access.changes.history(staging_id, [this, staging_id](base::Result<sync::ServerHistory> history) {
        const auto answer = answers_.find(staging_id);
        if (answer == answers_.end()) return;
        answer->second.there = true;
        if (history) {
            answer->second.history = std::move(*history);
        } else {
            base::log(base::LogLevel::warning, "sync", history.error());
            answer->second.failed = history.error().what;
        }
        request(staging_id);
    });
}

void HistoryService::build(SyncAccess& access, const std::string& staging_id,
                           std::vector<model::PendingOperation> own) {
    const auto loaded = access.load(staging_id);
    if (!loaded) {
        histories_.provide(staging_id, nullptr);
        return board_.wake();
    }
    auto found = answers_.find(staging_id);
    const bool stale = found == answers_.end() || found->second.update_time != loaded->remote_update_time;
    if (access.unreachable.empty() && stale) {
        ask(access, staging_id, loaded->remote_update_time);
        found = answers_.find(staging_id);
    }
    auto history = std::make_shared<CaptureHistory>();
    history->staging_id = staging_id;
    history->generation = access.rows_generation;
    const sync::ServerHistory* server = nullptr;
    if (found != answers_.end() && found->second.there && found->second.failed.empty()) server = &found->second.history;
    history->loading = found != answers_.end() && !found->second.there;
    history->complete = server && !server->cut && found->second.update_time == loaded->remote_update_time;
    if (!history->complete && !history->loading) {
        history->incomplete = "Only what this desk decided is shown. ";
        if (found != answers_.end() && !found->second.failed.empty()) {
            history->incomplete += found->second.failed;
        } else if (server && server->cut) {
            history->incomplete = "Only the newest 200 changes are shown.";
        } else {
            history->incomplete += access.unreachable;
        }
        // Asked again once the desk or the line has changed.
        if (found != answers_.end() && !found->second.failed.empty()) answers_.erase(found);
    }
    const auto remote =
        sync::decode_capture_or_unreadable(staging_id, loaded->remote_fields, loaded->remote_update_time);
    history->versions = build_history(loaded->detail->capture, remote, own, server);
    histories_.provide(staging_id, std::move(history));
    board_.wake();
}

}  // namespace linesman::app
