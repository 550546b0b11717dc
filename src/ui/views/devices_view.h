// Every phone: health, last contact, queue, captures with their trend, missing photos, duplicates, lag, clock, each
// figure reported or inferred; one or several of them chosen to be told something; for the chosen one what to do about
// it, in words. Thread: main.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

// Columns in their order on the screen; also what the table can be sorted by.
enum class DeviceColumn : uint8_t {
    pick,
    mark,
    device,
    health,
    person,
    seen,
    source,
    queue,
    failed,
    attempts,
    upload,
    rate,
    captures,
    trend,
    missing,
    twice,
    lag,
    clock,
    battery,
    network,
    app,
    count_
};

class DevicesView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_tools(const Frame& frame, Intents& intents);
    // Which devices, in which order; again when the snapshot or the order changed.
    void arrange(const Frame& frame);
    void group_by_person(const Frame& frame);
    void draw_table(const Frame& frame, Intents& intents, float height);
    void draw_row(const Frame& frame, Intents& intents, const model::DeviceSummary& device);
    void draw_figures(const Frame& frame, const model::DeviceSummary& device) const;
    void draw_uploads(const Frame& frame, const model::DeviceSummary& device) const;
    void draw_details(const Frame& frame, Intents& intents, const model::DeviceSummary& device) const;

    std::string chosen_;            // device id
    std::set<std::string> picked_;  // several, to be told something
    bool only_failing_ = false, by_person_ = false;
    std::string wanted_;                    // only devices with this in their id, health, person or app
    std::map<std::string, size_t> ids_of_;  // how many devices a person has (inferred)
    DeviceColumn order_ = DeviceColumn::health;
    bool descending_ = false, sorted_ = false;  // not sorted: the worst first
    std::vector<size_t> shown_;                 // into Snapshot::devices
    uint64_t arranged_for_ = UINT64_MAX;        // Snapshot::generation
};

}  // namespace linesman::ui
