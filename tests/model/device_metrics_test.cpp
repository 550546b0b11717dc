#include "model/device_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/builders.h"

namespace linesman::model {
namespace {

using test::a_capture;
using test::decided;
using testing::HasSubstr;

constexpr base::Timestamp kNow = test::kNoon + base::hours(2);

// A device's captures with the given lags between capture and submission, in minutes.
std::vector<Capture> captures_with_lags(std::initializer_list<int> lags) {
    std::vector<Capture> captures;
    for (const int lag : lags) {
        Capture c = a_capture("s" + std::to_string(captures.size()));
        c.submitted_at = test::kNoon + base::minutes(lag);
        captures.push_back(c);
    }
    return captures;
}

Columns columns_from(const std::vector<Capture>& captures) {
    ColumnsBuilder builder;
    for (const Capture& c : captures) builder.put(row_values(c, Severity::none, 0, 0, "", ""));
    return builder.publish();
}

TEST(DeviceMetrics, LagSkewAndLastSubmission) {
    const auto devices = summarize_devices(captures_with_lags({10, 90, 30, -7, -2}), {}, kNow);
    ASSERT_EQ(devices.size(), 1U);
    const DeviceSummary& d = devices[0];
    EXPECT_EQ(d.device_id, "device_1");
    EXPECT_EQ(d.captures, 5U);
    EXPECT_EQ(d.captures_today, 5U);
    EXPECT_EQ(d.median_lag, base::minutes(30));
    EXPECT_EQ(d.clock_skew, base::minutes(7));
    EXPECT_EQ(d.last_submitted, test::kNoon + base::minutes(90));
    EXPECT_EQ(d.person, "worker-1");
    EXPECT_EQ(d.open, 5U);
    EXPECT_TRUE(d.failing);
    EXPECT_THAT(d.health, HasSubstr("clock at least 7 min ahead"));
    EXPECT_FALSE(d.reported);
}

TEST(DeviceMetrics, NothingIsInferredFromMissingTimes) {
    auto captures = captures_with_lags({10, 20});
    for (Capture& c : captures) c.captured_at.reset();
    const auto devices = summarize_devices(captures, {}, kNow);
    EXPECT_FALSE(devices[0].median_lag);
    EXPECT_FALSE(devices[0].clock_skew);
    EXPECT_EQ(devices[0].captures_today, 0U);
    EXPECT_TRUE(devices[0].health.empty());
    EXPECT_FALSE(devices[0].failing);
}

TEST(DeviceMetrics, ColumnsAndCapturesAgree) {
    auto captures = captures_with_lags({10, 90, 30, -7, 12, 44, 3, 8, 9, 100, 7});
    captures[0].photos[2].reset();
    captures[1] = decided(captures[1], Decision::rejected);
    captures[2] = decided(captures[2], Decision::superseded);
    captures[3].device_id = "device_2";
    captures[4].captured_by = "worker-2";
    captures[5].device_id.clear();
    captures[6].captured_at = test::kNoon - base::hours(48);
    const auto from_captures = summarize_devices(captures, {}, kNow);
    const auto from_columns = summarize_devices(columns_from(captures), {}, kNow);
    ASSERT_EQ(from_captures.size(), 2U);
    ASSERT_EQ(from_columns.size(), 2U);
    for (size_t i = 0; i < 2; ++i) {
        const DeviceSummary &a = from_captures[i], &b = from_columns[i];
        EXPECT_EQ(a.device_id, b.device_id);
        EXPECT_EQ(a.captures, b.captures);
        EXPECT_EQ(a.captures_today, b.captures_today);
        EXPECT_EQ(a.missing_photos, b.missing_photos);
        EXPECT_EQ(a.open, b.open);
        EXPECT_EQ(a.rejected, b.rejected);
        EXPECT_EQ(a.median_lag, b.median_lag);
        EXPECT_EQ(a.clock_skew, b.clock_skew);
        EXPECT_EQ(a.last_submitted, b.last_submitted);
        EXPECT_EQ(a.person, b.person);
        EXPECT_EQ(a.health, b.health);
    }
    EXPECT_EQ(from_captures[0].missing_photos, 1U);
    EXPECT_EQ(from_captures[0].rejected, 1U);
    EXPECT_EQ(from_captures[0].captures, 8U);
    EXPECT_EQ(from_captures[0].captures_today, 7U);
}

TEST(DeviceMetrics, ManyMissingPhotosAndDuplicatesAreAFailing) {
    auto captures = captures_with_lags({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    for (Capture& c : captures) c.photos[0].reset(), c.photos[1].reset();
    captures[1].offline_id = captures[2].offline_id = captures[0].offline_id;
    const auto devices = summarize_devices(captures, {}, kNow);
    EXPECT_EQ(devices[0].missing_photos, 20U);
    EXPECT_EQ(devices[0].duplicate_uploads, 2U);
    EXPECT_EQ(devices[0].health, "20 photos missing; 2 duplicate uploads");
    captures.resize(9);  // too few to say anything
    EXPECT_FALSE(summarize_devices(captures, {}, kNow)[0].failing);
}

TEST(DeviceMetrics, DuplicatesInColumnsComeFromTheFinding) {
    ColumnsBuilder builder;
    builder.put(row_values(a_capture(), Severity::warning, bit(Rule::duplicate_upload), 0, "", ""));
    EXPECT_EQ(summarize_devices(builder.publish(), {}, kNow)[0].duplicate_uploads, 1U);
}

TEST(DeviceMetrics, SilentDeviceWithWaitingCapturesIsFailing) {
    Heartbeat beat;
    beat.device_id = "device_9";
    beat.last_seen = kNow - base::hours(50);
    beat.queue = {{"pending", 12}, {"error", 2}, {"synced", 400}};
    beat.storage_left_bytes = 90'000'000;
    const auto devices = summarize_devices(std::span<const Capture>(), std::span(&beat, 1), kNow);
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_EQ(devices[0].captures, 0U);
    EXPECT_EQ(devices[0].health,
              "no contact for 2 days with 14 waiting; 2 captures failed to send; 90 MB of storage left");
    EXPECT_TRUE(devices[0].failing);
}

TEST(DeviceMetrics, SilentDeviceWithNothingWaitingIsFine) {
    Heartbeat beat;
    beat.device_id = "device_9";
    beat.last_seen = kNow - base::hours(500);
    beat.queue = {{"synced", 400}};
    EXPECT_FALSE(summarize_devices(Columns(), std::span(&beat, 1), kNow)[0].failing);
}

TEST(DeviceMetrics, NewestHeartbeatCounts) {
    Heartbeat older, newer;
    older.device_id = newer.device_id = "device_1";
    older.last_seen = kNow - base::hours(5);
    newer.last_seen = kNow;
    newer.app_version = "2";
    const std::vector<Heartbeat> beats = {newer, older};
    EXPECT_EQ(summarize_devices(Columns(), beats, kNow)[0].reported->app_version, "2");
}

TEST(DeviceMetrics, DevicesOfOnePersonBelongTogether) {
    auto captures = captures_with_lags({1, 2, 3});
    captures[1].device_id = "device_2";
    captures[2].device_id = "device_3";
    captures[2].captured_by = "worker-9";
    const auto devices = summarize_devices(captures, {}, kNow);
    EXPECT_EQ(devices_of_same_person(devices, devices[0]), (std::vector<std::string>{"device_2"}));
    EXPECT_TRUE(devices_of_same_person(devices, devices[2]).empty());
}

}  // namespace
}  // namespace linesman::model
