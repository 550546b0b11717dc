// How far a project is: which planned poles are captured, approved, rejected, in production, or not yet captured.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "model/geo.h"
#include "model/keys.h"
#include "report/format.h"
#include "report/report.h"

namespace linesman::report {
namespace {

constexpr size_t kBars = 20;

// What is known of the best capture of a planned pole. Larger is further on its way.
enum class State : uint8_t { not_captured, rejected, waiting, held, approved, in_production };
constexpr std::string_view kStates[] = {"not captured", "rejected", "waiting", "held", "approved", "in production"};

State state_of(const RowReader& row, size_t decision, size_t production) {
    const auto text = row.at(decision).text;
    if (row.at(production).integer != 0) return State::in_production;
    if (text == "approved") return State::approved;
    if (text == "rejected") return State::rejected;
    return text == "held" ? State::held : State::waiting;
}

// model::canonical_number without the work for what is ASCII already.
std::string canonical(std::string_view number) {
    std::string out;
    for (const char c : number) {
        if (static_cast<unsigned char>(c) >= 0x80) return model::canonical_number(number);
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    const auto is_blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!out.empty() && is_blank(out.back())) out.pop_back();
    const auto first = std::find_if_not(out.begin(), out.end(), is_blank);
    out.erase(out.begin(), first);
    return out;
}

std::string key_of(std::string_view project, std::string_view number) {
    std::string key(project);
    key += '\n';
    return key += canonical(number);
}

struct Best {
    State state = State::not_captured;
    size_t row = SIZE_MAX;  // of the captures
    int64_t captures = 0;
};

struct Count {
    int64_t planned = 0, captured = 0, approved = 0, rejected = 0, waiting = 0, in_production = 0;
    void add(State state) {
        ++planned;
        captured += state != State::not_captured;
        approved += state == State::approved || state == State::in_production;
        in_production += state == State::in_production;
        rejected += state == State::rejected;
        waiting += state == State::waiting || state == State::held;
    }
};
using Counts = std::map<std::string, Count>;

std::shared_ptr<const Table> count_table(const std::string& key, const std::string& title, const Counts& counts) {
    auto table =
        std::make_shared<MemoryTable>(std::vector<Column>{{key, title},
                                                          {"planned", "Planned", CellType::integer},
                                                          {"captured", "Captured", CellType::integer},
                                                          {"approved", "Approved", CellType::integer},
                                                          {"in_production", "In production", CellType::integer},
                                                          {"rejected", "Rejected", CellType::integer},
                                                          {"waiting", "Waiting", CellType::integer},
                                                          {"not_captured", "Not yet captured", CellType::integer},
                                                          {"captured_share", "Captured (%)", CellType::number, 1},
                                                          {"approved_share", "Approved (%)", CellType::number, 1}});
    for (const auto& entry : counts) {
        const Count& c = entry.second;
        const auto n = [](int64_t value) { return Cell::of_integer(value); };
        const auto share = [&](int64_t part) {
            return c.planned == 0 ? Cell::none()
                                  : Cell::of_number(100.0 * static_cast<double>(part) / static_cast<double>(c.planned));
        };
        table->add({Cell::of(entry.first), n(c.planned), n(c.captured), n(c.approved), n(c.in_production),
                    n(c.rejected), n(c.waiting), n(c.planned - c.captured), share(c.captured), share(c.approved)});
    }
    return table;
}

Chart progress_chart(const std::string& title, const Counts& counts) {
    Chart chart{title,
                "Planned poles.",
                Chart::Shape::bars,
                {{"approved", Tone::good},
                 {"waiting", Tone::waiting},
                 {"rejected", Tone::bad},
                 {"not yet captured", Tone::neutral}},
                {}};
    for (const auto& [name, c] : counts) {
        if (chart.items.size() == kBars) {
            chart.note += " The first " + std::to_string(kBars) + " of " + std::to_string(counts.size()) + ".";
            break;
        }
        chart.items.push_back({name,
                               {static_cast<double>(c.approved), static_cast<double>(c.waiting),
                                static_cast<double>(c.rejected), static_cast<double>(c.planned - c.captured)}});
    }
    return chart;
}

std::string or_text(std::string_view text, std::string_view other) {
    return std::string(text.empty() ? other : text);
}

class Coverage {
  public:
    Coverage(std::shared_ptr<const Table> planned, std::shared_ptr<const Table> captures)
        : planned_(std::move(planned)), captures_(std::move(captures)) {
        poles_ =
            std::make_shared<MemoryTable>(std::vector<Column>{{"planned_id", "Planned pole"},
                                                              {"pole_number", "Pole number"},
                                                              {"project", "Project"},
                                                              {"zone", "Zone"},
                                                              {"pon", "PON"},
                                                              {"pole_type", "Type"},
                                                              {"state", "State"},
                                                              {"staging_id", "Capture"},
                                                              {"captures", "Captures", CellType::integer},
                                                              {"submitted_at", "Submitted", CellType::time},
                                                              {"distance_m", "From the plan (m)", CellType::number, 1},
                                                              {"latitude", "Latitude", CellType::number, 7},
                                                              {"longitude", "Longitude", CellType::number, 7}});
    }

    void run() {
        read_captures();
        RowReader plan(*planned_), capture(*captures_);
        const size_t submitted = captures_->find("submitted_at"), id = captures_->find("staging_id");
        const size_t latitude = captures_->find("latitude"), longitude = captures_->find("longitude");
        for (size_t i = 0; i < planned_->row_count(); ++i) {
            plan.go_to(i);
            const auto project = plan.at("project").text, number = plan.at("pole_number").text;
            const auto found = number.empty() ? best_.end() : best_.find(key_of(project, number));
            const Best best = found == best_.end() ? Best{} : found->second;
            if (found != best_.end()) matched_.insert(found->first);
            count(or_text(project, "no project"), or_text(plan.at("zone").text, "unknown"),
                  or_text(plan.at("pon").text, "unknown"), best.state);
            Cell capture_id, capture_time, distance;
            if (best.row != SIZE_MAX) {
                capture.go_to(best.row);
                capture_id = capture.at(id);
                capture_time = capture.at(submitted);
                if (!capture.at(latitude).is_empty && !plan.at("latitude").is_empty)
                    distance =
                        Cell::of_number(model::distance_m({plan.at("latitude").number, plan.at("longitude").number},
                                                          {capture.at(latitude).number, capture.at(longitude).number}));
            }
            poles_->add({plan.at("planned_id"), plan.at("pole_number"), plan.at("project"), plan.at("zone"),
                         plan.at("pon"), plan.at("pole_type"), Cell::of(kStates[static_cast<size_t>(best.state)]),
                         capture_id, Cell::of_integer(best.captures), capture_time, distance, plan.at("latitude"),
                         plan.at("longitude")});
        }
    }

    std::shared_ptr<const Table> poles() const { return poles_; }
    // Captures whose number no planned pole has, and those without a number.
    std::shared_ptr<const Table> unplanned() const {
        auto table =
            std::make_shared<MemoryTable>(std::vector<Column>{{"staging_id", "Capture"},
                                                              {"pole_number", "Pole number"},
                                                              {"project", "Project"},
                                                              {"decision", "Decision"},
                                                              {"submitted_at", "Submitted", CellType::time},
                                                              {"latitude", "Latitude", CellType::number, 7},
                                                              {"longitude", "Longitude", CellType::number, 7}});
        RowReader row(*captures_);
        for (size_t i = 0; i < captures_->row_count(); ++i) {
            row.go_to(i);
            if (row.at("decision").text == "superseded") continue;
            const auto number = row.at("pole_number").text;
            if (!number.empty() && matched_.contains(key_of(row.at("project").text, number))) continue;
            table->add({row.at("staging_id"), row.at("pole_number"), row.at("project"), row.at("decision"),
                        row.at("submitted_at"), row.at("latitude"), row.at("longitude")});
        }
        return table;
    }

    Count all;
    Counts by_project, by_zone, by_pon;

  private:
    void read_captures() {
        RowReader row(*captures_);
        const size_t project = captures_->find("project"), number = captures_->find("pole_number"),
                     decision = captures_->find("decision"), production = captures_->find("in_production");
        for (size_t i = 0; i < captures_->row_count(); ++i) {
            row.go_to(i);
            if (row.at(number).is_empty || row.at(decision).text == "superseded") continue;
            Best& best = best_[key_of(row.at(project).text, row.at(number).text)];
            const State state = state_of(row, decision, production);
            ++best.captures;
            if (best.row == SIZE_MAX || state > best.state) best.state = state, best.row = i;
        }
    }

    void count(const std::string& project, const std::string& zone, const std::string& pon, State state) {
        all.add(state);
        by_project[project].add(state);
        by_zone[project + " / " + zone].add(state);
        by_pon[project + " / " + pon].add(state);
    }

    std::shared_ptr<const Table> planned_, captures_;
    std::shared_ptr<MemoryTable> poles_;
    std::unordered_map<std::string, Best> best_;  // by project and canonical number
    std::set<std::string> matched_;
};

}  // namespace

base::Result<Report> build_coverage(const Inputs& inputs) {
    const auto captures = need_table(
        inputs, "captures",
        {"staging_id", "pole_number", "project", "decision", "submitted_at", "in_production", "latitude", "longitude"});
    if (!captures) return captures.error();
    const auto planned =
        need_table(inputs, "planned",
                   {"planned_id", "pole_number", "project", "zone", "pon", "pole_type", "latitude", "longitude"});
    if (!planned) return planned.error();
    Coverage coverage(*planned, *captures);
    coverage.run();
    const Count& all = coverage.all;
    const auto whole = static_cast<double>(all.planned);
    Report report = begin_report(inputs);
    report.figures = {{"planned poles", grouped(all.planned)},
                      {"captured, " + percent(static_cast<double>(all.captured), whole), grouped(all.captured)},
                      {"approved, " + percent(static_cast<double>(all.approved), whole), grouped(all.approved)},
                      {"in production", grouped(all.in_production)},
                      {"rejected", grouped(all.rejected)},
                      {"not yet captured", grouped(all.planned - all.captured)}};
    report.sections = {{"by-project", "By project", {}, count_table("project", "Project", coverage.by_project)},
                       {"by-zone", "By zone", {}, count_table("zone", "Project / zone", coverage.by_zone)},
                       {"by-pon", "By PON", {}, count_table("pon", "Project / PON", coverage.by_pon)},
                       {"unplanned", "Captures that belong to no planned pole",
                        "Their number is blank, or no planned pole of their project has it.", coverage.unplanned()},
                       {"poles", "Planned poles", "With several captures of one number, the one furthest on its way.",
                        coverage.poles(), true}};
    report.charts = {progress_chart("Progress by project", coverage.by_project),
                     progress_chart("Progress by PON", coverage.by_pon)};
    report.map = MapSource{coverage.poles(),
                           "state",
                           {{"rejected", {"rejected", Tone::bad}},
                            {"not captured", {"not yet captured", Tone::neutral}},
                            {"held", {"held", Tone::held}},
                            {"waiting", {"waiting", Tone::waiting}},
                            {"approved", {"approved", Tone::good}},
                            {"in production", {"in production", Tone::good}}}};
    return report;
}

}  // namespace linesman::report
