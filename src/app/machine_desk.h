// The machine write-back of this desk: a lease for every project that has captures here, and the writer behind it.
//
//   pull complete ──► leases ──held──► every capture of the project is offered ──► sync::WriteBack
//   document applied, findings changed ──► that capture is offered again
//
// Thread: the sync queue. release() before dropping it, or the leases stay until they expire.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/capture_book.h"
#include "app/machine_state.h"
#include "store/cache.h"
#include "sync/validator_lease.h"
#include "sync/write_back.h"

namespace linesman::app {

// The lease of captures whose project is blank or unknown; they belong to every scope.
inline constexpr const char* kNoProjectLease = "no-project";

class MachineDesk {
  public:
    struct Needs {
        sync::Firestore& firestore;
        base::Queue& queue;
        const base::Clock& clock;
        sync::CollectionNames names;
        sync::LeaseHolder holder;
        CaptureBook& book;
        store::CacheReader& cache;
        base::Duration fresh_for;                      // a complete pull counts as a mirror for so long
        std::function<bool()> settled;                 // findings belong to what the cache holds
        std::function<model::Columns()> columns;       // as published
        std::function<void(sync::RawDocument)> store;  // into the cache, by the scope
        std::function<void(const std::string& id, base::Timestamp as_of)> forget;
        std::function<void(const MachineState&)> changed;
        sync::LeaseTuning lease = {};
        sync::WriteBackTuning writing = {};
        std::optional<uint64_t> random_seed = {};  // of the backoffs; for simulations
    };
    explicit MachineDesk(Needs needs);

    // A round of the pull is complete: the projects are mirrored as of now.
    void pulled();
    // Documents or findings of these captures changed.
    void offer(const std::vector<std::string>& ids);
    // Findings were worked out.
    void settled();
    // Gives all leases back; `done` runs once.
    void release(std::function<void()> done);

    MachineState state() const;

  private:
    struct Held {
        std::unique_ptr<sync::ValidatorLease> lease;
        bool offered = false;
    };
    uint64_t seed();
    std::string lease_of(const std::string& project_id) const;
    std::map<std::string, std::vector<std::string>> captures_by_lease() const;
    sync::JudgedCapture judge(const std::string& id);
    bool is_mirrored() const;
    void lease_changed();
    void take_leases();  // for every project that has captures and no lease yet
    void offer_held();
    void report();

    Needs needs_;
    std::map<std::string, Held> leases_;
    std::unique_ptr<sync::WriteBack> writer_;
    std::optional<base::Duration> pulled_at_;
    bool releasing_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::app
