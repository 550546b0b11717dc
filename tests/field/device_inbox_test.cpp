#include "field/device_inbox.h"

#include "field/server_fixture.h"
#include "sync/device_commands.h"

namespace linesman::field {
namespace {

using namespace test;
using backend::FaultRule;
using base::ErrorKind;

struct Inbox : DeviceTest {
    void order(OfflinePoleStore& store, const std::string& id, const std::string& kind,
               const std::string& staging_id = {}, base::Duration lives_for = base::hours(24)) {
        sync::NewDeviceCommand wanted;
        wanted.device_id = store.device_id();
        wanted.kind = kind;
        wanted.staging_id = staging_id;
        wanted.created_by = "demo-support";
        wanted.created_at = base::SystemClock().now();
        wanted.lives_for = lives_for;
        auto write = sync::command_write(*local_backend(server.base_url()), {}, id, wanted);
        ASSERT_TRUE(write.ok()) << write.error().full();
        FieldAgent agent(owner());
        ASSERT_TRUE(agent.commit(Json::array({std::move(*write)})).ok());
    }
    std::string state(const std::string& id) { return value::text_at(fields("device-commands", id), "state"); }
    std::string result(const std::string& id) { return value::text_at(fields("device-commands", id), "result"); }
    std::string failed_capture(OfflinePoleStore& store) {
        std::string id = *store.add(pole("LAW.P.A001", 1));
        EXPECT_TRUE(store.begin_attempt(id).ok());
        EXPECT_TRUE(store.failed(id, base::make_error(ErrorKind::permission_denied, "No."), {}).ok());
        return id;
    }
};

TEST_F(Inbox, RetryFailedSendsWhatFailedAndAnswersDone) {
    auto store = open();
    const std::string id = failed_capture(store);
    order(store, "c1", "retry_failed");
    EXPECT_EQ(round(store).commands_taken, 1);
    EXPECT_EQ(store.get(id)->status, ItemStatus::staged);
    EXPECT_EQ(state("c1"), "done");
    EXPECT_NE(result("c1").find("1 captures are on the server"), std::string::npos) << result("c1");
    EXPECT_FALSE(fields("device-commands", "c1")["delivered_at"].is_null());
    EXPECT_FALSE(fields("device-commands", "c1")["finished_at"].is_null());
    EXPECT_EQ(round(store).commands_taken, 0);
}

TEST_F(Inbox, ExpiredAndForeignAndUnknownCommandsDoNothing) {
    auto store = open();
    const std::string id = failed_capture(store);
    order(store, "late", "retry_failed", {}, base::seconds(-60));
    order(store, "odd", "retry_failed");
    put("device-commands", "odd", {{"kind", value::text("format_disk")}}, {"kind"});
    order(store, "foreign", "retry_failed");
    put("device-commands", "foreign", {{"device_id", value::text("device_of_another")}}, {"device_id"});
    EXPECT_EQ(round(store).commands_taken, 0);
    EXPECT_EQ(store.get(id)->status, ItemStatus::error);
    EXPECT_EQ(state("late"), "expired");
    EXPECT_EQ(state("odd"), "failed");
    EXPECT_EQ(state("foreign"), "queued");
}

TEST_F(Inbox, AWrongDeviceClockExpiresNothing) {
    clock.set(base::Timestamp{4'102'444'800'000'000});  // 2100
    auto store = open();
    failed_capture(store);
    order(store, "c1", "retry_failed");
    EXPECT_EQ(round(store).commands_taken, 1);
    EXPECT_EQ(state("c1"), "done");
}

// Killed after each step in turn: the row, the acknowledgement, the sync, the answer.
TEST_F(Inbox, AKillAnywhereNeitherRepeatsNorForgetsACommand) {
    auto store_id = std::string();
    {
        auto store = open();
        failed_capture(store);
        order(store, "c1", "retry_failed");
        server.faults().next(FaultRule::Kind::drop_reply, 2, ":commit");  // the acknowledgement is lost
        FieldAgent agent(owner());
        DeviceInbox inbox(agent, store, clock);
        (void)inbox.fetch();
        ASSERT_EQ(store.commands()->size(), 1U);
        EXPECT_EQ(store.commands()->front().state, "taken");
        store_id = store.list()->front().offline_id;
    }
    server.faults().clear();
    {
        auto store = open();
        EXPECT_EQ(store.get(store_id)->status, ItemStatus::pending);
        // Fails once more before the command is answered: it is not made pending a second time.
        ASSERT_TRUE(store.begin_attempt(store_id).ok());
        ASSERT_TRUE(store.failed(store_id, base::make_error(ErrorKind::permission_denied, "No."), {}).ok());
        FieldAgent agent(owner());
        DeviceInbox inbox(agent, store, clock);
        const auto taken = inbox.fetch();
        ASSERT_TRUE(taken.ok()) << taken.error().full();
        EXPECT_EQ(*taken, 0);
        EXPECT_EQ(store.get(store_id)->status, ItemStatus::error);
        server.faults().next(FaultRule::Kind::unavailable, 1, ":commit");
        EXPECT_FALSE(inbox.settle({}, {}).ok()) << "the answer is lost";
        EXPECT_EQ(store.commands()->front().state, "failed");
    }
    server.faults().clear();
    auto store = open();
    round(store);
    EXPECT_EQ(state("c1"), "failed");
    EXPECT_NE(result("c1").find("failed again"), std::string::npos) << result("c1");
    EXPECT_EQ(store.get(store_id)->attempts, 2);
}

TEST_F(Inbox, WhatAnEarlierLifeOfTheDeviceTookIsNotDoneAgain) {
    auto store = open();
    const std::string id = failed_capture(store);
    order(store, "c1", "retry_failed");
    put("device-commands", "c1", {{"state", value::text("delivered")}}, {"state"});
    EXPECT_EQ(round(store).commands_taken, 0);
    EXPECT_EQ(store.get(id)->status, ItemStatus::error);
    EXPECT_EQ(state("c1"), "failed");
}

TEST_F(Inbox, ResendPhotosPutsBackWhatStorageLostAndLinksIt) {
    auto store = open();
    const std::string id = staged(store, pole("LAW.P.A001", 3));
    const auto item = *store.get(id);
    const std::string bucket = local_backend(server.base_url())->bucket;
    ASSERT_TRUE(server.objects().erase(bucket, item.photos[1]->object_path));
    put("staging-field-captures", staging_id_for(id), Json::object(), {"photos.side", "photoUrls.side"});
    order(store, "c1", "resend_photos", staging_id_for(id));
    round(store);
    EXPECT_EQ(state("c1"), "done") << result("c1");
    EXPECT_EQ(store.get(id)->status, ItemStatus::staged);
    EXPECT_EQ(server.objects().info(bucket, item.photos[1]->object_path)->md5_base64, item.photos[1]->md5);
    EXPECT_EQ(staging(id).photo_mask(), 7);
    EXPECT_EQ(count("staging-field-captures"), 1U);
}

TEST_F(Inbox, ResendCaptureMakesADocumentThatWasDeleted) {
    auto store = open();
    const std::string id = staged(store, pole("LAW.P.A001", 1));
    erase("staging-field-captures", staging_id_for(id));
    order(store, "c1", "resend_capture", staging_id_for(id));
    order(store, "c2", "resend_capture", "f_unknown");
    round(store);
    EXPECT_EQ(state("c1"), "done") << result("c1");
    EXPECT_EQ(state("c2"), "failed");
    EXPECT_EQ(staging(id).offline_id, id);
}

TEST_F(Inbox, UploadLogBringsTheLogWithoutSecrets) {
    auto store = open();
    order(store, "c1", "upload_log");
    RoundOptions options;
    options.log = [] { return std::string("12:00 sync begun\nGET /v0/b/x?token=very-secret-one\n"); };
    round(store, std::move(options));
    EXPECT_EQ(state("c1"), "done");
    const auto log = fields("device-sync-sessions", "log_c1");
    EXPECT_NE(value::text_at(log, "log").find("sync begun"), std::string::npos);
    EXPECT_EQ(value::text_at(log, "log").find("very-secret-one"), std::string::npos);
}

TEST_F(Inbox, APausedRoundLeavesTheCommandDelivered) {
    auto store = open();
    failed_capture(store);
    order(store, "c1", "retry_failed");
    RoundOptions options;
    options.sync.pause_reason = [] { return std::string("metered"); };
    round(store, std::move(options));
    EXPECT_EQ(state("c1"), "delivered");
    round(store);
    EXPECT_EQ(state("c1"), "done");
}

}  // namespace
}  // namespace linesman::field
