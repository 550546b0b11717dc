#include "sync/listen_aggregator.h"

#include <algorithm>

namespace linesman::sync {

void ListenAggregator::add(ListenTarget& target, std::set<std::string> expected) {
    View view;
    view.target = &target;
    view.whole = target.token.empty();
    view.expected = std::move(expected);
    views_[target.id] = std::move(view);
}

void ListenAggregator::clear() {
    views_.clear();
    news_.clear();
    limbo_.clear();
    read_time_.clear();
}

ListenAggregator::View* ListenAggregator::view(int64_t id) {
    const auto found = views_.find(id);
    return found == views_.end() ? nullptr : &found->second;
}

bool ListenAggregator::is_current(int64_t id) const {
    const auto found = views_.find(id);
    return found != views_.end() && found->second.current;
}

std::set<std::string> ListenAggregator::shown(int64_t id) const {
    const auto found = views_.find(id);
    return found == views_.end() ? std::set<std::string>() : ids_of(found->second);
}

std::optional<ListenAggregator::Key> ListenAggregator::key_of(const std::string& name) const {
    if (!name.starts_with(root_)) return std::nullopt;
    const size_t slash = name.find('/', root_.size());
    if (slash == std::string::npos || slash + 1 == name.size() || name.find('/', slash + 1) != std::string::npos)
        return std::nullopt;
    return Key{name.substr(root_.size(), slash - root_.size()), name.substr(slash + 1)};
}

bool ListenAggregator::holds(const View& view, const std::string& id) const {
    const auto pending = view.pending.find(id);
    if (pending != view.pending.end()) return pending->second;
    return !view.whole && view.target->members.contains(id);
}

size_t ListenAggregator::size_of(const View& view) const {
    size_t count = view.whole ? 0 : view.target->members.size();
    for (const auto& [id, in] : view.pending) {
        const bool was = !view.whole && view.target->members.contains(id);
        if (in && !was) ++count;
        if (!in && was) --count;
    }
    return count;
}

std::set<std::string> ListenAggregator::ids_of(const View& view) const {
    std::set<std::string> ids = view.whole ? std::set<std::string>() : view.target->members.ids();
    for (const auto& [id, in] : view.pending) {
        if (in) {
            ids.insert(id);
        } else {
            ids.erase(id);
        }
    }
    return ids;
}

ListenAggregator::Outcome ListenAggregator::take(ListenMessage message) {
    if (auto* change = std::get_if<DocumentChange>(&message)) return on(std::move(*change));
    if (auto* change = std::get_if<TargetChange>(&message)) return on(std::move(*change));
    if (const auto* gone = std::get_if<DocumentGone>(&message)) return on(*gone);
    if (const auto* filter = std::get_if<ExistenceFilter>(&message)) return on(*filter);
    if (auto* error = std::get_if<StreamError>(&message)) return {Outcome::Kind::failed, {}, std::move(error->error)};
    return {};
}

void ListenAggregator::leave(const std::vector<int64_t>& ids, const std::string& id) {
    for (const int64_t target : ids) {
        View* left = view(target);
        if (!left) continue;
        left->pending[id] = false;
        left->expected.erase(id);  // the server has said what became of it
        left->changed = true;
    }
}

ListenAggregator::Outcome ListenAggregator::on(DocumentChange change) {
    const auto key = key_of(change.document.name);
    if (!key) return {};
    bool is_ours = std::ranges::any_of(change.removed, [&](int64_t id) { return view(id) != nullptr; });
    leave(change.removed, key->second);
    for (const int64_t id : change.ids) {
        View* shown = view(id);
        if (!shown) continue;
        is_ours = true;
        shown->pending[key->second] = true;
        shown->expected.erase(key->second);
        shown->changed = true;
    }
    if (!is_ours) return {};
    ++documents_taken_;
    const auto version = base::parse_rfc3339(change.document.update_time);
    News& news = news_[*key];
    const base::Timestamp at = version ? *version : base::Timestamp{INT64_MIN};
    if (at < news.version) return {};
    news.version = at;
    news.deleted.reset();
    news.document = std::move(change.document);
    return {};
}

ListenAggregator::Outcome ListenAggregator::on(const DocumentGone& gone) {
    const auto key = key_of(gone.name);
    if (!key) return {};
    const bool is_ours = std::ranges::any_of(gone.removed, [&](int64_t id) { return view(id) != nullptr; });
    leave(gone.removed, key->second);
    if (!is_ours) return {};
    const auto as_of = base::parse_rfc3339(gone.read_time);
    if (!gone.deleted || !as_of) {
        limbo_.insert(*key);
        return {};
    }
    News& news = news_[*key];
    if (*as_of < news.version) return {};
    news.version = *as_of;
    news.document.reset();
    news.deleted = *as_of;
    return {};
}

ListenAggregator::Outcome ListenAggregator::on(const ExistenceFilter& filter) {
    View* filtered = view(filter.id);
    if (!filtered || static_cast<int64_t>(size_of(*filtered)) == filter.count) return {};
    if (filter.unchanged) {
        for (const auto& id : ids_of(*filtered)) {
            if (filter.unchanged->might_contain(root_ + filtered->target->window.collection + "/" + id)) continue;
            leave({filter.id}, id);
            limbo_.insert({filtered->target->window.collection, id});
        }
    }
    if (static_cast<int64_t>(size_of(*filtered)) == filter.count) return {};
    return {Outcome::Kind::requery, {filter.id}, {}};
}

void ListenAggregator::set_current(View& view) {
    view.current = true;
    view.changed = true;
    for (const auto& id : view.expected) limbo_.insert({view.target->window.collection, id});
    view.expected.clear();
}

ListenAggregator::Outcome ListenAggregator::on(TargetChange change) {
    using Type = TargetChange::Type;
    const bool for_all = change.ids.empty();
    if (for_all) {
        for (const auto& [id, view] : views_) change.ids.push_back(id);
    }
    if (change.type == Type::remove) {
        std::erase_if(change.ids, [&](int64_t id) { return !view(id); });
        if (change.ids.empty()) return {};  // the answer to our own wish
        return {Outcome::Kind::removed, std::move(change.ids), std::move(change.cause)};
    }
    for (const int64_t id : change.ids) {
        View* changed = view(id);
        if (!changed) continue;
        if (change.type == Type::reset) {
            // Shown until now, and to be shown again.
            changed->expected.merge(ids_of(*changed));
            changed->pending.clear();
            changed->whole = true;
            changed->current = false;
            changed->token.clear();
        } else if (change.type == Type::current) {
            set_current(*changed);
        }
        if (!change.resume_token.empty()) changed->token = change.resume_token;
    }
    if (change.type != Type::no_change || !for_all || change.read_time.empty()) return {};
    read_time_ = change.read_time;
    return {Outcome::Kind::snapshot, {}, {}};
}

void ListenAggregator::commit(View& view) {
    ListenTarget& target = *view.target;
    if (view.whole) {
        target.members.assign(ids_of(view));
    } else {
        for (const auto& [id, in] : view.pending) {
            if (in) {
                target.members.insert(id);
            } else {
                target.members.erase(id);
            }
        }
    }
    view.whole = false;
    view.pending.clear();
    if (!view.token.empty()) {
        target.token = view.token;
        target.read_time = read_time_;
    }
}

// Known after all: shown or deleted with this snapshot, or held by another window.
bool ListenAggregator::is_in_limbo(const Key& key) const {
    if (news_.contains(key)) return false;
    return std::ranges::none_of(views_, [&](const auto& entry) {
        const View& other = entry.second;
        return other.current && other.target->window.collection == key.first && holds(other, key.second);
    });
}

ListenSnapshot ListenAggregator::take_snapshot() {
    ListenSnapshot snapshot;
    snapshot.read_time = read_time_;
    const auto at = base::parse_rfc3339(read_time_);
    snapshot.at = at ? *at : base::Timestamp{};
    for (const auto& key : limbo_) {
        if (is_in_limbo(key)) snapshot.limbo.push_back(key);
    }
    limbo_.clear();
    for (auto& [key, news] : news_) {
        if (news.document) snapshot.documents.emplace_back(key.first, std::move(*news.document));
        if (news.deleted) snapshot.deletes.push_back({key.first, key.second, *news.deleted});
    }
    news_.clear();
    snapshot.all_current = !views_.empty();
    for (auto& [id, view] : views_) {
        if (!view.current) {
            snapshot.all_current = false;
            continue;
        }
        commit(view);
        if (std::exchange(view.changed, false)) snapshot.changed.push_back(id);
    }
    return snapshot;
}

}  // namespace linesman::sync
