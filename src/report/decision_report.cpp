// Who decided what, when and why: as it stands at the server, and everything this desk did.
#include <algorithm>

#include "report/format.h"
#include "report/grouping.h"

namespace linesman::report {
namespace {

constexpr size_t kBars = 15, kDays = 60;

Chart reason_chart(const std::map<std::string, int64_t>& reasons) {
    Chart chart{"Rejections by reason", {}, Chart::Shape::bars, {{"rejected", Tone::bad}}, {}};
    std::vector<std::pair<std::string, int64_t>> order(reasons.begin(), reasons.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [reason, count] : order) {
        if (chart.items.size() < kBars) chart.items.push_back({reason, {static_cast<double>(count)}});
    }
    return chart;
}

}  // namespace

base::Result<Report> build_decisions(const Inputs& inputs) {
    const auto decisions =
        need_table(inputs, "decisions", {"decided_at", "decided_by", "decision", "reason_title", "overrides"});
    if (!decisions) return decisions.error();
    Tally all;
    Tallies by_person, by_day;
    std::map<std::string, int64_t> reasons;
    int64_t overridden = 0;
    RowReader row(**decisions);
    for (size_t i = 0; i < (*decisions)->row_count(); ++i) {
        row.go_to(i);
        const auto decision = row.at("decision").text;
        Tally one;
        one.captures = 1;
        one.approved = decision == "approved";
        one.rejected = decision == "rejected";
        one.held = decision == "held";
        one.superseded = decision == "superseded";
        all.add(one);
        const auto person = row.at("decided_by").text;
        by_person[person.empty() ? "unknown" : std::string(person)].add(one);
        const Cell& at = row.at("decided_at");
        by_day[at.is_empty ? "not known" : day_text(at.integer, inputs.meta.utc_offset_minutes)].add(one);
        if (one.rejected) {
            const auto reason = row.at("reason_title").text;
            ++reasons[reason.empty() ? "no reason" : std::string(reason)];
        }
        overridden += !row.at("overrides").is_empty;
    }
    Report report = begin_report(inputs);
    report.figures = {{"decisions in force", grouped(all.captures)},
                      {"approved", grouped(all.approved)},
                      {"rejected", grouped(all.rejected)},
                      {"held", grouped(all.held)},
                      {"merged into another", grouped(all.superseded)},
                      {"despite an error", grouped(overridden)}};
    auto people = std::make_shared<MemoryTable>(std::vector<Column>{{"decided_by", "Decided by"},
                                                                    {"decisions", "Decisions", CellType::integer},
                                                                    {"approved", "Approved", CellType::integer},
                                                                    {"rejected", "Rejected", CellType::integer},
                                                                    {"held", "Held", CellType::integer},
                                                                    {"superseded", "Merged", CellType::integer}});
    for (const auto& [name, t] : by_person) {
        people->add({Cell::of(name), Cell::of_integer(t.captures), Cell::of_integer(t.approved),
                     Cell::of_integer(t.rejected), Cell::of_integer(t.held), Cell::of_integer(t.superseded)});
    }
    report.sections.push_back({"by-person", "By person", {}, people});
    if (const auto journal = inputs.find("journal"))
        report.sections.push_back({"journal", "Journal of this desk",
                                   "Everything done here, refusals and what was taken back included, in the order in "
                                   "which it was done; each entry with its hash in the chain.",
                                   journal});
    report.sections.push_back(
        {"decisions", "Decisions in force", "The newest decision on each capture, of every desk.", *decisions, true});
    Meta decided = inputs.meta;
    decided.period_time = "decided";
    report.charts = {decisions_by("Decisions by person", by_person, kBars), decisions_by_day(decided, by_day, kDays),
                     reason_chart(reasons)};
    report.charts[1].title = "Decisions by day decided";
    return report;
}

}  // namespace linesman::report
