// Version histories: what this desk alone knows, what the server adds, and how often it is asked.
#include "app/history_service.h"

#include <gtest/gtest.h>

#include "app/history_builder.h"
#include "system/desk_fixture.h"

namespace linesman::app {
namespace {

using model::OperationKind;
using model::OperationState;
using model::test::a_capture;
using model::test::an_operation;

model::PendingOperation made(OperationKind kind, const std::string& op_id, OperationState state,
                             const std::string& predecessor = {}) {
    model::PendingOperation pending;
    pending.operation = an_operation(kind, op_id);
    pending.operation.predecessor = predecessor;
    pending.operation.base_fields = base::to_text(sync::encode_capture(a_capture()));
    pending.operation.base_update_time = "2025-06-15T16:00:00Z";
    pending.operation.correction.notes = "corrected";
    pending.state = state;
    return pending;
}

TEST(BuildHistory, WithoutAnyChangeThereIsOnlyWhatTheCrewSent) {
    const auto versions = build_history(a_capture(), a_capture(), {}, nullptr);
    ASSERT_EQ(versions.size(), 1U);
    EXPECT_TRUE(versions[0].now);
    EXPECT_TRUE(versions[0].sent);
    EXPECT_EQ(versions[0].what, "Sent by the crew");
    EXPECT_EQ(versions[0].by_name, "worker-1");
}

TEST(BuildHistory, OwnOperationsOnOneVersionBuildOnOneAnother) {
    const std::vector<model::PendingOperation> own = {
        made(OperationKind::correct, "op-1", OperationState::done),
        made(OperationKind::hold, "op-x", OperationState::withdrawn),
        made(OperationKind::approve, "op-2", OperationState::ready, "op-1")};
    auto remote = model::apply(a_capture(), own[0].operation);
    const auto now = model::apply(remote, own[2].operation);
    const auto versions = build_history(now, remote, own, nullptr);
    ASSERT_EQ(versions.size(), 3U) << "what was withdrawn never was";
    EXPECT_EQ(versions[0].id, "op-1");
    EXPECT_EQ(versions[0].capture.notes, "beside the gate");
    EXPECT_EQ(versions[1].id, "op-2");
    EXPECT_EQ(versions[1].capture.notes, "corrected");
    EXPECT_EQ(versions[1].what, "Corrected");
    EXPECT_FALSE(versions[1].sent) << "the approval that ends this state is not sent";
    EXPECT_EQ(versions[2].what, "Approved");
    EXPECT_FALSE(versions[2].sent);
    EXPECT_EQ(versions[2].op_id, "op-2");
}

TEST(BuildHistory, WhatTheServerTellsIsNotToldTwiceAndAMissingRecordIsSaid) {
    sync::ServerHistory server;
    sync::VersionRecord first;
    first.id = "op-1";
    first.capture = a_capture();
    sync::VersionRecord second;
    second.id = "op-9";
    second.n = 1;
    second.capture = a_capture();
    server.versions = {first, second};
    const std::vector<model::PendingOperation> own = {made(OperationKind::correct, "op-1", OperationState::done)};
    auto now = a_capture();
    now.revision = 2;
    const auto versions = build_history(now, now, own, &server);
    ASSERT_EQ(versions.size(), 3U);
    EXPECT_EQ(versions[1].what, "Corrected");
    EXPECT_EQ(versions[2].what, "Changed; the record of it is not readable");
    EXPECT_EQ(versions[2].op_id, "op-9");
}

struct HistoryServiceTest : system_test::ServerTest {
    std::unique_ptr<system_test::DeskUnderTest> desk;

    void open(const std::string& person = "supervisor") {
        desk = std::make_unique<system_test::DeskUnderTest>(server, person);
        desk->listen(false);
        desk->poll_every(3600);
        desk->open();
        ASSERT_TRUE(desk->ready(1));
    }
    std::shared_ptr<const CaptureHistory> history() {
        std::shared_ptr<const CaptureHistory> found;
        EXPECT_TRUE(desk->wait([&](const Snapshot& s) {
            found = (*desk)->history("stg0");
            return found && !found->loading && found->generation == s.rows_generation;
        }));
        return found;
    }
    uint64_t requests() { return server.counters().requests("runQuery") + server.counters().requests("batchGet"); }
    DecisionDraft correction(const std::string& notes) {
        DecisionDraft draft;
        draft.kind = OperationKind::correct;
        draft.staging_id = "stg0";
        draft.correction.notes = notes;
        return draft;
    }
};

TEST_F(HistoryServiceTest, TheServerIsAskedOnceForEachVersionHoweverOftenItIsLookedAt) {
    stage_clean(1);
    ASSERT_NO_FATAL_FAILURE(open());
    ASSERT_TRUE(system_test::is_durable(desk->decide(correction("first"))));
    ASSERT_TRUE(desk->all_sent());
    const auto seen = history();
    EXPECT_TRUE(seen->complete) << seen->incomplete;
    ASSERT_EQ(seen->versions.size(), 2U);
    const auto asked = requests();
    for (int i = 0; i < 20; ++i) (void)(*desk)->history("stg0");
    history();
    EXPECT_EQ(requests(), asked);
}

TEST_F(HistoryServiceTest, OfflineOnlyWhatThisDeskDecidedIsShownAndSaidSo) {
    stage_clean(1);
    ASSERT_NO_FATAL_FAILURE(open());
    (*desk)->set_work_offline(true);
    ASSERT_TRUE(desk->wait([](const Snapshot& s) { return s.sync.work_offline; }));
    ASSERT_TRUE(system_test::is_durable(desk->decide(correction("offline"))));
    ASSERT_TRUE(desk->wait([&](const Snapshot&) {
        const auto detail = (*desk)->detail("stg0");
        return detail && detail->capture.notes == "offline";
    }));
    const auto seen = history();
    EXPECT_FALSE(seen->complete);
    EXPECT_NE(seen->incomplete.find("You work offline"), std::string::npos) << seen->incomplete;
    ASSERT_EQ(seen->versions.size(), 2U);
    EXPECT_FALSE(seen->versions[1].sent);
    EXPECT_EQ(compare_versions(*seen, seen->versions[0].id, "").size(), 1U);
    EXPECT_TRUE(compare_versions(*seen, "unknown", "").empty());
}

TEST_F(HistoryServiceTest, AnUnknownVersionIsNotRestored) {
    stage_clean(1);
    ASSERT_NO_FATAL_FAILURE(open());
    history();
    DecisionDraft restore;
    restore.kind = OperationKind::restore;
    restore.staging_id = "stg0";
    restore.target = "no such version";
    const auto refused = desk->decide(restore);
    EXPECT_EQ(refused.state, DecisionOutcome::State::refused);
    EXPECT_NE(refused.why.find("Choose the version"), std::string::npos) << refused.why;
}

}  // namespace
}  // namespace linesman::app
