// Batches in the outbox: planned, paused, cancelled, counted. A full disk is in outbox_damage_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/operations.h"
#include "store/outbox.h"
#include "support/temp_folder.h"

namespace linesman::store {
namespace {

using base::ErrorKind;
using model::OperationState;
using test::TempFolder;
using testing::ElementsAre;
using testing::IsEmpty;

class OutboxBatches : public testing::Test {
  protected:
    void SetUp() override { reopen(); }
    void reopen() {
        outbox_.reset();
        auto opened = Outbox::open(folder_.file("outbox.db"), clock_);
        ASSERT_TRUE(opened) << opened.error().full();
        outbox_ = std::make_unique<Outbox>(std::move(opened).value());
        ASSERT_TRUE(outbox_->become_sender().value());
    }
    void start(const std::string& id, size_t count) {
        std::vector<model::Operation> operations;
        for (size_t i = 1; i <= count; ++i) {
            const std::string op = id + std::to_string(i);
            operations.push_back(approval(op, "cap-" + op, clock_.now()));
        }
        const BulkBatch batch{id, "nomsa", clock_.now(), "Approve", {{"left_out", {"x"}}, {"kind", "approve"}}};
        const auto written = outbox_->enqueue_batch(batch, std::move(operations));
        ASSERT_TRUE(written) << written.error().full();
    }
    std::vector<std::string> ready(int64_t bulk_limit = INT64_MAX) {
        std::vector<std::string> out;
        const auto found = outbox_->ready(clock_.now(), 100, "nomsa", bulk_limit).value();
        for (const auto& item : found) out.push_back(item.operation.op_id);
        return out;
    }

    TempFolder folder_;
    base::ManualClock clock_;
    std::unique_ptr<Outbox> outbox_;
};

TEST_F(OutboxBatches, ThePlanAndTheItemsSurviveARestart) {
    start("b", 3);
    reopen();
    EXPECT_EQ(outbox_->batch_plan("b").value(), (base::Json{{"left_out", {"x"}}, {"kind", "approve"}}));
    const auto items = outbox_->batch_items("b").value();
    ASSERT_EQ(items.size(), 3U);
    for (const auto& item : items) {
        EXPECT_EQ(item.operation.batch_id, "b");
        EXPECT_TRUE(item.operation.base_fields.empty()) << "a list of receipts carries no documents";
    }
    EXPECT_EQ(outbox_->find("b1").value()->operation.base_fields, approval("", "", {}).base_fields);
    EXPECT_EQ(outbox_->batch_plan("other").error().kind, ErrorKind::not_found);
    EXPECT_TRUE(outbox_->verify_journal()->whole());
}

TEST_F(OutboxBatches, SingleDecisionsGoFirstAndOfABatchAtMostTheLimit) {
    start("b", 3);
    ASSERT_TRUE(outbox_->enqueue(approval("single", "cap", clock_.now())));
    EXPECT_THAT(ready(2), ElementsAre("single", "b1", "b2"));
    EXPECT_THAT(ready(0), ElementsAre("single"));
    EXPECT_TRUE(outbox_->has_open_bulk("nomsa").value());
    EXPECT_FALSE(outbox_->has_open_bulk("sipho").value());
}

TEST_F(OutboxBatches, APausedBatchSendsNothingUntilItIsResumedAlsoAfterARestart) {
    start("b", 2);
    start("c", 1);
    ASSERT_TRUE(outbox_->pause_batch("b", true));
    EXPECT_THAT(ready(), ElementsAre("c1"));
    reopen();
    EXPECT_THAT(ready(), ElementsAre("c1"));
    EXPECT_EQ(outbox_->batches("nomsa", 9)->at(1).mark, BatchMark::paused);
    ASSERT_TRUE(outbox_->pause_batch("b", false));
    EXPECT_THAT(ready(), ElementsAre("b1", "b2", "c1"));
    EXPECT_EQ(outbox_->pause_batch("other", true).error().kind, ErrorKind::not_found);
}

TEST_F(OutboxBatches, CancellingWithdrawsWhatTheServerCannotHaveAndNothingElse) {
    start("b", 5);
    ASSERT_TRUE(outbox_->mark_sending("b1"));
    ASSERT_TRUE(outbox_->mark_done("b1", "2026-01-01T09:00:00Z"));
    ASSERT_TRUE(outbox_->mark_sending("b2"));
    ASSERT_TRUE(outbox_->mark_sending("b3"));
    ASSERT_TRUE(outbox_->mark_retry("b3", base::make_error(ErrorKind::timed_out, "no answer"), clock_.now()));
    ASSERT_TRUE(outbox_->mark_sending("b4"));
    ASSERT_TRUE(outbox_->mark_conflict("b4", "{}", "changed"));
    EXPECT_EQ(outbox_->cancel_batch("b").value(), 2) << "the conflict and what was never tried";
    const auto state = [&](const char* op) { return outbox_->find(op).value()->state; };
    EXPECT_EQ(state("b1"), OperationState::done);
    EXPECT_EQ(state("b2"), OperationState::sending);
    EXPECT_EQ(state("b3"), OperationState::ready) << "its answer was lost: it may be there";
    EXPECT_EQ(state("b4"), OperationState::withdrawn);
    EXPECT_EQ(state("b5"), OperationState::withdrawn);
    EXPECT_EQ(outbox_->cancel_batch("b").error().kind, ErrorKind::precondition_failed);
    EXPECT_EQ(outbox_->pause_batch("b", false).error().kind, ErrorKind::precondition_failed) << "it is for good";
    const auto counts = outbox_->batch_counts("b").value();
    EXPECT_EQ(counts.at(OperationState::done), 1);
    EXPECT_EQ(counts.at(OperationState::sending), 1);
    EXPECT_EQ(counts.at(OperationState::ready), 1);
    EXPECT_EQ(counts.at(OperationState::withdrawn), 2);
    EXPECT_TRUE(outbox_->verify_journal()->whole());
}

TEST_F(OutboxBatches, CountsOfNoBatchAreNoneAndSingleDecisionsBelongToNone) {
    ASSERT_TRUE(outbox_->enqueue(approval("single", "cap", clock_.now())));
    EXPECT_THAT(outbox_->batch_counts("").value(), IsEmpty());
    EXPECT_THAT(*outbox_->batch_items(""), IsEmpty());
    EXPECT_THAT(outbox_->batch_counts("other").value(), IsEmpty());
}

TEST_F(OutboxBatches, ChangedSinceTellsEachChangeOnceAndFirstEverythingUnfinished) {
    start("b", 3);
    ASSERT_TRUE(outbox_->mark_sending("b1"));
    ASSERT_TRUE(outbox_->mark_done("b1", "2026-01-01T09:00:00Z"));
    int64_t mark = 0;
    const auto changed = [&] {
        std::vector<std::string> out;
        const auto found = outbox_->changed_since(mark).value();
        for (const auto& item : found)
            out.push_back(item.operation.op_id + " " + std::string(model::name_of(item.state)));
        return out;
    };
    EXPECT_THAT(changed(), testing::UnorderedElementsAre("b2 waiting", "b3 waiting"));
    EXPECT_THAT(changed(), IsEmpty());
    ASSERT_TRUE(outbox_->mark_sending("b2"));
    ASSERT_TRUE(outbox_->withdraw("b3"));
    EXPECT_THAT(changed(), testing::UnorderedElementsAre("b2 sending", "b3 withdrawn"));
    ASSERT_TRUE(outbox_->mark_done("b2", "2026-01-01T09:00:00Z"));
    EXPECT_THAT(changed(), ElementsAre("b2 done")) << "finished ones are among them";
    EXPECT_THAT(changed(), IsEmpty());
    int64_t later = 0;
    EXPECT_THAT(outbox_->changed_since(later).value(), IsEmpty()) << "for another reader nothing is unfinished";
}

}  // namespace
}  // namespace linesman::store
