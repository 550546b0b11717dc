#include "app/fleet_orders.h"

#include <gtest/gtest.h>

namespace linesman::app {
namespace {

using Verdict = FleetTarget::Verdict;
constexpr base::Timestamp kNow{1'750'000'000'000'000};

model::DeviceSummary reporting(const std::string& id, int64_t failed, int64_t pending = 0) {
    model::DeviceSummary device;
    device.device_id = id;
    device.person = "worker-1";
    device.reported.emplace();
    device.reported->device_id = id;
    device.reported->last_seen = kNow - base::minutes(4);
    device.reported->queue = {{"error", failed}, {"pending", pending}, {"staged", 9}};
    device.failing = failed > 0;
    if (failed > 0) device.health = std::to_string(failed) + " captures failed to send";
    return device;
}
model::DeviceSummary silent(const std::string& id, bool failing) {
    model::DeviceSummary device;
    device.device_id = id;
    device.person = "worker-2";
    device.failing = failing;
    if (failing) device.health = "12 photos missing";
    return device;
}
model::Session support() {
    model::Session session;
    session.signed_in = true;
    session.role = model::Role::support;
    return session;
}
FleetOrder all() {
    FleetOrder order;
    order.all_failing = true;
    return order;
}
const std::vector<model::Person> kPeople = {{"worker-1", "Thabo Mokoena", "North", "", "+27 82 1"},
                                            {"worker-2", "Zanele Ndlovu", "South", "", "+27 82 2"}};

const FleetTarget& target(const FleetPlan& plan, const std::string& id) {
    for (const auto& each : plan.targets) {
        if (each.device_id == id) return each;
    }
    static const FleetTarget kNone;
    ADD_FAILURE() << id << " is not in the plan";
    return kNone;
}

TEST(PlanOrders, AllFailingTellsThoseWithFailedItemsAndListsWhatCannotBeReached) {
    auto failing = reporting("a", 3);
    failing.reported->last_error = "The phone has no space left.";
    auto waiting = reporting("b", 0, 14);
    waiting.failing = true;
    waiting.health = "no contact for 2 days with 14 waiting";
    const std::vector<model::DeviceSummary> devices = {silent("d", false), failing, reporting("c", 0), waiting,
                                                       silent("e", true)};
    const auto plan = plan_orders(devices, kPeople, {}, support(), all(), kNow);
    EXPECT_EQ(plan.refused_because, "");
    ASSERT_EQ(plan.targets.size(), 4U) << "a device in order is left alone";
    EXPECT_EQ(plan.targets[0].device_id, "a");
    EXPECT_EQ(plan.targets[0].verdict, Verdict::will_send);
    EXPECT_EQ(plan.targets[0].failed, 3);
    EXPECT_EQ(plan.targets[0].cause, "The phone has no space left.");
    EXPECT_EQ(plan.targets[0].person, "Thabo Mokoena");
    EXPECT_EQ(plan.targets[1].device_id, "e") << "those that need attention come first";
    EXPECT_EQ(plan.targets[1].verdict, Verdict::unreachable);
    EXPECT_EQ(plan.targets[1].phone, "+27 82 2");
    ASSERT_FALSE(plan.targets[1].steps.empty());
    EXPECT_EQ(plan.targets[1].steps[0], "Call Zanele Ndlovu at +27 82 2.");
    EXPECT_EQ(plan.targets[2].device_id, "d");
    EXPECT_EQ(plan.targets[3].device_id, "b");
    EXPECT_EQ(plan.targets[3].verdict, Verdict::not_needed);
    EXPECT_NE(plan.targets[3].text.find("14 captures wait"), std::string::npos) << plan.targets[3].text;
    EXPECT_EQ(plan.will_send, 1U);
    EXPECT_EQ(plan.unreachable, 2U);
    EXPECT_EQ(plan.not_needed, 1U);
}

TEST(PlanOrders, ChosenDevicesAreToldAlsoWhenTheirLastReportNamesNoFailure) {
    const std::vector<model::DeviceSummary> devices = {reporting("a", 0), reporting("b", 1), silent("c", false)};
    FleetOrder order;
    order.device_ids = {"a", "c"};
    const auto plan = plan_orders(devices, kPeople, {}, support(), order, kNow);
    ASSERT_EQ(plan.targets.size(), 2U);
    EXPECT_EQ(target(plan, "a").verdict, Verdict::will_send);
    EXPECT_EQ(target(plan, "c").verdict, Verdict::unreachable);
}

TEST(PlanOrders, WhatIsUnderWayIsFollowedAndNotSentTwice) {
    model::DeviceCommand open;
    open.id = "c1";
    open.device_id = "a";
    open.kind = "retry_failed";
    open.state = "queued";
    open.created_at = kNow - base::minutes(3);
    open.expires_at = kNow + base::hours(1);
    auto expired = open;
    expired.id = "c2";
    expired.device_id = "b";
    expired.expires_at = kNow - base::minutes(1);
    auto done = open;
    done.id = "c3";
    done.device_id = "c";
    done.state = "done";
    const std::vector<model::DeviceSummary> devices = {reporting("a", 1), reporting("b", 1), reporting("c", 1)};
    const std::vector<model::DeviceCommand> commands = {open, expired, done};
    const auto plan = plan_orders(devices, kPeople, commands, support(), all(), kNow);
    EXPECT_EQ(target(plan, "a").verdict, Verdict::under_way);
    EXPECT_EQ(target(plan, "a").command_id, "c1");
    EXPECT_EQ(target(plan, "b").verdict, Verdict::will_send) << "the old one is over";
    EXPECT_EQ(target(plan, "c").verdict, Verdict::will_send);
    FleetOrder log;
    log.kind = "upload_log";
    log.device_ids = {"a"};
    EXPECT_EQ(target(plan_orders(devices, kPeople, commands, support(), log, kNow), "a").verdict, Verdict::will_send)
        << "another command";
}

TEST(PlanOrders, RoleAndMissingChoicesRefuseTheWhole) {
    const std::vector<model::DeviceSummary> devices = {reporting("a", 1)};
    auto analyst = support();
    analyst.role = model::Role::analyst;
    analyst.email = "ana@example.org";
    const auto refused = plan_orders(devices, kPeople, {}, analyst, all(), kNow);
    EXPECT_NE(refused.refused_because.find("support or an admin"), std::string::npos);
    EXPECT_EQ(refused.targets.size(), 1U) << "what would happen is shown all the same";
    analyst.roles_enforced = false;
    EXPECT_EQ(plan_orders(devices, kPeople, {}, analyst, all(), kNow).refused_because, "");
    EXPECT_NE(order_refusal({}).find("signed in"), std::string::npos);
    EXPECT_EQ(plan_orders({}, kPeople, {}, support(), all(), kNow).refused_because, "No device needs attention.");
    FleetOrder photos;
    photos.kind = "resend_photos";
    photos.device_ids = {"a"};
    EXPECT_NE(plan_orders(devices, kPeople, {}, support(), photos, kNow).refused_because.find("capture"),
              std::string::npos);
}

TEST(PlanOrders, ACountThatIsNegativeIsNone) {
    model::Heartbeat beat;
    beat.queue = {{"error", -4}, {"pending", 2}};
    EXPECT_EQ(on_phone(beat, {"error", "pending"}), 2);
}

}  // namespace
}  // namespace linesman::app
