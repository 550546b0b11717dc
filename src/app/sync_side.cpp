// Opening and closing; the calls from other threads.
#include "app/sync_side.h"

#include <future>

#include "app/sync_side_state.h"
#include "base/log.h"
#include "store/columns_file.h"

namespace linesman::app {

SyncSide::SyncSide(Needs needs) : state_(std::make_unique<State>(std::move(needs))) {
    State& s = *state_;
    s.cache_path = s.needs.folders.data + "/cache.db";
    s.columns_path = s.needs.folders.data + "/columns.bin";
    s.offline = s.needs.work_offline;
    const auto& endpoints = s.needs.profile.endpoints;
    // A session signed in by environment variables is this process's own business and stays out of the keyring.
    s.keyring = std::make_unique<ChosenKeyring>(
        s.needs.credentials ? sync::make_session_keyring() : sync::make_secret_service_keyring(),
        sync::make_session_keyring());
    s.auth = std::make_unique<sync::Auth>(endpoints, s.needs.profile.name, s.needs.http, *s.keyring, s.needs.clock,
                                          s.needs.queue);
    s.firestore = sync::make_firestore(endpoints, s.needs.http, *s.auth, s.needs.queue);
    s.photos = std::make_unique<FetchedPhotos>(endpoints, s.needs.http, *s.auth, s.needs.folders.cache + "/photos",
                                               static_cast<uint64_t>(s.needs.profile.photo_cache_mb) << 20,
                                               s.needs.clock, s.needs.pool);
}

SyncSide::~SyncSide() = default;

void SyncSide::start() {
    State& s = *state_;
    s.needs.queue.post([&s] {
        s.auth->on_change([&s](const sync::Session& session) { s.session_changed(session); });
        if (auto status = s.open_cache(); !status) {
            base::log(base::LogLevel::error, "app", status.error());
            s.needs.board.update([&](Snapshot& snapshot) {
                snapshot.loading = false;
                snapshot.fatal = status.error().what;
            });
            return;
        }
        s.warm_start();
        s.restore_or_sign_in();
        s.begin_loading();
    });
}

base::Status SyncSide::State::open_cache() {
    store::CacheOptions options;
    options.searched_collection = needs.profile.staging;
    auto opened = store::Cache::open(cache_path, needs.clock, options);
    if (!opened) return opened.error();
    for (const auto& notice : opened->notices)
        needs.board.notify(NoticeLevel::warning, notice.what, "It is fetched again now.");
    cache.emplace(std::move(opened->cache));
    applier = std::make_unique<sync::CacheApplier>(
        *cache, [this](std::shared_ptr<const sync::AppliedChanges> changes) { applied(*changes); });
    book = std::make_unique<CaptureBook>(needs.pool, needs.clock, [this](const std::string& id) { return remote(id); });
    return {};
}

void SyncSide::State::warm_start() {
    const auto generation = cache->read().generation();
    if (generation) {
        if (auto columns = store::read_columns_file(columns_path, {*generation, producer()})) {
            book->start_from(std::move(*columns));
            publish();
        } else {
            base::log(base::LogLevel::info, "app", columns.error());
        }
    }
    if (const auto value = cache->read().value(kLastPullKey); value && *value) {
        if (const auto time = base::parse_rfc3339(**value))
            needs.board.update([&](Snapshot& s) { s.sync.last_pull = *time; });
    }
    if (const auto text = cache->read().value(kUsageKey); text && *text) usage.load(**text, needs.clock.now());
    if (const auto text = cache->read().value(kRunsKey); text && *text) runs.load(**text);
    needs.board.update([&](Snapshot& s) {
        s.sync.reads_today = usage.reads();
        s.sync.writes_today = usage.writes();
        s.sync.runs = runs.runs(needs.clock.now());
    });
    reload_reference();
    reload_commands();
}

void SyncSide::State::begin_loading() {
    load_again = false;
    loader = std::make_unique<CaptureLoader>(cache_path, needs.profile.staging, needs.queue, needs.pool);
    loader->start(
        [this](std::vector<model::Capture> captures) {
            for (const auto& capture : captures) book->put(capture);
        },
        [this](base::Status status) { loaded(std::move(status)); });
}

void SyncSide::State::loaded(base::Status status) {
    loader.reset();
    if (!status) {
        base::log(base::LogLevel::error, "app", status.error());
        needs.board.notify(NoticeLevel::error, status.error().what,
                           "Close Linesman and start it again; what is broken is fetched anew.");
    } else if (load_again) {
        begin_loading();
        return;
    } else {
        book->forget_unseen();
    }
    book->judge();
    const auto judged = book->take_judged();
    publish();
    report_busy();
    begin_exchange();
    if (machine) machine->offer(judged);
}

void SyncSide::stop() {
    State& s = *state_;
    give_back();
    std::promise<void> closed;
    s.needs.queue.post([&] {
        s.close();
        closed.set_value();
    });
    closed.get_future().wait();
    s.photos.reset();
}

void SyncSide::State::close() {
    loader.reset();
    machine.reset();
    presence.reset();
    indexing.reset();
    change_reader.reset();
    sender.reset();
    pull.reset();
    if (cache && needs.mode == Mode::console) {
        store::CacheBatch batch;
        batch.values[kUsageKey] = usage.text();
        batch.values[kRunsKey] = runs.text(needs.clock.now());
        if (auto kept = cache->apply(batch); !kept) base::log(base::LogLevel::warning, "app", kept.error());
    }
    auth->on_change({});
    firestore.reset();
    auth.reset();
    save_columns();
    book.reset();
    applier.reset();
    cache.reset();
}

void SyncSide::load_detail(std::string staging_id) {
    State& s = *state_;
    s.needs.queue.post([&s, id = std::move(staging_id)] {
        if (!s.book) return;
        auto loaded = s.build_detail(id);
        s.needs.details.provide(id, s.rows_generation, std::move(loaded));
        s.needs.board.wake();
    });
}

void SyncSide::set_pending(std::vector<model::PendingOperation> changed, bool all) {
    State& s = *state_;
    s.needs.queue.post([&s, all, changed = std::move(changed)]() mutable {
        if (!s.book || (changed.empty() && !all)) return;
        s.book->update_pending(std::move(changed), all);
        s.settle();
    });
}

void SyncSide::keep(std::string collection, std::vector<sync::RawDocument> documents) {
    State& s = *state_;
    s.needs.queue.post([&s, collection = std::move(collection), documents = std::move(documents)]() mutable {
        for (auto& document : documents) {
            if (!s.pull) return;
            if (auto kept = s.pull->take_document(collection, std::move(document)); !kept)
                base::log(base::LogLevel::warning, "app", kept.error());
        }
    });
}

void SyncSide::note_usage(sync::Usage beside) {
    State& s = *state_;
    s.needs.queue.post([&s, beside] {
        s.beside = beside;
        if (s.firestore) s.report_sync();
    });
}

sync::TokenSource& SyncSide::tokens() {
    return *state_->auth;
}

void SyncSide::set_bulk_rate(double per_second) {
    State& s = *state_;
    s.needs.queue.post([&s, per_second] {
        if (std::exchange(s.bulk_rate, per_second) != per_second && s.sender) s.sender->set_bulk_rate(per_second);
    });
}

void SyncSide::sync_now() {
    State& s = *state_;
    s.needs.queue.post([&s] {
        if (s.pull) {
            s.pull->sync_now();
        } else {
            s.sync_wanted = true;  // asked before the session was there
        }
        if (s.sender) s.sender->poke();
        if (s.photos) s.photos->retry_now();
    });
}

void SyncSide::set_paused(bool paused) {
    State& s = *state_;
    s.needs.queue.post([&s, paused] {
        s.paused = paused;
        if (s.pull) s.pull->pause(paused);
        if (s.presence) s.presence->pause(paused || s.offline);
        if (s.sender) s.sender->pause(paused || s.offline);
        if (s.firestore) s.report_sync();
    });
}

void SyncSide::set_work_offline(bool offline) {
    State& s = *state_;
    s.needs.queue.post([&s, offline] {
        s.offline = offline;
        if (s.pull) s.pull->work_offline(offline);
        if (s.presence) s.presence->pause(s.paused || offline);
        if (s.sender) s.sender->pause(offline || s.paused);
        if (s.firestore) s.report_sync();
        if (!offline && s.cache) s.begin_exchange();
    });
}

void SyncSide::sign_in(std::string email, std::string password, bool remember) {
    State& s = *state_;
    s.needs.queue.post([&s, remember, email = std::move(email), password = std::move(password)]() mutable {
        if (!s.auth) return;
        s.keyring->remember(remember);
        s.sign_in(std::move(email), std::move(password));
    });
}

void SyncSide::State::line_is_back() {
    if (pull) pull->line_is_back();
    if (sender) sender->line_is_back();
    photos->retry_now();
}

void SyncSide::sign_in_google(bool remember) {
    State& s = *state_;
    s.needs.queue.post([&s, remember] {
        if (!s.auth) return;
        s.keyring->remember(remember);
        s.sign_in_google();
    });
}

void SyncSide::sign_out() {
    State& s = *state_;
    s.needs.queue.post([&s] {
        if (!s.auth) return;
        s.machine.reset();
        s.presence.reset();
        s.needs.board.update([](Snapshot& shown) { shown.people_here = std::make_shared<const PeopleHere>(); });
        s.pull.reset();
        if (s.sender) s.sender->set_person("");
        s.auth->sign_out();
    });
}

void SyncSide::index_existing(std::function<void(base::Result<sync::IndexReport>)> done) {
    State& s = *state_;
    s.needs.queue.post([&s, done = std::move(done)]() mutable {
        if (!s.session.signed_in || !s.firestore)
            return done(base::make_error(base::ErrorKind::permission_denied,
                                         "Sign in first: the keys are written under your name."));
        const auto role = s.session.role;
        if (s.session.roles_enforced && role != model::Role::supervisor && role != model::Role::admin)
            return done(base::make_error(base::ErrorKind::permission_denied,
                                         "The keys of production are made by a supervisor or an admin; you are signed "
                                         "in as " +
                                             std::string(model::name_of(role)) + "."));
        if (s.indexing)
            return done(base::make_error(base::ErrorKind::already_exists, "The keys are being made already."));
        s.indexing = std::make_unique<sync::IndexExisting>(
            *s.firestore, s.needs.queue, s.collection_names(), s.session.uid, sync::IndexExisting::OnProgress{},
            [&s, done = std::move(done)](base::Result<sync::IndexReport> report) {
                s.needs.queue.post([&s] { s.indexing.reset(); });
                done(std::move(report));
            });
        s.indexing->start();
    });
}

void SyncSide::poke_sender() {
    State& s = *state_;
    s.needs.queue.post([&s] {
        if (s.sender) s.sender->poke();
    });
}

void SyncSide::observe(const net::Sample& sample) {
    State& s = *state_;
    s.needs.queue.post([&s, sample] {
        const bool was_offline = s.quality.report().state == sync::NetworkState::offline;
        s.quality.add(sample);
        s.runs.request(sample.answered, sample.time_to_first_byte, sample.bytes);
        const bool is_back = was_offline && s.quality.report().state != sync::NetworkState::offline;
        if (is_back) s.line_is_back();
    });
}

PhotoSource& SyncSide::photos() {
    return *state_->photos;
}

}  // namespace linesman::app
