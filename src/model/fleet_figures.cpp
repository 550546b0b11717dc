#include "model/fleet_figures.h"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <unordered_set>

namespace linesman::model {
namespace {

constexpr int64_t kMinute_us = 60 * base::kMicrosPerSecond;

// Place in DayCounts; kTrendDays when it is not among these days.
size_t day_index(int64_t time_us, int64_t today, int utc_offset_minutes) {
    const int64_t back = today - base::local_day({time_us}, utc_offset_minutes);
    return back < 0 || back >= static_cast<int64_t>(kTrendDays) ? kTrendDays
                                                                : kTrendDays - 1 - static_cast<size_t>(back);
}

size_t hour_of(base::Timestamp time, int utc_offset_minutes) {
    constexpr int64_t kDay_us = 24 * 60 * kMinute_us;
    const int64_t of_day = (time.us + utc_offset_minutes * kMinute_us) % kDay_us;
    return static_cast<size_t>((of_day < 0 ? of_day + kDay_us : of_day) / (60 * kMinute_us));
}

struct Group {
    GroupFigures figures;
    std::unordered_set<uint32_t> devices;
    void add(const Chunk& chunk, uint32_t i, size_t day) {
        ++figures.captures;
        figures.missing_photos +=
            static_cast<uint32_t>(std::popcount(static_cast<SlotMask>(kAllSlots & ~chunk.photos[i])));
        figures.rejected += chunk.decision[i] == Decision::rejected;
        if (chunk.device[i] != 0) devices.insert(chunk.device[i]);
        if (day < kTrendDays) ++figures.arrived[day];
    }
};

std::vector<GroupFigures> finish(std::vector<Group>& groups) {
    std::vector<GroupFigures> out;
    for (auto& group : groups) {
        if (group.figures.captures == 0) continue;
        group.figures.devices = static_cast<uint32_t>(group.devices.size());
        out.push_back(std::move(group.figures));
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return a.captures != b.captures ? a.captures > b.captures : a.name < b.name;
    });
    return out;
}

std::unordered_map<std::string, std::string> crews_of(std::span<const Person> people) {
    std::unordered_map<std::string, std::string> crews;
    for (const auto& person : people) {
        crews[person.uid] = person.crew;
        if (!person.name.empty()) crews.emplace(person.name, person.crew);
    }
    return crews;
}

// The group of each person of the dictionary; group 0 has no name.
std::vector<uint32_t> crew_groups(const Dictionary& names, std::span<const Person> people, std::vector<Group>& groups) {
    const auto crews = crews_of(people);
    groups.assign(1, {});
    std::unordered_map<std::string, uint32_t> known;
    std::vector<uint32_t> out(names.size(), 0);
    for (uint32_t i = 1; i < names.size(); ++i) {
        const auto crew = crews.find(names.at(i));
        if (crew == crews.end() || crew->second.empty()) continue;
        const auto [place, is_new] = known.emplace(crew->second, static_cast<uint32_t>(groups.size()));
        if (is_new) groups.emplace_back().figures.name = crew->second;
        out[i] = place->second;
    }
    return out;
}

}  // namespace

base::Timestamp first_trend_day(base::Timestamp now, int utc_offset_minutes) {
    const int64_t day = base::local_day(now, utc_offset_minutes) - static_cast<int64_t>(kTrendDays) + 1;
    return {day * base::hours(24).us - base::minutes(utc_offset_minutes).us};
}

FleetFigures fleet_figures(const Columns& columns, std::span<const Person> people, base::Timestamp now,
                           int utc_offset_minutes) {
    const Dictionaries& names = *columns.names;
    FleetFigures out;
    out.today = base::local_day(now, utc_offset_minutes);
    std::vector<Group> projects(names.projects.size()), crews;
    for (uint32_t i = 0; i < projects.size(); ++i) projects[i].figures.name = names.projects.at(i);
    const auto crew_of = crew_groups(names.people, people, crews);
    std::vector<DayCounts> devices(names.devices.size());
    for (const auto& pointer : columns.chunks) {
        const Chunk& chunk = *pointer;
        for (uint32_t i = 0; i < chunk.size; ++i) {
            if ((chunk.flags[i] & (kFlagGone | kFlagSuperseded)) != 0) continue;
            const size_t day = chunk.submitted_at[i] == kNoTime
                                   ? kTrendDays
                                   : day_index(chunk.submitted_at[i], out.today, utc_offset_minutes);
            projects[chunk.project[i]].add(chunk, i, day);
            crews[crew_of[chunk.person[i]]].add(chunk, i, day);
            if (day == kTrendDays) continue;
            ++out.arrived[day];
            ++devices[chunk.device[i]][day];
        }
    }
    for (uint32_t d = 1; d < devices.size(); ++d) {
        if (devices[d] != DayCounts{}) out.by_device[names.devices.at(d)] = devices[d];
    }
    out.by_project = finish(projects);
    out.by_crew = finish(crews);
    return out;
}

namespace {

// The one that is counted most; of several the first. 0 when nothing was counted.
uint32_t most_of(const std::map<uint32_t, uint32_t>& counts) {
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? 0 : most->first;
}

}  // namespace

DevicePlaces device_places(const Columns& columns, std::span<const Person> people) {
    const Dictionaries& names = *columns.names;
    std::vector<std::map<uint32_t, uint32_t>> projects(names.devices.size()), persons(names.devices.size());
    for (const auto& chunk : columns.chunks) {
        for (uint32_t i = 0; i < chunk->size; ++i) {
            if ((chunk->flags[i] & (kFlagGone | kFlagSuperseded)) != 0) continue;
            if (chunk->project[i] != 0) ++projects[chunk->device[i]][chunk->project[i]];
            if (chunk->person[i] != 0) ++persons[chunk->device[i]][chunk->person[i]];
        }
    }
    const auto crews = crews_of(people);
    DevicePlaces out;
    for (uint32_t d = 1; d < names.devices.size(); ++d) {
        DevicePlace place;
        if (const uint32_t project = most_of(projects[d]); project != 0) place.project = names.projects.at(project);
        const uint32_t person = most_of(persons[d]);
        const auto crew = person == 0 ? crews.end() : crews.find(names.people.at(person));
        if (crew != crews.end()) place.crew = crew->second;
        if (!place.project.empty() || !place.crew.empty()) out[names.devices.at(d)] = std::move(place);
    }
    return out;
}

FleetSessions fleet_sessions(std::span<const DeviceSession> sessions, std::span<const Person> people,
                             const DevicePlaces& places, base::Timestamp now, int utc_offset_minutes) {
    FleetSessions out;
    out.all = session_figures(sessions, people, now, utc_offset_minutes);
    const auto crews = crews_of(people);
    std::map<std::string, std::vector<DeviceSession>> projects, by_crew, devices;
    for (const auto& session : sessions) {
        const auto found = places.find(session.device_id);
        const DevicePlace place = found == places.end() ? DevicePlace{} : found->second;
        const auto crew = crews.find(session.owner_uid);
        projects[place.project].push_back(session);
        by_crew[crew == crews.end() || crew->second.empty() ? place.crew : crew->second].push_back(session);
        devices[session.device_id].push_back(session);
    }
    for (const auto& [name, part] : projects)
        out.by_project[name] = session_figures(part, people, now, utc_offset_minutes);
    for (const auto& [name, part] : by_crew) out.by_crew[name] = session_figures(part, people, now, utc_offset_minutes);
    for (const auto& [id, part] : devices) out.by_device[id] = upload_figures(part);
    return out;
}

SessionFigures session_figures(std::span<const DeviceSession> sessions, std::span<const Person> people,
                               base::Timestamp now, int utc_offset_minutes) {
    SessionFigures out;
    const int64_t today = base::local_day(now, utc_offset_minutes);
    const auto crews = crews_of(people);
    std::map<std::string, int64_t> causes;
    std::map<std::string, CrewAttempts> by_crew;
    std::array<int64_t, kTrendDays> bytes{}, sending_ms{};
    for (const auto& session : sessions) {
        if (session.attempts.empty() && !session.log.empty()) continue;  // a log is no run
        ++out.sessions;
        out.left_out += session.attempts_left_out;
        const size_t day =
            session.started_at ? day_index(session.started_at->us, today, utc_offset_minutes) : kTrendDays;
        if (session.started_at)
            ++out.network_by_hour[hour_of(*session.started_at, utc_offset_minutes)]
                                 [session.network.empty() ? "unknown" : session.network];
        const auto crew = crews.find(session.owner_uid);
        auto& of_crew = by_crew[crew == crews.end() ? std::string() : crew->second];
        for (const auto& attempt : session.attempts) {
            const int64_t sent = std::max<int64_t>(attempt.bytes, 0);
            ++out.attempts, ++of_crew.attempts;
            out.bytes += sent;
            if (attempt.failed()) ++out.failed, ++of_crew.failed, ++causes[attempt.outcome];
            if (day == kTrendDays) continue;
            ++out.attempts_by_day[day];
            if (attempt.failed()) ++out.failed_by_day[day], ++out.failed_by_device[session.device_id][day];
            if (sent > 0) bytes[day] += sent, sending_ms[day] += std::max<int64_t>(attempt.elapsed_ms, 0);
        }
    }
    for (size_t day = 0; day < kTrendDays; ++day) {
        if (sending_ms[day] > 0)
            out.bytes_per_s[day] = static_cast<double>(bytes[day]) * 1000 / static_cast<double>(sending_ms[day]);
    }
    out.causes.assign(causes.begin(), causes.end());
    std::stable_sort(out.causes.begin(), out.causes.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    for (auto& [name, crew] : by_crew) {
        crew.name = name;
        if (crew.attempts > 0) out.by_crew.push_back(crew);
    }
    std::stable_sort(out.by_crew.begin(), out.by_crew.end(),
                     [](const auto& a, const auto& b) { return a.failed > b.failed; });
    return out;
}

}  // namespace linesman::model
