#include "sync/device_commands.h"

#include <gtest/gtest.h>

#include "sync/in_process.h"

namespace linesman::sync::test {
namespace {

struct DeviceCommandsTest : testing::Test {
    Backend backend;
    InProcessHttp line{backend.server};
    std::unique_ptr<Firestore> client = make_firestore(Backend::endpoints(), line, backend.tokens, backend.queue);

    NewDeviceCommand retry() {
        NewDeviceCommand command;
        command.device_id = "device_1";
        command.kind = "retry_failed";
        command.created_by = "uid-lerato";
        command.created_at = backend.clock.now();
        return command;
    }
    base::Status send(const std::string& id, const NewDeviceCommand& command) {
        std::optional<base::Status> out;
        const auto call =
            create_command(*client, backend.names, id, command, [&](base::Status status) { out = std::move(status); });
        backend.queue.run_ready();
        return out.value_or(base::make_error(base::ErrorKind::internal, "no answer"));
    }
    model::DeviceCommand stored(const std::string& id) {
        const auto document = backend.get(backend.names.commands, id);
        EXPECT_TRUE(document.has_value());
        auto command = decode_command(id, base::to_text(document->fields), backend.clock.now());
        EXPECT_TRUE(command.ok());
        return *command;
    }
    // What the device writes when it acknowledges.
    void acknowledge(const std::string& id, const std::string& state, const std::string& result = {}) {
        FieldChanges changes;
        changes.set = {{"state", value::text(state)}, {"result", value::text(result)}};
        changes.server_times = {"updated_at", "finished_at"};
        const auto write = update_write(backend.name(backend.names.commands, id), changes, {});
        ASSERT_TRUE(backend.commit(base::Json::array({write})).ok());
    }
};

TEST_F(DeviceCommandsTest, ACommandIsQueuedWithWhoWhenAndUntilWhen) {
    ASSERT_TRUE(send("c1", retry()).ok());
    const auto command = stored("c1");
    EXPECT_EQ(command.state, "queued");
    EXPECT_EQ(command.device_id, "device_1");
    EXPECT_EQ(command.kind, "retry_failed");
    EXPECT_EQ(command.created_by, "uid-lerato");
    EXPECT_TRUE(command.created_at.has_value());
    ASSERT_TRUE(command.expires_at.has_value());
    EXPECT_EQ((*command.expires_at - backend.clock.now()).us, base::hours(24 * 7).us);
}

TEST_F(DeviceCommandsTest, TheDeviceTakesItFromDeliveredToDoneOrFailed) {
    ASSERT_TRUE(send("c1", retry()).ok());
    acknowledge("c1", "delivered");
    EXPECT_EQ(stored("c1").state, "delivered");
    acknowledge("c1", "done", "3 sent");
    EXPECT_EQ(stored("c1").state, "done");
    EXPECT_EQ(stored("c1").result, "3 sent");
    EXPECT_TRUE(stored("c1").finished_at.has_value());
    ASSERT_TRUE(send("c2", retry()).ok());
    acknowledge("c2", "failed", "no space left");
    EXPECT_EQ(stored("c2").state, "failed");
}

TEST_F(DeviceCommandsTest, OnlyACommandThatNobodyTookExpires) {
    ASSERT_TRUE(send("queued", retry()).ok());
    ASSERT_TRUE(send("taken", retry()).ok());
    acknowledge("taken", "delivered");
    backend.clock.advance(base::hours(24 * 8));
    EXPECT_EQ(stored("queued").state, "expired");
    EXPECT_EQ(stored("taken").state, "delivered");
}

TEST_F(DeviceCommandsTest, ALostReplyDoesNotMakeTheCommandTwice) {
    line.after = [](const std::string&) { return base::make_error(base::ErrorKind::offline, "lost"); };
    EXPECT_FALSE(send("c1", retry()).ok());
    line.after = {};
    EXPECT_TRUE(send("c1", retry()).ok()) << "already there counts as sent";
    EXPECT_EQ(backend.list(backend.names.commands).size(), 1U);
}

TEST_F(DeviceCommandsTest, WhatNoDeviceCouldDoIsRefusedInWordsAndNotSent) {
    auto unknown = retry();
    unknown.kind = "format_disk";
    auto nowhere = retry();
    nowhere.device_id.clear();
    auto which = retry();
    which.kind = "resend_capture";
    for (const auto& command : {unknown, nowhere, which}) {
        const auto status = send("c1", command);
        ASSERT_FALSE(status.ok());
        EXPECT_EQ(status.error().kind, base::ErrorKind::invalid_argument);
        EXPECT_FALSE(status.error().what.empty());
    }
    EXPECT_TRUE(backend.list(backend.names.commands).empty());
    which.staging_id = "stg1";
    EXPECT_TRUE(send("c1", which).ok());
    EXPECT_EQ(stored("c1").staging_id, "stg1");
}

TEST_F(DeviceCommandsTest, ADeviceThatNeverReportedIsRefused) {
    model::DeviceSummary device;
    device.device_id = "device_old";
    EXPECT_NE(command_refusal(device).find("never reported"), std::string::npos);
    device.reported = model::Heartbeat{};
    EXPECT_EQ(command_refusal(device), "");
    device.device_id.clear();
    EXPECT_FALSE(command_refusal(device).empty());
}

TEST_F(DeviceCommandsTest, ADeniedCommandTellsSo) {
    line.before = [](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!path.ends_with(":commit")) return std::nullopt;
        return base::make_error(base::ErrorKind::permission_denied, "The rules deny this.");
    };
    const auto status = send("c1", retry());
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind, base::ErrorKind::permission_denied);
}

}  // namespace
}  // namespace linesman::sync::test
