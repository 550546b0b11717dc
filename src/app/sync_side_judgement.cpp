// What the services of the desk borrow from the sync queue, and how a conflict is settled.
#include <algorithm>

#include "app/sync_side_state.h"
#include "base/log.h"

namespace linesman::app {

void SyncSide::with(std::function<void(SyncAccess*)> work) {
    State& s = *state_;
    s.needs.queue.post([&s, work = std::move(work)] {
        if (!s.cache || !s.book || !s.firestore) return work(nullptr);
        if (!s.change_reader)
            s.change_reader = std::make_unique<sync::ChangeReader>(*s.firestore, s.collection_names());
        SyncAccess access{s.needs.profile,
                          s.session,
                          *s.book,
                          s.cache->read(),
                          s.collection_names(),
                          *s.change_reader,
                          s.rows_generation,
                          s.unreachable(),
                          [&s](const std::string& id) { return s.build_detail(id); }};
        work(&access);
    });
}

std::string SyncSide::State::unreachable() const {
    if (offline) return "You work offline. Go online to ask the server.";
    if (!session.signed_in) return "You are not signed in. Sign in to ask the server.";
    if (needs.board.snapshot()->sync.connection == Connection::offline)
        return "There is no connection to the server now. Try again when it is back.";
    return {};
}

model::Permission SyncSide::State::may_on_theirs(const model::Operation& operation, const std::string& fields,
                                                 const std::string& update_time) const {
    const auto theirs = sync::decode_capture_or_unreadable(operation.staging_id, fields, update_time);
    const model::Project* project = nullptr;
    for (const auto& known : book->reference().projects) {
        if (known.id == theirs.project_id) project = &known;
    }
    return model::may({session, theirs, book->findings(operation.staging_id), project}, operation);
}

void SyncSide::keep_mine(std::string op_id) {
    State& s = *state_;
    s.needs.queue.post([&s, op_id = std::move(op_id)] { s.keep_mine(op_id); });
}

void SyncSide::State::keep_mine(const std::string& op_id) {
    const auto snapshot = needs.board.snapshot();
    const auto matter = std::find_if(snapshot->matters.begin(), snapshot->matters.end(),
                                     [&](const OpenMatter& m) { return m.pending.operation.op_id == op_id; });
    std::string update_time, fields;
    if (matter != snapshot->matters.end() && cache) {
        auto now = cache->read().document(needs.profile.staging, matter->pending.operation.staging_id);
        // Only the version that was compared: what came after it nobody has seen.
        if (now && *now &&
            base::Json::parse((*now)->fields, nullptr, false) ==
                base::Json::parse(matter->theirs_fields, nullptr, false)) {
            update_time = std::move((*now)->update_time);
            fields = std::move((*now)->fields);
        }
    }
    if (matter != snapshot->matters.end() && !update_time.empty()) {
        const auto& operation = matter->pending.operation;
        const auto permission = may_on_theirs(operation, fields, update_time);
        if (!permission.allowed) {
            needs.board.notify(NoticeLevel::warning, permission.why_not,
                               "Compare both versions, then take theirs or decide anew.", operation.staging_id);
            return;
        }
    }
    needs.outbox.queue().post([this, op_id, update_time, fields] {
        auto& file = needs.outbox.file();
        const auto status = update_time.empty() ? file.release(op_id) : file.rebase(op_id, update_time, fields);
        if (!status) needs.board.notify(NoticeLevel::error, status.error().what);
        needs.outbox.refresh();
    });
}

}  // namespace linesman::app
