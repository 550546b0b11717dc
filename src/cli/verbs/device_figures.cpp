// The fleet in two weeks: what its captures tell (inferred) beside what its sync sessions tell (reported).
#include <algorithm>
#include <numeric>

#include "app/device_desk.h"
#include "app/device_file.h"
#include "cli/verbs/office_verbs.h"
#include "cli/verbs/operations_verbs.h"
#include "model/fleet_figures.h"

namespace linesman::cli {
namespace {

base::Json group_json(const model::GroupFigures& group) {
    return {{"name", group.name},         {"captures", group.captures},
            {"devices", group.devices},   {"missing_photos", group.missing_photos},
            {"rejected", group.rejected}, {"arrived_by_day", group.arrived}};
}

base::Json inferred_json(const model::FleetFigures& figures) {
    base::Json devices = base::Json::object(), projects = base::Json::array(), crews = base::Json::array();
    for (const auto& [id, days] : figures.by_device) devices[id] = days;
    for (const auto& group : figures.by_project) projects.push_back(group_json(group));
    for (const auto& group : figures.by_crew) crews.push_back(group_json(group));
    return {{"source", "inferred"},
            {"arrived_by_day", figures.arrived},
            {"devices", std::move(devices)},
            {"projects", std::move(projects)},
            {"crews", std::move(crews)}};
}

base::Json reported_json(const model::SessionFigures& figures) {
    base::Json causes = base::Json::object(), hours = base::Json::array();
    for (const auto& [outcome, count] : figures.causes) causes[outcome] = count;
    for (const auto& hour : figures.network_by_hour) hours.push_back(hour);
    return {{"sessions", figures.sessions},
            {"attempts", figures.attempts},
            {"failed", figures.failed},
            {"bytes", figures.bytes},
            {"attempts_by_day", figures.attempts_by_day},
            {"failed_by_day", figures.failed_by_day},
            {"bytes_per_s_by_day", figures.bytes_per_s},
            {"causes", std::move(causes)},
            {"network_by_hour", std::move(hours)}};
}

base::Json reported_json(const model::FleetSessions& sessions) {
    base::Json json = reported_json(sessions.all), projects = base::Json::array(), crews = base::Json::array(),
               devices = base::Json::object();
    const auto group = [](const std::string& name, const model::SessionFigures& figures) {
        base::Json part = reported_json(figures);
        part["name"] = name;
        return part;
    };
    for (const auto& [name, figures] : sessions.by_project) projects.push_back(group(name, figures));
    for (const auto& [name, figures] : sessions.by_crew) crews.push_back(group(name, figures));
    for (const auto& [id, figures] : sessions.by_device)
        devices[id] = {{"attempts", figures.attempts},
                       {"failed", figures.failed},
                       {"bytes", figures.bytes},
                       {"median_ms", figures.median_ms ? base::Json(*figures.median_ms) : base::Json()},
                       {"p95_ms", figures.p95_ms ? base::Json(*figures.p95_ms) : base::Json()},
                       {"bytes_per_s", figures.bytes_per_s}};
    json["source"] = "reported";
    json["projects"] = std::move(projects);
    json["crews"] = std::move(crews);
    json["devices"] = std::move(devices);
    return json;
}

void print_groups(const Output& out, const char* what, const std::vector<model::GroupFigures>& groups) {
    std::vector<std::vector<std::string>> rows = {
        {what, "CAPTURES", "14 DAYS", "TODAY", "PHONES", "NO PHOTO", "REJECTED"}};
    for (const auto& group : groups) {
        const auto sum = std::accumulate(group.arrived.begin(), group.arrived.end(), uint64_t{0});
        rows.push_back({group.name.empty() ? "none" : group.name, std::to_string(group.captures), std::to_string(sum),
                        std::to_string(group.arrived.back()), std::to_string(group.devices),
                        std::to_string(group.missing_photos), std::to_string(group.rejected)});
    }
    out.data("\n" + Output::table(rows));
}

std::string rate_words(const model::SessionFigures& figures) {
    const auto days =
        std::count_if(figures.bytes_per_s.begin(), figures.bytes_per_s.end(), [](double r) { return r > 0; });
    const double sum = std::accumulate(figures.bytes_per_s.begin(), figures.bytes_per_s.end(), 0.0);
    return days == 0 ? "-" : std::to_string(static_cast<int64_t>(sum / static_cast<double>(days) / 1000)) + " kB/s";
}

void print_sessions(const Output& out, const model::FleetSessions& sessions) {
    const auto& figures = sessions.all;
    out.data("\nReported in " + std::to_string(figures.sessions) +
             " sync sessions: " + std::to_string(figures.attempts) + " attempts, " + std::to_string(figures.failed) +
             " failed, " + std::to_string(figures.bytes / 1'000'000) + " MB of photos.");
    std::vector<std::vector<std::string>> rows = {{"FAILED", "OUTCOME", "CAUSE", "WHAT HELPS"}};
    for (const auto& [outcome, count] : figures.causes) {
        const auto advice = model::advice_for(outcome);
        rows.push_back({std::to_string(count), outcome, std::string(advice.cause), std::string(advice.cure)});
    }
    if (rows.size() > 1) out.data(Output::table(rows));
    const auto print_parts = [&](const char* what, const auto& parts) {
        rows = {{what, "SESSIONS", "ATTEMPTS", "FAILED", "RATE, MEAN OF DAYS"}};
        for (const auto& [name, part] : parts)
            rows.push_back({name.empty() ? "none" : name, std::to_string(part.sessions), std::to_string(part.attempts),
                            std::to_string(part.failed), rate_words(part)});
        if (rows.size() > 1) out.data("\n" + Output::table(rows));
    };
    print_parts("PROJECT", sessions.by_project);
    print_parts("CREW", sessions.by_crew);
}

}  // namespace

int verb_devices_figures(Context& context, const DeviceOptions& options) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    const auto profile = context.profile();
    if (!profile) return context.fail(profile.error());
    const auto snapshot = (*desk)->snapshot();
    const auto now = (*desk)->now();
    const int offset = profile->utc_offset_minutes;
    const auto figures = model::fleet_figures(snapshot->columns, *snapshot->people, now, offset);
    base::Json json = {{"days", model::kTrendDays}, {"inferred", inferred_json(figures)}};
    context.out.data("Captures that arrived in 14 days (inferred): " +
                     std::to_string(std::accumulate(figures.arrived.begin(), figures.arrived.end(), uint64_t{0})));
    print_groups(context.out, "PROJECT", figures.by_project);
    print_groups(context.out, "CREW", figures.by_crew);
    std::string not_read = options.offline ? "--offline was given" : "";
    if (!options.offline) {
        auto line = open_line(context);
        auto sessions =
            line ? app::read_sessions_since(**line, model::first_trend_day(now, offset), app::kMaxFleetSessions)
                 : base::Result<std::vector<model::DeviceSession>>(line.error());
        if (sessions) {
            const auto reported = model::fleet_sessions(
                *sessions, *snapshot->people, model::device_places(snapshot->columns, *snapshot->people), now, offset);
            json["reported"] = reported_json(reported);
            json["reported"]["cut"] = sessions->size() >= app::kMaxFleetSessions;
            print_sessions(context.out, reported);
        } else {
            not_read = sessions.error().what;
        }
    }
    if (!not_read.empty()) context.out.message("Sync sessions were not read (" + not_read + ").");
    json["sessions_not_read"] = not_read;
    context.out.document(json);
    return kOk;
}

}  // namespace linesman::cli
