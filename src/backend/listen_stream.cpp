#include "backend/listen_stream.h"

#include "backend/api_error.h"
#include "backend/bloom_filter.h"

namespace linesman::backend {

using base::Json;
using base::Timestamp;

ListenStream::ListenStream(Channel& channel, StreamContext& context, std::string database, Caller caller)
    : channel_(channel), context_(context), database_(std::move(database)), caller_(std::move(caller)) {}

void ListenStream::receive(const Json& message) {
    const std::lock_guard lock(mutex_);
    if (session_ended()) return;
    if (database_.empty()) database_ = base::string_at(message, "database").value_or("");
    if (base::string_at(message, "database").value_or("") != database_) {
        channel_.fail(invalid("A message must name the database of the request."));
    } else if (const Json* target = base::find(message, "addTarget")) {
        add(*target);
    } else if (const auto id = base::int_at(message, "removeTarget")) {
        remove(*id);
    } else {
        channel_.fail(invalid("A message must add or remove a target."));
    }
}

// The client's credentials are those of the handshake; it must come back with new ones.
bool ListenStream::session_ended() {
    if (!caller_.expires || *caller_.expires > context_.clock.now()) return false;
    channel_.fail(base::make_error(base::ErrorKind::unauthenticated, "The ID token has expired."));
    return true;
}

bool ListenStream::refused(const ListenTarget& target, ListenMessages& out) {
    if (const auto code = context_.rules.take_refusal()) {
        out.target_refused(target.id(), *code, "Refused by a fault that a test has switched on.");
        return true;
    }
    if (const auto allowed = may_read(context_.policy, caller_); !allowed) {
        out.target_refused(target.id(), canonical(allowed.error().kind).rpc, allowed.error().what);
        return true;
    }
    return false;
}

void ListenStream::add(const Json& json) {
    context_.counters.request("listen.addTarget");
    auto target = ListenTarget::from_json(json, database_);
    ListenMessages out;
    if (!target) {
        const int64_t id = base::int_at(json, "targetId").value_or(0);
        if (id <= 0) return channel_.fail(target.error());
        out.target_refused(id, canonical(target.error().kind).rpc, target.error().what);
        return send(out);
    }
    if (targets_.contains(target->id())) {
        return channel_.fail(invalid("Target id " + std::to_string(target->id()) + " is in use already."));
    }
    if (refused(*target, out)) return send(out);
    context_.store.read_time();  // what is committed from here on is later than the snapshot below
    {
        const auto view = context_.store.view();
        tell_news(view, out);
        start(*target, view, out);
        snapshot(view, out);
    }
    if (target->request().once) {
        out.target_change("REMOVE", target->id());
    } else {
        targets_.emplace(target->id(), std::move(*target));
    }
    send(out);
}

void ListenStream::remove(int64_t id) {
    targets_.erase(id);
    ListenMessages out;
    out.target_change("REMOVE", id);
    send(out);
}

std::optional<ListenStream::Since> ListenStream::usable(const TargetRequest& request,
                                                        const DocumentStore::View& view) const {
    Since since;
    if (!request.resume_token.empty()) {
        const auto token = ResumeToken::parse(request.resume_token);
        if (!token || token->epoch != context_.rules.token_epoch()) return {};
        since = {token->sequence, token->time};
    } else {
        const auto sequence = view.sequence_at(*request.read_time);
        if (!sequence) return {};
        since = {*sequence, *request.read_time};
    }
    const base::Duration age = context_.clock.now() - since.time;
    if (age > std::min(context_.rules.settings().token_age, kHistory)) return {};
    return since;
}

void ListenStream::start(ListenTarget& target, const DocumentStore::View& view, ListenMessages& out) {
    const TargetRequest& request = target.request();
    const bool resumes = !request.resume_token.empty() || request.read_time;
    const auto since = resumes ? usable(request, view) : std::nullopt;
    const bool possible = since && view.commits_after(since->sequence);
    if (resumes && !possible) {
        context_.rules.count(&StreamStats::targets_expired);
        if (const int code = context_.rules.settings().expired_cause; code != 0) {
            out.target_refused(target.id(), code, "The resume token has expired.");
            return;
        }
    }
    out.target_change("ADD", target.id());
    if (possible) {
        context_.rules.count(&StreamStats::targets_resumed);
        resume(target, *since, view, out);
    } else {
        context_.rules.count(&StreamStats::targets_full);
        if (resumes) out.target_change("RESET", target.id(), token(view), view.last_commit());
        tell_all(target, view, out);
    }
    out.target_change("CURRENT", target.id(), token(view), view.last_commit());
}

void ListenStream::tell_all(ListenTarget& target, const DocumentStore::View& view, ListenMessages& out) {
    const auto tail = ListenMessages::tail({target.id()}, {}, target.select());
    for (DocumentPtr& document : target.result(view)) out.document(std::move(document), tail);
    for (const std::string& name : target.names()) {
        if (!view.get(name)) out.deleted(name, view.last_commit(), {target.id()});
    }
}

void ListenStream::resume(ListenTarget& target, const Since& since, const DocumentStore::View& view,
                          ListenMessages& out) {
    const auto commits = view.commits_after(since.sequence);
    target.assume_shown_at(view, since.time);
    auto deltas = target.deltas(view, net_changes(*commits));
    if (context_.rules.settings().forget_removals) {
        std::erase_if(deltas, [](const TargetDelta& delta) { return delta.dropped; });
    }
    tell({{target.id(), std::move(deltas)}}, view.last_commit(), out);
    if (target.request().expected_count) check_count(target, since, view, out);
}

// The client said how many documents it has. What it must have is known; a difference is shown by a filter, from which
// it finds out which ones are too many.
void ListenStream::check_count(ListenTarget& target, const Since& since, const DocumentStore::View& view,
                               ListenMessages& out) {
    const StreamSettings settings = context_.rules.settings();
    const auto had = static_cast<int64_t>(target.result_at(view, since.time).size());
    const bool asked = settings.always_filter || settings.forget_removals || settings.wrong_count != 0;
    if (!asked && had == *target.request().expected_count) return;
    const auto now = target.result_at(view, view.last_commit());
    BloomFilter bloom(now.size());
    for (const DocumentPtr& document : now) bloom.insert(document->name);
    out.filter(target.id(), static_cast<int64_t>(now.size()) + settings.wrong_count,
               settings.bloom_filter ? bloom.json() : "");
    context_.rules.count(&StreamStats::filters);
}

bool ListenStream::tell_news(const DocumentStore::View& view, ListenMessages& out) {
    if (view.last_sequence() == sequence_) return false;
    const auto commits = view.commits_after(sequence_);
    sequence_ = view.last_sequence();
    if (!commits) {
        for (auto& [id, target] : targets_) {
            out.target_change("RESET", id, token(view), view.last_commit());
            tell_all(target, view, out);
            out.target_change("CURRENT", id, token(view), view.last_commit());
        }
        return !targets_.empty();
    }
    const NetChanges changes = net_changes(*commits);
    std::map<int64_t, std::vector<TargetDelta>> deltas;
    for (auto& [id, target] : targets_) {
        if (auto own = target.deltas(view, changes); !own.empty()) deltas.emplace(id, std::move(own));
    }
    tell(deltas, view.last_commit(), out);
    return !deltas.empty();
}

// One message for each document, whatever the number of targets it concerns.
void ListenStream::tell(const std::map<int64_t, std::vector<TargetDelta>>& deltas, Timestamp time,
                        ListenMessages& out) {
    struct News {
        DocumentPtr document;
        std::vector<int64_t> shown, dropped, removed;
    };
    const bool bare = context_.rules.settings().bare_removals;
    std::map<std::string_view, News> news;
    for (const auto& [id, list] : deltas) {
        for (const TargetDelta& delta : list) {
            News& item = news[delta.name];
            item.document = delta.document;
            if (delta.shown) item.shown.push_back(id);
            if (delta.dropped) (delta.document && (bare || delta.pushed) ? item.removed : item.dropped).push_back(id);
        }
    }
    for (auto& [name, item] : news) {
        if (!item.document) {
            out.deleted(name, time, item.dropped);
            continue;
        }
        if (!item.shown.empty() || !item.dropped.empty()) {
            const auto target = item.shown.size() == 1 ? targets_.find(item.shown[0]) : targets_.end();
            const auto select = target != targets_.end() ? target->second.select() : std::nullopt;
            out.document(std::move(item.document), ListenMessages::tail(item.shown, item.dropped, select));
        }
        if (!item.removed.empty()) out.removed(name, time, item.removed);
    }
}

std::string ListenStream::token(const DocumentStore::View& view) const {
    return ResumeToken{context_.rules.token_epoch(), view.last_sequence(), view.last_commit()}.text();
}

void ListenStream::snapshot(const DocumentStore::View& view, ListenMessages& out) {
    out.target_change("", 0, token(view), view.last_commit());
    context_.rules.count(&StreamStats::snapshots);
}

void ListenStream::send(ListenMessages& out) {
    context_.counters.listened(out.documents());
    context_.rules.count(&StreamStats::documents, out.documents());
    context_.rules.count(&StreamStats::removals, out.removals());
    channel_.send(out.take());
}

void ListenStream::advance() {
    const std::lock_guard lock(mutex_);
    if (targets_.empty() || session_ended()) return;
    ListenMessages out;
    {
        const auto view = context_.store.view();
        if (!tell_news(view, out)) return;
        snapshot(view, out);
    }
    send(out);
}

void ListenStream::heartbeat() {
    const std::lock_guard lock(mutex_);
    if (targets_.empty() || session_ended()) return;
    context_.store.read_time();
    ListenMessages out;
    {
        const auto view = context_.store.view();
        tell_news(view, out);
        snapshot(view, out);
    }
    send(out);
}

}  // namespace linesman::backend
