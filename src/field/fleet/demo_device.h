// One phone of the demo: its offline store, the clock it believes in, its photos, and the ways it sends.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "field/field_agent.h"
#include "field/fleet/fleet_plan.h"
#include "field/fleet/photo_studio.h"

namespace linesman::field {

// What one capture became.
struct SentCapture {
    std::string offline_id;
    std::vector<std::string> staging_ids;  // two when sent twice
};

// Stands still at the time it is set to, so that ids and times repeat; durations are real. Thread: any.
class StoryClock final : public base::Clock {
  public:
    void set(base::Timestamp now) { now_us_ = now.us; }
    base::Timestamp now() const override { return {now_us_}; }
    base::Duration steady() const override { return real_.steady(); }

  private:
    std::atomic<int64_t> now_us_{0};
    base::SystemClock real_;
};

// Thread: one.
class DemoDevice {
  public:
    struct Place {
        std::string folder;
        sync::Endpoints endpoints;
        sync::CollectionNames names;
        int number = 0;
        uint64_t seed = 0;
        bool reports = false;    // sends heartbeats and sessions
        base::Timestamp bought;  // when the device id was made
    };
    static base::Result<std::unique_ptr<DemoDevice>> open(Place place);

    // Captures `planned` and brings it into staging at `sync_at`. `photos` are the six JPEGs per capture, in the order
    // of the slots. The result is in the order of `planned`.
    base::Result<std::vector<SentCapture>> work(const std::vector<const PlannedCapture*>& planned,
                                                const std::vector<std::string>& photos, base::Timestamp sync_at);
    // Captures that cannot be sent since Storage is out of reach, then reports: a queue that waits. Returns offline
    // ids.
    base::Result<std::vector<std::string>> capture_without_storage(const std::vector<const PlannedCapture*>& planned,
                                                                   const std::vector<std::string>& photos,
                                                                   base::Timestamp sync_at);

    const std::string& device_id() const { return store_->device_id(); }
    bool reports() const { return place_.reports; }
    int64_t photos_sent() const { return photos_sent_; }
    uint64_t photo_bytes() const { return photo_bytes_; }

  private:
    explicit DemoDevice(Place place) : place_(std::move(place)), dice_(place_.seed) {}

    base::Result<std::unique_ptr<FieldAgent>> sign_in(sync::Endpoints endpoints) const;
    base::Result<std::string> store(const PlannedCapture& planned, const std::vector<std::string>& photos, size_t first,
                                    bool draft = false);
    SyncOptions options() const;
    base::Status sync(FieldAgent& agent, base::Timestamp sync_at);
    base::Status send_with_loss(FieldAgent& agent, const PlannedCapture& planned, const std::string& offline_id);
    base::Status send_odd(FieldAgent& agent, const PlannedCapture& planned, const std::vector<std::string>& photos,
                          size_t first, SentCapture& sent);
    base::Status send_again(FieldAgent& agent, SentCapture& sent);
    base::Status upload(FieldAgent& agent, const std::string& path, const std::string& bytes, model::Photo& photo);
    base::Status create(FieldAgent& agent, base::Json write) const;
    std::string name_of_document(const std::string& staging_id) const;

    Place place_;
    Dice dice_;
    StoryClock clock_;
    std::unique_ptr<OfflinePoleStore> store_;
    std::string older_device_id_;  // before the browser's data was cleared
    std::string last_older_id_;
    int64_t photos_sent_ = 0;
    uint64_t photo_bytes_ = 0;
    size_t odd_kinds_ = 0;
};

}  // namespace linesman::field
