#include "store/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/operations.h"
#include "store/sqlite.h"
#include "support/temp_folder.h"

namespace linesman::store {
namespace {

using base::ErrorKind;
using model::OperationState;
using model::PendingOperation;
using test::TempFolder;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> ids(const base::Result<std::vector<PendingOperation>>& list) {
    std::vector<std::string> out;
    EXPECT_TRUE(list) << list.error().full();
    if (list) {
        for (const auto& item : *list) out.push_back(item.operation.op_id);
    }
    return out;
}

class OutboxTest : public testing::Test {
  protected:
    void SetUp() override { reopen(); }
    void reopen() {
        outbox_.reset();
        auto opened = Outbox::open(path(), clock_);
        ASSERT_TRUE(opened) << opened.error().full();
        outbox_ = std::make_unique<Outbox>(std::move(opened).value());
        ASSERT_TRUE(outbox_->become_sender().value());
    }
    std::string path() const { return folder_.file("outbox.db"); }
    model::Operation put(const std::string& op_id, const std::string& capture, const std::string& uid = "nomsa") {
        auto out = outbox_->enqueue(approval(op_id, capture, clock_.now(), uid));
        EXPECT_TRUE(out) << out.error().full();
        return out ? std::move(out).value() : model::Operation();
    }
    OperationState state(const std::string& op_id) { return outbox_->find(op_id).value()->state; }
    std::vector<std::string> ready(const std::string& uid = "nomsa") {
        return ids(outbox_->ready(clock_.now(), 100, uid));
    }

    TempFolder folder_;
    base::ManualClock clock_;
    std::unique_ptr<Outbox> outbox_;
};

TEST_F(OutboxTest, OperationComesBackWholeAfterReopening) {
    auto made = approval("op1", "cap1", clock_.now());
    made.comment = "ünïcode";
    made.overrides = {{"f1", "seen on site"}};
    made.extra = {{"a", 1}};
    auto written = outbox_->enqueue(made);
    ASSERT_TRUE(written);
    EXPECT_EQ(written->sequence, 1);
    EXPECT_EQ(written->desk_id, outbox_->desk_id());
    reopen();
    const auto back = outbox_->find("op1").value();
    ASSERT_TRUE(back);
    EXPECT_EQ(back->state, OperationState::waiting);
    EXPECT_EQ(model::to_json(back->operation), model::to_json(*written));
    EXPECT_EQ(back->operation.base_fields, made.base_fields);
}

TEST_F(OutboxTest, FinishedOperationNewerThanTheVersionSeenIsThePredecessor) {
    auto first = approval("op1", "cap1", clock_.now());
    first.base_update_time = "2026-01-01T08:00:00.000001Z";
    ASSERT_TRUE(outbox_->enqueue(first));
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    ASSERT_TRUE(outbox_->mark_done("op1", "2026-01-01T09:00:00Z"));
    auto stale = approval("op2", "cap1", clock_.now());
    stale.base_update_time = first.base_update_time;
    EXPECT_EQ(outbox_->enqueue(stale)->predecessor, "op1");
    ASSERT_TRUE(outbox_->mark_sending("op2"));
    ASSERT_TRUE(outbox_->mark_done("op2", "2026-01-01T10:00:00Z"));
    auto fresh = approval("op3", "cap1", clock_.now());
    fresh.base_update_time = "2026-01-01T10:00:00Z";
    EXPECT_EQ(outbox_->enqueue(fresh)->predecessor, "");
}

TEST_F(OutboxTest, SecondOperationOnTheSameCaptureNamesItsPredecessor) {
    put("op1", "cap1");
    EXPECT_EQ(put("op2", "cap2").predecessor, "");
    EXPECT_EQ(put("op3", "cap1").predecessor, "op1");
    EXPECT_EQ(put("op4", "cap1").predecessor, "op3");
    EXPECT_EQ(put("op5", "cap1", "thabo").predecessor, "");
}

TEST_F(OutboxTest, SameOperationTwiceIsRefusedAndLeavesNoTrace) {
    put("op1", "cap1");
    EXPECT_EQ(outbox_->enqueue(approval("op1", "cap1", clock_.now())).error().kind, ErrorKind::already_exists);
    EXPECT_EQ(outbox_->head()->sequence, 1);
    EXPECT_EQ(outbox_->pending()->size(), 1U);
}

TEST_F(OutboxTest, OperationWithoutPersonIsInvalid) {
    EXPECT_EQ(outbox_->enqueue(approval("op1", "cap1", clock_.now(), "")).error().kind, ErrorKind::invalid_argument);
}

TEST_F(OutboxTest, HoldBackDelaysSendingAndTellsWhenItEnds) {
    auto operation = approval("op1", "cap1", clock_.now());
    operation.send_after = clock_.now() + base::seconds(10);
    ASSERT_TRUE(outbox_->enqueue(operation));
    EXPECT_THAT(ready(), IsEmpty());
    EXPECT_EQ(outbox_->next_due(clock_.now(), "nomsa").value(), operation.send_after);
    clock_.advance(base::seconds(10));
    EXPECT_THAT(ready(), ElementsAre("op1"));
    EXPECT_EQ(outbox_->next_due(clock_.now(), "nomsa").value(), std::nullopt);
}

TEST_F(OutboxTest, OnlyOwnOperationsAreReadyAndOnePerCapture) {
    put("op1", "cap1");
    put("op2", "cap1");
    put("op3", "cap2", "thabo");
    put("op4", "cap3");
    EXPECT_THAT(ready(), ElementsAre("op1", "op4"));
    EXPECT_THAT(ready("thabo"), ElementsAre("op3"));
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    EXPECT_THAT(ready(), ElementsAre("op4"));
    ASSERT_TRUE(outbox_->mark_done("op1", "2025-02-01T00:00:00Z"));
    EXPECT_THAT(ready(), ElementsAre("op2", "op4"));
    EXPECT_EQ(outbox_->find("op1").value()->committed_update_time, "2025-02-01T00:00:00Z");
}

TEST_F(OutboxTest, MergeBlocksEveryCaptureItTouches) {
    auto merge = approval("op1", "cap1", clock_.now());
    merge.kind = model::OperationKind::merge;
    ASSERT_TRUE(outbox_->enqueue(merge, {"cap2", "cap3"}));
    put("op2", "cap3");
    EXPECT_THAT(ready(), ElementsAre("op1"));
    EXPECT_THAT(ids(outbox_->for_capture("cap2")), ElementsAre("op1"));
    EXPECT_EQ(outbox_->find("op2").value()->operation.predecessor, "op1");
}

TEST_F(OutboxTest, RetryWaitsForItsTimeAndKeepsTheReason) {
    put("op1", "cap1");
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    const auto later = clock_.now() + base::seconds(30);
    ASSERT_TRUE(outbox_->mark_retry("op1", base::make_error(ErrorKind::unavailable, "The server is busy."), later));
    EXPECT_THAT(ready(), IsEmpty());
    EXPECT_EQ(outbox_->next_due(clock_.now(), "nomsa").value(), later);
    const auto item = *outbox_->find("op1").value();
    EXPECT_EQ(item.attempts, 1);
    EXPECT_EQ(item.error_kind, "unavailable");
    EXPECT_EQ(item.error, "The server is busy.");
    clock_.advance(base::seconds(30));
    EXPECT_THAT(ready(), ElementsAre("op1"));
}

TEST_F(OutboxTest, RefusedOperationParksAndHoldsBackItsFollowersOnly) {
    put("op1", "cap1");
    put("op2", "cap1");
    put("op3", "cap2");
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    ASSERT_TRUE(
        outbox_->mark_parked("op1", base::make_error(ErrorKind::permission_denied, "Not allowed."), "Ask an admin."));
    EXPECT_THAT(ready(), ElementsAre("op3"));
    EXPECT_EQ(outbox_->find("op1").value()->cure, "Ask an admin.");
    ASSERT_TRUE(outbox_->release("op1"));
    EXPECT_THAT(ready(), ElementsAre("op1", "op3"));
}

TEST_F(OutboxTest, WithdrawnOperationParksItsFollowersForAPerson) {
    put("op1", "cap1");
    put("op2", "cap1");
    ASSERT_TRUE(outbox_->withdraw("op1"));
    EXPECT_EQ(state("op1"), OperationState::withdrawn);
    EXPECT_EQ(state("op2"), OperationState::parked);
    ASSERT_TRUE(outbox_->release("op2"));
    EXPECT_EQ(outbox_->find("op2").value()->operation.predecessor, "");
    EXPECT_THAT(ready(), ElementsAre("op2"));
}

TEST_F(OutboxTest, ReleasedFollowerKeepsAnAcknowledgedPredecessor) {
    put("op1", "cap1");
    put("op2", "cap1");
    ASSERT_TRUE(outbox_->mark_done("op1", "2025-02-01T00:00:00Z"));
    ASSERT_TRUE(outbox_->mark_parked("op2", base::make_error(ErrorKind::invalid_argument, "No."), ""));
    ASSERT_TRUE(outbox_->release("op2"));
    EXPECT_EQ(outbox_->find("op2").value()->operation.predecessor, "op1");
}

TEST_F(OutboxTest, WhatMayHaveReachedTheServerCannotBeWithdrawn) {
    put("op1", "cap1");
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    EXPECT_EQ(outbox_->withdraw("op1").error().kind, ErrorKind::precondition_failed);
    ASSERT_TRUE(outbox_->mark_retry("op1", base::make_error(ErrorKind::timed_out, "No answer."), clock_.now()));
    EXPECT_EQ(outbox_->withdraw("op1").error().kind, ErrorKind::precondition_failed);
    EXPECT_EQ(state("op1"), OperationState::ready);
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    ASSERT_TRUE(outbox_->mark_done("op1", "t"));
    EXPECT_EQ(outbox_->withdraw("op1").error().kind, ErrorKind::precondition_failed);
}

TEST_F(OutboxTest, AcknowledgementToldTwiceIsFineAndADifferentOneIsNot) {
    put("op1", "cap1");
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    ASSERT_TRUE(outbox_->mark_done("op1", "t1"));
    const auto head = outbox_->head()->sequence;
    EXPECT_TRUE(outbox_->mark_done("op1", "t1"));
    EXPECT_EQ(outbox_->head()->sequence, head);
    EXPECT_EQ(outbox_->mark_done("op1", "t2").error().kind, ErrorKind::precondition_failed);
    EXPECT_EQ(outbox_->mark_done("nothing", "t").error().kind, ErrorKind::not_found);
}

TEST_F(OutboxTest, ConflictKeepsTheirDocumentUntilRebased) {
    put("op1", "cap1");
    ASSERT_TRUE(outbox_->mark_conflict("op1", R"({"x":1})", "Somebody else decided."));
    EXPECT_EQ(outbox_->theirs("op1").value(), R"({"x":1})");
    EXPECT_THAT(ready(), IsEmpty());
    ASSERT_TRUE(outbox_->rebase("op1", "2025-03-01T00:00:00Z", R"({"x":2})"));
    const auto item = *outbox_->find("op1").value();
    EXPECT_EQ(item.state, OperationState::ready);
    EXPECT_EQ(item.operation.base_update_time, "2025-03-01T00:00:00Z");
    EXPECT_EQ(item.operation.base_fields, R"({"x":2})");
    EXPECT_EQ(outbox_->theirs("op1").value(), std::nullopt);
}

TEST_F(OutboxTest, WhatWasBeingSentInACrashIsReadyAgain) {
    put("op1", "cap1");
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    reopen();
    EXPECT_EQ(state("op1"), OperationState::ready);
    EXPECT_EQ(outbox_->withdraw("op1").error().kind, ErrorKind::precondition_failed);
}

TEST_F(OutboxTest, OnlyOneHolderSendsAndTheOtherLeavesItsRowsAlone) {
    put("op1", "cap1");
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    auto second = Outbox::open(path(), clock_);
    ASSERT_TRUE(second) << second.error().full();
    EXPECT_FALSE(second->become_sender().value());
    EXPECT_EQ(state("op1"), OperationState::sending);
}

TEST_F(OutboxTest, AppendByAnotherConnectionContinuesTheChainAndIsNoticed) {
    put("op1", "cap1");
    auto second = Outbox::open(path(), clock_);
    ASSERT_TRUE(second);
    (void)outbox_->changed_elsewhere();
    const auto theirs = second->enqueue(approval("op2", "cap1", clock_.now()));
    ASSERT_TRUE(theirs);
    EXPECT_EQ(theirs->sequence, 2);
    EXPECT_EQ(theirs->predecessor, "op1");
    EXPECT_TRUE(outbox_->changed_elsewhere().value());
    EXPECT_FALSE(outbox_->changed_elsewhere().value());
    EXPECT_EQ(put("op3", "cap1").sequence, 3);
    EXPECT_TRUE(outbox_->verify_journal()->whole());
}

TEST_F(OutboxTest, BatchIsAllOrNothing) {
    const BulkBatch batch{"b1", "nomsa", clock_.now(), "Approve 2", {{"refused", base::Json::array()}}};
    std::vector<model::Operation> bad = {approval("op1", "cap1", clock_.now()), approval("op1", "cap2", clock_.now())};
    EXPECT_EQ(outbox_->enqueue_batch(batch, bad).error().kind, ErrorKind::already_exists);
    EXPECT_THAT(ids(outbox_->pending()), IsEmpty());
    bad[1].op_id = "op2";
    ASSERT_TRUE(outbox_->enqueue_batch(batch, bad));
    EXPECT_THAT(ids(outbox_->batch_items("b1")), ElementsAre("op1", "op2"));
    EXPECT_EQ(outbox_->batches("nomsa", 9)->at(0).title, "Approve 2");
}

TEST_F(OutboxTest, HistoryAndCountsTellWhoDidWhat) {
    put("op1", "cap1");
    clock_.advance(base::hours(1));
    put("op2", "cap2");
    put("op3", "cap3", "thabo");
    ASSERT_TRUE(outbox_->withdraw("op2"));
    EXPECT_THAT(ids(outbox_->made_by("nomsa", {0}, {INT64_MAX}, 9)), ElementsAre("op2", "op1"));
    EXPECT_THAT(ids(outbox_->made_by("nomsa", clock_.now(), {INT64_MAX}, 9)), ElementsAre("op2"));
    const auto counts = outbox_->counts_by_person().value();
    EXPECT_EQ(counts.at("nomsa").waiting, 1);
    EXPECT_EQ(counts.at("thabo").unfinished(), 1);
    EXPECT_EQ(counts.at("nomsa").oldest_made_at, clock_.now() - base::hours(1));
    EXPECT_EQ(outbox_->last_decision("cap1").value()->operation.op_id, "op1");
    EXPECT_EQ(outbox_->last_decision("cap2").value(), std::nullopt);
}

TEST_F(OutboxTest, DraftsFiltersAndSettingsAreKept) {
    ASSERT_TRUE(outbox_->set_draft("nomsa", "cap1", "half a sen"));
    ASSERT_TRUE(outbox_->set_draft("nomsa", "cap1", "half a sentence"));
    ASSERT_TRUE(outbox_->set_saved_filter("mine", "{}"));
    ASSERT_TRUE(outbox_->set_setting("ui.theme", "dark"));
    const auto desk = outbox_->desk_id();
    reopen();
    EXPECT_EQ(outbox_->desk_id(), desk);
    EXPECT_EQ(outbox_->draft("nomsa", "cap1").value(), "half a sentence");
    EXPECT_EQ(outbox_->draft("thabo", "cap1").value(), std::nullopt);
    EXPECT_EQ(outbox_->saved_filters()->at("mine"), "{}");
    EXPECT_EQ(outbox_->setting("ui.theme").value(), "dark");
    ASSERT_TRUE(outbox_->set_draft("nomsa", "cap1", ""));
    ASSERT_TRUE(outbox_->set_setting("ui.theme", std::nullopt));
    EXPECT_THAT(outbox_->drafts("nomsa").value(), IsEmpty());
    EXPECT_EQ(outbox_->setting("ui.theme").value(), std::nullopt);
    EXPECT_EQ(outbox_->set_setting("store.desk_id", "x").error().kind, ErrorKind::invalid_argument);
}

TEST_F(OutboxTest, JournalHoldsEveryStepInOneChain) {
    put("op1", "cap1");
    ASSERT_TRUE(outbox_->record_refusal(approval("op2", "cap2", clock_.now()), "Wrong role."));
    ASSERT_TRUE(outbox_->mark_sending("op1"));
    ASSERT_TRUE(outbox_->rebase("op1", "t", "{}"));
    ASSERT_TRUE(outbox_->mark_parked("op1", base::make_error(ErrorKind::invalid_argument, "No."), "x"));
    ASSERT_TRUE(outbox_->withdraw("op1"));
    std::vector<std::string> kinds;
    ASSERT_TRUE(outbox_->each_journal_row(0, [&](const JournalRow& row) { return kinds.push_back(row.kind), true; }));
    EXPECT_THAT(kinds, ElementsAre("decided", "refused", "rebased", "parked", "withdrawn"));
    const auto check = outbox_->verify_journal().value();
    EXPECT_TRUE(check.whole()) << check.why;
    EXPECT_EQ(check.entries, 5);
}

struct Tampering {
    const char* sql;
    int64_t first_broken;
};
class JournalTampering : public OutboxTest, public testing::WithParamInterface<Tampering> {};

TEST_P(JournalTampering, IsFoundAtItsPlace) {
    for (int i = 1; i <= 4; ++i) put("op" + std::to_string(i), "cap" + std::to_string(i));
    {
        auto db = Database::open(path());
        ASSERT_TRUE(db && db->exec(GetParam().sql));
    }
    EXPECT_EQ(outbox_->verify_journal()->first_broken, GetParam().first_broken);
    EXPECT_FALSE(outbox_->verify_journal()->why.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Journal, JournalTampering,
    testing::Values(Tampering{"UPDATE journal SET entry=replace(entry,'cap2','cap9') WHERE sequence=2", 2},
                    Tampering{"DELETE FROM journal WHERE sequence=2", 3},
                    Tampering{"UPDATE journal SET kind='done' WHERE sequence=3", 3},
                    Tampering{"UPDATE journal SET hash='x' WHERE sequence=1", 1},
                    Tampering{"UPDATE settings SET value='x' WHERE key='store.install_id'", 1}));

TEST_F(OutboxTest, PayloadThatCannotBeReadStaysVisibleAndIsNotSent) {
    put("op1", "cap1");
    put("op2", "cap2");
    {
        auto db = Database::open(path());
        ASSERT_TRUE(db && db->exec("UPDATE operations SET payload='{' WHERE op_id='op1'"));
    }
    EXPECT_THAT(ready(), ElementsAre("op2"));
    const auto item = *outbox_->find("op1").value();
    EXPECT_EQ(item.state, OperationState::parked);
    EXPECT_EQ(item.operation.staging_id, "cap1");
    EXPECT_FALSE(item.error.empty());
}

}  // namespace
}  // namespace linesman::store
