#include "app/engine.h"

#include <algorithm>
#include <condition_variable>
#include <future>

#include "app/engine_parts.h"
#include "app/search_hits.h"
#include "base/log.h"
#include "net/url.h"

namespace linesman::app {
namespace {

// The tile server of the settings; a line of its own, so that map tiles never stand before captures, and no token is
// near it.
std::optional<TileLine> tile_line(const Profile& profile, const base::Folders& folders) {
    if (profile.base_map_url.empty() || !profile.base_map.empty()) return std::nullopt;
    net::HttpOptions options;
    options.user_agent = kTileUserAgent;
    options.ca_file = profile.ca_file;
    options.max_connections_per_host = kTileConnections;
    TileLine line;
    line.server.url = profile.base_map_url;
    line.server.cache_path = folders.cache + "/tiles.db";
    const auto host = net::parse_url(profile.base_map_url.substr(0, profile.base_map_url.find('{')));
    line.attribution = !profile.base_map_attribution.empty() ? profile.base_map_attribution
                       : host                                ? "Tiles: " + host->host
                                                             : std::string();
    line.max_zoom = profile.base_map_max_zoom;
    line.http = net::make_http(std::move(options));
    return line;
}

}  // namespace

base::Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options) {
    auto parts = std::make_unique<Parts>();
    Parts& p = *parts;
    p.options = std::move(options);
    if (p.options.mode == Mode::console) {
        auto lock = ProfileLock::take(p.options.folders.data + "/console.lock");
        if (!lock) return lock.error();
        p.lock = std::move(*lock);
    }
    p.board.update([&](Snapshot& s) {
        s.profile = p.options.profile.name;
        s.google_hint = google_hint(p.options.profile);
        s.demo = p.options.profile.demo;
    });
    auto outbox = OutboxDesk::open(p.options.folders.data + "/outbox.db", p.clock, p.outbox_queue,
                                   [&p](OutboxView view) { p.outbox_changed(std::move(view)); });
    if (!outbox) return outbox.error();
    p.outbox = std::move(*outbox);
    net::HttpOptions http_options;
    http_options.ca_file = p.options.profile.ca_file;
    http_options.observe = [&p](const net::Sample& sample) {
        if (p.sync) p.sync->observe(sample);
    };
    p.http = net::make_http(std::move(http_options));
    p.details = std::make_unique<DetailService>([&p](std::string id) { p.sync->load_detail(std::move(id)); });
    p.sync = std::make_unique<SyncSide>(SyncSide::Needs{p.options.profile, p.options.folders, p.clock, p.sync_queue,
                                                        p.pool, *p.http, p.board, *p.outbox, *p.details, p.options.mode,
                                                        p.options.work_offline, p.options.credentials});
    p.decisions = std::make_unique<DecisionDesk>(*p.outbox, p.clock, p.options.profile, p.options.via);
    PhotoServiceOptions photo_options;
    photo_options.thumbnail_dir = p.options.folders.cache + "/thumbnails";
    photo_options.clock = &p.clock;
    p.photos = std::make_unique<PhotoService>(photo_options, p.sync->photos(), p.pool, [&p] { p.board.wake(); });
    p.rows = std::make_unique<RowService>(
        p.pool, [&p] { p.board.wake(); },
        [cache = p.options.folders.data + "/cache.db"](const Snapshot& s, const std::string& text) {
            return search_hits(cache, *s.people, text);
        });
    p.bulk = std::make_unique<BulkDesk>(*p.outbox, *p.sync, p.board, p.decisions->maker());
    p.duplicates = std::make_unique<DuplicateService>(*p.sync, p.board, p.decisions->maker());
    p.matters = std::make_unique<MatterService>(*p.sync, p.board, p.decisions->maker());
    p.rules = std::make_unique<RuleService>(*p.sync, p.board, p.pool, p.clock);
    p.map = std::make_unique<MapService>(
        p.options.profile.base_map, p.options.profile.map_layers, p.pool, [&p] { p.board.wake(); }, p.clock,
        tile_line(p.options.profile, p.options.folders));
    p.map->set_offline(p.options.work_offline);
    p.coverage = std::make_unique<CoverageService>(p.pool, [&p] { p.board.wake(); });
    p.devices = std::make_unique<DevicesDesk>(
        DevicesDesk::Needs{p.options.profile, p.options.folders, p.clock, *p.sync, p.board, p.pool});
    p.histories = std::make_unique<HistoryService>(*p.outbox, *p.sync, p.board);
    p.decisions->on_restore([&p](const DecisionDraft& draft) {
        return p.histories->restored(draft.staging_id, draft.target, p.board.snapshot()->rows_generation);
    });
    p.outbox->on_undo_elsewhere([&p](model::Operation undo, std::shared_ptr<OutboxTicket> ticket) {
        p.undo_elsewhere(std::move(undo), std::move(ticket));
    });
    p.sync->start();
    p.outbox->refresh();
    std::unique_ptr<Engine> engine(new Engine(std::move(parts)));
    const auto gather = [desk = engine.get()](const ReportRequest& request) { return desk->gather_report(request); };
    p.reports = std::make_unique<ReportService>(gather, p.clock, p.pool, [&p] { p.board.wake(); });
    p.previews = std::make_unique<ReportPreviewer>(gather, [&p] { p.board.wake(); });
    p.disk = std::make_unique<DiskService>(p.options.folders, p.clock, p.pool, [&p] { p.board.wake(); });
    return engine;
}

Engine::Engine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Engine::~Engine() {
    Parts& p = *parts_;
    p.board.on_change({});
    p.reports.reset();  // it may wait for the sync queue
    p.devices->stop();
    p.previews.reset();
    p.disk.reset();
    p.photos.reset();
    p.rows.reset();
    p.map.reset();
    p.coverage.reset();
    p.sync->stop();
    p.devices.reset();  // after the session whose tokens it asks for
    p.http.reset();     // no measurement of the line may arrive once `sync` is gone
    p.sync_queue.stop();
    p.outbox_queue.stop();
}

std::shared_ptr<const Snapshot> Engine::snapshot() {
    return parts_->board.snapshot();
}

void Engine::on_change(std::function<void()> wake) {
    parts_->board.on_change(std::move(wake));
}

std::shared_ptr<const RowList> Engine::rows(const model::Filter& filter, model::SortOrder order) {
    return parts_->rows->rows(snapshot(), filter, order);
}

std::shared_ptr<const CaptureDetail> Engine::detail(std::string_view staging_id) {
    const auto loaded = parts_->details->get(staging_id, snapshot()->rows_generation);
    return loaded ? loaded->detail : nullptr;
}

PhotoView Engine::photo(const std::string& staging_id, model::Slot slot, PhotoSize size) {
    const auto loaded = detail(staging_id);
    if (!loaded) {
        PhotoView view;
        view.state = PhotoState::loading;
        return view;
    }
    return parts_->photos->photo(loaded->capture, slot, size);
}

PhotoView Engine::stored_photo(const model::Photo& photo, PhotoSize size) {
    model::Capture holder;
    holder.photos[model::index_of(model::Slot::before)] = photo;
    return parts_->photos->photo(holder, model::Slot::before, size);
}

void Engine::looking_at(const std::string& staging_id) {
    parts_->sync->looking_at(staging_id);
}

void Engine::prefetch(std::vector<std::string> staging_ids) {
    std::vector<model::Capture> captures;
    const auto bearable = static_cast<size_t>(std::max(snapshot()->sync.prefetch_ahead, 0));
    if (staging_ids.size() > bearable) staging_ids.resize(bearable);
    for (const auto& id : staging_ids) {
        if (const auto loaded = detail(id)) captures.push_back(loaded->capture);
    }
    parts_->photos->prefetch(captures);
}

model::Permission Engine::may(const DecisionDraft& draft) {
    const auto s = snapshot();
    const auto loaded = parts_->details->get(draft.staging_id, s->rows_generation);
    return parts_->decisions->may(loaded.get(), *s, draft);
}

DecisionOutcome Engine::decide(DecisionDraft draft) {
    const auto s = snapshot();
    const auto loaded = parts_->details->get(draft.staging_id, s->rows_generation);
    return parts_->decisions->decide(loaded.get(), *s, draft);
}

DecisionOutcome Engine::decision_state(const std::string& op_id) {
    return parts_->decisions->state(op_id);
}

DecisionOutcome Engine::undo_last() {
    const auto s = snapshot();
    const auto last = parts_->decisions->last_decision(*s);
    DecisionOutcome outcome;
    if (last.op_id.empty()) {
        outcome.why = "There is no decision of yours from today to take back.";
        return outcome;
    }
    DecisionDraft draft;
    draft.kind = model::OperationKind::undo;
    draft.staging_id = last.staging_id;
    draft.undo_of = last.op_id;
    const auto loaded = parts_->details->get(last.staging_id, s->rows_generation);
    outcome = parts_->decisions->decide(loaded.get(), *s, draft);
    outcome.staging_id = last.staging_id;
    return outcome;
}

void Engine::resolve(const std::string& op_id, MatterChoice choice) {
    Parts& p = *parts_;
    if (choice == MatterChoice::keep_mine) return p.sync->keep_mine(op_id);
    const bool again = choice != MatterChoice::take_theirs;
    p.outbox->resolve(op_id, again, [&p](base::Status status) {
        if (!status) p.board.notify(NoticeLevel::error, status.error().what);
    });
}

void Engine::sync_now() {
    parts_->photos->retry_failed();
    parts_->sync->sync_now();
}
void Engine::set_paused(bool paused) {
    parts_->sync->set_paused(paused);
}
void Engine::set_work_offline(bool offline) {
    parts_->map->set_offline(offline);
    parts_->sync->set_work_offline(offline);
}

void Engine::sign_in_google(bool remember) {
    parts_->sync->sign_in_google(remember);
}

void Engine::sign_in(std::string email, std::string password, bool remember) {
    parts_->sync->sign_in(std::move(email), std::move(password), remember);
}

void Engine::sign_out() {
    parts_->sync->sign_out();
}

void Engine::save_draft(const std::string& staging_id, const std::string& comment) {
    {
        const std::lock_guard guard(parts_->drafts_mutex);
        auto& kept = parts_->drafts[staging_id];
        if (kept == comment) return;
        kept = comment;
    }
    parts_->outbox->set_draft(snapshot()->session.uid, staging_id, comment);
}

std::string Engine::draft(const std::string& staging_id) {
    const std::lock_guard guard(parts_->drafts_mutex);
    const auto it = parts_->drafts.find(staging_id);
    return it == parts_->drafts.end() ? std::string() : it->second;
}

void Engine::dismiss_notice(uint64_t id) {
    parts_->board.dismiss(id);
}

base::Timestamp Engine::now() const {
    return parts_->clock.now();
}

base::Result<Engine::KeyReport> Engine::index_existing() {
    std::promise<base::Result<sync::IndexReport>> promise;
    auto future = promise.get_future();
    parts_->sync->index_existing([&](base::Result<sync::IndexReport> report) { promise.set_value(std::move(report)); });
    auto report = future.get();
    if (!report) return report.error();
    return KeyReport{report->poles, report->keys_made, report->keys_known, report->without_number,
                     std::move(report->duplicates)};
}

void Engine::catch_up() {
    std::promise<void> promise;
    parts_->outbox_queue.post([&] { promise.set_value(); });  // behind the reports of what was decided
    promise.get_future().wait();
}

bool Engine::wait_for(const std::function<bool(const Snapshot&)>& done, base::Duration most,
                      const std::function<void(const Snapshot&)>& each) {
    struct Signal {
        std::mutex mutex;
        std::condition_variable changed;
        bool set = true;
    };
    auto signal = std::make_shared<Signal>();
    on_change([signal] {
        {
            const std::lock_guard lock(signal->mutex);
            signal->set = true;
        }
        signal->changed.notify_one();
    });
    const base::Duration end{parts_->clock.steady().us + most.us};
    bool met = false;
    for (;;) {
        const auto s = snapshot();
        if (each) each(*s);
        if ((met = done(*s))) break;
        const int64_t left_us = end.us - parts_->clock.steady().us;
        if (left_us <= 0) break;
        std::unique_lock lock(signal->mutex);
        signal->changed.wait_for(lock, std::chrono::microseconds(left_us), [&] { return signal->set; });
        signal->set = false;
    }
    on_change({});
    return met;
}

}  // namespace linesman::app
