// What the server says: snapshots, targets that fail, windows that are opened anew.
#include <algorithm>

#include "base/log.h"
#include "sync/listen.h"

namespace linesman::sync {

using base::ErrorKind;
using base::make_error;

namespace {

bool is_about_the_token(ErrorKind kind) {
    return kind == ErrorKind::invalid_argument || kind == ErrorKind::precondition_failed ||
           kind == ErrorKind::not_found;
}

}  // namespace

void Listen::on_message(std::string_view json) {
    auto message = read_listen_message(json, reader_);
    if (!message) return lost(std::move(message).error());
    if (const auto* damaged = std::get_if<DamagedDocument>(&*message)) {
        needs_.environment.issue("", "", damaged->error.what);
        return;
    }
    const auto outcome = aggregator_.take(std::move(*message));
    using Kind = ListenAggregator::Outcome::Kind;
    switch (outcome.kind) {
        case Kind::none:
            return;
        case Kind::snapshot:
            return on_snapshot();
        case Kind::requery:
            // The window holds other documents than the server's count says: read again as a whole.
            if (auto replaced = replace(outcome.ids.front(), false); !replaced) lost(replaced.error());
            return;
        case Kind::removed:
            return on_removed(outcome);
        case Kind::failed:
            return on_failed(*outcome.error);
    }
}

CacheValues Listen::values_to_save(const ListenSnapshot& snapshot) {
    CacheValues values = std::exchange(unsaved_, {});
    const auto now = needs_.environment.clock.steady();
    const bool all = now.us - tokens_saved_at_.us >= tuning_.save_tokens_every.us || list_changed_;
    if (all) tokens_saved_at_ = now;
    for (auto& [id, target] : state_.targets) {
        const bool changed = std::ranges::find(snapshot.changed, id) != snapshot.changed.end();
        if (changed || (all && aggregator_.is_current(id))) save_target(target, values);
    }
    if (std::exchange(list_changed_, false)) save_target_list(state_, values);
    return values;
}

void Listen::on_snapshot() {
    ListenSnapshot snapshot = aggregator_.take_snapshot();
    retire_replaced();
    // One that was long on its way would turn the clock back.
    if (needs_.environment.server_time.now() < snapshot.at) needs_.environment.server_time.note(snapshot.read_time);
    snapshot.values = values_to_save(snapshot);
    const bool all_current = snapshot.all_current;
    const std::string read_time = snapshot.read_time;
    const std::weak_ptr<bool> weak = alive_;
    if (auto applied = needs_.apply(std::move(snapshot)); !applied) {
        // The targets are ahead of the cache now: they are read from it again.
        if (weak.expired()) return;
        loaded_ = false;
        return lost(applied.error());
    }
    if (weak.expired() || !all_current) return;
    read_time_ = read_time;
    if (status_.phase != ListenPhase::live) {
        live_since_ = needs_.environment.clock.steady();
        if (channel_->long_polling() && (!long_poll_until_ || *long_poll_until_ < *live_since_))
            long_poll_until_ = base::Duration{live_since_->us + tuning_.streaming_retry.us};
        if (live_timer_) needs_.environment.queue.cancel(live_timer_);
        live_timer_ = 0;
        tell(ListenPhase::live, {});
        if (weak.expired()) return;
        arm(token_timer_, tuning_.check_token_every, &Listen::check_token);
    }
    const auto now = needs_.environment.clock.steady();
    if (now.us - anchored_at_.us < tuning_.reanchor_every.us) return;
    if (auto opened = reanchor(); !opened) lost(opened.error());
}

void Listen::drop_target(int64_t id) {
    const auto found = state_.targets.find(id);
    if (found == state_.targets.end()) return;
    forget_target(found->second, unsaved_);
    aggregator_.remove(id);
    state_.targets.erase(found);
    list_changed_ = true;
    if (channel_) channel_->send(remove_target_message(needs_.environment.firestore.endpoints(), id));
}

base::Status Listen::replace(int64_t id, bool from_cursor) {
    const auto found = state_.targets.find(id);
    if (found == state_.targets.end()) return {};
    auto fresh = fresh_target(found->second.window);
    if (!fresh) return fresh.error();
    if (!from_cursor) {
        fresh->from = found->second.from;
        fresh->until = found->second.until;
    }
    std::set<std::string> expected = from_cursor ? std::set<std::string>() : aggregator_.shown(id);
    drop_target(id);
    const int64_t fresh_id = fresh->id;
    auto& target = state_.targets.emplace(fresh_id, std::move(*fresh)).first->second;
    aggregator_.add(target, std::move(expected));
    channel_->send(add_target_message(needs_.environment.firestore.endpoints(), target));
    return {};
}

base::Status Listen::reanchor() {
    if (!replaces_.empty()) return {};  // under way
    std::vector<ListenTarget> fresh;
    for (const auto& [id, target] : state_.targets) {
        auto made = fresh_target(target.window);
        if (!made) return made.error();
        replaces_[made->id] = id;
        fresh.push_back(std::move(*made));
    }
    for (auto& made : fresh) {
        const int64_t id = made.id;
        auto& target = state_.targets.emplace(id, std::move(made)).first->second;
        aggregator_.add(target);
        channel_->send(add_target_message(needs_.environment.firestore.endpoints(), target));
    }
    return {};
}

void Listen::retire_replaced() {
    for (auto it = replaces_.begin(); it != replaces_.end();) {
        if (!aggregator_.is_current(it->first)) {
            ++it;
            continue;
        }
        drop_target(it->second);
        it = replaces_.erase(it);
        if (replaces_.empty()) anchored_at_ = needs_.environment.clock.steady();
    }
}

void Listen::on_failed(base::Error error) {
    if (!is_about_the_token(error.kind)) return lost(std::move(error));
    bool any_token = false;
    for (auto& [id, target] : state_.targets) any_token |= !std::exchange(target.token, {}).empty();
    // Without tokens the same request may well be accepted.
    if (any_token) error.kind = ErrorKind::unavailable;
    lost(std::move(error));
}

void Listen::on_removed(const ListenAggregator::Outcome& outcome) {
    if (!outcome.error)
        return lost(make_error(ErrorKind::unavailable, "The server has ended the live changes.", "REMOVE"));
    const bool about_the_token = is_about_the_token(outcome.error->kind);
    for (const int64_t id : outcome.ids) {
        const auto found = state_.targets.find(id);
        if (found == state_.targets.end()) continue;
        if (!about_the_token || found->second.token.empty()) return lost(*outcome.error);
        // The token may be what the server does not like: once more without it.
        base::log(base::LogLevel::info, "listen", *outcome.error);
        if (auto replaced = replace(id, true); !replaced) return lost(replaced.error());
    }
}

base::Result<std::optional<base::Timestamp>> resumable_since(PullEnvironment& environment, const ListenTuning& tuning) {
    auto state = load_listen_state(environment);
    if (!state) return std::move(state).error();
    std::optional<base::Timestamp> oldest;
    for (const auto& [id, target] : state->targets) {
        const auto at = base::parse_rfc3339(target.read_time);
        if (target.token.empty() || !at) return std::optional<base::Timestamp>{};
        oldest = oldest ? std::min(*oldest, *at) : *at;
    }
    const auto now = environment.server_time.now();
    if (!oldest || now - *oldest > tuning.resume_limit || *oldest > now) return std::optional<base::Timestamp>{};
    return oldest;
}

}  // namespace linesman::sync
