#include "field/fleet/fleet_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace linesman::field {
namespace {

constexpr double kRoundabout = 1.35;  // share of poles walked past: one in a few is not planted yet

const std::vector<model::Person>& crew() {
    static const std::vector<model::Person> people = {
        {"worker-01", "Lerato M.", "Crew 1", "Northline", "+27 00 000 0001"},
        {"worker-02", "Sipho D.", "Crew 1", "Northline", "+27 00 000 0002"},
        {"worker-03", "Thandi K.", "Crew 2", "Northline", "+27 00 000 0003"},
        {"worker-04", "Pieter V.", "Crew 2", "Veldwerk", "+27 00 000 0004"},
        {"worker-05", "Naledi S.", "Crew 3", "Veldwerk", "+27 00 000 0005"},
        {"worker-06", "Rendani T.", "Crew 3", "Veldwerk", "+27 00 000 0006"},
        {"worker-07", "Ayesha P.", "Crew 4", "Northline", "+27 00 000 0007"},
        {"worker-08", "Bongani N.", "Crew 4", "Veldwerk", "+27 00 000 0008"},
    };
    return people;
}

struct Walk {
    const Town* town;
    size_t next = 0;
};

Walk walk_of(const FleetPlan& plan, int device, int devices) {
    if (device == devices - 1) return {&plan.towns[1], 0};
    const size_t count = plan.towns[0].poles.size();
    return {&plan.towns[0], count * static_cast<size_t>(device) / static_cast<size_t>(devices - 1)};
}

const GridPole& next_pole(Walk& walk, Dice& dice) {
    const auto& poles = walk.town->poles;
    if (dice.unit() * kRoundabout > 1) ++walk.next;
    return poles[walk.next++ % poles.size()];
}

void stand_at(PlannedCapture& capture, Dice& dice) {
    const double error_m = dice.between(0.6, 4.5);
    const double way = dice.between(0, 2 * std::numbers::pi);
    capture.gps = moved(capture.place, error_m * std::sin(way), error_m * std::cos(way));
    capture.accuracy_m = std::round(dice.between(2, 8) * 10) / 10;
}

PlannedCapture capture_at(const GridPole& pole, const Town& town, int device, Dice& dice) {
    PlannedCapture out;
    out.device = device;
    out.plate = out.number = pole.number;
    out.project_id = town.project_id;
    out.place = pole.position;
    out.captured_by = crew()[static_cast<size_t>(device) % crew().size()].uid;
    out.photo_seed = dice.bits();
    stand_at(out, dice);
    return out;
}

}  // namespace

std::vector<base::Timestamp> working_days(base::Timestamp until, int count) {
    constexpr int64_t kDay_us = 86'400 * base::kMicrosPerSecond;
    std::vector<base::Timestamp> out;
    for (int64_t day = base::local_day(until, kDemoUtcOffset_min) - 1; static_cast<int>(out.size()) < count; --day) {
        const bool sunday = ((day % 7) + 7) % 7 == 3;  // day 0 was a Thursday
        if (!sunday) out.push_back({day * kDay_us - kDemoUtcOffset_min * 60LL * base::kMicrosPerSecond});
    }
    std::reverse(out.begin(), out.end());
    return out;
}

FleetPlan plan_fleet(const FleetSpec& spec) {
    Dice dice(spec.seed);
    FleetPlan plan;
    plan.people = crew();
    plan.towns.push_back(make_town({"Law-001", "Lawley", "LAW", "LAW", {-26.3800, 27.8000}, 600, 4, 14}, spec.seed));
    plan.towns.push_back(
        make_town({"Moh-002", "Mohadin", "MOH", "MO", {-26.3985, 27.8265}, 150, 2, -9}, spec.seed + 1));
    const size_t again = static_cast<size_t>(std::max(3, spec.captures / 50));  // add_faults adds these
    const size_t clean = static_cast<size_t>(spec.captures) - again;
    const auto days = spec.days.size(), devices = static_cast<size_t>(spec.devices);
    for (size_t device = 0; device < devices; ++device) {
        Walk walk = walk_of(plan, static_cast<int>(device), spec.devices);
        const size_t count = clean / devices + (device < clean % devices ? 1 : 0);
        for (size_t i = 0; i < count; ++i) {
            auto capture = capture_at(next_pole(walk, dice), *walk.town, static_cast<int>(device), dice);
            const size_t day = i * days / count;
            const size_t first = (day * count + days - 1) / days, last = ((day + 1) * count + days - 1) / days;
            const double step_min = std::min(24.0, 480.0 / static_cast<double>(std::max<size_t>(1, last - first)));
            const double minute = 7 * 60 + 35 + 4.0 * static_cast<double>(device) +
                                  step_min * (static_cast<double>(i - first) + dice.between(0.05, 0.75));
            capture.day = static_cast<int>(day);
            capture.at = spec.days[day] + base::milliseconds(static_cast<int64_t>(minute * 60'000));
            capture.clock = capture.at;
            plan.captures.push_back(std::move(capture));
        }
    }
    add_faults(plan, spec, dice);
    return plan;
}

}  // namespace linesman::field
