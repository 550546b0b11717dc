#include "app/decision_desk.h"

#include <gtest/gtest.h>

#include "app/app_support.h"

namespace linesman::app {
namespace {

using model::OperationKind;
using State = DecisionOutcome::State;

struct DecisionDeskTest : testing::Test {
    test::TempFolder folder;
    base::ManualClock clock;
    base::ManualQueue queue{clock};
    std::vector<OutboxView> views;
    std::unique_ptr<OutboxDesk> outbox;
    Profile profile;
    std::unique_ptr<DecisionDesk> desk;
    Snapshot snapshot;

    void SetUp() override {
        auto opened = OutboxDesk::open(folder.file("outbox.db"), clock, queue,
                                       [this](OutboxView view) { views.push_back(std::move(view)); });
        ASSERT_TRUE(opened.ok()) << opened.error().full();
        outbox = std::move(*opened);
        desk = std::make_unique<DecisionDesk>(*outbox, clock, profile, "desk");
        snapshot.session.uid = "thandi";
        snapshot.session.name = "Thandi";
        snapshot.session.role = model::Role::supervisor;
        snapshot.session.signed_in = true;
    }
    static LoadedCapture loaded(const model::Capture& capture) {
        LoadedCapture made;
        auto detail = std::make_shared<CaptureDetail>();
        detail->capture = capture;
        made.detail = std::move(detail);
        made.remote_fields = base::to_text(sync::encode_capture(capture));
        made.remote_update_time = test::kVersion1;
        made.rules_hash = "rules";
        return made;
    }
    static DecisionDraft draft(OperationKind kind, const std::string& id = "s1") {
        DecisionDraft made;
        made.kind = kind;
        made.staging_id = id;
        if (kind == OperationKind::reject) made.reason = "photo_unclear";
        return made;
    }
    // Decides and lets the disk answer.
    DecisionOutcome decide(const LoadedCapture& capture, const DecisionDraft& wish) {
        auto outcome = desk->decide(&capture, snapshot, wish);
        queue.run_ready();
        return outcome.state == State::waiting ? desk->state(outcome.op_id) : outcome;
    }
    model::PendingOperation written(const std::string& op_id) {
        const auto found = outbox->file().find(op_id);
        EXPECT_TRUE(found.ok() && found->has_value());
        return found.ok() && *found ? **found : model::PendingOperation{};
    }
};

TEST_F(DecisionDeskTest, WaitsUntilTheDecisionIsOnDisk) {
    const auto capture = loaded(model::test::a_capture());
    const auto outcome = desk->decide(&capture, snapshot, draft(OperationKind::approve));
    EXPECT_EQ(outcome.state, State::waiting);
    EXPECT_EQ(desk->state(outcome.op_id).state, State::waiting);
    queue.run_ready();
    EXPECT_EQ(desk->state(outcome.op_id).state, State::durable);
    EXPECT_EQ(desk->state(outcome.op_id).staging_id, "s1");
}

TEST_F(DecisionDeskTest, TheOperationSaysWhoWhenAndOnWhichVersion) {
    profile.hold_back_s = 7;
    const auto outcome = decide(loaded(model::test::a_capture()), draft(OperationKind::approve));
    ASSERT_EQ(outcome.state, State::durable) << outcome.why;
    const auto operation = written(outcome.op_id).operation;
    EXPECT_EQ(operation.uid, "thandi");
    EXPECT_EQ(operation.by_name, "Thandi");
    EXPECT_EQ(operation.made_at, clock.now());
    EXPECT_EQ(operation.send_after, clock.now() + base::seconds(7));
    EXPECT_EQ(operation.base_update_time, test::kVersion1);
    EXPECT_FALSE(operation.base_fields.empty());
    EXPECT_EQ(operation.rules_hash, "rules");
    EXPECT_EQ(operation.via, "desk");
    EXPECT_TRUE(operation.promote);
}

TEST_F(DecisionDeskTest, ABlankNumberIsPromotedOnlyWhereTheProjectAllowsIt) {
    auto capture = model::test::a_capture();
    capture.pole_number = " ";
    auto blank = loaded(capture);
    EXPECT_FALSE(written(decide(blank, draft(OperationKind::approve)).op_id).operation.promote);
    capture.staging_id = "s2";
    blank = loaded(capture);
    blank.project.emplace();
    blank.project->allows_blank_number = true;
    EXPECT_TRUE(written(decide(blank, draft(OperationKind::approve, "s2")).op_id).operation.promote);
}

TEST_F(DecisionDeskTest, WithoutPromotionOnApproveNothingIsPromoted) {
    profile.promote_on_approve = false;
    const auto outcome = decide(loaded(model::test::a_capture()), draft(OperationKind::approve));
    EXPECT_FALSE(written(outcome.op_id).operation.promote);
}

TEST_F(DecisionDeskTest, ARefusalSaysWhyAndIsJournalledButNotSent) {
    snapshot.session.role = model::Role::analyst;
    const auto capture = loaded(model::test::a_capture());
    const auto outcome = desk->decide(&capture, snapshot, draft(OperationKind::approve));
    EXPECT_EQ(outcome.state, State::refused);
    EXPECT_FALSE(outcome.why.empty());
    queue.run_ready();
    EXPECT_TRUE(outbox->file().pending()->empty());
    EXPECT_GT(outbox->file().verify_journal()->entries, 0);
}

TEST_F(DecisionDeskTest, NothingIsDecidedWhileTheCaptureIsStillRead) {
    const auto outcome = desk->decide(nullptr, snapshot, draft(OperationKind::approve));
    EXPECT_EQ(outcome.state, State::refused);
    EXPECT_NE(outcome.why.find("being read"), std::string::npos);
}

TEST_F(DecisionDeskTest, NothingIsDecidedWhileTheOutboxRefuses) {
    snapshot.outbox.refused_because = "The disk is full.";
    const auto outcome = decide(loaded(model::test::a_capture()), draft(OperationKind::approve));
    EXPECT_EQ(outcome.state, State::refused);
    EXPECT_EQ(outcome.why, "The disk is full.");
}

TEST_F(DecisionDeskTest, AnErrorThatCanBeOverriddenIsNamed) {
    auto capture = loaded(model::test::a_capture());
    auto detail = std::make_shared<CaptureDetail>(*capture.detail);
    detail->findings = {model::test::a_finding(model::Rule::gps_accuracy, model::Severity::error, "f1")};
    capture.detail = detail;
    auto wish = draft(OperationKind::approve);
    const auto refused = decide(capture, wish);
    EXPECT_EQ(refused.state, State::refused);
    EXPECT_EQ(refused.needs_override, std::vector<std::string>{"f1"});
    wish.overrides = {{"f1", "measured again with the survey set"}};
    EXPECT_EQ(decide(capture, wish).state, State::durable);
}

TEST_F(DecisionDeskTest, TheSameDecisionIsNotMadeTwiceBeforeTheScreenCatchesUp) {
    const auto capture = loaded(model::test::a_capture());
    ASSERT_EQ(decide(capture, draft(OperationKind::approve)).state, State::durable);
    const auto again = decide(capture, draft(OperationKind::approve));
    EXPECT_EQ(again.state, State::refused) << "the capture shown is older than the decision";
}

TEST_F(DecisionDeskTest, UndoTakesTheLastDecisionBackAndItCanBeDecidedAgainAtOnce) {
    const auto capture = loaded(model::test::a_capture());
    const auto approved = decide(capture, draft(OperationKind::approve));
    EXPECT_EQ(desk->last_decision(snapshot).op_id, approved.op_id);
    const auto undone = decide(capture, draft(OperationKind::undo));
    ASSERT_EQ(undone.state, State::durable) << undone.why;
    EXPECT_EQ(written(approved.op_id).state, model::OperationState::withdrawn);
    EXPECT_TRUE(desk->last_decision(snapshot).op_id.empty());
    EXPECT_EQ(decide(capture, draft(OperationKind::reject)).state, State::durable);
}

TEST_F(DecisionDeskTest, OnesOwnCorrectionIsTakenBackWithoutAReasonAndAnothersIsNot) {
    const auto capture = model::test::a_capture();
    auto correct = draft(OperationKind::correct);
    correct.correction.notes = "seen";
    auto shown = loaded(capture);
    const auto corrected = decide(shown, correct);
    ASSERT_EQ(corrected.state, State::durable) << corrected.why;
    EXPECT_TRUE(desk->may(&shown, snapshot, draft(OperationKind::undo)).allowed) << "before the next snapshot";

    // As a later snapshot shows it, in another session.
    auto detail = std::make_shared<CaptureDetail>(*shown.detail);
    detail->operations = {written(corrected.op_id)};
    detail->operations[0].state = model::OperationState::done;
    shown.detail = detail;
    DecisionDesk later(*outbox, clock, profile, "desk");
    EXPECT_TRUE(later.may(&shown, snapshot, draft(OperationKind::undo)).allowed);
    snapshot.session.uid = "sipho";
    const auto refused = later.may(&shown, snapshot, draft(OperationKind::undo));
    EXPECT_FALSE(refused.allowed);
    EXPECT_NE(refused.why_not.find("Say why"), std::string::npos) << refused.why_not;
}

TEST_F(DecisionDeskTest, WhatWasMadeTodayInAnEarlierSessionIsTakenBackNewestFirst) {
    const auto capture = model::test::a_capture();
    const auto made = [&](OperationKind kind, const std::string& op_id, int minute) {
        model::PendingOperation pending;
        pending.operation = model::test::an_operation(kind, op_id);
        pending.operation.made_at = clock.now() + base::minutes(minute);
        pending.state = model::OperationState::done;
        return pending;
    };
    auto shown = loaded(capture);
    auto merge = made(OperationKind::merge, "op-merge", 1);
    auto undone = made(OperationKind::undo, "op-undo", 3);
    undone.operation.undo_of = "op-approve";
    auto other = made(OperationKind::correct, "op-elsewhere", 4);
    other.operation.staging_id = "s9";
    snapshot.my_day.latest = {other, undone, made(OperationKind::approve, "op-approve", 2), merge};
    auto undo = draft(OperationKind::undo);
    EXPECT_TRUE(desk->may(&shown, snapshot, undo).allowed) << "it is one's own";
    const auto outcome = decide(shown, undo);
    ASSERT_EQ(outcome.state, State::refused) << "a merge is undone from the server's record";
    EXPECT_NE(outcome.why.find("not made at this desk"), std::string::npos)
        << "the file knows nothing of this merge: " << outcome.why;
    snapshot.my_day.latest.pop_back();
    EXPECT_NE(desk->may(&shown, snapshot, undo).why_not.find("no decision"), std::string::npos)
        << "what was taken back is not taken back again";
}

TEST_F(DecisionDeskTest, TheRevisionOfAnotherDeskIsWhatAnUndoTakesBackWhereNoDecisionStands) {
    auto shown = loaded(model::test::a_capture());
    EXPECT_EQ(changed_elsewhere(*shown.detail, shown.remote_fields), "");
    auto fields = base::Json::parse(shown.remote_fields);
    fields["revision_op"] = {{"stringValue", "op-of-theirs"}};
    shown.remote_fields = base::to_text(fields);
    EXPECT_EQ(changed_elsewhere(*shown.detail, shown.remote_fields), "op-of-theirs");
    auto undo = draft(OperationKind::undo);
    EXPECT_NE(desk->may(&shown, snapshot, undo).why_not.find("not known here"), std::string::npos);
    undo.reason = "two poles";
    EXPECT_TRUE(desk->may(&shown, snapshot, undo).allowed);
    // One's own, taken back already: nothing is left.
    auto detail = std::make_shared<CaptureDetail>(*shown.detail);
    model::PendingOperation own;
    own.operation = model::test::an_operation(OperationKind::undo, "op-of-theirs");
    own.state = model::OperationState::done;
    detail->operations = {own};
    EXPECT_EQ(changed_elsewhere(*detail, shown.remote_fields), "");
}

TEST_F(DecisionDeskTest, WithoutAnyDecisionThereIsNothingToUndo) {
    EXPECT_EQ(decide(loaded(model::test::a_capture()), draft(OperationKind::undo)).state, State::refused);
}

TEST_F(DecisionDeskTest, TheLastDecisionAfterARestartIsTheNewestOfToday) {
    model::PendingOperation undo, undone, older;
    undo.operation = model::test::an_operation(OperationKind::undo, "u");
    undo.operation.undo_of = "b";
    undone.operation = model::test::an_operation(OperationKind::reject, "b");
    older.operation = model::test::an_operation(OperationKind::approve, "a");
    older.operation.staging_id = "s9";
    snapshot.my_day.latest = {undo, undone, older};
    const auto last = desk->last_decision(snapshot);
    EXPECT_EQ(last.op_id, "a");
    EXPECT_EQ(last.staging_id, "s9");
}

TEST_F(DecisionDeskTest, AnIdOfEarlierIsDurable) {
    EXPECT_EQ(desk->state("long ago").state, State::durable);
}

}  // namespace
}  // namespace linesman::app
