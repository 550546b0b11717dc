// Whole captures for the views, read on demand and kept for the few that are near the selection.
//
// Thread: everything on main, except provide(), which hands a result over from the sync queue.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "app/snapshot.h"

namespace linesman::app {

// A capture with what a decision on it needs besides what is shown.
struct LoadedCapture {
    std::shared_ptr<const CaptureDetail> detail;
    std::string remote_fields;       // the server's document as cached, JSON text
    std::string remote_update_time;  // verbatim
    std::optional<model::Project> project;
    std::string rules_hash;
};

class DetailService {
  public:
    // `request` asks the sync queue to call provide() for an id; it must not block.
    explicit DetailService(std::function<void(std::string)> request) : request_(std::move(request)) {}

    // What is known, asking for it when it is missing or older than `generation`. nullptr while it is being read for
    // the first time, or when there is no such capture.
    std::shared_ptr<const LoadedCapture> get(std::string_view staging_id, uint64_t generation);

    // `loaded` nullptr = no such capture. Thread: any.
    void provide(const std::string& staging_id, uint64_t generation, std::shared_ptr<const LoadedCapture> loaded);

  private:
    struct Entry {
        std::shared_ptr<const LoadedCapture> loaded;
        uint64_t generation = 0;  // of the snapshot that `loaded` belongs to
        uint64_t asked = 0;       // generation asked for; > generation while under way
        uint64_t last_used = 0;
    };
    void make_room();

    std::function<void(std::string)> request_;
    std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
    uint64_t uses_ = 0;
};

}  // namespace linesman::app
