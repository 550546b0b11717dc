#include "model/undo.h"

#include <gtest/gtest.h>

#include <random>

#include "model/builders.h"
#include "model/overlay.h"

namespace linesman::model {
namespace {

using test::a_capture;
using test::an_operation;
using test::decided;

Operation an_undo(const Operation& undone, const UndoPlan& plan) {
    Operation undo = an_operation(OperationKind::undo, "undo-" + undone.op_id);
    undo.undo_of = undone.op_id;
    undo.extra = plan.extra;
    return undo;
}

TEST(Undo, GivesBackWhatTheOperationSetAndNothingElse) {
    const Capture before = a_capture();
    Operation approve = an_operation(OperationKind::approve);
    approve.promote = true;
    Capture current = apply(before, approve);
    current.notes = "written by the phone since";
    const UndoPlan plan = undo_capture(current, before, approve);
    ASSERT_TRUE(plan.possible()) << plan.why_not;
    EXPECT_FALSE(plan.restored.review);
    EXPECT_EQ(plan.restored.validation_status, ValidationStatus::pending);
    EXPECT_FALSE(plan.restored.validated_at);
    EXPECT_FALSE(plan.restored.synced_to_production);
    EXPECT_EQ(plan.restored.production_id, "");
    EXPECT_EQ(plan.restored.notes, "written by the phone since");
    EXPECT_EQ(base::string_at(plan.extra, "undone_by"), "thandi");
    EXPECT_EQ(base::string_at(plan.extra, "undone_kind"), "approve");
}

TEST(Undo, RefusesWhenAFieldHoldsAnothersValue) {
    const Capture before = a_capture();
    Operation correct = an_operation(OperationKind::correct);
    correct.correction.pole_number = "LAW.P.A002";
    correct.correction.notes = "mine";
    Capture current = apply(before, correct);
    current.pole_number = "LAW.P.A003";
    const UndoPlan plan = undo_capture(current, before, correct);
    ASSERT_FALSE(plan.possible());
    ASSERT_EQ(plan.differences.size(), 1U);
    EXPECT_EQ(plan.differences[0].base, "LAW.P.A001");
    EXPECT_EQ(plan.differences[0].mine, "LAW.P.A002");
    EXPECT_EQ(plan.differences[0].theirs, "LAW.P.A003");
    EXPECT_NE(plan.why_not.find("Pole number (this change made it \"LAW.P.A002\", now it is \"LAW.P.A003\")"),
              std::string::npos)
        << plan.why_not;
    EXPECT_EQ(plan.restored, current);
}

TEST(Undo, RefusesWhenAnotherPersonDecidedSince) {
    const Capture before = a_capture();
    const Operation approve = an_operation(OperationKind::approve);
    const Capture current = decided(apply(before, approve), Decision::rejected, "sipho", "op-9");
    EXPECT_FALSE(undo_capture(current, before, approve).possible());
}

TEST(Undo, ServerTimesDoNotStandInTheWay) {
    const Capture before = a_capture();
    const Operation approve = an_operation(OperationKind::approve);
    Capture current = apply(before, approve);
    current.review->at = test::kNoon + base::hours(2);
    current.validated_at = test::kNoon + base::hours(2);
    EXPECT_TRUE(undo_capture(current, before, approve).possible());
}

TEST(Undo, OfARejectionKeepsWhatTheMachineFoundSince) {
    const Capture before = a_capture();
    const Operation reject = an_operation(OperationKind::reject);
    Capture current = apply(before, reject);
    const ValidationEntry machine = {"gpsAccuracy", "gps_accuracy", "18 m", "warning", "gps_accuracy", "f1"};
    current.validation_errors.insert(current.validation_errors.begin(), machine);
    const UndoPlan plan = undo_capture(current, before, reject);
    ASSERT_TRUE(plan.possible());
    EXPECT_EQ(plan.restored.validation_errors, std::vector<ValidationEntry>{machine});
}

// docs/decisions/2026-11-22-undo-and-the-machine.md: nobody has decided anything by that.
TEST(Undo, WhatPhonesAndMachinesWroteOverTheirOwnFieldsDoesNotStandInTheWay) {
    Capture before = a_capture();
    before.validation_errors = {{"gpsAccuracy", "gps_accuracy", "18 m", "warning", "gps_accuracy", "f1"}};
    for (const auto kind : {OperationKind::approve, OperationKind::reject}) {
        const Operation decision = an_operation(kind);
        for (const auto status : {ValidationStatus::pending, ValidationStatus::validating, ValidationStatus::validated,
                                  ValidationStatus::rejected}) {
            Capture current = apply(before, decision);
            current.validation_status = status;
            current.validated_at = test::kNoon + base::hours(3);
            current.validation_errors.clear();  // as an older app does on its second write
            const UndoPlan plan = undo_capture(current, before, decision);
            ASSERT_TRUE(plan.possible()) << plan.why_not;
            EXPECT_FALSE(plan.restored.review);
            EXPECT_EQ(plan.restored.validation_status, before.validation_status);
            // A rejection does not set it: what others wrote there stays.
            EXPECT_EQ(plan.restored.validated_at.has_value(), kind == OperationKind::reject);
        }
    }
}

TEST(Undo, OfARequeueWorksAfterTheMachineHasJudgedAgain) {
    const Capture open = a_capture();
    const Operation reject = an_operation(OperationKind::reject, "op-reject");
    const Capture before = apply(open, reject);
    const Operation requeue = an_operation(OperationKind::requeue, "op-requeue");
    Capture current = apply(before, requeue);
    const ValidationEntry found = {"gpsAccuracy", "gps_accuracy", "18 m", "warning", "gps_accuracy", "f1"};
    current.validation_status = ValidationStatus::validated;
    current.validated_at = test::kNoon + base::hours(1);
    current.validation_errors.push_back(found);
    const UndoPlan plan = undo_capture(current, before, requeue);
    ASSERT_TRUE(plan.possible()) << plan.why_not;
    EXPECT_EQ(plan.restored.review, before.review);
    EXPECT_EQ(plan.restored.validation_status, ValidationStatus::rejected);
    ASSERT_EQ(plan.restored.validation_errors.size(), 2U);
    EXPECT_EQ(plan.restored.validation_errors[0], found);
    EXPECT_TRUE(is_manual_rejection(plan.restored.validation_errors[1]));
}

TEST(Undo, AMaterialChangeBesideTheMachinesStillStandsInTheWay) {
    const Capture before = a_capture();
    const Operation approve = an_operation(OperationKind::approve);
    Capture current = decided(apply(before, approve), Decision::held, "sipho", "op-9");
    current.validation_status = ValidationStatus::pending;
    const UndoPlan plan = undo_capture(current, before, approve);
    ASSERT_EQ(plan.differences.size(), 1U);
    EXPECT_EQ(plan.differences[0].field, CaptureField::review);
}

TEST(Undo, OfAMergeGivesBackEveryCapture) {
    const Capture primary = a_capture("s1"), other = decided(a_capture("s2"), Decision::held);
    Operation merge = an_operation(OperationKind::merge);
    merge.target = "s1";
    merge.extra = base::Json{{"set", {{"notes", "merged"}}}, {"superseded", {"s2"}}};
    const UndoPlan of_primary = undo_capture(apply(primary, merge), primary, merge);
    const UndoPlan of_other = undo_capture(apply(other, merge), other, merge);
    ASSERT_TRUE(of_primary.possible());
    ASSERT_TRUE(of_other.possible());
    Operation undo = an_undo(merge, of_primary);
    undo.extra["others"] = base::Json{{"s2", of_other.extra["set"]}};
    EXPECT_EQ(apply(apply(primary, merge), undo).notes, "beside the gate");
    EXPECT_EQ(apply(apply(other, merge), undo).review, other.review);
}

Operation random_operation(std::mt19937_64& random, int number) {
    static constexpr OperationKind kKinds[] = {
        OperationKind::approve, OperationKind::reject,  OperationKind::hold,
        OperationKind::correct, OperationKind::requeue, OperationKind::promote,
        OperationKind::merge,   OperationKind::restore, OperationKind::ignore_finding};
    Operation o = an_operation(kKinds[random() % std::size(kKinds)], "op-" + std::to_string(number));
    o.uid = random() % 2 ? "thandi" : "sipho";
    o.made_at = test::kNoon + base::minutes(number);
    o.promote = random() % 2;
    o.target = random() % 2 ? "s1" : "s2";
    if (random() % 2) o.remind_at = o.made_at + base::hours(1);
    if (random() % 2) o.overrides = {{"f1", "fine"}};
    if (random() % 2) o.correction.pole_number = "LAW.P.A" + std::to_string(random() % 900 + 100);
    if (random() % 2) o.correction.project_id = "Moh-001";
    if (random() % 2) o.correction.notes = "note " + std::to_string(number);
    if (random() % 2) o.correction.gps = GeoPoint{-26.0 - static_cast<double>(random() % 1000) / 1e4, 27.8};
    Capture other = a_capture("x" + std::to_string(number));
    other.photos[random() % kSlotCount].reset();
    const CaptureField some[] = {all_fields()[random() % 13], CaptureField::photo_side, CaptureField::gps};
    o.extra = base::Json{{"set", fields_to_json(other, some)}};
    return o;
}

TEST(Undo, RandomSequencesUndoneFromTheEndRestoreEveryField) {
    std::mt19937_64 random(77);
    for (int round = 0; round < 500; ++round) {
        Capture start = a_capture();
        if (random() % 2) start = decided(start, static_cast<Decision>(1 + random() % 4));
        if (random() % 2)
            start.validation_errors = {{"a", "b", "c", "error", "e", "f"},
                                       {"general", "manual_rejection", "old", "error", "", "op-old"}};
        if (random() % 2) start.validated_at = test::kNoon;
        std::vector<Capture> versions = {start};
        std::vector<Operation> operations;
        const int count = 1 + static_cast<int>(random() % 8);
        for (int i = 0; i < count; ++i) {
            operations.push_back(random_operation(random, i));
            versions.push_back(apply(versions.back(), operations.back()));
        }
        Capture now = versions.back();
        for (int i = count - 1; i >= 0; --i) {
            const size_t at = static_cast<size_t>(i);
            const UndoPlan plan = undo_capture(now, versions[at], operations[at]);
            ASSERT_TRUE(plan.possible()) << plan.why_not << " round " << round << " step " << i;
            // What is carried in the outbox has the same effect as the plan.
            const auto undo = operation_from_json(to_json(an_undo(operations[at], plan)));
            ASSERT_TRUE(undo) << undo.error().full();
            now = apply(now, *undo);
            Capture expected = versions[at];
            expected.revision = now.revision;
            expected.updated_at = now.updated_at;
            ASSERT_EQ(now, expected) << "round " << round << " step " << i << " " << name_of(operations[at].kind);
        }
        EXPECT_GT(now.revision, start.revision - 1);
    }
}

PendingOperation pending(Operation operation, OperationState state) {
    PendingOperation p;
    p.operation = std::move(operation);
    p.state = state;
    return p;
}

TEST(Overlay, AppliesWhatIsOnItsWayInOrder) {
    Operation correct = an_operation(OperationKind::correct, "op-1");
    correct.correction.pole_number = "LAW.P.A002";
    const std::vector<PendingOperation> operations = {
        pending(correct, OperationState::sending),
        pending(an_operation(OperationKind::approve, "op-2"), OperationState::ready),
        pending(an_operation(OperationKind::hold, "op-3"), OperationState::waiting)};
    const Capture shown = overlay(a_capture(), operations);
    EXPECT_EQ(shown.pole_number, "LAW.P.A002");
    EXPECT_EQ(shown.decision(), Decision::held);
    EXPECT_EQ(shown.validation_status, ValidationStatus::validated);
    EXPECT_EQ(shown.revision, 3);
}

TEST(Overlay, DoneWithdrawnParkedAndConflictingOnesDoNotApply) {
    for (const auto state :
         {OperationState::done, OperationState::withdrawn, OperationState::parked, OperationState::conflict}) {
        const std::vector<PendingOperation> operations = {pending(an_operation(OperationKind::approve), state)};
        EXPECT_EQ(overlay(a_capture(), operations), a_capture()) << name_of(state);
    }
    EXPECT_EQ(overlay(a_capture(), {}), a_capture());
}

TEST(Overlay, FollowersWaitBehindAStoppedOneButNotBehindADoneOne) {
    Operation second = an_operation(OperationKind::hold, "op-2"), third = an_operation(OperationKind::correct, "op-3");
    second.predecessor = "op-1";
    third.predecessor = "op-2";
    third.correction.notes = "third";
    std::vector<PendingOperation> operations = {
        pending(an_operation(OperationKind::approve, "op-1"), OperationState::parked),
        pending(second, OperationState::ready), pending(third, OperationState::ready)};
    EXPECT_EQ(overlay(a_capture(), operations), a_capture());
    operations[0].state = OperationState::done;
    EXPECT_EQ(overlay(a_capture(), operations).decision(), Decision::held);
    EXPECT_EQ(overlay(a_capture(), operations).notes, "third");
}

}  // namespace
}  // namespace linesman::model
