// The real faults of the field, at believable rates (reference: domain facts, "What phones really send").
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <tuple>

#include "field/fleet/fleet_plan.h"

namespace linesman::field {
namespace {

using Indices = std::vector<size_t>;

// Takes `count` of the shuffled candidates for which `fits`.
template <typename Fits>
Indices take(Indices& from, size_t count, Fits fits) {
    Indices out;
    for (auto it = from.begin(); it != from.end() && out.size() < count;) {
        if (fits(*it)) {
            out.push_back(*it);
            it = from.erase(it);
        } else {
            ++it;
        }
    }
    return out;
}

size_t share(int captures, double rate, size_t least = 3) {
    return std::max(least, static_cast<size_t>(std::lround(rate * captures)));
}

class FaultMaker {
  public:
    FaultMaker(FleetPlan& plan, const FleetSpec& spec, Dice& dice) : plan_(plan), spec_(spec), dice_(dice) {
        free_.resize(plan.captures.size());
        std::iota(free_.begin(), free_.end(), size_t{0});
        dice_.shuffle(free_);
    }

    void run() {
        earlier_decisions();
        foreign_documents();
        captured_again();
        numbers();
        places();
        clocks();
        documents();
        notes();
    }

  private:
    PlannedCapture& at(size_t index) { return plan_.captures[index]; }
    void mark(size_t index, const char* fault) { at(index).faults.emplace_back(fault); }
    size_t n(double rate, size_t least = 3) const { return share(spec_.captures, rate, least); }
    static bool anyone(size_t) { return true; }
    // What is left for ordinary faults, in a new order.
    Indices ordinary() {
        Indices out = free_;
        dice_.shuffle(out);
        return out;
    }

    void earlier_decisions() {
        const int last_day = static_cast<int>(spec_.days.size()) - 1;
        const auto early = [&](size_t i) { return last_day == 0 || at(i).day < last_day; };
        const std::array<std::pair<model::Decision, const char*>, 3> kinds = {
            {{model::Decision::approved, "approved_earlier"},
             {model::Decision::rejected, "rejected_earlier"},
             {model::Decision::held, "held_earlier"}}};
        for (const auto& [decision, name] : kinds) {
            const double rate = decision == model::Decision::approved ? 0.04 : 0.012;
            for (const size_t i : take(free_, n(rate), early)) at(i).earlier = decision, mark(i, name);
        }
    }

    void foreign_documents() {
        for (const size_t i : take(free_, n(0.01), anyone)) at(i).route = Route::wrong_types, mark(i, "wrong_types");
        for (const size_t i : take(free_, n(0.01), anyone))
            at(i).route = Route::pole_plantings, mark(i, "foreign_pole_plantings");
        for (const size_t i : take(free_, n(0.01), anyone))
            at(i).route = Route::field_pole_captures, mark(i, "foreign_field_pole_captures");
    }

    // Another crew photographs a pole that is already captured, later, with photos of its own.
    void captured_again() {
        const size_t count = static_cast<size_t>(std::max(3, spec_.captures / 50));
        for (const size_t i : take(free_, count, anyone)) {
            PlannedCapture second = at(i);
            second.device = (second.device + 1) % spec_.devices;
            second.captured_by = plan_.people[static_cast<size_t>(second.device) % plan_.people.size()].uid;
            second.photo_seed = dice_.bits();
            second.at = spec_.days[static_cast<size_t>(second.day)] +
                        base::milliseconds(static_cast<int64_t>(dice_.between(972, 990) * 60'000));
            second.clock = second.at;
            const double way = dice_.between(0, 2 * std::numbers::pi);
            second.gps = moved(second.place, 2.5 * std::sin(way), 2.5 * std::cos(way));
            second.faults = {"duplicate_pole"};
            mark(i, "duplicate_pole_first");
            plan_.captures.push_back(std::move(second));
        }
    }

    std::string odd_number(const std::string& plate, size_t kind) {
        std::string out = plate;
        switch (kind % 6) {
            case 0:
                std::replace(out.begin(), out.end(), '.', '-');
                return out;
            case 1:
                for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
                return out;
            case 2:
                return out + " ";
            case 3:
                return "TEST.P.001";
            case 4:
                return "30/01/2025";
            default:
                return "LAW.S.A001";
        }
    }

    void numbers() {
        Indices pool = ordinary();
        for (const size_t i : take(pool, n(0.2), anyone)) at(i).number.clear(), mark(i, "no_number");
        size_t kind = 0;
        for (const size_t i : take(pool, n(0.03, 6), anyone))
            at(i).number = odd_number(at(i).plate, kind++), mark(i, "odd_number");
    }

    void places() {
        Indices pool = ordinary();
        const auto has_number = [&](size_t i) { return at(i).number == at(i).plate; };
        for (const size_t i : take(pool, n(0.025), has_number)) {
            const double way = dice_.between(0, 2 * std::numbers::pi), far_m = dice_.between(60, 120);
            at(i).gps = moved(at(i).place, far_m * std::sin(way), far_m * std::cos(way));
            mark(i, "far_from_plan");
        }
        for (const size_t i : take(pool, n(0.03), anyone))
            at(i).gps.reset(), at(i).accuracy_m.reset(), mark(i, "no_gps");
        for (const size_t i : take(pool, n(0.015), anyone)) {
            const double way = dice_.between(0, 2 * std::numbers::pi), far_m = dice_.between(4'000, 40'000);
            at(i).gps = moved(at(i).place, far_m * std::sin(way), far_m * std::cos(way));
            mark(i, "outside_area");
        }
        for (const size_t i : take(pool, n(0.05), anyone)) {
            at(i).accuracy_m = std::round(dice_.between(17, 64));
            const double way = dice_.between(0, 2 * std::numbers::pi), off_m = dice_.between(6, 24);
            at(i).gps = moved(at(i).place, off_m * std::sin(way), off_m * std::cos(way));
            mark(i, "poor_accuracy");
        }
    }

    void clocks() {
        Indices pool = ordinary();
        for (const size_t i : take(pool, n(0.01), anyone)) {
            at(i).clock = {static_cast<int64_t>(dice_.between(600, 90'000)) * base::kMicrosPerSecond};
            mark(i, "clock_1970");
        }
        for (const size_t i : take(pool, n(0.01), anyone)) {
            constexpr int64_t kFebruary2031_s = 1'928'361'600, kDay_us = 86'400 * base::kMicrosPerSecond;
            at(i).clock = {kFebruary2031_s * base::kMicrosPerSecond + at(i).at.us % kDay_us};
            mark(i, "clock_2031");
        }
    }

    void documents() {
        Indices pool = ordinary();
        const auto early_phone = [&](size_t i) { return spec_.devices < 3 || at(i).device >= 2; };
        for (const size_t i : take(pool, n(0.12), early_phone)) at(i).route = Route::older_app, mark(i, "older_app");
        for (const size_t i : take(pool, n(0.06), anyone)) {
            at(i).route = Route::lost_photos;
            const size_t first = dice_.below(model::kSlotCount);
            at(i).lost = model::bit(model::kSlots[first]);
            if (dice_.chance(0.4)) {
                const auto second = model::bit(model::kSlots[(first + 2) % model::kSlotCount]);
                at(i).lost = static_cast<model::SlotMask>(at(i).lost | second);
            }
            mark(i, "lost_photos");
        }
        // Of the crew's previous pole: captures are still in walking order here. A pole's own front must really be
        // sent.
        const auto reuse = [&](size_t i) {
            if (i == 0 || at(i - 1).device != at(i).device || at(i - 1).route != Route::ours || at(i - 1).front_from)
                return false;
            if (i + 1 < plan_.captures.size() && at(i + 1).front_from == i) return false;
            at(i).front_from = i - 1;
            return true;
        };
        for (const size_t i : take(pool, n(0.01), reuse)) mark(i, "reused_photo");
        Indices again = ordinary();
        for (const size_t i : take(again, n(0.025), anyone)) at(i).sent_twice = true;
    }

    void notes() {
        static const std::vector<std::string> plain = {"behind the bus shelter",      "soft ground, 0.2 m deeper",
                                                       "gate locked, came back",      "near the school wall",
                                                       "hole refilled and compacted", "owner asked to move it 1 m",
                                                       "next to the water meter"};
        static const std::vector<std::string> other = {
            "Tsini na tshikolo, mavu o oma",                       // Venda
            "Paal staan langs die ou bloekomboom, grond is hard",  // Afrikaans
            "Muthu wa mudi o tenda 👍",                             // Venda with an emoji
            "Ḓanga ḽo valwa, ro vhuya nga masiari",                // Venda letters with diacritics
            "Môre weer kom kyk – beton nog nat 🏗️⚠️",  // Afrikaans with emoji
            "🐕 pas op vir die hond!"};
        Indices pool = ordinary();
        for (const size_t i : take(pool, n(0.06, 6), anyone))
            at(i).notes = dice_.pick(other), mark(i, "notes_other_language");
        for (const size_t i : take(pool, n(0.15), anyone)) at(i).notes = dice_.pick(plain);
    }

    FleetPlan& plan_;
    const FleetSpec& spec_;
    Dice& dice_;
    Indices free_;
};

// Sorting moves captures: references by index follow.
void sort_by_time(FleetPlan& plan) {
    Indices order(plan.captures.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        const auto& x = plan.captures[a];
        const auto& y = plan.captures[b];
        return std::tie(x.day, x.device, x.at) < std::tie(y.day, y.device, y.at);
    });
    Indices place(order.size());
    for (size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<PlannedCapture> sorted;
    sorted.reserve(order.size());
    for (const size_t i : order) {
        sorted.push_back(plan.captures[i]);
        if (sorted.back().front_from) sorted.back().front_from = place[*sorted.back().front_from];
    }
    plan.captures = std::move(sorted);
}

}  // namespace

void add_faults(FleetPlan& plan, const FleetSpec& spec, Dice& dice) {
    FaultMaker(plan, spec, dice).run();
    sort_by_time(plan);
}

}  // namespace linesman::field
