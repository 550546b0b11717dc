#include "app/queue_service.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/app_support.h"
#include "base/file.h"
#include "store/outbox.h"

namespace linesman::app {
namespace {

using model::OperationKind;

struct QueueServiceTest : testing::Test {
    test::TempFolder folder;
    base::ManualClock clock;
    const std::string path = folder.file("outbox.db");

    // One decision for each name, in a file that is closed again.
    void decide(const std::vector<std::string>& op_ids, base::Duration hold_back = {}) {
        auto outbox = open();
        for (const auto& op_id : op_ids) {
            auto made = model::test::an_operation(OperationKind::approve, op_id);
            made.staging_id = "capture-of-" + op_id;
            made.made_at = clock.now();
            made.send_after = made.made_at + hold_back;
            made.base_fields = base::to_text(sync::encode_capture(model::test::a_capture(made.staging_id)));
            made.base_update_time = test::kVersion1;
            ASSERT_TRUE(outbox.enqueue(made).ok());
            clock.advance(base::seconds(1));
        }
    }
    store::Outbox open() {
        auto outbox = store::Outbox::open(path, clock);
        EXPECT_TRUE(outbox.ok());
        return std::move(*outbox);
    }
    void park(const std::string& op_id) {
        auto outbox = open();
        ASSERT_TRUE(outbox.mark_sending(op_id).ok());
        ASSERT_TRUE(outbox
                        .mark_parked(op_id, base::make_error(base::ErrorKind::permission_denied, "It was refused."),
                                     "Ask for the role.")
                        .ok());
    }
    void conflict(const std::string& op_id) {
        auto outbox = open();
        ASSERT_TRUE(outbox.mark_sending(op_id).ok());
        ASSERT_TRUE(outbox.mark_conflict(op_id, "{}", "Somebody else decided.").ok());
    }
    QueueView read() {
        auto view = read_queue(path, clock);
        EXPECT_TRUE(view.ok()) << (view.ok() ? "" : view.error().full());
        return view.ok() ? *view : QueueView{};
    }
    std::vector<RetryReceipt> retry(const std::string& item = {}) {
        auto receipts = retry_parked(path, clock, item);
        EXPECT_TRUE(receipts.ok()) << (receipts.ok() ? "" : receipts.error().full());
        return receipts.ok() ? *receipts : std::vector<RetryReceipt>{};
    }
};

TEST_F(QueueServiceTest, WhereNothingWasDecidedTheQueueIsEmptyAndNoFileIsMade) {
    EXPECT_TRUE(read().items.empty());
    EXPECT_FALSE(read().needs_person());
    EXPECT_TRUE(retry().empty());
    EXPECT_FALSE(base::file_exists(path));
}

TEST_F(QueueServiceTest, ListsWhatIsUnfinishedInItsOrderWithoutDocuments) {
    const auto begun = clock.now();
    decide({"op-1", "op-2", "op-3"});
    {
        auto outbox = open();
        ASSERT_TRUE(outbox.mark_sending("op-2").ok());
        ASSERT_TRUE(outbox.mark_done("op-2", test::kVersion2).ok());
    }
    const auto view = read();
    ASSERT_EQ(view.items.size(), 2U);
    EXPECT_EQ(view.items[0].operation.op_id, "op-1");
    EXPECT_EQ(view.items[1].operation.op_id, "op-3");
    EXPECT_TRUE(view.items[0].operation.base_fields.empty());
    EXPECT_EQ(view.oldest, begun);
    EXPECT_EQ(view.counts, (std::map<std::string, int64_t>{{"ready", 2}}));
    EXPECT_FALSE(view.needs_person());
    EXPECT_TRUE(view.desk_id.starts_with("desk-"));
}

TEST_F(QueueServiceTest, HeldBackIsWaitingUntilItsTimeIsOver) {
    decide({"op-1"}, base::seconds(60));
    EXPECT_EQ(read().counts, (std::map<std::string, int64_t>{{"waiting", 1}}));
    clock.advance(base::seconds(60));
    EXPECT_EQ(read().counts, (std::map<std::string, int64_t>{{"ready", 1}}));
}

TEST_F(QueueServiceTest, ParkedAndConflictingNeedAPersonWithCauseAndCure) {
    decide({"op-1", "op-2"});
    park("op-1");
    conflict("op-2");
    const auto view = read();
    EXPECT_TRUE(view.needs_person());
    ASSERT_EQ(view.items.size(), 2U);
    EXPECT_EQ(view.items[0].error, "It was refused.");
    EXPECT_EQ(view.items[0].cure, "Ask for the role.");
    EXPECT_EQ(view.items[0].error_kind, "permission_denied");
    EXPECT_EQ(view.items[1].error, "Somebody else decided.");
}

TEST_F(QueueServiceTest, RetryReleasesAllThatAreParkedAndLeavesConflicts) {
    decide({"op-1", "op-2", "op-3"});
    park("op-1");
    conflict("op-2");
    park("op-3");
    const auto receipts = retry();
    ASSERT_EQ(receipts.size(), 2U);
    for (const auto& receipt : receipts) EXPECT_TRUE(receipt.released) << receipt.why;
    EXPECT_EQ(read().counts, (std::map<std::string, int64_t>{{"ready", 2}, {"conflict", 1}}));
    EXPECT_TRUE(retry().empty()) << "nothing is parked any more";
}

TEST_F(QueueServiceTest, OneIsNamedByItsIdOrItsCapture) {
    decide({"op-1", "op-2"});
    park("op-1");
    park("op-2");
    ASSERT_EQ(retry("op-1").size(), 1U);
    EXPECT_EQ(read().counts.at("parked"), 1);
    const auto by_capture = retry("capture-of-op-2");
    ASSERT_EQ(by_capture.size(), 1U);
    EXPECT_TRUE(by_capture[0].released);
    EXPECT_EQ(by_capture[0].op_id, "op-2");
}

TEST_F(QueueServiceTest, WhatCannotBeReleasedSaysWhy) {
    decide({"op-1", "op-2"});
    conflict("op-1");
    const auto receipts = retry("op-1");
    ASSERT_EQ(receipts.size(), 1U);
    EXPECT_FALSE(receipts[0].released);
    EXPECT_NE(receipts[0].why.find("conflict"), std::string::npos);
    EXPECT_FALSE(retry("op-2")[0].released);
    const auto unknown = retry_parked(path, clock, "op-9");
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().kind, base::ErrorKind::not_found);
    EXPECT_NE(unknown.error().what.find("op-9"), std::string::npos);
}

TEST_F(QueueServiceTest, AFolderInThePlaceOfTheFileIsAnError) {
    ASSERT_TRUE(base::make_private_dirs(path).ok());
    const bool read_something = read_queue(path, clock).ok() && retry_parked(path, clock, "").ok();
    EXPECT_FALSE(read_something);
}

TEST_F(QueueServiceTest, ADamagedFileSaysThatDecidingHasStopped) {
    decide({"op-1"});
    auto bytes = base::read_file(path).value_or("");
    ASSERT_GT(bytes.size(), 8192U);
    for (size_t i = 4096; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
    std::filesystem::remove(path + "-wal");
    std::filesystem::remove(path + "-shm");
    ASSERT_TRUE(base::write_file_atomically(path, bytes).ok());
    const auto view = read_queue(path, clock);
    ASSERT_TRUE(view.ok()) << view.error().full();
    EXPECT_FALSE(view->refused_because.empty());
    EXPECT_TRUE(view->needs_person());
}

}  // namespace
}  // namespace linesman::app
