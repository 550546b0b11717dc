#include "backend/document_store.h"

#include <algorithm>
#include <mutex>

#include "backend/api_error.h"
#include "backend/names.h"

namespace linesman::backend {

using base::Timestamp;

DocumentPtr DocumentStore::View::get(std::string_view name, std::optional<Timestamp> time) const {
    const Collection* found = collection(collection_of(name));
    return found ? found->get(id_of(name), time) : nullptr;
}

const Collection* DocumentStore::View::collection(std::string_view path) const {
    const auto it = store_->collections_.find(path);
    return it == store_->collections_.end() ? nullptr : &it->second;
}

std::vector<const Collection*> DocumentStore::View::group(std::string_view parent, std::string_view id) const {
    std::vector<const Collection*> found;
    const std::string prefix = std::string(parent) + "/";
    for (auto it = store_->collections_.lower_bound(prefix); it != store_->collections_.end(); ++it) {
        if (!it->first.starts_with(prefix)) break;
        if (id.empty() || id_of(it->first) == id) found.push_back(&it->second);
    }
    return found;
}

std::vector<std::string> DocumentStore::View::collection_ids(std::string_view parent) const {
    std::set<std::string> ids;
    const std::string prefix = std::string(parent) + "/";
    for (auto it = store_->collections_.lower_bound(prefix); it != store_->collections_.end(); ++it) {
        if (!it->first.starts_with(prefix)) break;
        // A deeper collection shows that this one exists even if the document between them does not.
        if (it->second.size() > 0)
            ids.insert(it->first.substr(prefix.size(), it->first.find('/', prefix.size()) - prefix.size()));
    }
    return {ids.begin(), ids.end()};
}

DocumentPtr DocumentStore::current(std::string_view name) const {
    const auto it = collections_.find(collection_of(name));
    return it == collections_.end() ? nullptr : it->second.get(id_of(name), {});
}

Timestamp DocumentStore::next_commit_time() {
    return std::max(clock_.now(), Timestamp{last_commit_.us + 1});
}

base::Result<CommitPtr> DocumentStore::transact(const Plan& plan) {
    const std::unique_lock lock(mutex_);
    const Timestamp time = next_commit_time();
    auto changes = plan([this](std::string_view name) { return current(name); }, time);
    if (!changes) return changes.error();
    auto commit = std::make_shared<Commit>();
    commit->sequence = sequence_ + 1;
    commit->time = time;
    commit->changes = std::move(*changes);
    if (save_ && !commit->changes.empty()) LINESMAN_TRY(save_(*commit));
    last_commit_ = time;
    if (commit->changes.empty()) return CommitPtr(commit);
    sequence_ = commit->sequence;
    apply(commit);
    prune();
    for (const auto& [id, listener] : listeners_) listener(commit);
    return CommitPtr(commit);
}

void DocumentStore::apply(const CommitPtr& commit) {
    for (const Change& change : commit->changes) {
        const std::string_view path = collection_of(change.name);
        auto it = collections_.find(path);
        if (it == collections_.end()) it = collections_.try_emplace(std::string(path)).first;
        it->second.apply(id_of(change.name), change.after, commit->time);
    }
    log_.push_back(commit);
}

void DocumentStore::prune() {
    const Timestamp horizon = last_commit_ - kHistory;
    while (!log_.empty() && log_.front()->time <= horizon) {
        for (const Change& change : log_.front()->changes) {
            const auto it = collections_.find(collection_of(change.name));
            if (it != collections_.end()) it->second.prune(horizon);
        }
        log_start_ = log_.front()->time;
        log_.pop_front();
    }
}

Timestamp DocumentStore::read_time() const {
    const std::unique_lock lock(mutex_);
    last_commit_ = std::max(last_commit_, clock_.now());
    return last_commit_;
}

base::Status DocumentStore::check_read_time(Timestamp time) const {
    Timestamp now = clock_.now();
    {
        const std::shared_lock lock(mutex_);
        now = std::max(now, last_commit_);
    }
    if (time > now) return invalid("The requested 'read_time' (" + base::format_rfc3339(time) + ") is in the future.");
    if (time < now - kHistory) {
        return base::make_error(base::ErrorKind::precondition_failed,
                                "The requested 'read_time' (" + base::format_rfc3339(time) + ") is too old.");
    }
    return {};
}

std::optional<std::vector<CommitPtr>> DocumentStore::commits_after(uint64_t sequence) const {
    const std::shared_lock lock(mutex_);
    return commits_since(sequence);
}

std::optional<std::vector<CommitPtr>> DocumentStore::commits_since(uint64_t sequence) const {
    if (sequence > sequence_) return std::nullopt;
    if (sequence < sequence_ && (log_.empty() || log_.front()->sequence > sequence + 1)) return std::nullopt;
    const auto first = std::partition_point(log_.begin(), log_.end(),
                                            [&](const CommitPtr& commit) { return commit->sequence <= sequence; });
    return std::vector<CommitPtr>(first, log_.end());
}

std::optional<uint64_t> DocumentStore::View::sequence_at(Timestamp time) const {
    if (time < store_->log_start_) return std::nullopt;
    const auto& log = store_->log_;
    const auto first =
        std::partition_point(log.begin(), log.end(), [&](const CommitPtr& commit) { return commit->time <= time; });
    return first == log.end() ? store_->sequence_ : (*first)->sequence - 1;
}

uint64_t DocumentStore::last_sequence() const {
    const std::shared_lock lock(mutex_);
    return sequence_;
}

uint64_t DocumentStore::subscribe(Listener listener) {
    const std::unique_lock lock(mutex_);
    listeners_.emplace(next_listener_, std::move(listener));
    return next_listener_++;
}

void DocumentStore::unsubscribe(uint64_t id) {
    const std::unique_lock lock(mutex_);
    listeners_.erase(id);
}

void DocumentStore::load(std::vector<DocumentPtr> documents) {
    const std::unique_lock lock(mutex_);
    collections_.clear();
    log_.clear();
    ++sequence_;  // followers see a gap and start again
    for (DocumentPtr& document : documents) {
        last_commit_ = std::max(last_commit_, document->update_time);
        Collection& collection = collections_[std::string(collection_of(document->name))];
        const std::string id(id_of(document->name));
        const Timestamp time = document->update_time;
        collection.apply(id, std::move(document), time);
    }
    log_start_ = std::max(clock_.now(), last_commit_);
    auto gap = std::make_shared<Commit>();
    gap->sequence = sequence_;
    gap->time = log_start_;
    for (const auto& [id, listener] : listeners_) listener(gap);
}

size_t DocumentStore::size() const {
    const std::shared_lock lock(mutex_);
    size_t sum = 0;
    for (const auto& [path, collection] : collections_) sum += collection.size();
    return sum;
}

}  // namespace linesman::backend
