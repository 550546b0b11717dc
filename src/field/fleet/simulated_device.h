// One device of the simulation: lives, crashes, and starts again until everything it was to capture is staged.
// Thread: one.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "field/device_round.h"
#include "field/fleet/dice.h"
#include "field/fleet/faulty_http.h"
#include "field/fleet/simulation.h"

namespace linesman::field {

// Counted by all devices together.
struct SimulationCounts {
    std::atomic<int64_t> crashes{0}, full_disks{0}, wrong_clocks{0}, damaged_photos{0}, sent_twice{0}, lives{0};
    std::shared_ptr<FaultCounts> line = std::make_shared<FaultCounts>();
};

// The clock of one device: runs with the real one from where it was set, forwards in leaps between two lives.
class DeviceClock final : public base::Clock {
  public:
    explicit DeviceClock(base::Duration wrong_by) : offset_us_(wrong_by.us) {}
    base::Timestamp now() const override { return real_.now() + base::Duration{offset_us_}; }
    base::Duration steady() const override { return real_.steady(); }
    void leap(base::Duration by) { offset_us_ += by.us; }

  private:
    std::atomic<int64_t> offset_us_;
    base::SystemClock real_;
};

class SimulatedDevice {
  public:
    SimulatedDevice(const SimulationOptions& options, int number, int captures, SimulationCounts& counts);

    // Errors: of the stores; timed_out when it did not come to an end within most_lives.
    base::Status run();
    // Compares the store with the server. Problems are added to `result`.
    base::Status verify(FieldAgent& agent, SimulationResult& result);

    static std::string folder_of(const SimulationOptions& options, int number);

  private:
    struct Life;  // faults of one life
    base::Result<bool> live();
    base::Result<std::unique_ptr<OfflinePoleStore>> open(Life* life);
    NewCapture capture(int64_t number) const;
    base::Status capture_some(OfflinePoleStore& store, const Life& life);
    base::Status damage_a_photo(OfflinePoleStore& store);
    base::Status mend(OfflinePoleStore& store);
    base::Status send_one_twice(OfflinePoleStore& store, FieldAgent& agent);
    base::Status compare(const StoredCapture& item, const std::map<std::string, std::vector<sync::RawDocument>>& there,
                         FieldAgent& agent, SimulationResult& result);

    const SimulationOptions& options_;
    int number_;
    int64_t captures_;
    SimulationCounts& counts_;
    Dice dice_;
    DeviceClock clock_;
};

}  // namespace linesman::field
