// What the rules and the supervisors say about captures: per project, zone, PON, rule, crew, device and day, each
// finding, each capture.
#include <algorithm>

#include "model/finding.h"
#include "report/format.h"
#include "report/grouping.h"

namespace linesman::report {
namespace {

constexpr size_t kBars = 15, kDays = 60;

std::string rule_title(const std::string& code) {
    const auto rule = model::rule_from_code(code);
    return rule ? std::string(model::title_of(*rule)) : code;
}

std::shared_ptr<const Table> rule_table(const CaptureTallies& tallies) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"rule", "Rule"},
                                                                   {"title", "What it says"},
                                                                   {"captures", "Captures", CellType::integer},
                                                                   {"waiting", "Waiting", CellType::integer},
                                                                   {"approved", "Approved", CellType::integer},
                                                                   {"rejected", "Rejected", CellType::integer},
                                                                   {"share", "Share of all (%)", CellType::number, 1}});
    const auto all = static_cast<double>(std::max<int64_t>(tallies.all.captures, 1));
    for (const auto& [code, tally] : tallies.by_rule) {
        table->add({Cell::of(code), Cell::of(rule_title(code)), Cell::of_integer(tally.captures),
                    Cell::of_integer(tally.waiting), Cell::of_integer(tally.approved), Cell::of_integer(tally.rejected),
                    Cell::of_number(100.0 * static_cast<double>(tally.captures) / all)});
    }
    return table;
}

Chart rule_chart(const CaptureTallies& tallies) {
    Chart chart{"Captures with a finding, by rule",
                "A capture counts for each of its rules.",
                Chart::Shape::bars,
                {{"captures", Tone::warning}},
                {}};
    std::vector<std::pair<std::string, int64_t>> order;
    for (const auto& [code, tally] : tallies.by_rule) order.emplace_back(code, tally.captures);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [code, count] : order) {
        if (chart.items.size() < kBars) chart.items.push_back({rule_title(code), {static_cast<double>(count)}});
    }
    return chart;
}

void add_photos(const Inputs& inputs, Report& report) {
    const auto table = inputs.find("thumbnails");
    if (!table) return;
    RowReader row(*table);
    for (size_t i = 0; i < table->row_count(); ++i) {
        row.go_to(i);
        const auto id = row.at("staging_id").text;
        if (report.photos.empty() || report.photos.back().staging_id != id)
            report.photos.push_back(
                {std::string(id), std::string(row.at("pole_number").text), std::string(row.at("text").text), {}});
        report.photos.back().photos.emplace_back(row.at("slot").text, row.at("jpeg").text);
    }
}

}  // namespace

base::Result<Report> build_validation(const Inputs& inputs) {
    const auto captures =
        need_table(inputs, "captures",
                   {"project", "zone", "pon", "crew", "device", "captured_at", "submitted_at", "decided_at", "decision",
                    "waiting", "severity", "findings", "missing_photos", "lost_photos", "in_production"});
    if (!captures) return captures.error();
    const auto t = tally_captures(**captures, inputs.meta);
    Report report = begin_report(inputs);
    const auto all = static_cast<double>(t.all.captures);
    report.figures = {{"captures", grouped(t.all.captures)},
                      {"waiting, held ones included", grouped(t.all.waiting)},
                      {"approved, " + percent(static_cast<double>(t.all.approved), all), grouped(t.all.approved)},
                      {"rejected, " + percent(static_cast<double>(t.all.rejected), all), grouped(t.all.rejected)},
                      {"with an error or worse", grouped(t.all.errors + t.all.blocking)},
                      {"with lost photos", grouped(t.all.lost_photos)}};
    const std::string day = "Day " + inputs.meta.period_time;
    report.sections = {{"by-project", "By project", {}, tally_table("project", "Project", t.by_project)},
                       {"by-zone", "By zone", {}, tally_table("zone", "Project / zone", t.by_zone)},
                       {"by-pon", "By PON", {}, tally_table("pon", "Project / PON", t.by_pon)},
                       {"by-rule", "By rule", "A capture counts for each of its rules.", rule_table(t)},
                       {"by-crew", "By crew", {}, tally_table("crew", "Crew", t.by_crew)},
                       {"by-device", "By device", {}, tally_table("device", "Device", t.by_device)},
                       {"by-day", "By day " + inputs.meta.period_time, zone_name(inputs.meta.utc_offset_minutes) + ".",
                        tally_table("day", day, t.by_day)}};
    if (const auto findings = inputs.find("findings"))
        report.sections.push_back({"findings", "Findings", "What each rule says of each capture.", findings});
    report.sections.push_back({"captures", "Captures", {}, *captures, true});
    report.charts = {rule_chart(t), decisions_by("Captures by project", t.by_project, kBars),
                     decisions_by_day(inputs.meta, t.by_day, kDays),
                     decisions_by("Captures by crew", t.by_crew, kBars)};
    report.map = MapSource{*captures,
                           "decision",
                           {{"rejected", {"rejected", Tone::bad}},
                            {"held", {"held", Tone::held}},
                            {"undecided", {"waiting", Tone::waiting}},
                            {"superseded", {"superseded", Tone::neutral}},
                            {"approved", {"approved", Tone::good}}}};
    add_photos(inputs, report);
    return report;
}

}  // namespace linesman::report
