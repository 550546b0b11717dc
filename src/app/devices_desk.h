// The devices' part of the desk (app/device_desk.h) over the engine: reads the cache file and asks the server on a
// thread of its own, with the console's session. Answers of devices are put into the mirror, so that
// Snapshot::commands has them whether the pull heard of them or this did.
//
// Thread: DeviceDesk on main; the work on the queue "devices". stop() before SyncSide::stop(), destruction after it:
// the line's tokens are the session's.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "app/board.h"
#include "app/device_desk.h"
#include "app/device_service.h"
#include "app/on_demand.h"
#include "app/sync_side.h"
#include "base/file.h"
#include "base/queue.h"
#include "base/worker_pool.h"

namespace linesman::app {

class DevicesDesk final : public DeviceDesk {
  public:
    struct Needs {
        const Profile& profile;
        const base::Folders& folders;
        const base::Clock& clock;
        SyncSide& sync;
        Board& board;
        base::WorkerPool& pool;
    };
    explicit DevicesDesk(Needs needs);
    ~DevicesDesk() override;
    void stop();

    FleetPlan plan(const FleetOrder& order) override;
    uint64_t send(const FleetOrder& order) override;
    std::shared_ptr<const OrderRun> run() override;
    std::shared_ptr<const DeviceView> device(const std::string& device_id) override;
    std::shared_ptr<const LedgerView> photos(const LedgerWish& wish) override;
    void look_again() override;
    std::shared_ptr<const model::FleetFigures> figures() override;
    std::shared_ptr<const SessionsView> sessions() override;
    void read_sessions() override;
    void export_bundle(const std::string& device_id, const std::string& path) override;
    void open_bundle(const std::string& path) override;
    std::shared_ptr<const BundleView> bundle() override;
    std::shared_ptr<const StoredPhoto> stored(const std::string& path) override;

  private:
    // Sync sessions of one device, as asked for at a heartbeat.
    struct Known {
        std::optional<base::Timestamp> heartbeat;
        uint64_t look = 0;
        std::vector<model::DeviceSession> sessions;
        std::string unknown, trouble, cure;
        bool asked = false;
    };
    // Worked out on the pool; also held by running work.
    struct Figures {
        std::mutex mutex;
        std::function<void()> wake;
        std::shared_ptr<const model::FleetFigures> ready;
        uint64_t asked = UINT64_MAX;  // rows_generation of the last computation begun
        bool working = false;
    };
    static std::string cure_for(const base::Error& error);

    // All on the queue "devices".
    base::Result<OfficeLine*> ready_line();
    void send_plan(uint64_t id, const FleetPlan& plan);
    void look(uint64_t id, base::Duration begun);
    void read(const std::string& device_id);
    void ask_sessions(const std::string& device_id, DeviceFile file, Known& known);
    void read_photos(const std::string& key);
    void read_all_sessions();
    void write_bundle(const std::string& device_id, const std::string& path);
    void read_bundle(const std::string& path);
    void read_stored(const std::string& path);
    void used(OfficeLine& line);

    void change_run(const std::function<void(OrderRun&)>& change);
    std::string cache_path() const { return needs_.folders.data + "/cache.db"; }

    Needs needs_;
    std::mutex mutex_;  // guards what follows
    std::shared_ptr<const OrderRun> run_ = std::make_shared<const OrderRun>();
    std::shared_ptr<const SessionsView> sessions_ = std::make_shared<const SessionsView>();
    std::shared_ptr<const BundleView> bundle_ = std::make_shared<const BundleView>();
    std::unique_ptr<OfficeLine> line_;  // made and used on the queue; stopped from main
    bool stopped_ = false;
    uint64_t looks_ = 1;

    std::shared_ptr<Figures> figures_;
    OnDemand<DeviceView> devices_;
    OnDemand<LedgerView> ledgers_;
    OnDemand<StoredPhoto> stored_;
    std::map<std::string, Known> known_;          // queue only
    std::vector<OrderReceipt> followed_;          // queue only: of the run that is followed
    std::string unread_;                          // queue only: why the last look brought nothing
    base::Duration counted_{};                    // queue only: when its reads were counted last
    std::optional<base::Timestamp> followed_to_;  // queue only
    base::ThreadQueue queue_{"devices"};          // last: stops before the rest goes
};

}  // namespace linesman::app
