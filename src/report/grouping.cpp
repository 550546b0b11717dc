#include "report/grouping.h"

#include <algorithm>

#include "report/format.h"

namespace linesman::report {
namespace {

// Columns of the table, looked up once.
struct Places {
    explicit Places(const Table& t, const Meta& meta)
        : project(t.find("project")),
          zone(t.find("zone")),
          pon(t.find("pon")),
          crew(t.find("crew")),
          device(t.find("device")),
          time(t.find(meta.period_time + "_at")),
          decision(t.find("decision")),
          waiting(t.find("waiting")),
          severity(t.find("severity")),
          findings(t.find("findings")),
          missing(t.find("missing_photos")),
          lost(t.find("lost_photos")),
          production(t.find("in_production")) {}
    size_t project, zone, pon, crew, device, time, decision, waiting, severity, findings, missing, lost, production;
};

Tally tally_of(std::span<const Cell> cells, const Places& at) {
    Tally one;
    one.captures = 1;
    one.waiting = cells[at.waiting].integer;
    const auto decision = cells[at.decision].text;
    one.approved = decision == "approved";
    one.rejected = decision == "rejected";
    one.held = decision == "held";
    one.superseded = decision == "superseded";
    one.in_production = cells[at.production].integer;
    const auto severity = cells[at.severity].text;
    one.blocking = severity == "blocking";
    one.errors = severity == "error";
    one.warnings = severity == "warning";
    one.missing_photos = !cells[at.missing].is_empty;
    one.lost_photos = !cells[at.lost].is_empty;
    return one;
}

// Groups by views into the table, so that a million rows make no strings.
class Groups {
  public:
    Tally& operator[](std::string_view key) { return groups_[key]; }
    Tallies finish(const std::string& blank) const {
        Tallies out;
        for (const auto& [key, tally] : groups_) out[key.empty() ? blank : std::string(key)].add(tally);
        return out;
    }

  private:
    std::unordered_map<std::string_view, Tally> groups_;
};

// Zones repeat in projects: "Law-001 / Zone 3".
class PairGroups {
  public:
    Tally& at(std::string_view first, std::string_view second) { return groups_[{first, second}]; }
    Tallies finish() const {
        Tallies out;
        for (const auto& [key, tally] : groups_) {
            std::string name(key.first.empty() ? "no project" : key.first);
            name += " / ";
            name += key.second.empty() ? "unknown" : key.second;
            out[name].add(tally);
        }
        return out;
    }

  private:
    struct Hash {
        size_t operator()(const std::pair<std::string_view, std::string_view>& key) const {
            const std::hash<std::string_view> hash;
            return hash(key.first) * 31 + hash(key.second);
        }
    };
    std::unordered_map<std::pair<std::string_view, std::string_view>, Tally, Hash> groups_;
};

std::vector<std::string_view> split_rules(std::string_view text) {
    std::vector<std::string_view> rules;
    while (!text.empty()) {
        const auto end = text.find("; ");
        rules.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 2);
    }
    return rules;
}

std::vector<Series> decision_series() {
    return {{"approved", Tone::good}, {"rejected", Tone::bad}, {"held", Tone::held}, {"waiting", Tone::waiting}};
}

std::vector<double> decision_values(const Tally& tally) {
    // Held ones and those sent again wait as well, and are counted once.
    const int64_t undecided =
        std::max<int64_t>(tally.captures - tally.approved - tally.rejected - tally.held - tally.superseded, 0);
    return {static_cast<double>(tally.approved), static_cast<double>(tally.rejected), static_cast<double>(tally.held),
            static_cast<double>(undecided)};
}

}  // namespace

void Tally::add(const Tally& other) {
    captures += other.captures;
    waiting += other.waiting;
    approved += other.approved;
    rejected += other.rejected;
    held += other.held;
    superseded += other.superseded;
    in_production += other.in_production;
    blocking += other.blocking;
    errors += other.errors;
    warnings += other.warnings;
    missing_photos += other.missing_photos;
    lost_photos += other.lost_photos;
}

CaptureTallies tally_captures(const Table& captures, const Meta& meta) {
    const Places at(captures, meta);
    CaptureTallies out;
    Groups projects, crews, devices, rule_sets;
    PairGroups zones, pons;
    std::unordered_map<int64_t, Tally> days;
    constexpr int64_t kDay = 86'400'000'000;
    const int64_t shift = int64_t{meta.utc_offset_minutes} * 60'000'000;
    std::vector<Cell> cells(captures.columns().size());
    for (size_t row = 0; row < captures.row_count(); ++row) {
        captures.read(row, cells);
        const Tally one = tally_of(cells, at);
        out.all.add(one);
        const auto project = cells[at.project].text;
        projects[project].add(one);
        zones.at(project, cells[at.zone].text).add(one);
        pons.at(project, cells[at.pon].text).add(one);
        crews[cells[at.crew].text].add(one);
        devices[cells[at.device].text].add(one);
        if (!cells[at.findings].is_empty) rule_sets[cells[at.findings].text].add(one);
        const Cell& time = cells[at.time];
        const bool known = !time.is_empty && time.integer > INT64_MIN / 2 && time.integer < INT64_MAX / 2;
        const int64_t local = known ? time.integer + shift : 0;
        days[known ? (local - ((local % kDay) + kDay) % kDay) / kDay : INT64_MIN].add(one);
    }
    out.by_project = projects.finish("no project");
    out.by_zone = zones.finish();
    out.by_pon = pons.finish();
    out.by_crew = crews.finish("no crew known");
    out.by_device = devices.finish("no device");
    for (const auto& [day, tally] : days)
        out.by_day[day == INT64_MIN ? "not known" : day_text(day * kDay, 0)].add(tally);
    for (const auto& [text, tally] : rule_sets.finish("")) {
        for (const auto rule : split_rules(text)) out.by_rule[std::string(rule)].add(tally);
    }
    return out;
}

std::shared_ptr<const Table> tally_table(const std::string& key, const std::string& title, const Tallies& tallies) {
    const auto count = [](const char* name, const char* heading) { return Column{name, heading, CellType::integer}; };
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{key, title},
                                                                   count("captures", "Captures"),
                                                                   count("waiting", "Waiting"),
                                                                   count("approved", "Approved"),
                                                                   count("rejected", "Rejected"),
                                                                   count("held", "Held"),
                                                                   count("superseded", "Superseded"),
                                                                   count("in_production", "In production"),
                                                                   count("blocking", "Blocking finding"),
                                                                   count("errors", "Error"),
                                                                   count("warnings", "Warning"),
                                                                   count("missing_photos", "Photos missing"),
                                                                   count("lost_photos", "Photos lost")});
    for (const auto& [name, t] : tallies) {
        const auto n = [](int64_t value) { return Cell::of_integer(value); };
        table->add({Cell::of(name), n(t.captures), n(t.waiting), n(t.approved), n(t.rejected), n(t.held),
                    n(t.superseded), n(t.in_production), n(t.blocking), n(t.errors), n(t.warnings), n(t.missing_photos),
                    n(t.lost_photos)});
    }
    return table;
}

Chart decisions_by(const std::string& title, const Tallies& tallies, size_t most) {
    Chart chart{title, {}, Chart::Shape::bars, decision_series(), {}};
    std::vector<std::pair<std::string, Tally>> order(tallies.begin(), tallies.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second.captures > b.second.captures; });
    for (const auto& [name, tally] : order) {
        if (chart.items.size() == most) break;
        chart.items.push_back({name, decision_values(tally)});
    }
    if (order.size() > most)
        chart.note = "The " + std::to_string(most) + " largest of " + std::to_string(order.size()) + ".";
    return chart;
}

Chart decisions_by_day(const Meta& meta, const Tallies& by_day, size_t most) {
    Chart chart{"Captures by day " + meta.period_time,
                zone_name(meta.utc_offset_minutes) + ".",
                Chart::Shape::columns,
                decision_series(),
                {}};
    size_t skip = by_day.size() > most ? by_day.size() - most : 0;
    if (skip > 0)
        chart.note += " The latest " + std::to_string(most) + " of " + std::to_string(by_day.size()) + " days.";
    for (const auto& [day, tally] : by_day) {
        if (skip > 0) {
            --skip;
        } else if (day != "not known") {
            chart.items.push_back({day, decision_values(tally)});
        }
    }
    return chart;
}

}  // namespace linesman::report
