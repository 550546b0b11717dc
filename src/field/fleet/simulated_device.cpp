#include "field/fleet/simulated_device.h"

#include <cstdio>
#include <fstream>

#include "base/ids.h"
#include "field/fleet/tiny_photo.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;

namespace {

// Most clocks are right; of the others some believe in 1970, some are years ahead (reference: domain facts).
base::Duration wrong_clock(Dice& dice, double rate) {
    if (!dice.chance(rate)) return {};
    const base::Timestamp now = base::SystemClock().now();
    return dice.chance(0.5) ? base::Duration{-now.us} : base::hours(int64_t{24} * 365 * 6);
}

uint64_t mixed(uint64_t seed, uint64_t a, uint64_t b) {
    return base::fnv1a(std::to_string(seed) + ":" + std::to_string(a) + ":" + std::to_string(b));
}

}  // namespace

// Counts down the writes of the offline store to a crash; may refuse writes as a full disk does.
struct SimulatedDevice::Life {
    int64_t writes_to_crash = -1;  // -1: none
    int64_t writes_to_full = -1;
    int64_t full_for = 0;  // writes
    bool dead = false;

    Status before_write() {
        if (dead) return make_error(ErrorKind::cancelled, "The device is off.", "simulated crash");
        if (writes_to_crash >= 0 && writes_to_crash-- == 0) {
            dead = true;
            return make_error(ErrorKind::cancelled, "The device is off.", "simulated crash");
        }
        if (writes_to_full >= 0 && writes_to_full-- == 0) full_for = 5;
        if (full_for > 0) {
            --full_for;
            return make_error(ErrorKind::disk_full, "The disk is full.", "simulated");
        }
        return {};
    }
};

SimulatedDevice::SimulatedDevice(const SimulationOptions& options, int number, int captures, SimulationCounts& counts)
    : options_(options),
      number_(number),
      captures_(captures),
      counts_(counts),
      dice_(mixed(options.seed, static_cast<uint64_t>(number), 0)),
      clock_(wrong_clock(dice_, options.fault_rate)) {
    if (clock_.now() < base::Timestamp{base::kMicrosPerSecond * 3600} ||
        clock_.now() > base::SystemClock().now() + base::hours(1)) {
        ++counts_.wrong_clocks;
    }
}

std::string SimulatedDevice::folder_of(const SimulationOptions& options, int number) {
    return options.folder + "/device-" + std::to_string(number);
}

Result<std::unique_ptr<OfflinePoleStore>> SimulatedDevice::open(Life* life) {
    StoreOptions how;
    how.power_safe = false;
    if (life) how.before_write = [life] { return life->before_write(); };
    auto store = OfflinePoleStore::open(folder_of(options_, number_), clock_, std::move(how));
    if (!store) return store.error();
    return std::make_unique<OfflinePoleStore>(std::move(*store));
}

// The same for the same device and number, whatever happened in between.
NewCapture SimulatedDevice::capture(int64_t number) const {
    Dice dice(mixed(options_.seed, static_cast<uint64_t>(number_), static_cast<uint64_t>(number) + 1));
    NewCapture out;
    char pole[32];
    std::snprintf(pole, sizeof pole, "LAW.P.%c%03d", static_cast<char>('A' + number_ % 26),
                  static_cast<int>((int64_t{number_} / 26 * 1000 + number) % 10'000));
    out.pole_number = pole;
    out.project_id = "Law-001";
    out.gps = model::GeoPoint{dice.between(-26.398, -26.368), dice.between(27.790, 27.819)};
    out.gps_accuracy_m = dice.between(2, 12);
    out.notes = dice.chance(0.2) ? "simulated" : "";
    if (options_.agent.email.empty()) out.captured_by = "worker-" + std::to_string(number_);
    const auto count = 1 + dice.below(static_cast<size_t>(std::max(1, options_.most_photos)));
    for (size_t i = 0; i < std::min(count, model::kSlotCount); ++i) {
        const size_t bytes =
            kLeastTinyPhoto + dice.below(std::max<size_t>(1, options_.most_photo_bytes - kLeastTinyPhoto + 1));
        out.photos.push_back({model::kSlots[i], tiny_photo(dice.bits(), bytes)});
    }
    return out;
}

Status SimulatedDevice::capture_some(OfflinePoleStore& store, const Life& life) {
    const auto here = store.list();
    if (!here) return here.error();
    auto next = static_cast<int64_t>(here->size());
    const int64_t until = std::min(captures_, next + 10 + static_cast<int64_t>(dice_.below(40)));
    while (next < until && !life.dead) {
        const auto id = store.add(capture(next));
        if (id) {
            ++next;
        } else if (id.error().kind == ErrorKind::disk_full) {
            ++counts_.full_disks;  // the worker frees space and takes it again
        } else if (!life.dead) {
            return id.error();
        }
    }
    return {};
}

Status SimulatedDevice::damage_a_photo(OfflinePoleStore& store) {
    const auto pending = store.list(ItemStatus::pending);
    if (!pending) return pending.error();
    if (pending->empty()) return {};
    const auto& item = (*pending)[dice_.below(pending->size())];
    const auto& photo = item.photos[0];
    if (!photo || photo->lost() || photo->uploaded()) return {};
    std::ofstream(store.folder() + "/photos/" + photo->file, std::ios::binary | std::ios::trunc) << "\xFF\xD8\xFF rot";
    ++counts_.damaged_photos;
    return {};
}

// What the worker does about failures that no retry mends: a photo that is damaged is given up.
Status SimulatedDevice::mend(OfflinePoleStore& store) {
    const auto failed = store.list(ItemStatus::error);
    if (!failed) return failed.error();
    for (const auto& item : *failed) {
        if (item.error_kind != base::name_of(ErrorKind::corrupt)) continue;
        for (const auto slot : model::kSlots) {
            const auto& photo = item.photos[model::index_of(slot)];
            if (!photo || photo->lost() || photo->uploaded() || store.photo_bytes(*photo)) continue;
            // A crash or a full disk here: the worker does it in the next life.
            if (!store.give_up_photo(item.offline_id, slot, "damaged on the device")) return {};
        }
        if (!store.retry(item.offline_id)) return {};
    }
    return {};
}

// As an app does that does not know that its first try took effect.
Status SimulatedDevice::send_one_twice(OfflinePoleStore& store, FieldAgent& agent) {
    const auto staged = store.list(ItemStatus::staged);
    if (!staged || staged->empty()) return {};
    const auto& item = (*staged)[dice_.below(staged->size())];
    const auto name = agent.endpoints().document_name(agent.names().staging, staging_id_for(item.offline_id));
    const auto reply =
        agent.commit(base::Json::array({staging_write(item.as_capture(store.device_id()), clock_.now(), name)}));
    ++counts_.sent_twice;
    if (!reply) return {};
    return make_error(ErrorKind::internal, "The server took the capture " + item.offline_id + " a second time.");
}

// One life, until a crash or the end of a sync. True when nothing is left to do.
Result<bool> SimulatedDevice::live() {
    ++counts_.lives;
    Life life;
    if (dice_.chance(3 * options_.fault_rate)) life.writes_to_crash = static_cast<int64_t>(dice_.below(150));
    if (dice_.chance(options_.fault_rate)) life.writes_to_full = static_cast<int64_t>(dice_.below(100));
    clock_.leap(base::hours(2));  // longer than any backoff
    auto store = open(&life);
    if (!store) {
        if (!life.dead && store.error().kind != ErrorKind::disk_full) return store.error();
        ++counts_.crashes;
        return false;
    }
    LINESMAN_TRY(capture_some(**store, life));
    if (dice_.chance(options_.fault_rate)) LINESMAN_TRY(damage_a_photo(**store));
    LINESMAN_TRY(mend(**store));
    AgentOptions how = options_.agent;
    how.wrap_http = [this, seed = dice_.bits()](std::unique_ptr<net::Http> line) {
        return std::make_unique<FaultyHttp>(std::move(line), seed, options_.fault_rate, counts_.line);
    };
    FieldAgent agent(std::move(how));
    if (!agent.sign_in()) return false;
    RoundOptions round;
    round.sync.facts.app_version = "linesman-field simulation";
    round.take_commands = false;
    round.ask_server = false;
    const auto result = run_round(agent, **store, clock_, std::move(round));
    if (life.dead) {
        ++counts_.crashes;
        return false;
    }
    if (!result && result.error().kind != ErrorKind::disk_full) return result.error();
    if (dice_.chance(options_.fault_rate)) LINESMAN_TRY(send_one_twice(**store, agent));
    const auto counts = (*store)->counts();
    if (!counts) return counts.error();
    return counts->at(ItemStatus::staged) >= captures_;
}

Status SimulatedDevice::run() {
    for (int i = 0; i < options_.most_lives; ++i) {
        const auto done = live();
        if (!done) return done.error();
        if (*done) return {};
    }
    std::string waiting;
    if (auto store = open(nullptr)) {
        if (const auto counts = (*store)->counts())
            for (const auto& [status, count] : *counts)
                waiting.append(name_of(status)).append(" ").append(std::to_string(count)).append("; ");
        if (const auto failed = (*store)->list(ItemStatus::error); failed && !failed->empty())
            waiting.append("the first: ").append(failed->front().error_kind).append(": ").append(failed->front().error);
    }
    return make_error(ErrorKind::timed_out,
                      "Device " + std::to_string(number_) + " did not bring everything to the server in " +
                          std::to_string(options_.most_lives) + " tries.",
                      waiting);
}

}  // namespace linesman::field
