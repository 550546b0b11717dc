#include "app/outbox_desk.h"

#include <gtest/gtest.h>

#include "app/app_support.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

using model::OperationKind;
using model::OperationState;

struct OutboxDeskTest : testing::Test {
    test::TempFolder folder;
    base::ManualClock clock;
    base::ManualQueue queue{clock};
    std::vector<OutboxView> views;
    std::unique_ptr<OutboxDesk> desk;

    void SetUp() override {
        auto opened = OutboxDesk::open(folder.file("outbox.db"), clock, queue,
                                       [this](OutboxView view) { views.push_back(std::move(view)); });
        ASSERT_TRUE(opened.ok()) << opened.error().full();
        desk = std::move(*opened);
    }
    model::Operation operation(OperationKind kind, const std::string& op_id, base::Duration hold_back = {}) {
        auto made = model::test::an_operation(kind, op_id);
        made.made_at = clock.now();
        made.send_after = made.made_at + hold_back;
        const auto capture = model::test::a_capture("s1");
        made.base_fields = base::to_text(sync::encode_capture(capture));
        made.base_update_time = test::kVersion1;
        return made;
    }
    OutboxTicket::Result result(const std::shared_ptr<OutboxTicket>& ticket) {
        queue.run_ready();
        auto finished = ticket->wait(0);
        EXPECT_TRUE(finished.has_value());
        return finished.value_or(OutboxTicket::Result{});
    }
    // As the sender does.
    void sent(const std::string& op_id) {
        ASSERT_TRUE(desk->file().mark_sending(op_id).ok());
        ASSERT_TRUE(desk->file().mark_done(op_id, test::kVersion2).ok());
    }
};

TEST_F(OutboxDeskTest, ATicketIsOpenUntilTheDecisionIsOnDisk) {
    const auto ticket = desk->enqueue(operation(OperationKind::approve, "op-1"));
    EXPECT_FALSE(ticket->wait(0).has_value());
    const auto written = result(ticket);
    ASSERT_TRUE(written.status.ok());
    EXPECT_EQ(written.operation.sequence, 1);
    EXPECT_EQ(written.operation.desk_id, desk->desk_id());
    EXPECT_TRUE(desk->file().find("op-1")->has_value());
    ASSERT_FALSE(views.empty());
    EXPECT_EQ(views.back().changed.size(), 1U);
}

TEST_F(OutboxDeskTest, ASecondOperationOfTheSameIdIsRefused) {
    result(desk->enqueue(operation(OperationKind::approve, "op-1")));
    const auto again = result(desk->enqueue(operation(OperationKind::approve, "op-1")));
    ASSERT_FALSE(again.status.ok());
    EXPECT_EQ(again.status.error().kind, base::ErrorKind::already_exists);
}

TEST_F(OutboxDeskTest, HeldBackIsWaitingAndThenReady) {
    result(desk->enqueue(operation(OperationKind::approve, "op-1", base::seconds(10))));
    EXPECT_EQ(views.back().summary.waiting, 1U);
    EXPECT_EQ(views.back().summary.ready, 0U);
    EXPECT_EQ(views.back().summary.oldest, clock.now());
    clock.advance(base::seconds(10));
    desk->refresh();
    queue.run_ready();
    EXPECT_EQ(views.back().summary.waiting, 0U);
    EXPECT_EQ(views.back().summary.ready, 1U);
    EXPECT_EQ(views.back().summary.unsent(), 1U);
}

TEST_F(OutboxDeskTest, SeveralRefreshesInARowCostOneReading) {
    desk->refresh();
    desk->refresh();
    desk->refresh();
    queue.run_ready();
    EXPECT_EQ(views.size(), 1U);
    desk->refresh();
    queue.run_ready();
    EXPECT_EQ(views.size(), 2U);
}

TEST_F(OutboxDeskTest, UndoOfWhatWasNeverSentWithdrawsIt) {
    result(desk->enqueue(operation(OperationKind::approve, "op-1", base::seconds(10))));
    auto undo = operation(OperationKind::undo, "op-2");
    undo.undo_of = "op-1";
    const auto taken = result(desk->undo(undo));
    EXPECT_TRUE(taken.status.ok());
    EXPECT_TRUE(taken.withdrawn);
    EXPECT_EQ((*desk->file().find("op-1"))->state, OperationState::withdrawn);
    EXPECT_FALSE(desk->file().find("op-2")->has_value());
    EXPECT_EQ(views.back().summary.unsent(), 0U);
}

TEST_F(OutboxDeskTest, UndoOfWhatWasSentCarriesTheValuesOfBefore) {
    const auto reject = operation(OperationKind::reject, "op-1");
    result(desk->enqueue(reject));
    sent("op-1");
    auto undo = operation(OperationKind::undo, "op-2");
    undo.undo_of = "op-1";
    undo.base_update_time = test::kVersion2;
    undo.base_fields = base::to_text(sync::encode_capture(model::apply(model::test::a_capture("s1"), reject)));
    const auto taken = result(desk->undo(undo));
    ASSERT_TRUE(taken.status.ok()) << taken.status.error().full();
    EXPECT_FALSE(taken.withdrawn);
    const auto* set = base::find(taken.operation.extra, "set");
    ASSERT_TRUE(set) << "an undo that sets nothing restores nothing";
    const auto restored = model::apply(model::apply(model::test::a_capture("s1"), reject), taken.operation);
    EXPECT_EQ(restored.decision(), model::Decision::none);
    EXPECT_TRUE(restored.validation_errors.empty());
    EXPECT_EQ(restored.validation_status, model::ValidationStatus::pending);
}

TEST_F(OutboxDeskTest, UndoOnTheVersionBeforeTheEchoRestoresTheSame) {
    result(desk->enqueue(operation(OperationKind::approve, "op-1")));
    ASSERT_TRUE(desk->file().mark_sending("op-1").ok());
    auto undo = operation(OperationKind::undo, "op-2");  // sees the capture as it was before
    undo.undo_of = "op-1";
    const auto taken = result(desk->undo(undo));
    ASSERT_TRUE(taken.status.ok()) << taken.status.error().full();
    EXPECT_EQ(taken.operation.predecessor, "op-1");
    const auto* set = base::find(taken.operation.extra, "set");
    ASSERT_TRUE(set);
    EXPECT_TRUE(set->contains("review"));
}

TEST_F(OutboxDeskTest, UndoIsRefusedWhenTheDecisionWasChangedSince) {
    result(desk->enqueue(operation(OperationKind::approve, "op-1")));
    sent("op-1");
    auto undo = operation(OperationKind::undo, "op-2");
    undo.undo_of = "op-1";
    undo.base_update_time = "2025-06-15T18:00:00Z";
    undo.base_fields = base::to_text(sync::encode_capture(
        model::test::decided(model::test::a_capture("s1"), model::Decision::rejected, "sipho", "theirs")));
    const auto taken = result(desk->undo(undo));
    ASSERT_FALSE(taken.status.ok());
    EXPECT_EQ(taken.status.error().kind, base::ErrorKind::precondition_failed);
    EXPECT_FALSE(desk->file().find("op-2")->has_value());
}

TEST_F(OutboxDeskTest, UndoOfADecisionOfAnotherDeskIsRefusedInWords) {
    auto undo = operation(OperationKind::undo, "op-2");
    undo.undo_of = "elsewhere";
    const auto taken = result(desk->undo(undo));
    ASSERT_FALSE(taken.status.ok());
    EXPECT_NE(taken.status.error().what.find("not made at this desk"), std::string::npos);
    EXPECT_FALSE(desk->file().find("op-2")->has_value());
}

TEST_F(OutboxDeskTest, TakingBackTwiceIsRefused) {
    result(desk->enqueue(operation(OperationKind::approve, "op-1", base::seconds(10))));
    auto undo = operation(OperationKind::undo, "op-2");
    undo.undo_of = "op-1";
    result(desk->undo(undo));
    undo.op_id = "op-3";
    EXPECT_FALSE(result(desk->undo(undo)).status.ok());
    EXPECT_FALSE(desk->file().find("op-3")->has_value());
}

TEST_F(OutboxDeskTest, AParkedDecisionIsAMatterUntilItIsReleasedOrTakenBack) {
    result(desk->enqueue(operation(OperationKind::approve, "op-1")));
    ASSERT_TRUE(desk->file().mark_sending("op-1").ok());
    ASSERT_TRUE(
        desk->file().mark_conflict("op-1", R"({"notes":{"stringValue":"theirs"}})", "Changed by somebody else.").ok());
    desk->refresh();
    queue.run_ready();
    ASSERT_EQ(views.back().matters.size(), 1U);
    EXPECT_EQ(views.back().summary.conflicts, 1U);
    EXPECT_NE(views.back().matters[0].theirs_fields.find("theirs"), std::string::npos);
    std::optional<base::Status> answered;
    desk->resolve("op-1", true, [&](base::Status status) { answered = std::move(status); });
    queue.run_ready();
    ASSERT_TRUE(answered && answered->ok());
    EXPECT_TRUE(views.back().matters.empty());
    EXPECT_EQ(views.back().summary.unsent(), 1U);
    desk->resolve("op-1", false, [&](base::Status status) { answered = std::move(status); });
    queue.run_ready();
    EXPECT_FALSE(answered->ok()) << "it may have reached the server";
}

TEST_F(OutboxDeskTest, MyDayCountsTodaysDecisionsOfThisPersonOnly) {
    clock.set({1'750'000'000'000'000});
    auto yesterday = operation(OperationKind::approve, "old");
    yesterday.made_at = clock.now() - base::hours(30);
    yesterday.staging_id = "s0";
    result(desk->enqueue(yesterday));
    result(desk->enqueue(operation(OperationKind::approve, "op-1")));
    auto rejected = operation(OperationKind::reject, "op-2");
    rejected.staging_id = "s2";
    result(desk->enqueue(rejected));
    auto others = operation(OperationKind::approve, "op-3");
    others.uid = "sipho";
    others.staging_id = "s3";
    result(desk->enqueue(others));
    desk->set_person("thandi", 120);
    queue.run_ready();
    const auto& day = views.back().my_day;
    EXPECT_EQ(day.decided_today, 2U);
    EXPECT_EQ(day.approved_today, 1U);
    EXPECT_EQ(day.rejected_today, 1U);
    ASSERT_EQ(day.latest.size(), 2U);
    EXPECT_TRUE(day.latest[0].operation.base_fields.empty());
    EXPECT_EQ(views.back().summary.unsent(), 4U);
}

TEST_F(OutboxDeskTest, DraftsComeOnceForEachPerson) {
    desk->set_draft("thandi", "s1", "half a sentence");
    desk->set_person("thandi", 120);
    queue.run_ready();
    ASSERT_TRUE(views.back().drafts.has_value());
    EXPECT_EQ(views.back().drafts->at("s1"), "half a sentence");
    desk->refresh();
    queue.run_ready();
    EXPECT_FALSE(views.back().drafts.has_value()) << "from then on they are main's";
    desk->set_person("sipho", 120);
    queue.run_ready();
    ASSERT_TRUE(views.back().drafts.has_value());
    EXPECT_TRUE(views.back().drafts->empty());
}

TEST_F(OutboxDeskTest, ARefusalIsJournalled) {
    const auto before = desk->file().verify_journal()->entries;
    desk->record_refusal(operation(OperationKind::approve, "op-1"), "Analysts cannot decide.");
    queue.run_ready();
    EXPECT_EQ(desk->file().verify_journal()->entries, before + 1);
    EXPECT_FALSE(desk->file().find("op-1")->has_value());
}

}  // namespace
}  // namespace linesman::app
