// What a bulk decision refuses as a whole, and what a plan and a start forget. Batches under way are in
// tests/system/bulk_test.cpp.
#include "app/bulk_desk.h"

#include <gtest/gtest.h>

#include "system/bulk_fixture.h"

namespace linesman::app {
namespace {

using model::OperationKind;
using State = BulkStart::State;
using Verdict = BulkPlanItem::Verdict;

struct BulkDeskTest : system_test::BulkServerTest {
    std::unique_ptr<system_test::DeskUnderTest> desk;

    void open(size_t captures, const std::string& person = "supervisor") {
        desk = std::make_unique<system_test::DeskUnderTest>(server, person);
        desk->open();
        ASSERT_TRUE(desk->ready(captures));
    }
};

TEST_F(BulkDeskTest, EachCaptureIsListedOnceInTheOrderGivenAndUnknownOnesAreRefusedInWords) {
    stage_clean(2);
    open(2);
    const auto plan = dry_run(*desk, approval_of({"stg1", "stg0", "stg1", "gone"}));
    ASSERT_EQ(plan->items.size(), 3U);
    EXPECT_EQ(plan->items[0].staging_id, "stg1");
    EXPECT_EQ(plan->items[1].staging_id, "stg0");
    EXPECT_EQ(plan->items[2].verdict, Verdict::refused);
    EXPECT_NE(plan->items[2].text.find("not on this desk"), std::string::npos);
    EXPECT_EQ(plan->will_change, 2U);
    EXPECT_EQ(plan->title, "Approve 2 captures");
}

TEST_F(BulkDeskTest, AFilterIsAskedOfTheRowsShown) {
    stage_clean(3);
    open(3);
    BulkRequest request;
    request.draft.kind = OperationKind::hold;
    request.draft.comment = "The crew comes back";
    request.filter.emplace();
    request.filter->search = system_test::clean_capture(1).pole_number;
    const auto plan = dry_run(*desk, request);
    ASSERT_EQ(plan->items.size(), 1U);
    EXPECT_EQ(plan->items[0].staging_id, "stg1");
    request.filter->search = "nothing has this number";
    EXPECT_NE(dry_run(*desk, request)->refused_because.find("Nothing is selected"), std::string::npos);
}

TEST_F(BulkDeskTest, WhatNobodyMayDecideIsRefusedOneByOneAndStartsNothing) {
    stage_clean(1);
    open(1, "analyst");
    const auto plan = dry_run(*desk, approval_of({"stg0"}));
    EXPECT_EQ(plan->refused, 1U);
    EXPECT_NE(plan->items[0].text.find("Analysts"), std::string::npos) << plan->items[0].text;
    const auto begun = start(*desk, plan->id);
    EXPECT_EQ(begun.state, State::refused);
    EXPECT_EQ(begun.why, "Nothing would change.");
    EXPECT_TRUE(desk->now()->batches.empty());
}

TEST_F(BulkDeskTest, WithoutAnybodySignedInNothingIsPlanned) {
    stage_clean(1);
    open(1);
    (*desk)->sign_out();
    ASSERT_TRUE(desk->wait([](const Snapshot& s) { return !s.session.signed_in; }));
    const auto plan = dry_run(*desk, approval_of({"stg0"}));
    EXPECT_TRUE(plan->items.empty());
    EXPECT_NE(plan->refused_because.find("not signed in"), std::string::npos);
    EXPECT_EQ(start(*desk, plan->id).why, plan->refused_because);
}

TEST_F(BulkDeskTest, TooManyAreRefusedBeforeTheyAreJudged) {
    stage_clean(1);
    open(1);
    const auto plan = dry_run(*desk, approval_of(ids(0, kMaxBulk + 1)));
    EXPECT_TRUE(plan->items.empty());
    EXPECT_NE(plan->refused_because.find("20001"), std::string::npos) << plan->refused_because;
    EXPECT_NE(plan->refused_because.find("Narrow the filter"), std::string::npos);
}

TEST_F(BulkDeskTest, APlanStartsOnceAndADroppedOrReplacedOneNever) {
    stage_clean(2);
    open(2);
    const auto first = dry_run(*desk, approval_of({"stg0"}));
    const auto second = dry_run(*desk, approval_of({"stg1"}));
    EXPECT_EQ(start(*desk, first->id).state, State::refused) << "another one was made since";
    const auto begun = start(*desk, second->id);
    EXPECT_EQ(begun.state, State::durable) << begun.why;
    EXPECT_EQ(start(*desk, second->id).state, State::refused);
    EXPECT_FALSE((*desk)->bulk_plan());
    const auto third = dry_run(*desk, approval_of({"stg0"}));
    (*desk)->drop_bulk_plan();
    EXPECT_EQ(start(*desk, third->id).state, State::refused);
    EXPECT_EQ((*desk)->bulk_start_state("batch-of-yesterday").state, State::refused);
    finished(*desk, begun.batch_id);
    EXPECT_EQ(changes_by_capture().size(), 1U);
}

TEST_F(BulkDeskTest, TheRateStaysWithinItsBounds) {
    stage_clean(1);
    open(1);
    for (const auto& [wish, rate] : {std::pair{1000.0, kMostBulkRate}, std::pair{0.0, kLeastBulkRate}}) {
        (*desk)->set_bulk_rate(wish);
        EXPECT_TRUE(desk->wait([&, rate = rate](const Snapshot& s) { return s.bulk_rate == rate; })) << wish;
    }
}

TEST_F(BulkDeskTest, AnUnknownBatchHasNoReceiptsAndPausingItIsANotice) {
    stage_clean(1);
    open(1);
    EXPECT_FALSE((*desk)->batch_receipts("batch-of-yesterday"));
    (*desk)->pause_batch("batch-of-yesterday");
    EXPECT_TRUE(desk->wait([](const Snapshot& s) {
        return !s.notices.empty() && s.notices.back().text.find("no batch") != std::string::npos;
    }));
}

}  // namespace
}  // namespace linesman::app
