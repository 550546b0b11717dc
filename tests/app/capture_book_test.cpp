#include "app/capture_book.h"

#include <gtest/gtest.h>

#include "app/app_support.h"

namespace linesman::app {
namespace {

using model::OperationKind;
using model::OperationState;

struct CaptureBookTest : testing::Test {
    base::WorkerPool pool{1};
    base::ManualClock clock{model::test::kNoon + base::hours(2)};
    std::map<std::string, model::Capture> remote;
    CaptureBook book{pool, clock, [this](const std::string& id) -> std::optional<model::Capture> {
                         const auto it = remote.find(id);
                         return it == remote.end() ? std::nullopt : std::optional(it->second);
                     }};

    void put(const model::Capture& capture) {
        remote[capture.staging_id] = capture;
        book.put(capture);
    }
    static model::PendingOperation pending(OperationKind kind, OperationState state, const std::string& op = "op-1") {
        model::PendingOperation made;
        made.operation = model::test::an_operation(kind, op);
        made.state = state;
        return made;
    }
    uint16_t flags(const std::string& id) {
        const auto row = book.row_of(id);
        return book.publish().flags(row);
    }
    model::Decision decision(const std::string& id) {
        const auto row = book.row_of(id);
        return book.publish().chunk_of(row).decision[row % model::kChunkRows];
    }
    static model::Capture without_gps() {
        auto capture = model::test::a_capture();
        capture.gps.reset();
        return capture;
    }
};

TEST_F(CaptureBookTest, ACaptureIsARowWithItsFindingsOnceJudged) {
    put(without_gps());
    EXPECT_TRUE(book.changed());
    EXPECT_FALSE(book.judged());
    EXPECT_EQ(book.judge(), 1U);
    EXPECT_TRUE(book.judged());
    ASSERT_FALSE(book.findings("s1").empty());
    EXPECT_EQ(book.findings("s1")[0].rule, model::Rule::gps_missing);
    const auto row = book.row_of("s1");
    const auto columns = book.publish();
    EXPECT_EQ(columns.chunk_of(row).severity[row % model::kChunkRows], model::Severity::blocking);
}

TEST_F(CaptureBookTest, WhatWasBegunToBeJudgedIsInTheNextJudgement) {
    put(without_gps());
    book.begin_judging();
    EXPECT_FALSE(book.judged());
    EXPECT_EQ(book.judge(), 1U);
    EXPECT_EQ(book.findings("s1")[0].rule, model::Rule::gps_missing);
    EXPECT_EQ(book.take_judged(), std::vector<std::string>{"s1"});
    EXPECT_EQ(book.judge(), 0U);
}

TEST_F(CaptureBookTest, APendingDecisionIsShownBeforeTheServerHasIt) {
    put(model::test::a_capture());
    book.update_pending({pending(OperationKind::approve, OperationState::waiting)}, true);
    EXPECT_EQ(decision("s1"), model::Decision::approved);
    EXPECT_NE(flags("s1") & model::kFlagPending, 0);
    EXPECT_EQ(book.pending("s1").size(), 1U);
    book.update_pending({}, true);
    EXPECT_EQ(decision("s1"), model::Decision::none) << "withdrawn: the capture is shown as the server has it";
    EXPECT_EQ(flags("s1") & model::kFlagPending, 0);
}

TEST_F(CaptureBookTest, AConflictShowsTheServersVersionAndItsFlag) {
    put(model::test::a_capture());
    book.update_pending({pending(OperationKind::approve, OperationState::conflict)}, true);
    EXPECT_EQ(decision("s1"), model::Decision::none);
    EXPECT_NE(flags("s1") & model::kFlagConflict, 0);
}

TEST_F(CaptureBookTest, UnchangedFatesTouchNoRow) {
    put(model::test::a_capture());
    book.update_pending({pending(OperationKind::approve, OperationState::waiting)}, true);
    book.clear_changed();
    remote.clear();  // it would not even be found
    book.update_pending({pending(OperationKind::approve, OperationState::waiting)}, true);
    EXPECT_FALSE(book.changed());
}

TEST_F(CaptureBookTest, ARemovedCaptureIsGoneAndItsNeighboursAreJudgedAgain) {
    auto twin = model::test::a_capture("s2");
    twin.device_id = "device_2";
    put(model::test::a_capture());
    put(twin);
    book.judge();
    ASSERT_FALSE(book.findings("s1").empty()) << "the same number twice";
    book.remove("s2");
    EXPECT_GE(book.judge(), 1U);
    EXPECT_TRUE(book.findings("s1").empty());
    EXPECT_NE(flags("s2") & model::kFlagGone, 0);
}

TEST_F(CaptureBookTest, AWarmStartShowsTheLastFindingsUntilTheRulesHaveRun) {
    put(without_gps());
    auto other = model::test::a_capture("s2");
    other.pole_number = "LAW.P.A002";
    put(other);
    book.judge();
    const auto columns = book.publish();
    CaptureBook next(pool, clock, [](const std::string&) { return std::nullopt; });
    next.start_from(columns);
    ASSERT_EQ(next.findings("s1").size(), book.findings("s1").size());
    EXPECT_EQ(next.findings("s1")[0].rule, model::Rule::gps_missing);
    EXPECT_EQ(next.findings("s1")[0].severity, model::Severity::blocking);
    next.put(without_gps());
    next.forget_unseen();
    next.judge();
    EXPECT_FALSE(next.findings("s1").empty());
    const auto gone = next.row_of("s2");
    EXPECT_TRUE(gone == model::kNoRow || (next.publish().flags(gone) & model::kFlagGone) != 0);
}

TEST_F(CaptureBookTest, AnUnknownCaptureHasNoFindings) {
    EXPECT_TRUE(book.findings("none").empty());
    book.judge();
    EXPECT_TRUE(book.findings("none").empty());
}

TEST_F(CaptureBookTest, NewReferenceDataIsJudgedAgainst) {
    put(model::test::a_capture());
    book.judge();
    ASSERT_TRUE(book.findings("s1").empty());
    auto reference = std::make_shared<model::ReferenceData>();
    reference->projects_known = true;  // and Law-001 is not among them
    book.set_reference(reference);
    book.judge();
    ASSERT_FALSE(book.findings("s1").empty());
    EXPECT_EQ(book.findings("s1")[0].rule, model::Rule::project_unknown);
}

TEST_F(CaptureBookTest, AHeldCaptureKeepsItsReminderUntilItIsDecidedOrGone) {
    auto capture = model::test::a_capture();
    capture.review.emplace();
    capture.review->decision = model::Decision::held;
    capture.review->remind_at = model::test::kNoon + base::hours(20);
    put(capture);
    ASSERT_EQ(book.reminders().size(), 1U);
    EXPECT_EQ(book.reminders().at("s1").us, (model::test::kNoon + base::hours(20)).us);
    book.update_pending({pending(OperationKind::approve, OperationState::waiting)}, true);
    EXPECT_TRUE(book.reminders().empty());
    book.update_pending({}, true);
    EXPECT_EQ(book.reminders().size(), 1U);
    book.remove("s1");
    EXPECT_TRUE(book.reminders().empty());
}

}  // namespace
}  // namespace linesman::app
