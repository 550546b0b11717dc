#include "sync/pull.h"

#include <algorithm>

#include "base/log.h"

namespace linesman::sync {
namespace {

constexpr base::Duration kPublishEvery = base::milliseconds(200);
// Polls between overlaps begin this far before the last read time: what a commit of some hundred milliseconds may hide.
// While there is no line nobody is asked: a person who plugs the cable in again must not wait for a minute.
constexpr base::Duration kMostWaitOffline = base::seconds(10);
constexpr base::Duration kPollSlack = base::seconds(2);

base::Duration operator+(base::Duration a, base::Duration b) {
    return {a.us + b.us};
}

}  // namespace

std::string_view name_of(PullPhase phase) {
    static constexpr std::string_view kNames[] = {"stopped", "first sync", "widening",    "windows", "deletes", "sweep",
                                                  "waiting", "listening",  "backing off", "paused",  "offline"};
    return kNames[static_cast<size_t>(phase)];
}

Pull::Pull(Firestore& firestore, CacheApplier& cache, base::Queue& queue, const base::Clock& clock, PullOptions options,
           PullHooks hooks)
    : options_(std::move(options)),
      hooks_(std::move(hooks)),
      environment_{firestore,         cache, queue, clock, options_.names,  options_.tuning,
                   ServerTime(clock), {},    {},    {},    options_.readers},
      targets_(pull_targets(options_.names)),
      backoff_({}, options_.random_seed) {
    environment_.on_issue = [this](PullIssue issue) {
        base::log(base::LogLevel::warning, "sync", issue.what);
        if (issues_.size() >= kMaxIssues) issues_.erase(issues_.begin());
        issues_.push_back(issue);
        if (hooks_.on_issue) hooks_.on_issue(issue);
    };
    environment_.on_documents = [this](uint64_t count) { note_documents(count); };
}

Pull::~Pull() {
    if (timer_) environment_.queue.cancel(timer_);
}

void Pull::start() {
    if (running_) return;
    running_ = true;
    wake();
}

void Pull::set_scope(PullScope scope) {
    if (scope == options_.scope) return;
    options_.scope = std::move(scope);
    stop_listening();
    drop_jobs();
    wake();
}

void Pull::pause(bool paused) {
    if (std::exchange(paused_, paused) == paused) return;
    if (paused) {
        stop_listening();
        drop_jobs();
    }
    wake();
}

void Pull::work_offline(bool offline) {
    if (std::exchange(offline_, offline) == offline) return;
    if (offline) {
        stop_listening();
        drop_jobs();
    }
    wake();
}

void Pull::sync_now(std::function<void(base::Status)> done) {
    if (done) waiters_.push_back(std::move(done));
    round_ = Round::wanted;
    line_is_back();
}

void Pull::line_is_back() {
    retry_at_ = {};
    backoff_.reset();
    if (live_) live_->retry_now();
    wake();
}

void Pull::set_load(int64_t page_documents, int pages_in_flight) {
    environment_.tuning.page_documents = std::max<int64_t>(1, std::min(page_documents, options_.tuning.page_documents));
    environment_.tuning.pages_in_flight = std::max(1, std::min(pages_in_flight, options_.tuning.pages_in_flight));
}

base::Status Pull::take_document(const std::string& collection, RawDocument document) {
    LINESMAN_TRY(load());
    const PullTarget* target = target_of(collection);
    if (!target) return {};
    ChangeAggregator batch;
    sync::take_document(environment_, state_.active, *target, std::move(document), batch);
    return apply_batch(environment_, batch, false);
}

base::Status Pull::forget(const std::string& collection, const std::string& id, base::Timestamp as_of) {
    ChangeAggregator batch;
    batch.remove(collection, id, as_of, true);
    return apply_batch(environment_, batch, false);
}

void Pull::wake() {
    if (timer_) environment_.queue.cancel(timer_);
    timer_ = 0;
    environment_.queue.post([this, weak = std::weak_ptr<bool>(alive_)] {
        if (weak.lock()) step();
    });
}

void Pull::step() {
    if (!running_) return;
    resolve_limbo();
    if (is_busy()) return;
    if (paused_ || offline_) {
        enter(paused_ ? PullPhase::paused : PullPhase::offline);
        return settle_waiters(
            base::make_error(base::ErrorKind::offline, paused_ ? "The sync is paused; resume it first."
                                                               : "Linesman works offline; go online first."));
    }
    if (environment_.clock.steady() < retry_at_) return schedule();
    if (auto loaded = load(); !loaded) return fail(loaded.error());
    if (!state_.mirrored || state_.active.scope != options_.scope) return begin_mirror();
    keep_listening();
    if (windows_due()) return begin_windows();
    if (sweep_due()) return begin_sweep();
    enter(seems_live() ? PullPhase::listening : PullPhase::waiting);
    schedule();
}

base::Status Pull::load() {
    if (loaded_) return {};
    auto loaded = load_pull_state(environment_);
    if (!loaded) return loaded.error();
    state_ = std::move(*loaded);
    progress_.mirrored = state_.mirrored;
    loaded_ = true;
    return take_up_listening();
}

void Pull::schedule() {
    if (timer_) environment_.queue.cancel(timer_);
    const auto now = environment_.clock.steady();
    base::Duration at = retry_at_;
    if (!(now < retry_at_)) {
        at = next_count_;
        for (const auto& pace : paces_) at = is_live() ? at : std::min(at, pace.next_poll);
        if (!limbo_waiting_.empty()) at = std::min(at, next_limbo_);
    }
    const base::Duration delay{std::max<int64_t>(at.us - now.us, 1000)};
    timer_ = environment_.queue.post_after(delay, [this, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        timer_ = 0;
        step();
    });
}

void Pull::drop_jobs() {
    mirror_.reset();
    windows_.reset();
    deletes_.reset();
    counts_.clear();
    if (round_ != Round::none) round_ = Round::wanted;
}

void Pull::enter(PullPhase phase) {
    const bool is_new = progress_.phase != phase;
    progress_.phase = phase;
    if (is_new) {
        progress_.documents = progress_.expected = 0;
        progress_.documents_per_s = 0;
        progress_.time_left.reset();
        phase_began_ = environment_.clock.steady();
    }
    publish(is_new);
}

void Pull::note_documents(uint64_t count) {
    progress_.documents += count;
    progress_.arrived += count;
    const double elapsed_s = base::Duration{environment_.clock.steady().us - phase_began_.us}.seconds();
    progress_.documents_per_s = elapsed_s > 0 ? static_cast<double>(progress_.documents) / elapsed_s : 0;
    progress_.time_left.reset();
    if (progress_.expected > progress_.documents && progress_.documents_per_s > 0) {
        const double left_s = static_cast<double>(progress_.expected - progress_.documents) / progress_.documents_per_s;
        progress_.time_left = base::milliseconds(static_cast<int64_t>(left_s * 1000));
    }
    publish(false);
}

void Pull::publish(bool at_once) {
    const auto now = environment_.clock.steady();
    if (!at_once && now < published_at_ + kPublishEvery) return;
    published_at_ = now;
    if (hooks_.on_progress) hooks_.on_progress(progress_);
}

void Pull::fail(base::Error error) {
    drop_jobs();
    base::log(base::LogLevel::warning, "sync", error);
    // A reply that cannot be read may be readable the next time; anything a person must mend is tried again at a slow
    // pace.
    const bool is_passing =
        error.retryable() || error.kind == base::ErrorKind::corrupt || error.kind == base::ErrorKind::cancelled;
    if (!is_passing) backoff_.jump_to_max();
    base::Duration delay = backoff_.next(error.retry_after_s);
    if (error.kind == base::ErrorKind::offline) delay = std::min(delay, kMostWaitOffline);
    retry_at_ = environment_.clock.steady() + delay;
    progress_.error = error;
    progress_.next_attempt_at = environment_.clock.now() + delay;
    round_ = Round::none;
    enter(PullPhase::backing_off);
    publish(true);
    settle_waiters(std::move(error));
    schedule();
}

void Pull::settle_waiters(const base::Status& status) {
    auto waiters = std::exchange(waiters_, {});
    for (auto& waiter : waiters) waiter(status);
}

bool Pull::windows_due() const {
    if (round_ == Round::wanted) return true;
    const auto now = environment_.clock.steady();
    if (now >= next_count_) return true;
    if (is_live()) return false;
    return std::ranges::any_of(paces_, [&](const PaceState& pace) { return now >= pace.next_poll; });
}

std::vector<Pull::DuePace> Pull::due_paces(bool count, bool full_count) const {
    const auto now = environment_.clock.steady();
    std::vector<DuePace> due;
    for (const Pace pace : {Pace::staging, Pace::live, Pace::reference}) {
        const PaceState& state = paces_[static_cast<size_t>(pace)];
        // What is counted must have been read up to the very time of the counts.
        const bool is_counted = count && (pace == Pace::staging || full_count);
        if (!is_counted && now < state.next_poll) continue;
        due.push_back({pace, round_ == Round::windows || !state.last_read || now >= state.next_overlap});
    }
    return due;
}

void Pull::begin_windows() {
    const auto now = environment_.clock.steady();
    if (round_ == Round::wanted) round_ = Round::windows;
    const bool is_round = round_ == Round::windows;
    const bool count = is_round || now >= next_count_;
    const bool full_count = is_round || (count && now >= next_full_count_);
    // What is listened to is as the server was at the last snapshot: the counts are asked for that time.
    if (!is_round && can_count_live()) return begin_delete_check(full_count);
    const auto due = due_paces(count, full_count);
    std::vector<WindowTarget> windows;
    for (const auto& target : targets_) {
        const auto found = std::ranges::find(due, target.pace, &DuePace::pace);
        if (found == due.end()) continue;
        WindowTarget window{target, {}, found->overlap};
        if (found->overlap) {
            const auto cursor = saved_cursor(environment_, target.collection);
            if (!cursor) return fail(cursor.error());
            window.from = cursor->value_or(state_.active.decided_cutoff);
        } else {
            window.from = *paces_[static_cast<size_t>(target.pace)].last_read - kPollSlack;
        }
        windows.push_back(std::move(window));
    }
    enter(PullPhase::windows);
    windows_ = std::make_unique<WindowPull>(environment_, state_.active, std::move(windows),
                                            [this, due, count, full_count](base::Result<std::string> read_time) {
                                                if (!read_time) return fail(std::move(read_time).error());
                                                on_windows(*read_time, due);
                                                if (progress_.error) return;  // reading the cache failed
                                                count ? begin_delete_check(full_count) : wake();
                                            });
    windows_->start();
}

void Pull::on_windows(const std::string& read_time, const std::vector<DuePace>& due) {
    windows_.reset();
    backoff_.reset();
    progress_.error.reset();
    progress_.next_attempt_at.reset();
    const auto parsed = base::parse_rfc3339(read_time);
    const auto now = environment_.clock.steady();
    const auto& tuning = environment_.tuning;
    const base::Duration every[] = {tuning.poll_every, tuning.live_every, tuning.reference_every};
    for (const auto& [pace, overlap] : due) {
        PaceState& state = paces_[static_cast<size_t>(pace)];
        if (parsed) state.last_read = *parsed;
        state.next_poll = now + every[static_cast<size_t>(pace)];
        if (overlap) state.next_overlap = now + tuning.overlap_every;
        if (pace == Pace::staging && parsed) progress_.complete_until = *parsed;
        if (pace != Pace::reference) continue;
        auto projects = cached_projects(environment_);
        if (!projects) return fail(std::move(projects).error());
        state_.active.known_projects = std::move(*projects);
    }
    if (live_ && live_->status().phase == ListenPhase::waiting) live_->retry_now();
    publish(true);
}

void Pull::begin_delete_check(bool all_targets) {
    if (round_ == Round::windows) round_ = Round::counts;
    const auto now = environment_.clock.steady();
    next_count_ = now + environment_.tuning.count_every;
    if (all_targets) next_full_count_ = now + base::hours(1);
    std::vector<PullTarget> counted;
    for (const auto& target : targets_) {
        if (all_targets || target.is_staging) counted.push_back(target);
    }
    const auto& last_read = paces_[static_cast<size_t>(Pace::staging)].last_read;
    enter(PullPhase::deletes);
    deletes_ = std::make_unique<DeleteCheck>(
        environment_, state_.active, counted_parts(state_.active, counted, environment_.labels),
        last_read ? base::format_rfc3339(*last_read) : std::string(), [this](base::Result<DeleteCheckResult> result) {
            if (!result) return fail(std::move(result).error());
            on_deletes(*result);
        });
    deletes_->start();
}

void Pull::on_deletes(const DeleteCheckResult& result) {
    deletes_.reset();
    progress_.error.reset();
    progress_.next_attempt_at.reset();
    progress_.deletes_found += result.lost;
    if (result.needs_sweep) decided_differ_ = true;
    if (round_ == Round::counts) {
        round_ = Round::none;
        settle_waiters({});
    }
    wake();
}

}  // namespace linesman::sync
