#include "app/batch_tally.h"

#include <gtest/gtest.h>

#include "app/app_support.h"

namespace linesman::app {
namespace {

struct BatchTallyTest : testing::Test {
    test::TempFolder folder;
    base::ManualClock clock;
    std::optional<store::Outbox> outbox;
    BatchTally tally;

    void SetUp() override {
        auto opened = store::Outbox::open(folder.file("outbox.db"), clock);
        ASSERT_TRUE(opened.ok()) << opened.error().full();
        outbox.emplace(std::move(*opened));
    }
    // `id`-1, `id`-2, … on captures of their own.
    void start(const std::string& id, size_t count, base::Json left_out = base::Json::array(),
               const std::string& uid = "thandi") {
        std::vector<model::Operation> operations;
        for (size_t i = 1; i <= count; ++i) {
            auto operation = model::test::an_operation(model::OperationKind::approve, id + "-" + std::to_string(i));
            operation.staging_id = operation.op_id;
            operation.uid = uid;
            operation.made_at = operation.send_after = clock.now();
            operations.push_back(std::move(operation));
        }
        const store::BulkBatch batch{
            id, uid, clock.now(), "Approve " + std::to_string(count), {{"left_out", std::move(left_out)}}};
        ASSERT_TRUE(outbox->enqueue_batch(batch, std::move(operations)).ok());
    }
    void sent(const std::string& op_id) {
        ASSERT_TRUE(outbox->mark_sending(op_id).ok());
        ASSERT_TRUE(outbox->mark_done(op_id, test::kVersion2).ok());
    }
    BatchSummary read(const std::string& id, double rate = 2) {
        for (const auto& batch : tally.read(*outbox, "thandi", rate)) {
            if (batch.batch_id == id) return batch;
        }
        ADD_FAILURE() << "no batch " << id;
        return {};
    }
    // The sum that bulk.h promises.
    static void expect_whole(const BatchSummary& b) {
        EXPECT_EQ(b.total, b.done + b.waiting + b.sending + b.need_person + b.withdrawn + b.left_out);
    }
};

TEST_F(BatchTallyTest, EveryItemIsCountedOnceInItsState) {
    start("b", 6, base::Json::array({{{"id", "x"}, {"why", "changed"}}, {{"id", "y"}, {"why", "gone"}}}));
    sent("b-1");
    ASSERT_TRUE(outbox->mark_sending("b-2").ok());
    ASSERT_TRUE(outbox->mark_sending("b-3").ok());
    ASSERT_TRUE(outbox->mark_conflict("b-3", "{}", "changed").ok());
    ASSERT_TRUE(outbox->mark_sending("b-4").ok());
    ASSERT_TRUE(outbox->mark_parked("b-4", base::make_error(base::ErrorKind::permission_denied, "no"), "ask").ok());
    ASSERT_TRUE(outbox->withdraw("b-5").ok());
    const auto batch = read("b");
    EXPECT_EQ(batch.done, 1U);
    EXPECT_EQ(batch.sending, 1U);
    EXPECT_EQ(batch.need_person, 2U);
    EXPECT_EQ(batch.withdrawn, 1U);
    EXPECT_EQ(batch.waiting, 1U);
    EXPECT_EQ(batch.left_out, 2U);
    EXPECT_EQ(batch.total, 8U);
    expect_whole(batch);
    EXPECT_EQ(batch.state, BatchState::running);
    EXPECT_DOUBLE_EQ(batch.seconds_left, 1) << "two to go at two a second";
}

TEST_F(BatchTallyTest, PausedRunningCancelledAndFinishedAreToldApart) {
    start("b", 2);
    ASSERT_TRUE(outbox->pause_batch("b", true).ok());
    EXPECT_EQ(read("b").state, BatchState::paused);
    EXPECT_LT(read("b").seconds_left, 0) << "nobody knows when it goes on";
    ASSERT_TRUE(outbox->pause_batch("b", false).ok());
    EXPECT_EQ(read("b").state, BatchState::running);
    sent("b-1");
    sent("b-2");
    EXPECT_EQ(read("b").state, BatchState::finished);
    start("c", 2);
    sent("c-1");
    ASSERT_TRUE(outbox->cancel_batch("c").ok());
    const auto cancelled = read("c");
    EXPECT_EQ(cancelled.state, BatchState::cancelled);
    EXPECT_EQ(cancelled.done, 1U);
    EXPECT_EQ(cancelled.withdrawn, 1U);
    EXPECT_EQ(read("b").state, BatchState::finished) << "and stays so";
}

TEST_F(BatchTallyTest, NewestFirstAndWhoseItIs) {
    start("mine", 1);
    start("theirs", 1, base::Json::array(), "sipho");
    const auto& batches = tally.read(*outbox, "thandi", 1);
    ASSERT_EQ(batches.size(), 2U);
    EXPECT_EQ(batches[0].batch_id, "theirs");
    EXPECT_FALSE(batches[0].started_here);
    EXPECT_TRUE(batches[1].started_here);
}

TEST_F(BatchTallyTest, OnlyAValidRateCounts) {
    EXPECT_DOUBLE_EQ(bulk_rate(*outbox), kDefaultBulkRate);
    for (const auto& [text, rate] : {std::pair{"12.5", 12.5}, std::pair{"0", kDefaultBulkRate},
                                     std::pair{"900", kDefaultBulkRate}, std::pair{"fast", kDefaultBulkRate}}) {
        ASSERT_TRUE(outbox->set_setting(kBulkRateKey, text).ok());
        EXPECT_DOUBLE_EQ(bulk_rate(*outbox), rate) << text;
    }
}

}  // namespace
}  // namespace linesman::app
