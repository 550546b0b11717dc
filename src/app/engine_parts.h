// The parts of the engine, in order of construction. Internal to engine*.cpp.
#pragma once

#include <algorithm>
#include <mutex>
#include <thread>

#include "app/board.h"
#include "app/bulk_desk.h"
#include "app/coverage_service.h"
#include "app/decision_desk.h"
#include "app/detail_service.h"
#include "app/devices_desk.h"
#include "app/disk_service.h"
#include "app/duplicate_service.h"
#include "app/engine.h"
#include "app/history_service.h"
#include "app/map_service.h"
#include "app/matter_service.h"
#include "app/outbox_desk.h"
#include "app/photo_service.h"
#include "app/profile_lock.h"
#include "app/report_previewer.h"
#include "app/report_service.h"
#include "app/row_service.h"
#include "app/rule_service.h"
#include "app/sync_side.h"

namespace linesman::app {

inline constexpr unsigned kLeastPoolThreads = 2;  // one may be reading the cache for seconds; photos must not wait

// In order of construction; torn down by ~Engine.
struct Engine::Parts {
    EngineOptions options;
    base::SystemClock clock;
    Board board{clock};
    std::mutex settings_mutex;
    std::map<std::string, std::string> changed_settings;  // guarded; count from the next start
    std::unique_ptr<ProfileLock> lock;
    base::WorkerPool pool{std::max(kLeastPoolThreads, std::thread::hardware_concurrency())};
    base::ThreadQueue outbox_queue{"outbox"};
    base::ThreadQueue sync_queue{"sync"};
    std::unique_ptr<net::Http> http;
    std::unique_ptr<OutboxDesk> outbox;
    std::unique_ptr<DetailService> details;
    std::unique_ptr<SyncSide> sync;
    std::unique_ptr<DecisionDesk> decisions;
    std::unique_ptr<PhotoService> photos;
    std::unique_ptr<RowService> rows;
    std::unique_ptr<BulkDesk> bulk;
    std::unique_ptr<HistoryService> histories;
    std::unique_ptr<DuplicateService> duplicates;
    std::unique_ptr<MatterService> matters;
    std::unique_ptr<RuleService> rules;
    std::unique_ptr<ReportService> reports;
    std::unique_ptr<DevicesDesk> devices;
    std::unique_ptr<MapService> map;
    std::unique_ptr<CoverageService> coverage;
    std::unique_ptr<ReportPreviewer> previews;
    std::unique_ptr<DiskService> disk;
    std::mutex drafts_mutex;
    std::map<std::string, std::string> drafts;  // unsent comments; from the outbox once a person is known, then main's

    void undo_elsewhere(model::Operation undo, std::shared_ptr<OutboxTicket> ticket);
    void outbox_changed(OutboxView view) {
        if (view.drafts) {
            const std::lock_guard guard(drafts_mutex);
            drafts = std::move(*view.drafts);
        }
        board.update([&](Snapshot& s) {
            s.outbox = view.summary;
            s.my_day = std::move(view.my_day);
            s.matters = std::move(view.matters);
            s.batches = std::move(view.batches);
            s.bulk_rate = view.bulk_rate;
        });
        if (sync) sync->set_pending(std::move(view.changed), view.all);
        if (sync) sync->set_bulk_rate(view.bulk_rate);
        if (sync && options.mode == Mode::console) sync->poke_sender();
    }
};

}  // namespace linesman::app
