// The exchange with the server: session, pull, sender, photos, and what the status bar says of them.
#include "app/exchange_words.h"
#include "app/open_browser.h"
#include "app/sync_side_state.h"
#include "base/log.h"

namespace linesman::app {
namespace {

constexpr int kOnScreenTransfers = 6;

sync::PhotoPriority to_sync(PhotoPriority priority) {
    return priority == PhotoPriority::on_screen ? sync::PhotoPriority::screen : sync::PhotoPriority::prefetch;
}

}  // namespace

FetchedPhotos::FetchedPhotos(const sync::Endpoints& endpoints, net::Http& http, sync::TokenSource& tokens,
                             const std::string& dir, uint64_t budget_bytes, const base::Clock& clock,
                             base::WorkerPool& pool) {
    std::shared_ptr<sync::PhotoCache> cache;
    if (auto opened = sync::PhotoCache::open(dir, budget_bytes, clock)) {
        cache = std::move(*opened);
    } else {
        base::log(base::LogLevel::warning, "photos", opened.error());
    }
    storage_ = sync::make_storage(endpoints, http, tokens, queue_);
    fetcher_ = std::make_unique<sync::PhotoFetcher>(*storage_, std::move(cache), queue_, [&pool](base::Task task) {
        pool.submit(base::Priority::high, std::move(task));
    });
    queue_.post([this] { fetcher_->set_concurrency(kOnScreenTransfers); });
}

FetchedPhotos::~FetchedPhotos() {
    // The fetcher belongs to its queue: it ends there, before the queue does.
    queue_.post([this] { fetcher_.reset(); });
    queue_.stop();
}

std::shared_ptr<void> FetchedPhotos::fetch(const model::Photo& photo, PhotoPriority priority, Done done, Waits waits) {
    // Made and dropped on the photo queue; the caller holds only this box.
    struct Box {
        base::ThreadQueue* queue;
        std::shared_ptr<sync::PhotoHandle> handle = std::make_shared<sync::PhotoHandle>();
        std::shared_ptr<std::atomic<bool>> dropped = std::make_shared<std::atomic<bool>>(false);
        ~Box() {
            *dropped = true;
            queue->post([handle = handle] { handle->drop(); });
        }
    };
    auto box = std::make_shared<Box>();
    box->queue = &queue_;
    sync::PhotoRequest request{photo.url.empty() ? photo.path : photo.url, photo.md5, to_sync(priority)};
    queue_.post([this, handle = box->handle, dropped = box->dropped, request = std::move(request),
                 done = std::move(done), waits = std::move(waits)]() mutable {
        if (*dropped || !fetcher_) return;
        *handle = fetcher_->fetch(std::move(request), [done = std::move(done), waits = std::move(waits),
                                                       dropped](const sync::PhotoUpdate& update) {
            if (*dropped) return;
            switch (update.state) {
                case sync::PhotoState::loading:
                    return update.reason.empty() ? void() : waits(update.reason);
                case sync::PhotoState::ready:
                    return done(*update.bytes);
                case sync::PhotoState::missing:
                    return done(base::make_error(base::ErrorKind::not_found, update.reason));
                case sync::PhotoState::failed:
                    return done(base::make_error(base::ErrorKind::corrupt, update.reason));
            }
        });
    });
    return box;
}

void FetchedPhotos::set_concurrency(int transfers) {
    queue_.post([this, transfers] {
        if (fetcher_) fetcher_->set_concurrency(transfers);
    });
}

void FetchedPhotos::retry_now() {
    queue_.post([this] {
        if (fetcher_) fetcher_->retry_now();
    });
}

void SyncSide::State::session_changed(const sync::Session& changed) {
    const bool begins =
        changed.state == sync::SessionState::signed_in && session_state != sync::SessionState::signed_in;
    session_state = changed.state;
    if (begins && session.uid != changed.identity.uid) {  // both write under a person's name
        machine.reset();
        presence.reset();
    }
    session.uid = changed.identity.uid;
    session.name = changed.identity.name;
    session.email = changed.identity.email;
    session.role = model::role_from_name(changed.identity.role);
    // An expired session still says whose decisions queue here; only sending needs a fresh one. Signing in may take a
    // while, in the browser or over a bad line: until it is done nothing changes.
    if (changed.state != sync::SessionState::signing_in)
        session.signed_in =
            changed.state == sync::SessionState::signed_in || changed.state == sync::SessionState::expired;
    session.roles_enforced = needs.profile.roles_enforced;
    session.desk_id = needs.outbox.desk_id();
    needs.outbox.set_person(session.uid, needs.profile.utc_offset_minutes);
    if (!changed.keyring_note.empty()) needs.board.notify(NoticeLevel::warning, changed.keyring_note);
    needs.board.update([&](Snapshot& s) {
        s.session = session;
        if (changed.state == sync::SessionState::signed_out || changed.state == sync::SessionState::expired) {
            s.sync.connection = Connection::signed_out;
            s.sync.last_error = changed.reason;
            const bool says_it_itself =
                changed.reason.empty() || changed.reason.find("administrator") != std::string::npos;
            s.sync.last_cure = says_it_itself ? "" : "Sign in again.";
        } else if (changed.state == sync::SessionState::signing_in) {
            s.sync.connection = Connection::connecting;
            s.sync.last_error.clear();
            s.sync.last_cure.clear();
        }
    });
    if (begins) begin_exchange();
    if (changed.state == sync::SessionState::signed_in && pull) pull->line_is_back();
    if (sender) sender->set_person(changed.state == sync::SessionState::signed_in ? session.uid : std::string());
}

void SyncSide::State::begin_exchange() {
    if (!cache || loader || needs.mode != Mode::console) return;
    if (!session.signed_in) return;
    if (!pull) {
        sync::PullOptions options;
        options.names = collection_names();
        options.scope.projects = needs.profile.projects;
        options.readers = &needs.pool;
        options.tuning.poll_every = base::seconds(needs.profile.pull_interval_s);
        if (needs.profile.live) {
            options.live.http = &needs.http;
            options.live.tokens = auth.get();
        }
        sync::PullHooks hooks;
        hooks.on_progress = [this](const sync::PullProgress& progress) { pull_progress(progress); };
        hooks.on_issue = [this](const sync::PullIssue& issue) {
            base::log(base::LogLevel::warning, "pull", issue.collection + "/" + issue.id + ": " + issue.what);
            needs.board.notify(NoticeLevel::warning, issue.what,
                               "The document is kept as it is and shown in the queue.", issue.id);
        };
        pull = std::make_unique<sync::Pull>(*firestore, *applier, needs.queue, needs.clock, std::move(options),
                                            std::move(hooks));
        pull->pause(paused);
        pull->work_offline(offline);
        pull->start();
        if (std::exchange(sync_wanted, false)) pull->sync_now();
    }
    start_sender();
    start_machine();
    start_presence();
}

void SyncSide::State::start_sender() {
    if (sender || !pull) return;
    sync::SenderOptions options;
    options.names = collection_names();
    sync::SenderHooks hooks;
    hooks.store = [this](const std::string& collection, sync::RawDocument document) {
        if (!pull) return;
        if (auto status = pull->take_document(collection, std::move(document)); !status)
            base::log(base::LogLevel::error, "app", status.error());
    };
    hooks.forget = [this](const std::string& collection, const std::string& id, base::Timestamp as_of) {
        if (!pull) return;
        if (auto status = pull->forget(collection, id, as_of); !status)
            base::log(base::LogLevel::error, "app", status.error());
    };
    hooks.may_rebase = [this](const model::Capture& theirs, const model::Operation& operation) {
        // Findings as the rules see them now; the newer version has been judged if it changed anything here.
        const bool promotes = operation.kind == model::OperationKind::promote;
        if (!promotes && operation.kind != model::OperationKind::approve) return true;
        auto overrides = operation.overrides;
        if (promotes && theirs.review)  // what was overridden when it was approved stays so
            overrides.insert(overrides.end(), theirs.review->overrides.begin(), theirs.review->overrides.end());
        return std::ranges::none_of(book->findings(theirs.staging_id), [&](const auto& finding) {
            if (finding.severity == model::Severity::blocking) return true;
            if (finding.ignored || finding.severity != model::Severity::error) return false;
            return std::ranges::none_of(overrides, [&](const auto& o) { return o.finding_id == finding.id; });
        });
    };
    hooks.planned = [this](const model::Capture& capture) -> std::optional<sync::PlannedPlace> {
        const auto* pole = capture.gps ? book->planned_pole(capture) : nullptr;
        if (!pole) return std::nullopt;
        return sync::PlannedPlace{pole->id, model::distance_m(*capture.gps, pole->position)};
    };
    hooks.allows_blank_number = [this](const std::string& project_id) {
        for (const auto& project : book->reference().projects) {
            if (project.id == project_id) return project.allows_blank_number;
        }
        return false;
    };
    hooks.requires_seen_photos = [this](const std::string& project_id) {
        for (const auto& project : book->reference().projects) {
            if (project.id == project_id) return project.requires_seen_photos;
        }
        return false;
    };
    hooks.on_change = [this](const std::string&) { needs.outbox.refresh(); };
    needs.outbox.queue().post([this] {
        if (auto taken = needs.outbox.file().become_sender(); !taken)
            base::log(base::LogLevel::error, "outbox", taken.error());
    });
    sender =
        std::make_unique<sync::OutboxSender>(*firestore, cache->read(), needs.outbox.file(), needs.queue,
                                             needs.outbox.queue(), needs.clock, std::move(options), std::move(hooks));
    sender->pause(paused || offline);
    if (bulk_rate > 0) sender->set_bulk_rate(bulk_rate);
    sender->set_person(session.uid);
    sender->poke();
}

sync::CollectionNames SyncSide::State::collection_names() const {
    sync::CollectionNames names;
    names.staging = needs.profile.staging;
    names.production = needs.profile.production;
    names.pole_keys = needs.profile.pole_keys;
    names.planned = needs.profile.planned;
    names.audit = needs.profile.audit;
    return names;
}

void SyncSide::State::pull_progress(const sync::PullProgress& progress) {
    const bool finished = progress.phase == sync::PullPhase::waiting || progress.phase == sync::PullPhase::listening;
    const auto state_of_session = auth->session().state;
    const bool session_over =
        state_of_session == sync::SessionState::expired || state_of_session == sync::SessionState::signed_out;
    needs.board.update([&](Snapshot& s) {
        auto& state = s.sync;
        state.phase = phase_words(progress, needs.profile.live);
        state.documents_done = progress.documents;
        state.documents_total = progress.expected;
        state.documents_per_s = progress.documents_per_s;
        state.seconds_left = progress.time_left ? progress.time_left->seconds() : -1;
        state.next_attempt = progress.next_attempt_at;
        if (finished) state.last_pull = needs.clock.now();
        if (session_over) {
            state.connection =
                Connection::signed_out;  // what session_changed() has said stands until somebody signs in
        } else if (progress.error) {
            state.last_error = progress.error->what;
            state.last_cure = cure_for(*progress.error);
            const bool no_line =
                progress.error->kind == base::ErrorKind::offline || progress.error->kind == base::ErrorKind::timed_out;
            state.connection = no_line ? Connection::offline : Connection::poor;
        } else {
            state.last_error.clear();
            state.last_cure.clear();
            state.connection = Connection::online;
        }
        if (progress.phase == sync::PullPhase::paused) state.connection = Connection::paused;
        if (progress.phase == sync::PullPhase::offline) state.connection = Connection::offline;
    });
    live_documents = progress.live_documents;
    runs.at(stage_of(progress.phase), progress.arrived + live_documents, progress.error ? progress.error->what : "",
            needs.clock.now());
    report_sync();
    if (finished && progress.mirrored && machine) machine->pulled();
    if (finished) remember_pull();
    if (finished && !columns_saved_once && !loader) {
        columns_saved_once = true;
        needs.queue.post_after(base::seconds(2), [this] { save_columns(); });
    }
}

void SyncSide::State::report_sync() {
    const auto used = firestore->usage();
    usage.note(used.documents_read + live_documents + beside.documents_read,
               used.documents_written + beside.documents_written, needs.clock.now());
    const auto line = quality.report();
    photos->set_concurrency(line.concurrency);
    if (pull) pull->set_load(line.page_size, line.concurrency);
    const auto history = runs.runs(needs.clock.now());
    needs.board.update([&](Snapshot& s) {
        s.sync.reads_today = usage.reads();
        s.sync.writes_today = usage.writes();
        s.sync.bytes_received = used.bytes_received;
        s.sync.latency_ms = line.rtt_ms;
        s.sync.prefetch_ahead = line.prefetch_photos;
        s.sync.bytes_per_s = line.throughput_bps;
        s.sync.share_failing = line.failure_rate;
        s.sync.transfers = line.concurrency;
        s.sync.page_documents = line.page_size;
        s.sync.runs = history;
        if (s.sync.connection == Connection::online && line.state != sync::NetworkState::good)
            s.sync.connection = Connection::poor;
        const bool exchanging = s.sync.connection == Connection::online || s.sync.connection == Connection::poor;
        s.sync.connection_reason = exchanging ? line.reason : std::string();
        s.sync.paused = paused;
        s.sync.work_offline = offline;
    });
}

void SyncSide::State::begin_sign_in(bool in_browser) {
    needs.board.update([&](Snapshot& s) { s.sign_in = SignInState{s.sign_in.attempts + 1, true, in_browser, {}, {}}; });
}

void SyncSide::State::end_sign_in(const base::Status& status) {
    if (!status && status.error().kind == base::ErrorKind::cancelled) return;  // a later attempt took its place
    const auto over = [](Snapshot& s) { s.sign_in.busy = s.sign_in.in_browser = false; };
    if (status) return needs.board.update(over);
    const base::Error& error = status.error();
    base::log(base::LogLevel::warning, "auth", error);
    // Who typed the password is told in the sign-in window.
    const std::string cure = cure_for_sign_in(error);
    if (needs.credentials) needs.board.notify(NoticeLevel::error, error.what, cure);
    // Whose session has ended stays signed out, whatever became of this attempt.
    const bool no_line = error.kind == base::ErrorKind::offline || error.kind == base::ErrorKind::timed_out;
    const bool offline_now = no_line && auth->session().state != sync::SessionState::expired;
    needs.board.update([&](Snapshot& s) {
        over(s);
        s.sign_in.error = error.what;
        s.sign_in.cure = cure;
        s.sync.connection = offline_now ? Connection::offline : Connection::signed_out;
        s.sync.last_error = error.what;
        s.sync.last_cure = cure;
    });
}

void SyncSide::State::sign_in(std::string email, std::string password) {
    begin_sign_in(false);
    auth->sign_in(std::move(email), std::move(password), [this](base::Status status) { end_sign_in(status); });
}

void SyncSide::State::sign_in_google() {
    begin_sign_in(true);
    auth->sign_in_google(needs.profile.google, open_browser, [this](base::Status status) { end_sign_in(status); });
}

void SyncSide::State::restore_or_sign_in() {
    if (needs.credentials) {
        sign_in(needs.credentials->email, needs.credentials->password);
        return;
    }
    // Whose desk this is; no network needed. Without a kept session no change of it says that nobody is signed in.
    auth->restore([this](base::Status status) {
        if (!status) base::log(base::LogLevel::info, "auth", status.error());
        if (auth->session().state != sync::SessionState::signed_out) return;
        needs.board.update([](Snapshot& s) { s.sync.connection = Connection::signed_out; });
    });
}

}  // namespace linesman::app
