// Live changes of Pull: listening to the windows in place of polling them.
#include <algorithm>

#include "base/log.h"
#include "sync/pull.h"

namespace linesman::sync {
namespace {

using base::Json;

constexpr const char* kLimboKey = "listen.limbo";
// A stream that is opened again in this time costs no poll.
constexpr base::Duration kGrace = base::seconds(2);
// Of a start that takes up the stream of the last run.
constexpr base::Duration kResumeGrace = base::seconds(8);
constexpr base::Duration kLimboRetry = base::seconds(5);
// Counts are asked at the last snapshot's time; an idle server sends snapshots every half minute or so.
constexpr base::Duration kCountAge = base::minutes(2);

base::Duration operator+(base::Duration a, base::Duration b) {
    return {a.us + b.us};
}

std::vector<std::pair<std::string, std::string>> pairs_from(const Json& json) {
    std::vector<std::pair<std::string, std::string>> pairs;
    if (!json.is_array()) return pairs;
    for (const auto& pair : json) {
        if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
            pairs.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
    }
    return pairs;
}

}  // namespace

const PullTarget* Pull::target_of(const std::string& collection) const {
    const auto found = std::ranges::find(targets_, collection, &PullTarget::collection);
    return found == targets_.end() ? nullptr : &*found;
}

bool Pull::is_live() const {
    return live_ && live_->status().phase == ListenPhase::live;
}

// A stream that is opened again in an instant is not worth telling.
bool Pull::seems_live() const {
    return is_live() || (live_ && environment_.clock.steady() < grace_until_);
}

bool Pull::can_count_live() const {
    if (!is_live()) return false;
    const auto read_time = base::parse_rfc3339(live_->read_time());
    return read_time && environment_.server_time.now() - *read_time <= kCountAge;
}

// At the start: what the last run listened to may be taken up without a poll.
base::Status Pull::take_up_listening() {
    auto limbo = environment_.cache.read().value(kLimboKey);
    if (!limbo) return limbo.error();
    if (*limbo) {
        if (const auto json = base::parse_json(**limbo, "The list of documents to look up"))
            limbo_waiting_ = pairs_from(*json);
    }
    if (!options_.live.http || !state_.mirrored || state_.active.scope != options_.scope) return {};
    const auto since = resumable_since(environment_, options_.live.tuning);
    if (!since) return since.error();
    if (!*since) return {};
    const auto now = environment_.clock.steady();
    for (auto& pace : paces_) {
        pace.last_read = **since;
        pace.next_poll = now + kResumeGrace;
    }
    next_count_ = now + kResumeGrace;
    return {};
}

void Pull::keep_listening() {
    if (!options_.live.http || live_) return;
    // First by pages what was missed in a longer time.
    const auto& last_read = paces_[static_cast<size_t>(Pace::staging)].last_read;
    if (!last_read || environment_.server_time.now() - *last_read > options_.live.tuning.resume_limit) return;
    ListenNeeds needs{environment_, *options_.live.http, *options_.live.tokens, {}, {}, {}};
    needs.cursor = [this](const std::string& collection) -> base::Result<base::Timestamp> {
        const auto cursor = saved_cursor(environment_, collection);
        if (!cursor) return cursor.error();
        return cursor->value_or(state_.active.decided_cutoff);
    };
    needs.apply = [this](ListenSnapshot snapshot) { return take_live(std::move(snapshot)); };
    needs.on_status = [this](const ListenStatus& status) { on_live(status); };
    live_ = std::make_unique<Listen>(std::move(needs), options_.live.tuning, options_.random_seed);
    live_->start(listen_windows(state_.active, targets_, environment_.tuning.projects_per_query));
}

void Pull::stop_listening() {
    if (!live_) return;
    farewell_ = live_->stop();
    live_documents_before_ += live_->documents();
    live_.reset();
    grace_until_ = {};
    progress_.live = {};
    // What comes meanwhile is not heard.
    for (auto& pace : paces_) pace.next_overlap = {};
}

void Pull::on_live(const ListenStatus& status) {
    const bool was_live = progress_.live.phase == ListenPhase::live;
    progress_.live = status;
    const auto now = environment_.clock.steady();
    if (status.phase == ListenPhase::live) {
        if (progress_.error && progress_.error->retryable()) {
            progress_.error.reset();
            progress_.next_attempt_at.reset();
        }
        retry_at_ = {};
        backoff_.reset();
        wake();
    } else if (was_live) {
        grace_until_ = now + kGrace;
        for (auto& pace : paces_) {
            pace.next_poll = now + kGrace;
            pace.next_overlap = now + environment_.tuning.overlap_every;
        }
        wake();
    }
    if (progress_.phase == PullPhase::waiting || progress_.phase == PullPhase::listening)
        progress_.phase = seems_live() ? PullPhase::listening : PullPhase::waiting;
    publish(true);
}

base::Status Pull::take_live(ListenSnapshot snapshot) {
    ChangeAggregator batch;
    bool projects_changed = false;
    for (auto& [collection, document] : snapshot.documents) {
        const PullTarget* target = target_of(collection);
        if (!target) continue;
        projects_changed |= collection == environment_.names.projects;
        sync::take_document(environment_, state_.active, *target, std::move(document), batch);
    }
    for (const auto& gone : snapshot.deletes) {
        projects_changed |= gone.collection == environment_.names.projects;
        batch.remove(gone.collection, gone.id, gone.as_of, true);
        ++progress_.deletes_found;
    }
    for (auto& [key, value] : snapshot.values) batch.set_value(key, std::move(value));
    if (!snapshot.limbo.empty()) {
        limbo_waiting_.insert(limbo_waiting_.end(), snapshot.limbo.begin(), snapshot.limbo.end());
        batch.set_value(kLimboKey, base::to_text(Json(limbo_waiting_)));
    }
    if (snapshot.all_current && !batch.empty()) {
        // What came live is not to be polled again, should the stream break.
        for (const auto& target : targets_)
            batch.set_value(cursor_key(target.collection),
                            std::to_string((snapshot.at - environment_.tuning.overlap).us));
    }
    const bool any_news = !snapshot.documents.empty() || !snapshot.deletes.empty();
    if (!batch.empty()) LINESMAN_TRY(apply_batch(environment_, batch, false));
    if (snapshot.all_current) {
        for (auto& pace : paces_) pace.last_read = snapshot.at;
        progress_.complete_until = snapshot.at;
    }
    if (projects_changed) {
        auto projects = cached_projects(environment_);
        if (!projects) return std::move(projects).error();
        state_.active.known_projects = std::move(*projects);
    }
    progress_.live_documents = live_documents_before_ + (live_ ? live_->documents() : 0);
    resolve_limbo();
    publish(any_news);
    return {};
}

base::Status Pull::save_limbo() {
    store::CacheBatch batch;
    batch.values[kLimboKey] =
        limbo_waiting_.empty() ? std::nullopt : std::optional(base::to_text(Json(limbo_waiting_)));
    return environment_.cache.apply(std::move(batch), false);
}

// Documents that left a window without a word: each is read once, then it is there or gone.
void Pull::resolve_limbo() {
    if (limbo_ || limbo_waiting_.empty() || paused_ || offline_ || environment_.clock.steady() < next_limbo_) return;
    std::vector<CountedPart> parts;
    for (const auto& target : targets_) parts.push_back({target, {}, std::nullopt, true});
    std::vector<std::pair<size_t, std::string>> suspects;
    for (const auto& [collection, id] : limbo_waiting_) {
        const auto found = std::ranges::find(targets_, collection, &PullTarget::collection);
        if (found != targets_.end()) suspects.emplace_back(found - targets_.begin(), id);
    }
    const size_t asked = limbo_waiting_.size();
    limbo_ = std::make_unique<DeleteCheck>(
        environment_, state_.active, std::move(parts), std::string(),
        [this, asked](base::Result<DeleteCheckResult> result) {
            limbo_.reset();
            next_limbo_ = environment_.clock.steady() + kLimboRetry;
            if (!result) {
                base::log(base::LogLevel::warning, "sync", result.error());
                return wake();
            }
            next_limbo_ = {};
            progress_.deletes_found += result->lost;
            limbo_waiting_.erase(limbo_waiting_.begin(), limbo_waiting_.begin() + static_cast<std::ptrdiff_t>(asked));
            if (auto saved = save_limbo(); !saved) base::log(base::LogLevel::error, "sync", saved.error());
            wake();
        });
    limbo_->start_with(std::move(suspects));
}

}  // namespace linesman::sync
