// Connecting, waiting, giving up.
#include "sync/listen.h"

#include <algorithm>

#include "base/log.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::make_error;

std::string words_of(const base::Error& error) {
    std::string words = error.what;
    while (words.ends_with('.')) words.pop_back();
    if (!words.empty() && words[0] >= 'A' && words[0] <= 'Z' && (words.size() < 2 || words[1] >= 'a'))
        words[0] = static_cast<char>(words[0] - 'A' + 'a');
    return words;
}

// What another attempt under the same conditions does not mend.
bool is_refusal(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::permission_denied:
        case ErrorKind::not_found:
        case ErrorKind::unsupported:
        case ErrorKind::precondition_failed:
        case ErrorKind::invalid_argument:
        case ErrorKind::configuration:
            return true;
        default:
            return false;
    }
}

}  // namespace

Listen::Listen(ListenNeeds needs, ListenTuning tuning, uint64_t random_seed)
    : needs_(std::move(needs)),
      tuning_(tuning),
      backoff_({}, random_seed),
      aggregator_(needs_.environment.firestore.endpoints().documents_root()) {}

Listen::~Listen() {
    for (const auto timer : {retry_timer_, live_timer_, token_timer_}) {
        if (timer) needs_.environment.queue.cancel(timer);
    }
}

void Listen::arm(base::TimerId& timer, base::Duration delay, void (Listen::*then)()) {
    auto& queue = needs_.environment.queue;
    if (timer) queue.cancel(timer);
    timer = queue.post_after(delay, [this, then, &timer, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        timer = 0;
        (this->*then)();
    });
}

void Listen::start(std::vector<ListenWindow> windows) {
    if (std::exchange(started_, true)) return;
    windows_ = std::move(windows);
    connect();
}

net::Call Listen::stop() {
    if (!std::exchange(started_, false)) return {};
    for (auto* timer : {&retry_timer_, &live_timer_, &token_timer_}) {
        if (*timer) needs_.environment.queue.cancel(*timer);
        *timer = 0;
    }
    ++attempt_;
    drop_channel();
    status_ = {};
    return std::move(farewell_);
}

void Listen::retry_now() {
    backoff_.reset();
    if (!started_ || channel_ || retry_timer_ == 0) return;
    connect();
}

void Listen::connect() {
    if (retry_timer_) needs_.environment.queue.cancel(retry_timer_);
    retry_timer_ = 0;
    drop_channel();
    if (auto ready = prepare_targets(); !ready) return lost(ready.error());
    tell(ListenPhase::connecting, status_.why.empty() ? "connecting to live changes" : status_.why);
    arm(live_timer_, tuning_.live_within, &Listen::give_up_connecting);
    needs_.tokens.token(
        std::exchange(force_token_, false), needs_.environment.queue,
        [this, attempt = ++attempt_, weak = std::weak_ptr<bool>(alive_)](base::Result<std::string> token) {
            if (!weak.lock() || attempt != attempt_) return;
            if (!token) return lost(std::move(token).error());
            open(*token);
        });
}

bool Listen::can_resume(const ListenTarget& target) const {
    const auto read_time = base::parse_rfc3339(target.read_time);
    if (target.token.empty() || !read_time) return false;
    const auto now = needs_.environment.server_time.now();
    return now - *read_time <= tuning_.resume_limit &&
           now - target.from <= base::Duration{2 * tuning_.reanchor_every.us};
}

base::Result<ListenTarget> Listen::fresh_target(const ListenWindow& window) {
    const auto cursor = needs_.cursor(window.collection);
    if (!cursor) return cursor.error();
    ListenTarget target;
    target.id = state_.next_id;
    state_.next_id += 2;
    target.window = window;
    target.from = *cursor;
    // A phone in 2031 must not be part of every window. Long before this end the window is opened anew.
    target.until = needs_.environment.server_time.now() + base::Duration{3 * tuning_.reanchor_every.us} +
                   needs_.environment.tuning.future_slack;
    list_changed_ = true;
    return target;
}

// Targets that can be resumed stay; for the other windows new ones are made, and what is left over is forgotten.
base::Status Listen::prepare_targets() {
    if (!loaded_) {
        auto state = load_listen_state(needs_.environment);
        if (!state) return state.error();
        state_ = std::move(*state);
        loaded_ = true;
    }
    replaces_.clear();
    std::map<int64_t, ListenTarget> kept;
    for (const auto& window : windows_) {
        const auto saved = std::ranges::find_if(state_.targets, [&](const auto& entry) {
            return entry.second.window == window && can_resume(entry.second);
        });
        if (saved != state_.targets.end()) {
            auto node = state_.targets.extract(saved);
            kept.insert(std::move(node));
            continue;
        }
        auto fresh = fresh_target(window);
        if (!fresh) return fresh.error();
        kept.emplace(fresh->id, std::move(*fresh));
    }
    for (const auto& [id, target] : state_.targets) {
        forget_target(target, unsaved_);
        list_changed_ = true;
    }
    state_.targets = std::move(kept);
    anchored_at_ = needs_.environment.clock.steady();
    const auto now = needs_.environment.server_time.now();
    for (const auto& [id, target] : state_.targets) {
        const base::Duration age = now - target.from;
        anchored_at_.us = std::min(anchored_at_.us, needs_.environment.clock.steady().us - age.us);
    }
    return {};
}

void Listen::open(const std::string& token) {
    token_in_use_ = token;
    const auto& endpoints = needs_.environment.firestore.endpoints();
    const auto now = needs_.environment.clock.steady();
    WebChannelPlace place;
    place.url = endpoints.firestore + "/google.firestore.v1.Firestore/Listen/channel";
    place.database = "projects/" + endpoints.project_id + "/databases/" + endpoints.database;
    place.api_key = endpoints.api_key;
    place.long_poll = long_poll_until_ && now < *long_poll_until_;
    place.tuning = tuning_.channel;
    WebChannelEvents events;
    events.on_message = [this](std::string_view json) { on_message(json); };
    events.on_end = [this](base::Error error) { lost(std::move(error)); };
    channel_ = std::make_unique<WebChannel>(needs_.http, needs_.environment.queue, needs_.environment.clock,
                                            std::move(place), std::move(events));
    std::vector<std::string> messages;
    for (auto& [id, target] : state_.targets) {
        aggregator_.add(target);
        messages.push_back(add_target_message(endpoints, target));
    }
    channel_->open(token, std::move(messages));
}

void Listen::drop_channel() {
    if (channel_) farewell_ = channel_->terminate();
    channel_.reset();
    aggregator_.clear();
}

void Listen::lost(base::Error error) {
    const auto now = needs_.environment.clock.steady();
    const bool was_healthy = live_since_ && now.us - live_since_->us >= tuning_.healthy_after.us;
    live_since_.reset();
    drop_channel();
    if (live_timer_) needs_.environment.queue.cancel(live_timer_);
    if (token_timer_) needs_.environment.queue.cancel(token_timer_);
    live_timer_ = token_timer_ = 0;
    base::log(base::LogLevel::info, "listen", error);
    if (is_refusal(error.kind)) return refuse(error);
    if (error.kind == ErrorKind::unauthenticated) force_token_ = true;
    if (error.kind == ErrorKind::rate_limited) backoff_.jump_to_max();
    if (was_healthy) {
        backoff_.reset();
        tried_immediately_ = false;
    }
    const bool at_once = !std::exchange(tried_immediately_, true) && error.kind != ErrorKind::rate_limited;
    wait(at_once ? base::Duration{} : backoff_.next(error.retry_after_s), ListenPhase::waiting, words_of(error));
}

void Listen::refuse(const base::Error& error) {
    wait(tuning_.refused_retry, ListenPhase::refused, words_of(error));
}

void Listen::wait(base::Duration delay, ListenPhase phase, std::string why) {
    status_.next_attempt = needs_.environment.clock.now() + delay;
    arm(retry_timer_, delay, &Listen::connect);
    tell(phase, std::move(why));
}

void Listen::tell(ListenPhase phase, std::string why) {
    status_.phase = phase;
    status_.why = std::move(why);
    status_.long_polling = channel_ && channel_->long_polling();
    if (phase == ListenPhase::live || phase == ListenPhase::connecting) status_.next_attempt.reset();
    if (needs_.on_status) needs_.on_status(status_);
}

void Listen::give_up_connecting() {
    lost(make_error(ErrorKind::timed_out, "The server does not answer the wish for live changes.",
                    "not current in time"));
}

void Listen::check_token() {
    arm(token_timer_, tuning_.check_token_every, &Listen::check_token);
    needs_.tokens.token(
        false, needs_.environment.queue,
        [this, attempt = attempt_, weak = std::weak_ptr<bool>(alive_)](const base::Result<std::string>& token) {
            // A failed refresh is no reason to give up a stream that works.
            if (!weak.lock() || attempt != attempt_ || !token || *token == token_in_use_) return;
            connect();
        });
}

}  // namespace linesman::sync
