// The whole way from key press to server and back: a real engine, real files, real sockets, our own backend.
#include "system/desk_fixture.h"

namespace linesman::system_test {
namespace {

using backend::FaultRule;
using model::Decision;

class DeskTest : public ServerTest {
  protected:
    using ServerTest::ServerTest;
    DeskTest() = default;
    // One audit entry by this operation, and nobody else's.
    void expect_single_approval(const std::string& id, const std::string& op_id) {
        const auto audits = documents(kAudit);
        EXPECT_EQ(audits.size(), 1U);
        EXPECT_TRUE(audits.contains(op_id));
        EXPECT_EQ(documents(kProduction).size(), 1U);
        EXPECT_EQ(key_count(), 1U);
        const auto fields = staging(id);
        EXPECT_EQ(value::text_at(review_of(fields), "op_id"), op_id);
        EXPECT_EQ(value::integer_at(fields, "revision"), 1);
        EXPECT_EQ(documents(std::string(kStaging) + "/" + id + "/versions").size(), 1U);
    }
};

TEST_F(DeskTest, CapturesInStagingAppearWithTheirFindings) {
    stage_clean(2);
    auto without_gps = clean_capture(2);
    without_gps.gps.reset();
    stage(without_gps);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(3));
    EXPECT_EQ(desk.now()->counts.open, 3U);
    EXPECT_TRUE(desk.detail("stg0")->findings.empty());
    const auto findings = desk.detail("stg2")->findings;
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings.front().rule, model::Rule::gps_missing);
    const auto outcome = desk.approve("stg2");
    EXPECT_EQ(outcome.state, app::DecisionOutcome::State::refused);
    EXPECT_FALSE(outcome.why.empty());
    EXPECT_TRUE(documents(kAudit).empty());
}

TEST_F(DeskTest, AnApprovalReachesStagingProductionKeyAndAuditOnce) {
    stage_clean(1);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    const auto outcome = desk.approve("stg0");
    ASSERT_TRUE(is_durable(outcome)) << outcome.why;
    ASSERT_TRUE(desk.all_sent());
    expect_single_approval("stg0", outcome.op_id);
    const auto fields = staging("stg0");
    EXPECT_EQ(value::text_at(fields, "validation_status"), "validated");
    EXPECT_EQ(value::text_at(review_of(fields), "decision"), "approved");
    EXPECT_EQ(value::text_at(review_of(fields), "by"), "demo-supervisor");
    EXPECT_TRUE(value::boolean_at(fields, "synced_to_production"));
    const std::string production_id = value::text_at(fields, "production_id");
    EXPECT_EQ(production_id, model::production_id("offline_stg0"));
    EXPECT_TRUE(documents(kProduction).contains(production_id));
    EXPECT_TRUE(documents(kPoleKeys).contains(model::pole_key_id("Law-001", "LAW.P.B100")));
    EXPECT_TRUE(desk.shows("stg0", Decision::approved));
    EXPECT_EQ(desk.now()->my_day.approved_today, 1U);
}

TEST_F(DeskTest, ProductionNamesThePlannedPoleAndACorrectionOfTheNumberTheOther) {
    stage_clean(1);
    const auto plan = [&](const std::string& id, const std::string& number, double latitude) {
        put("planned-poles", id,
            {{"poleNumber", value::text(number)},
             {"projectId", value::text("Law-001")},
             {"location", value::map({{"latitude", value::number(latitude)}, {"longitude", value::number(27.80)}})}});
    };
    plan("plan-1", "LAW.P.B100", -26.38);
    plan("plan-2", "LAW.P.B900", -26.3801);  // 11 m from there
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    ASSERT_TRUE(desk.wait([&](const app::Snapshot&) {
        const auto detail = desk->detail("stg0");
        return detail && detail->planned;
    }));
    ASSERT_TRUE(is_durable(desk.approve("stg0")));
    ASSERT_TRUE(desk.all_sent());
    const auto pole = [&] { return documents(kProduction).at(model::production_id("offline_stg0")); };
    EXPECT_EQ(value::text_at(pole(), "planned_id"), "plan-1");
    EXPECT_EQ(value::number_at(pole(), "planned_distance_m"), 0);
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::correct;
    draft.staging_id = "stg0";
    draft.correction.pole_number = "LAW.P.B900";
    const auto corrected = desk.decide(draft);
    ASSERT_TRUE(is_durable(corrected)) << corrected.why;
    ASSERT_TRUE(desk.all_sent());
    EXPECT_EQ(value::text_at(pole(), "planned_id"), "plan-2");
    EXPECT_NEAR(value::number_at(pole(), "planned_distance_m").value_or(0), 11.12, 0.05);
}

TEST_F(DeskTest, ARejectionAppendsItsReasonAndKeepsWhatTheDeviceReported) {
    auto capture = clean_capture(0);
    capture.validation_errors.push_back({"photos", "photo_blurred", "The front photo is blurred.", "warning", "", ""});
    put(kStaging, capture.staging_id, sync::encode_capture(capture));
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    const auto outcome = desk.reject("stg0", "The plate cannot be read");
    ASSERT_TRUE(is_durable(outcome)) << outcome.why;
    ASSERT_TRUE(desk.all_sent());
    const auto fields = staging("stg0");
    EXPECT_EQ(value::text_at(fields, "validation_status"), "rejected");
    const auto* errors = value::as_array(fields.at("validation_errors"));
    ASSERT_TRUE(errors);
    ASSERT_EQ(errors->size(), 2U);
    EXPECT_EQ(value::text_at(*value::as_map(errors->at(0)), "rule"), "photo_blurred");
    EXPECT_EQ(value::text_at(*value::as_map(errors->at(1)), "rule"), "manual_rejection");
    EXPECT_NE(value::text_at(*value::as_map(errors->at(1)), "message").find("plate"), std::string::npos);
    EXPECT_TRUE(documents(kProduction).empty());
}

TEST_F(DeskTest, UndoWithinTheHoldBackSendsNothing) {
    stage_clean(1);
    DeskUnderTest desk(server, "supervisor", 600);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    ASSERT_TRUE(is_durable(desk.approve("stg0")));
    const auto undone = desk.settled(desk->undo_last());
    ASSERT_TRUE(is_durable(undone)) << undone.why;
    EXPECT_EQ(undone.staging_id, "stg0");
    ASSERT_TRUE(desk.all_sent());
    EXPECT_TRUE(desk.shows("stg0", Decision::none));
    EXPECT_TRUE(documents(kAudit).empty());
    EXPECT_FALSE(staging("stg0").contains("review"));
    const auto again = desk.settled(desk->undo_last());
    EXPECT_EQ(again.state, app::DecisionOutcome::State::refused) << "there is nothing left to take back";
}

TEST_F(DeskTest, UndoAfterItWasSentRestoresTheCaptureAndRemovesProduction) {
    stage_clean(1);
    const auto before = staging("stg0");
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    ASSERT_TRUE(is_durable(desk.approve("stg0")));
    ASSERT_TRUE(desk.all_sent());
    ASSERT_TRUE(desk.shows("stg0", Decision::approved));
    ASSERT_EQ(documents(kProduction).size(), 1U);
    const auto undone = desk.settled(desk->undo_last());
    ASSERT_TRUE(is_durable(undone)) << undone.why;
    ASSERT_TRUE(desk.all_sent());
    EXPECT_TRUE(documents(kProduction).empty());
    EXPECT_EQ(key_count(), 0U);
    EXPECT_EQ(documents(kAudit).size(), 2U);
    auto after = staging("stg0");
    EXPECT_EQ(value::integer_at(after, "revision"), 2);
    for (const char* key : {"validation_status", "synced_to_production"})
        EXPECT_EQ(after.at(key), before.at(key)) << key;
    EXPECT_TRUE(review_of(after).empty());
    EXPECT_TRUE(value::text_at(after, "production_id").empty());
    EXPECT_TRUE(desk.shows("stg0", Decision::none));
    EXPECT_EQ(desk.now()->counts.open, 1U);
}

TEST_F(DeskTest, UndoWhileTheDecisionIsUnderWayGoesOnTopOfIt) {
    stage_clean(1);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    FaultRule slow;
    slow.delay_ms = 500;
    slow.path_contains = ":commit";
    slow.remaining = 1;
    server.faults().add(slow);
    ASSERT_TRUE(is_durable(desk.approve("stg0")));
    ASSERT_TRUE(desk.wait([](const app::Snapshot& s) { return s.outbox.sending == 1; }));
    const auto undone = desk.settled(desk->undo_last());
    ASSERT_TRUE(is_durable(undone)) << undone.why;
    ASSERT_TRUE(desk.all_sent());
    EXPECT_EQ(documents(kAudit).size(), 2U);
    EXPECT_TRUE(documents(kProduction).empty());
    EXPECT_EQ(key_count(), 0U);
    EXPECT_TRUE(review_of(staging("stg0")).empty());
    EXPECT_EQ(value::integer_at(staging("stg0"), "revision"), 2);
}

TEST_F(DeskTest, ACaptureCanBeDecidedAgainAfterUndo) {
    stage_clean(1);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    ASSERT_TRUE(is_durable(desk.approve("stg0")));
    ASSERT_TRUE(desk.all_sent());
    ASSERT_TRUE(desk.shows("stg0", Decision::approved));
    ASSERT_TRUE(is_durable(desk.settled(desk->undo_last())));
    ASSERT_TRUE(desk.all_sent());
    ASSERT_TRUE(desk.shows("stg0", Decision::none));
    const auto outcome = desk.reject("stg0");
    ASSERT_TRUE(is_durable(outcome)) << outcome.why;
    ASSERT_TRUE(desk.all_sent());
    EXPECT_EQ(value::text_at(review_of(staging("stg0")), "decision"), "rejected");
    EXPECT_TRUE(documents(kProduction).empty());
}

TEST_F(DeskTest, ALostReplyMakesOneDecisionAndOneAuditEntry) {
    stage_clean(1);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    server.faults().next(FaultRule::Kind::drop_reply, 1, ":commit");
    const auto outcome = desk.approve("stg0");
    ASSERT_TRUE(is_durable(outcome)) << outcome.why;
    ASSERT_TRUE(desk.all_sent());
    EXPECT_EQ(server.faults().hits(), 1U);
    expect_single_approval("stg0", outcome.op_id);
}

TEST_F(DeskTest, ABusyServerIsAskedAgainUntilItTakesTheDecision) {
    stage_clean(1);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    server.faults().next(FaultRule::Kind::unavailable, 1, ":commit");
    const auto outcome = desk.approve("stg0");
    ASSERT_TRUE(is_durable(outcome)) << outcome.why;
    ASSERT_TRUE(desk.wait([&](const app::Snapshot&) { return server.faults().hits() == 1; }));
    server.faults().next(FaultRule::Kind::rate_limited, 1, ":commit");
    ASSERT_TRUE(desk.all_sent());
    EXPECT_EQ(server.faults().hits(), 2U);
    expect_single_approval("stg0", outcome.op_id);
}

TEST_F(DeskTest, OfTwoDesksOneWinsAndTheOtherIsAskedAboutIt) {
    stage_clean(1);
    DeskUnderTest first(server), second(server, "second");
    first.open();
    second.open();
    ASSERT_TRUE(first.ready(1));
    ASSERT_TRUE(second.ready(1));
    second->set_work_offline(true);
    ASSERT_TRUE(second.wait([](const app::Snapshot& s) { return s.sync.work_offline; }));
    const auto winner = first.approve("stg0");
    ASSERT_TRUE(is_durable(winner)) << winner.why;
    ASSERT_TRUE(first.all_sent());
    const auto loser = second.reject("stg0");
    ASSERT_TRUE(is_durable(loser)) << loser.why;
    second->set_work_offline(false);
    ASSERT_TRUE(second.wait([](const app::Snapshot& s) { return s.outbox.conflicts == 1 && s.matters.size() == 1; }));
    expect_single_approval("stg0", winner.op_id);
    const auto matter = second.now()->matters.front();
    EXPECT_EQ(matter.pending.operation.op_id, loser.op_id);
    EXPECT_FALSE(matter.pending.error.empty());
    EXPECT_NE(matter.theirs_fields.find(winner.op_id), std::string::npos) << "their version is there to compare";
    second->resolve(loser.op_id, app::MatterChoice::take_theirs);
    ASSERT_TRUE(second.wait([](const app::Snapshot& s) { return s.matters.empty(); }));
    EXPECT_TRUE(second.shows("stg0", Decision::approved));
    expect_single_approval("stg0", winner.op_id);
}

TEST_F(DeskTest, KeepingMineInAConflictPutsItOnTopOfTheirs) {
    stage_clean(1);
    DeskUnderTest first(server), second(server, "second");
    first.open();
    second.open();
    ASSERT_TRUE(first.ready(1));
    ASSERT_TRUE(second.ready(1));
    second->set_work_offline(true);
    ASSERT_TRUE(second.wait([](const app::Snapshot& s) { return s.sync.work_offline; }));
    ASSERT_TRUE(is_durable(first.reject("stg0")));
    ASSERT_TRUE(first.all_sent());
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::approve;
    draft.staging_id = "stg0";
    draft.comment = "Seen on site";  // over another person's rejection the policy asks for it
    const auto mine = second.decide(draft);
    ASSERT_TRUE(is_durable(mine)) << mine.why;
    second->set_work_offline(false);
    ASSERT_TRUE(second.wait([](const app::Snapshot& s) { return s.matters.size() == 1; }));
    second->resolve(mine.op_id, app::MatterChoice::keep_mine);
    ASSERT_TRUE(second.wait([](const app::Snapshot& s) { return s.matters.empty() && s.outbox.unsent() == 0; }));
    EXPECT_EQ(value::text_at(review_of(staging("stg0")), "op_id"), mine.op_id);
    EXPECT_EQ(documents(kAudit).size(), 2U);
    EXPECT_EQ(documents(kProduction).size(), 1U);
}

TEST_F(DeskTest, WhatWasDecidedOfflineSurvivesARestartAndIsSentOnce) {
    constexpr size_t kCaptures = 20;
    stage_clean(kCaptures);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(kCaptures));
    desk->set_work_offline(true);
    ASSERT_TRUE(desk.wait([](const app::Snapshot& s) { return s.sync.work_offline; }));
    for (size_t i = 0; i < kCaptures; ++i) {
        const auto outcome = desk.approve(numbered("stg", i));
        ASSERT_TRUE(is_durable(outcome)) << i << ": " << outcome.why;
    }
    EXPECT_TRUE(documents(kAudit).empty());
    desk.close();
    desk.open(true);
    ASSERT_TRUE(desk.ready_offline(kCaptures));
    ASSERT_TRUE(desk.wait([&](const app::Snapshot& s) { return s.outbox.unsent() == kCaptures; }));
    EXPECT_TRUE(documents(kAudit).empty()) << "working offline sends nothing";
    desk->set_work_offline(false);
    ASSERT_TRUE(desk.all_sent());
    EXPECT_EQ(documents(kAudit).size(), kCaptures);
    EXPECT_EQ(documents(kProduction).size(), kCaptures);
    EXPECT_EQ(key_count(), kCaptures);
    for (const auto& [id, fields] : documents(kStaging)) EXPECT_EQ(value::integer_at(fields, "revision"), 1) << id;
}

TEST_F(DeskTest, ASecondConsoleOnTheSameFilesIsRefusedInWords) {
    DeskUnderTest desk(server);
    desk.open();
    const auto second = app::Engine::open(desk.options());
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().kind, base::ErrorKind::already_exists);
    EXPECT_FALSE(second.error().what.empty());
}

TEST_F(DeskTest, IndexingMakesTheKeyOfAPoleThatWasInProductionBefore) {
    put(kProduction, "old", {{"poleNumber", value::text(" law.p.b100 ")}, {"projectId", value::text("Law-001")}});
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(0));
    const auto report = desk->index_existing();
    ASSERT_TRUE(report.ok()) << report.error().full();
    EXPECT_EQ(report->poles, 1U);
    EXPECT_EQ(report->keys_made, 1U);
    EXPECT_TRUE(documents(kPoleKeys).contains(model::pole_key_id("Law-001", "LAW.P.B100")));
}

TEST_F(DeskTest, OnlyWhoPromotesMakesTheKeysOfProduction) {
    for (const char* person : {"analyst", "support", "device"}) {
        DeskUnderTest desk(server, person);
        desk.open();
        ASSERT_TRUE(desk.wait([](const app::Snapshot& s) { return s.session.signed_in; }));
        const auto report = desk->index_existing();
        ASSERT_FALSE(report.ok()) << person;
        EXPECT_EQ(report.error().kind, base::ErrorKind::permission_denied);
        EXPECT_NE(report.error().what.find(person), std::string::npos) << report.error().what;
    }
}

// A server that checks roles.
class StrictServerTest : public DeskTest {
  protected:
    StrictServerTest() : DeskTest(true) {}
};

TEST_F(StrictServerTest, ADecisionThatTheServerDeniesIsParkedWithCauseAndCure) {
    stage_clean(1);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    desk->set_work_offline(true);
    ASSERT_TRUE(desk.wait([](const app::Snapshot& s) { return s.sync.work_offline; }));
    const auto outcome = desk.approve("stg0");
    ASSERT_TRUE(is_durable(outcome)) << outcome.why;
    // The right to decide is taken away; the next session, two hours on, knows it.
    auto user = server.users().by_email("supervisor@demo.linesman.test");
    ASSERT_TRUE(user);
    user->claims["role"] = "analyst";
    server.users().put(*user);
    server.clock().set_offset(base::hours(2));
    desk->set_work_offline(false);
    ASSERT_TRUE(desk.wait([](const app::Snapshot& s) { return s.outbox.parked == 1 && s.matters.size() == 1; }));
    const auto matter = desk.now()->matters.front();
    EXPECT_EQ(matter.pending.operation.op_id, outcome.op_id);
    EXPECT_EQ(matter.pending.error_kind, "permission_denied");
    EXPECT_FALSE(matter.pending.error.empty());
    EXPECT_FALSE(matter.pending.cure.empty());
    EXPECT_TRUE(documents(kAudit).empty());
    EXPECT_FALSE(staging("stg0").contains("review"));
}

}  // namespace
}  // namespace linesman::system_test
