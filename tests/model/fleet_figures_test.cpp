#include "model/fleet_figures.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "model/builders.h"

namespace linesman::model {
namespace {

constexpr base::Timestamp kNow{1'750'060'800'000'000};  // 2025-06-16 10:00 in South Africa
constexpr int kOffset = 120;

Columns columns_of(const std::vector<Capture>& captures) {
    ColumnsBuilder builder;
    for (const auto& capture : captures) builder.put(row_values(capture, Severity::none, 0, 0, "", ""));
    return builder.publish();
}

Capture capture(const std::string& id, const std::string& device, const std::string& person, int days_ago) {
    Capture out = test::a_capture(id);
    out.device_id = device;
    out.captured_by = person;
    out.submitted_at = kNow - base::hours(24 * days_ago);
    return out;
}

TEST(FleetFigures, CountsByLocalDayDeviceProjectAndCrew) {
    auto early = capture("a", "d1", "worker-1", 0);
    early.submitted_at = kNow - base::hours(11);  // 23:00 of the day before, in South Africa
    auto rejected = capture("c", "d2", "worker-2", 0);
    rejected.review.emplace();
    rejected.review->decision = Decision::rejected;
    rejected.photos[0].reset();
    const std::vector<Person> people = {{"worker-1", "Thabo", "North", "", ""},
                                        {"worker-2", "Zanele", "South", "", ""}};
    const auto figures = fleet_figures(columns_of({early, capture("b", "d1", "worker-1", 0), rejected,
                                                   capture("d", "d1", "nobody", 13), capture("e", "d1", "nobody", 14)}),
                                       people, kNow, kOffset);
    EXPECT_EQ(figures.arrived[kTrendDays - 1], 2U);
    EXPECT_EQ(figures.arrived[kTrendDays - 2], 1U);
    EXPECT_EQ(figures.arrived[0], 1U) << "thirteen days ago; fourteen days ago is outside";
    EXPECT_EQ(figures.by_device.at("d1")[kTrendDays - 1], 1U);
    EXPECT_EQ(figures.by_device.at("d2")[kTrendDays - 1], 1U);
    ASSERT_EQ(figures.by_project.size(), 1U);
    EXPECT_EQ(figures.by_project[0].captures, 5U) << "also those that are too old for a day";
    EXPECT_EQ(figures.by_project[0].devices, 2U);
    ASSERT_EQ(figures.by_crew.size(), 3U);
    const auto south = std::find_if(figures.by_crew.begin(), figures.by_crew.end(),
                                    [](const auto& crew) { return crew.name == "South"; });
    ASSERT_NE(south, figures.by_crew.end());
    EXPECT_EQ(south->rejected, 1U);
    EXPECT_EQ(south->missing_photos, 1U);
}

TEST(FleetFigures, TheFirstDayBeginsAtMidnightThere) {
    const auto first = first_trend_day(kNow, kOffset);
    EXPECT_EQ(base::format_local(first, kOffset), "2025-06-03 00:00");
    EXPECT_EQ(base::local_day(kNow, kOffset) - base::local_day(first, kOffset), 13);
}

TEST(FleetFigures, NothingGivesNothing) {
    const auto figures = fleet_figures(Columns{}, {}, kNow, kOffset);
    EXPECT_TRUE(figures.by_device.empty());
    EXPECT_TRUE(figures.by_project.empty());
    EXPECT_TRUE(figures.by_crew.empty());
    const auto sessions = session_figures({}, {}, kNow, kOffset);
    EXPECT_EQ(sessions.attempts, 0);
    EXPECT_TRUE(sessions.causes.empty());
}

DeviceSession session(const std::string& device, const std::string& owner, base::Timestamp at) {
    DeviceSession out;
    out.id = device + std::to_string(at.us);
    out.device_id = device;
    out.owner_uid = owner;
    out.network = "3g";
    out.started_at = at;
    return out;
}

TEST(SessionFigures, ThroughputCausesNetworkAndCrews) {
    auto good = session("d1", "worker-1", kNow);
    good.attempts = {{"o1", "document", "staged", "", 2000, 1000}, {"o2", "document", "already_there", "", 0, 50}};
    auto bad = session("d2", "worker-2", kNow - base::hours(24));
    bad.network = "";
    bad.attempts = {{"o3", "photos", "timed_out", "slow", 500, 1000},
                    {"o4", "photos", "timed_out", "slow", 0, 10},
                    {"o5", "photos", "disk_full", "full", -5, -7}};
    bad.attempts_left_out = 4;
    auto log = session("d1", "worker-1", kNow);
    log.log = "lines";
    const std::vector<Person> people = {{"worker-1", "", "North", "", ""}, {"worker-2", "", "South", "", ""}};
    const std::vector<DeviceSession> sessions = {good, bad, log};
    const auto figures = session_figures(sessions, people, kNow, kOffset);
    EXPECT_EQ(figures.sessions, 2);
    EXPECT_EQ(figures.attempts, 5);
    EXPECT_EQ(figures.failed, 3);
    EXPECT_EQ(figures.left_out, 4);
    EXPECT_DOUBLE_EQ(figures.bytes_per_s[kTrendDays - 1], 2000);
    EXPECT_DOUBLE_EQ(figures.bytes_per_s[kTrendDays - 2], 500);
    EXPECT_EQ(figures.failed_by_day[kTrendDays - 2], 3U);
    EXPECT_EQ(figures.failed_by_device.at("d2")[kTrendDays - 2], 3U);
    ASSERT_EQ(figures.causes.size(), 2U);
    EXPECT_EQ(figures.causes[0].first, "timed_out");
    EXPECT_EQ(figures.causes[0].second, 2);
    EXPECT_EQ(figures.network_by_hour[10].at("3g"), 1U);
    EXPECT_EQ(figures.network_by_hour[10].at("unknown"), 1U);
    ASSERT_EQ(figures.by_crew.size(), 2U);
    EXPECT_EQ(figures.by_crew[0].name, "South");
    EXPECT_EQ(figures.by_crew[0].failed, 3);
}

TEST(SessionFigures, ATimeBefore1970HasAnHourOfTheDay) {
    const std::vector<DeviceSession> sessions = {session("d1", "", {-1})};
    const auto figures = session_figures(sessions, {}, kNow, 0);
    EXPECT_EQ(figures.network_by_hour[23].at("3g"), 1U);
}

TEST(FleetSessions, EachProjectCrewAndDeviceHasItsOwnFigures) {
    auto elsewhere = capture("c", "d2", "worker-2", 0);
    elsewhere.project_id = "Moh-002";
    auto blank = capture("d", "d2", "worker-2", 0);
    blank.project_id = "";
    const std::vector<Person> people = {{"worker-1", "", "North", "", ""}, {"worker-2", "", "South", "", ""}};
    const auto places = device_places(
        columns_of({capture("a", "d1", "worker-1", 0), capture("b", "d1", "worker-1", 40), elsewhere, blank}), people);
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places.at("d1").project, "Law-001");
    EXPECT_EQ(places.at("d1").crew, "North");
    EXPECT_EQ(places.at("d2").project, "Moh-002");
    auto good = session("d1", "worker-1", kNow);
    good.attempts = {{"o1", "document", "staged", "", 2000, 1000}};
    auto bad = session("d2", "an account that all phones share", kNow);
    bad.attempts = {{"o2", "photos", "disk_full", "full", 0, 10}};
    const auto unknown = session("d9", "nobody", kNow);
    const std::vector<DeviceSession> sessions = {good, bad, unknown};
    const auto figures = fleet_sessions(sessions, people, places, kNow, kOffset);
    EXPECT_EQ(figures.all.sessions, 3);
    EXPECT_EQ(figures.by_project.at("Law-001").failed, 0);
    EXPECT_DOUBLE_EQ(figures.by_project.at("Law-001").bytes_per_s[kTrendDays - 1], 2000);
    EXPECT_EQ(figures.by_project.at("Moh-002").causes[0].first, "disk_full");
    EXPECT_EQ(figures.by_project.at("").sessions, 1);
    EXPECT_EQ(figures.by_crew.at("South").failed, 1);
    EXPECT_EQ(figures.by_crew.at("North").network_by_hour[10].at("3g"), 1U);
    EXPECT_EQ(figures.by_crew.at("").sessions, 1);
    EXPECT_EQ(figures.by_device.at("d1").median_ms, 1000);
    EXPECT_EQ(figures.by_device.at("d2").failed, 1);
}

}  // namespace
}  // namespace linesman::model
