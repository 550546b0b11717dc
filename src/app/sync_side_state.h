// The parts of SyncSide. Internal to app; sync queue only, unless said otherwise.
#pragma once

#include <atomic>
#include <set>

#include "app/capture_loader.h"
#include "app/chosen_keyring.h"
#include "app/day_usage.h"
#include "app/device_alerts.h"
#include "app/machine_desk.h"
#include "app/run_log.h"
#include "app/sync_side.h"
#include "sync/capture_codec.h"
#include "sync/network_quality.h"
#include "sync/presence.h"
#include "sync/storage_client.h"

namespace linesman::app {

inline constexpr const char* kLastPullKey = "app.last_pull";  // cache value: RFC 3339, this desk's clock

// sync's photo fetcher as the photo service sees it. It has a queue of its own, so that a photo never waits behind a
// pull.
class FetchedPhotos final : public PhotoSource {
  public:
    FetchedPhotos(const sync::Endpoints& endpoints, net::Http& http, sync::TokenSource& tokens, const std::string& dir,
                  uint64_t budget_bytes, const base::Clock& clock, base::WorkerPool& pool);
    ~FetchedPhotos() override;
    std::shared_ptr<void> fetch(const model::Photo& photo, PhotoPriority priority, Done done, Waits waits) override;
    void set_concurrency(int transfers);
    void retry_now();

  private:
    base::ThreadQueue queue_{"photos"};
    std::unique_ptr<sync::Storage> storage_;
    std::unique_ptr<sync::PhotoFetcher> fetcher_;
};

struct SyncSide::State {
    explicit State(Needs given) : needs(std::move(given)) {}

    Needs needs;
    std::string cache_path, columns_path;
    std::optional<store::Cache> cache;
    std::unique_ptr<sync::CacheApplier> applier;
    std::unique_ptr<CaptureBook> book;
    std::vector<model::Heartbeat> heartbeats;
    DeviceAlerts device_alerts;
    bool pulled = false;  // everything was seen once since the start
    std::unique_ptr<CaptureLoader> loader;
    bool load_again = false;  // the planned poles changed while captures were being read

    // Outlive the queue's use of them; made before start() on main.
    std::unique_ptr<ChosenKeyring> keyring;
    std::unique_ptr<sync::Auth> auth;
    std::unique_ptr<sync::Firestore> firestore;
    std::unique_ptr<FetchedPhotos> photos;

    std::unique_ptr<sync::Pull> pull;
    bool sync_wanted = false;  // until there is a pull
    std::unique_ptr<sync::OutboxSender> sender;
    std::unique_ptr<sync::IndexExisting> indexing;
    std::unique_ptr<MachineDesk> machine;  // only while write-back is on
    std::unique_ptr<sync::Presence> presence;
    std::set<std::string> told_rules;  // broken rule sets that were shown already
    std::unique_ptr<sync::ChangeReader> change_reader;
    sync::NetworkQuality quality{needs.clock};
    model::Session session;
    sync::SessionState session_state = sync::SessionState::signed_out;  // as it was told last
    std::string looked_at;                                              // capture that the person is at
    bool paused = false, offline = false;
    double bulk_rate = 0;  // items of batches per second; 0 until the outbox has been read
    bool settle_posted = false, reference_posted = false, commands_posted = false, columns_saved_once = false;
    std::optional<base::Timestamp> last_judged;
    std::optional<base::Duration> remembered_at;  // when the last pull was written down
    DayUsage usage{needs.profile.utc_offset_minutes};
    RunLog runs;
    uint64_t live_documents = 0;  // billed as reads
    sync::Usage beside;           // of lines of their own beside this one
    uint64_t rows_generation = 0;

    // --- opening (sync_side.cpp) ---
    base::Status open_cache();
    void warm_start();
    void begin_loading();
    void loaded(base::Status status);
    void begin_exchange();
    void close();

    // --- what comes in (sync_side_changes.cpp) ---
    void applied(const sync::AppliedChanges& changes);
    void reload_reference();
    void reload_commands();
    void keep_good_rules(const LoadedReference& reference);
    void settle_soon();
    void settle();
    void report_busy();
    void publish();
    void save_columns();
    void remember_pull();
    std::optional<model::Capture> remote(const std::string& staging_id);
    std::shared_ptr<const LoadedCapture> build_detail(const std::string& staging_id);

    // --- the exchange with the server (sync_side_exchange.cpp) ---
    void start_sender();
    void start_machine();   // sync_side_machine.cpp
    void start_presence();  // sync_side_presence.cpp
    void presence_changed();
    sync::CollectionNames collection_names() const;
    void keep_mine(const std::string& op_id);
    std::string unreachable() const;
    // Whether the operation would be allowed on their version, by the rules as they stand now.
    model::Permission may_on_theirs(const model::Operation& operation, const std::string& fields,
                                    const std::string& update_time) const;
    void session_changed(const sync::Session& session);
    void pull_progress(const sync::PullProgress& progress);
    void report_sync();
    void restore_or_sign_in();
    void sign_in(std::string email, std::string password);
    void sign_in_google();
    void line_is_back();
    void begin_sign_in(bool in_browser);
    void end_sign_in(const base::Status& status);
    uint64_t producer() const;
};

}  // namespace linesman::app
