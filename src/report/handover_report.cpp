// What is handed over to production: the poles that are in it, with who approved them.
#include <algorithm>

#include "report/format.h"
#include "report/grouping.h"

namespace linesman::report {
namespace {

constexpr size_t kBars = 15, kDays = 60;

}  // namespace

base::Result<Report> build_handover(const Inputs& inputs) {
    const auto poles = need_table(
        inputs, "poles",
        {"production_id", "project", "pole_number", "approved_at", "approved_by", "photos", "latitude", "longitude"});
    if (!poles) return poles.error();
    Tallies by_project, by_day;
    int64_t without_number = 0, without_photos = 0, without_approval = 0;
    RowReader row(**poles);
    for (size_t i = 0; i < (*poles)->row_count(); ++i) {
        row.go_to(i);
        Tally one;
        one.captures = one.approved = one.in_production = 1;
        const auto project = row.at("project").text;
        by_project[project.empty() ? "no project" : std::string(project)].add(one);
        const Cell& at = row.at("approved_at");
        by_day[at.is_empty ? "not known" : day_text(at.integer, inputs.meta.utc_offset_minutes)].add(one);
        without_number += row.at("pole_number").is_empty;
        without_photos += row.at("photos").integer < 6;
        without_approval += row.at("approved_by").is_empty;
    }
    Report report = begin_report(inputs);
    report.figures = {{"poles in production", grouped(static_cast<int64_t>((*poles)->row_count()))},
                      {"without a number", grouped(without_number)},
                      {"with fewer than six photos", grouped(without_photos)},
                      {"without a supervisor's approval", grouped(without_approval)}};
    auto projects = std::make_shared<MemoryTable>(
        std::vector<Column>{{"project", "Project"}, {"poles", "Poles", CellType::integer}});
    for (const auto& [name, tally] : by_project) projects->add({Cell::of(name), Cell::of_integer(tally.captures)});
    auto days = std::make_shared<MemoryTable>(
        std::vector<Column>{{"day", "Day decided"}, {"poles", "Poles", CellType::integer}});
    for (const auto& [name, tally] : by_day) days->add({Cell::of(name), Cell::of_integer(tally.captures)});
    report.sections = {{"by-project", "By project", {}, projects},
                       {"by-day", "By day decided", zone_name(inputs.meta.utc_offset_minutes) + ".", days},
                       {"poles", "Poles in production", {}, *poles, true}};
    const auto chart = [](std::string title, std::string note, Chart::Shape shape) {
        return Chart{std::move(title), std::move(note), shape, {{"poles", Tone::good}}, {}};
    };
    Chart per_project = chart("Poles by project", {}, Chart::Shape::bars);
    for (const auto& [name, tally] : by_project) {
        if (per_project.items.size() < kBars)
            per_project.items.push_back({name, {static_cast<double>(tally.captures)}});
    }
    Chart per_day =
        chart("Poles by day decided", zone_name(inputs.meta.utc_offset_minutes) + ".", Chart::Shape::columns);
    size_t skip = by_day.size() > kDays ? by_day.size() - kDays : 0;
    for (const auto& [name, tally] : by_day) {
        if (skip > 0) {
            --skip;
        } else if (name != "not known") {
            per_day.items.push_back({name, {static_cast<double>(tally.captures)}});
        }
    }
    report.charts = {per_project, per_day};
    report.map = MapSource{*poles, "state", {{"in production", {"in production", Tone::good}}}};
    return report;
}

}  // namespace linesman::report
