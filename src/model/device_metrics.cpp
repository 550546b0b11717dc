#include "model/device_metrics.h"

#include <algorithm>
#include <bit>
#include <map>
#include <string>
#include <unordered_set>

#include "base/text.h"
#include "model/keys.h"

namespace linesman::model {
namespace {

constexpr uint32_t kEnoughCaptures = 10;  // below, a share says nothing

// What one capture tells about its device.
struct Fact {
    int64_t captured_at = kNoTime, submitted_at = kNoTime;
    uint32_t missing_photos = 0;
    bool duplicate = false, open = false, rejected = false;
};

// The local day that holds `now`, half open.
struct Day {
    int64_t from_us, to_us;
};

Day day_of(base::Timestamp now, int utc_offset_minutes) {
    const int64_t from =
        base::local_day(now, utc_offset_minutes) * base::hours(24).us - base::minutes(utc_offset_minutes).us;
    return {from, from + base::hours(24).us};
}

class Tally {
  public:
    void add(const Fact& fact, const Day& today) {
        ++summary.captures;
        summary.missing_photos += fact.missing_photos;
        summary.duplicate_uploads += fact.duplicate;
        summary.open += fact.open;
        summary.rejected += fact.rejected;
        summary.captures_today += fact.captured_at >= today.from_us && fact.captured_at < today.to_us;
        if (fact.submitted_at == kNoTime) return;
        if (!summary.last_submitted || summary.last_submitted->us < fact.submitted_at)
            summary.last_submitted = {fact.submitted_at};
        if (fact.captured_at == kNoTime) return;
        const int64_t lag = fact.submitted_at - fact.captured_at;
        if (lag >= 0) {
            lags_.push_back(lag);
        } else if (!summary.clock_skew || summary.clock_skew->us < -lag) {
            summary.clock_skew = base::Duration{-lag};
        }
    }

    void finish() {
        if (lags_.empty()) return;
        const auto middle = lags_.begin() + static_cast<ptrdiff_t>((lags_.size() - 1) / 2);
        std::nth_element(lags_.begin(), middle, lags_.end());
        summary.median_lag = base::Duration{*middle};
    }

    DeviceSummary summary;

  private:
    std::vector<int64_t> lags_;
};

int64_t waiting_on_device(const Heartbeat& heartbeat) {
    int64_t waiting = 0;
    for (const char* status : {"pending", "syncing", "error"}) {
        if (const auto found = heartbeat.queue.find(status); found != heartbeat.queue.end())
            waiting += std::max<int64_t>(found->second, 0);
    }
    return waiting;
}

void add_problem(std::string& health, std::string_view problem) {
    if (!health.empty()) health += "; ";
    health += problem;
}

std::string count_text(int64_t count, std::string_view one, std::string_view many) {
    std::string text = std::to_string(count);
    text += ' ';
    text += count == 1 ? one : many;
    return text;
}

void judge_reported(DeviceSummary& device, base::Timestamp now, const DeviceLimits& limits) {
    const Heartbeat& beat = *device.reported;
    const int64_t waiting = waiting_on_device(beat);
    if (beat.last_seen && now - *beat.last_seen > limits.no_contact && waiting > 0) {
        std::string text = "no contact for ";
        text += base::format_age(now - *beat.last_seen);
        text += " with ";
        text += std::to_string(waiting);
        add_problem(device.health, text += " waiting");
    }
    if (const auto errors = beat.queue.find("error"); errors != beat.queue.end() && errors->second > 0) {
        add_problem(device.health, count_text(errors->second, "capture failed to send", "captures failed to send"));
    }
    if (beat.storage_left_bytes && *beat.storage_left_bytes < limits.storage_left_bytes) {
        add_problem(device.health, count_text(std::max<int64_t>(*beat.storage_left_bytes, 0) / 1'000'000,
                                              "MB of storage left", "MB of storage left"));
    }
}

void judge_inferred(DeviceSummary& device, const DeviceLimits& limits) {
    if (device.clock_skew && *device.clock_skew > limits.clock_skew) {
        std::string text = "clock at least ";
        text += base::format_age(*device.clock_skew);
        add_problem(device.health, text += " ahead");
    }
    if (device.captures < kEnoughCaptures) return;
    const double captures = device.captures;
    if (device.missing_photos > limits.missing_photo_share * static_cast<double>(kSlotCount) * captures) {
        add_problem(device.health, count_text(device.missing_photos, "photo missing", "photos missing"));
    }
    if (device.duplicate_uploads > limits.duplicate_share * captures) {
        add_problem(device.health, count_text(device.duplicate_uploads, "duplicate upload", "duplicate uploads"));
    }
}

std::vector<DeviceSummary> finish(std::map<std::string, Tally>& tallies, std::span<const Heartbeat> heartbeats,
                                  base::Timestamp now, const DeviceLimits& limits) {
    for (const Heartbeat& beat : heartbeats) {
        if (beat.device_id.empty()) continue;
        auto& reported = tallies[beat.device_id].summary.reported;
        // Of several the newest counts.
        if (!reported || reported->last_seen < beat.last_seen) reported = beat;
    }
    std::vector<DeviceSummary> devices;
    devices.reserve(tallies.size());
    for (auto& [id, tally] : tallies) {
        tally.finish();
        DeviceSummary& device = tally.summary;
        device.device_id = id;
        if (device.reported) judge_reported(device, now, limits);
        judge_inferred(device, limits);
        device.failing = !device.health.empty();
        devices.push_back(std::move(device));
    }
    return devices;
}

// The most frequent name; of several the first in order.
template <typename Counts>
std::string most_frequent(const Counts& counts) {
    std::string best;
    uint32_t most = 0;
    for (const auto& [name, count] : counts) {
        if (count > most) {
            best = name;
            most = count;
        }
    }
    return best;
}

}  // namespace

std::vector<DeviceSummary> summarize_devices(const Columns& columns, std::span<const Heartbeat> heartbeats,
                                             base::Timestamp now, const DeviceLimits& limits) {
    const Dictionaries& names = *columns.names;
    const Day today = day_of(now, limits.utc_offset_minutes);
    std::vector<Tally> by_index(names.devices.size());
    std::vector<std::map<uint32_t, uint32_t>> people(names.devices.size());
    for (const auto& pointer : columns.chunks) {
        const Chunk& chunk = *pointer;
        for (uint32_t i = 0; i < chunk.size; ++i) {
            if ((chunk.flags[i] & (kFlagGone | kFlagSuperseded)) != 0 || chunk.device[i] == 0) continue;
            Fact fact;
            fact.captured_at = chunk.captured_at[i];
            fact.submitted_at = chunk.submitted_at[i];
            fact.missing_photos =
                static_cast<uint32_t>(std::popcount(static_cast<SlotMask>(kAllSlots & ~chunk.photos[i])));
            fact.duplicate = (chunk.findings[i] & bit(Rule::duplicate_upload)) != 0;
            fact.open = (chunk.flags[i] & kFlagInQueue) != 0;
            fact.rejected = chunk.decision[i] == Decision::rejected;
            by_index[chunk.device[i]].add(fact, today);
            if (chunk.person[i] != 0) ++people[chunk.device[i]][chunk.person[i]];
        }
    }
    std::map<std::string, Tally> tallies;
    for (uint32_t d = 1; d < by_index.size(); ++d) {
        if (by_index[d].summary.captures == 0) continue;
        std::map<std::string, uint32_t> by_name;
        for (const auto& [person, count] : people[d]) by_name[names.people.at(person)] = count;
        by_index[d].summary.person = most_frequent(by_name);
        tallies[names.devices.at(d)] = std::move(by_index[d]);
    }
    return finish(tallies, heartbeats, now, limits);
}

std::vector<DeviceSummary> summarize_devices(std::span<const Capture> captures, std::span<const Heartbeat> heartbeats,
                                             base::Timestamp now, const DeviceLimits& limits) {
    const Day today = day_of(now, limits.utc_offset_minutes);
    std::map<std::string, Tally> tallies;
    std::map<std::string, std::map<std::string, uint32_t>> people;
    std::unordered_set<std::string> uploads;
    for (const Capture& capture : captures) {
        if (capture.device_id.empty() || capture.decision() == Decision::superseded) continue;
        Fact fact;
        if (capture.captured_at) fact.captured_at = capture.captured_at->us;
        if (capture.submitted_at) fact.submitted_at = capture.submitted_at->us;
        fact.missing_photos =
            static_cast<uint32_t>(std::popcount(static_cast<SlotMask>(kAllSlots & ~capture.photo_mask())));
        fact.duplicate = !uploads.insert(upload_key(capture)).second;
        fact.open = capture.in_queue();
        fact.rejected = capture.decision() == Decision::rejected;
        tallies[capture.device_id].add(fact, today);
        if (!capture.captured_by.empty()) ++people[capture.device_id][capture.captured_by];
    }
    for (auto& [device, counts] : people) tallies[device].summary.person = most_frequent(counts);
    return finish(tallies, heartbeats, now, limits);
}

std::vector<std::string> devices_of_same_person(std::span<const DeviceSummary> devices, const DeviceSummary& device) {
    std::vector<std::string> others;
    if (device.person.empty()) return others;
    for (const DeviceSummary& other : devices) {
        if (other.person == device.person && other.device_id != device.device_id) others.push_back(other.device_id);
    }
    return others;
}

}  // namespace linesman::model
