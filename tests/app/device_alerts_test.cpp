#include "app/device_alerts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace linesman::app {
namespace {

using testing::HasSubstr;
using testing::Not;

model::DeviceSummary device(const std::string& id, const std::string& health) {
    model::DeviceSummary out;
    out.device_id = id;
    out.health = health;
    out.failing = !health.empty();
    return out;
}

TEST(DeviceAlerts, WhatIsFoundAtTheStartIsNoNews) {
    DeviceAlerts alerts;
    const std::vector<model::DeviceSummary> none, bad = {device("d1", "clock at least 2 h ahead")};
    EXPECT_FALSE(alerts.look(none, false));
    EXPECT_FALSE(alerts.look(bad, false)) << "not everything was seen yet";
    EXPECT_FALSE(alerts.look(bad, true));
    EXPECT_FALSE(alerts.look(bad, true));
    DeviceAlerts fresh;
    EXPECT_FALSE(fresh.look(none, true));
    EXPECT_FALSE(fresh.look(bad, true)) << "the first phones ever";
}

TEST(DeviceAlerts, EachIsToldOnceAndAgainAfterItWasInOrder) {
    DeviceAlerts alerts;
    const std::vector<model::DeviceSummary> well = {device("d1", ""), device("d2", "")},
                                            one = {device("d1", "3 captures failed to send"), device("d2", "")};
    EXPECT_FALSE(alerts.look(well, true));
    const auto alert = alerts.look(one, true);
    ASSERT_TRUE(alert);
    EXPECT_EQ(alert->text, "A phone needs attention: d1 (3 captures failed to send).");
    EXPECT_THAT(alert->cure, HasSubstr("settings"));
    EXPECT_FALSE(alerts.look(one, true));
    EXPECT_FALSE(alerts.look(well, true));
    EXPECT_TRUE(alerts.look(one, true));
}

TEST(DeviceAlerts, ManyAtOnceAreOneMessage) {
    DeviceAlerts alerts;
    std::vector<model::DeviceSummary> devices;
    for (int i = 0; i < 5; ++i) devices.push_back(device("d" + std::to_string(i), ""));
    EXPECT_FALSE(alerts.look(devices, true));
    for (auto& each : devices) each = device(each.device_id, "no contact for 2 d with 4 waiting");
    const auto alert = alerts.look(devices, true);
    ASSERT_TRUE(alert);
    EXPECT_THAT(alert->text, HasSubstr("5 phones need attention: d0 (no contact"));
    EXPECT_THAT(alert->text, HasSubstr("and 2 more."));
    EXPECT_THAT(alert->text, Not(HasSubstr("d3")));
}

}  // namespace
}  // namespace linesman::app
