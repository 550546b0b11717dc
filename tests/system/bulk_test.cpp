// Bulk decisions from the dry run to the receipts, and what comes in between: pauses, lost replies, another desk.
#include "system/bulk_fixture.h"

namespace linesman::system_test {
namespace {

using app::BatchState;
using backend::FaultRule;
using model::Decision;
using Verdict = app::BulkPlanItem::Verdict;

class BulkTest : public BulkServerTest {};

TEST_F(BulkTest, TheDryRunSaysWhatIsRefusedAndTheReceiptsSayWhatBecameOfTheRest) {
    constexpr size_t kCaptures = 30;
    for (size_t i = 0; i < kCaptures; ++i) {
        auto capture = clean_capture(i);
        if (i % 5 == 4) capture.gps.reset();
        if (i == 1) capture.pole_number = clean_capture(0).pole_number;
        stage(capture);
    }
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(kCaptures));
    desk->set_bulk_rate(50);
    const auto plan = dry_run(desk, approval_of(ids(0, kCaptures)));
    ASSERT_TRUE(plan && plan->ready);
    EXPECT_EQ(plan->items.size(), kCaptures);
    EXPECT_EQ(plan->will_change, 22U);
    EXPECT_EQ(plan->need_override, 0U) << "no project allows that in bulk";
    EXPECT_EQ(plan->refused, 8U) << "six without a position, two with one number";
    for (const auto& item : plan->items) {
        EXPECT_FALSE(item.text.empty()) << item.staging_id;
        const size_t i = std::stoul(item.staging_id.substr(3));
        EXPECT_EQ(item.verdict == Verdict::refused, i % 5 == 4 || i < 2) << item.staging_id << ": " << item.text;
    }
    EXPECT_TRUE(documents(kAudit).empty()) << "a dry run changes nothing";

    const auto begun = start(desk, plan->id);
    ASSERT_EQ(begun.state, app::BulkStart::State::durable) << begun.why;
    EXPECT_EQ(begun.items, 22U);
    const auto batch = finished(desk, begun.batch_id);
    EXPECT_EQ(batch.done, 22U);
    EXPECT_EQ(batch.need_person, 0U);
    EXPECT_EQ(batch.total, 22U) << "what was refused is no part of it";
    expect_each_approved_once(22);
    for (const auto& [id, fields] : documents(kAudit)) {
        EXPECT_EQ(value::text_at(fields, "batch_id"), begun.batch_id) << id;
        EXPECT_EQ(value::text_at(fields, "via"), "bulk") << id;
    }
    const auto list = receipts(desk, begun.batch_id);
    ASSERT_TRUE(list);
    ASSERT_EQ(list->items.size(), 22U);
    const auto audits = documents(kAudit);
    for (const auto& item : list->items) {
        EXPECT_EQ(item.state, model::OperationState::done) << item.staging_id;
        EXPECT_FALSE(item.text.empty()) << item.staging_id;
        EXPECT_FALSE(item.update_time.empty()) << item.staging_id;
        ASSERT_TRUE(audits.contains(item.op_id)) << item.staging_id;
        EXPECT_EQ(value::text_at(audits.at(item.op_id), "hash"), item.hash) << "the receipt names its journal entry";
    }
}

TEST_F(BulkTest, WithAReasonTheOverridableOnesAreApprovedAndTheReasonIsRecorded) {
    put("projects", "Law-001", {{"name", value::text("Lawley")}, {"allows_bulk_override", value::boolean(true)}});
    stage_clean(1);
    auto same_number = clean_capture(1);
    same_number.pole_number = clean_capture(0).pole_number;
    stage(same_number);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(2));
    auto request = approval_of({"stg1"});
    const auto without = dry_run(desk, request);
    ASSERT_TRUE(without);
    EXPECT_EQ(without->need_override, 1U);
    EXPECT_EQ(start(desk, without->id).state, app::BulkStart::State::refused) << "nothing would change";
    request.override_reason = "Two poles carry this number on site";
    const auto with = dry_run(desk, request);
    ASSERT_TRUE(with);
    ASSERT_EQ(with->items.size(), 1U);
    EXPECT_FALSE(with->items.front().overridden.empty());
    ASSERT_EQ(with->will_change, 1U) << with->items.front().text;
    const auto begun = start(desk, with->id);
    ASSERT_EQ(begun.state, app::BulkStart::State::durable) << begun.why;
    EXPECT_EQ(finished(desk, begun.batch_id).done, 1U);
    EXPECT_NE(base::to_text(review_of(staging("stg1"))).find(request.override_reason), std::string::npos);
}

TEST_F(BulkTest, APausedBatchSendsNothingUntilItIsResumed) {
    constexpr size_t kItems = 10;
    stage_clean(kItems + 1);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(kItems + 1));
    desk->set_bulk_rate(app::kLeastBulkRate);
    const auto plan = dry_run(desk, approval_of(ids(0, kItems)));
    const auto begun = start(desk, plan->id);
    ASSERT_EQ(begun.state, app::BulkStart::State::durable) << begun.why;
    desk->pause_batch(begun.batch_id);
    const auto paused =
        batch_when(desk, begun.batch_id, [](const auto& b) { return b.state == BatchState::paused && b.sending == 0; });
    ASSERT_LT(paused.done, kItems);
    desk->set_bulk_rate(app::kMostBulkRate);
    ASSERT_TRUE(is_durable(desk.approve(numbered("stg", kItems))));
    ASSERT_TRUE(desk.shows(numbered("stg", kItems), Decision::approved)) << "single decisions go on";
    EXPECT_EQ(documents(kAudit).size(), paused.done + 1);
    // The pause survives the program.
    desk.close();
    desk.open();
    ASSERT_TRUE(desk.ready(kItems + 1));
    const auto again = batch_when(desk, begun.batch_id, [](const auto& b) { return b.total > 0; });
    EXPECT_EQ(again.state, BatchState::paused);
    EXPECT_EQ(again.done, paused.done);
    desk->resume_batch(begun.batch_id);
    EXPECT_EQ(finished(desk, begun.batch_id).done, kItems);
    expect_each_approved_once(kItems + 1);
}

TEST_F(BulkTest, CancellingTakesBackWhatWasNotSentAndKeepsTheRest) {
    constexpr size_t kItems = 10;
    stage_clean(kItems);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(kItems));
    desk->set_bulk_rate(app::kLeastBulkRate);
    const auto plan = dry_run(desk, approval_of(ids(0, kItems)));
    const auto begun = start(desk, plan->id);
    ASSERT_EQ(begun.state, app::BulkStart::State::durable) << begun.why;
    batch_when(desk, begun.batch_id, [](const auto& b) { return b.done == 1; });
    desk->cancel_batch(begun.batch_id);
    const auto over = batch_when(desk, begun.batch_id,
                                 [](const auto& b) { return b.state == BatchState::cancelled && b.sending == 0; });
    EXPECT_GE(over.done, 1U);
    EXPECT_GE(over.withdrawn, 1U);
    EXPECT_EQ(over.done + over.withdrawn, kItems);
    EXPECT_EQ(over.waiting, 0U);
    expect_each_approved_once(over.done);
    desk->resume_batch(begun.batch_id);  // cancelled is for good
    const auto list = receipts(desk, begun.batch_id);
    ASSERT_TRUE(list);
    for (const auto& item : list->items) {
        if (item.state != model::OperationState::withdrawn) continue;
        EXPECT_TRUE(desk.shows(item.staging_id, Decision::none)) << item.staging_id;
    }
    EXPECT_EQ(batch_in(*desk.now(), begun.batch_id).state, BatchState::cancelled);
    ASSERT_TRUE(is_durable(desk.reject(list->items.back().staging_id))) << "it can be decided anew";
    EXPECT_TRUE(desk.shows(list->items.back().staging_id, Decision::rejected));
}

TEST_F(BulkTest, LostRepliesAndABusyServerDecideNothingTwice) {
    constexpr size_t kItems = 16;
    stage_clean(kItems);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(kItems));
    desk->set_bulk_rate(app::kMostBulkRate);
    const auto plan = dry_run(desk, approval_of(ids(0, kItems)));
    FaultRule lost;
    lost.kind = FaultRule::Kind::drop_reply;
    lost.path_contains = ":commit";
    lost.probability = 0.6;
    lost.remaining = 8;
    server.faults().add(lost);
    server.faults().next(FaultRule::Kind::unavailable, 2, ":commit");
    const auto begun = start(desk, plan->id);
    ASSERT_EQ(begun.state, app::BulkStart::State::durable) << begun.why;
    EXPECT_EQ(finished(desk, begun.batch_id).done, kItems);
    EXPECT_GE(server.faults().hits(), 3U);
    expect_each_approved_once(kItems);
}

TEST_F(BulkTest, OfTwoDesksOnTheSameCapturesNoneLosesADecisionUnseen) {
    constexpr size_t kItems = 12;
    stage_clean(kItems);
    DeskUnderTest first(server), second(server, "second");
    std::vector<std::string> batches;
    for (auto* desk : {&first, &second}) {
        desk->open();
        ASSERT_TRUE(desk->ready(kItems));
        (**desk).set_bulk_rate(app::kMostBulkRate);
        go_offline(*desk);
        const auto kind = desk == &first ? model::OperationKind::approve : model::OperationKind::reject;
        const auto plan = dry_run(*desk, request_for(kind, ids(0, kItems)));
        ASSERT_TRUE(plan && plan->will_change == kItems);
        const auto begun = start(*desk, plan->id);
        ASSERT_EQ(begun.state, app::BulkStart::State::durable) << begun.why;
        batches.push_back(begun.batch_id);
    }
    first->set_work_offline(false);
    second->set_work_offline(false);
    const auto settled = [](const app::BatchSummary& b) { return b.waiting + b.sending == 0 && b.total > 0; };
    const auto one = batch_when(first, batches[0], settled);
    const auto two = batch_when(second, batches[1], settled);
    EXPECT_EQ(one.done + one.need_person, kItems);
    EXPECT_EQ(two.done + two.need_person, kItems);
    EXPECT_EQ(one.done + two.done, kItems) << "each capture is decided by one of them";
    ASSERT_TRUE(first.wait([&](const app::Snapshot& s) { return s.outbox.conflicts == one.need_person; }));
    ASSERT_TRUE(second.wait([&](const app::Snapshot& s) { return s.outbox.conflicts == two.need_person; }));
    const auto changes = changes_by_capture();
    EXPECT_EQ(changes.size(), kItems);
    for (const auto& [id, times] : changes) EXPECT_EQ(times, 1U) << id;
    EXPECT_EQ(documents(kProduction).size(), one.done);
    EXPECT_EQ(key_count(), one.done);
    for (const auto& item : receipts(second, batches[1])->items) {
        const auto mine = value::text_at(review_of(staging(item.staging_id)), "op_id") == item.op_id;
        EXPECT_EQ(item.state, mine ? model::OperationState::done : model::OperationState::conflict);
    }
}

TEST_F(BulkTest, WhatChangedSinceTheDryRunIsLeftOutWithAReceipt) {
    stage_clean(3);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(3));
    const auto plan = dry_run(desk, approval_of(ids(0, 3)));
    ASSERT_TRUE(plan && plan->will_change == 3);
    const auto single = desk.approve("stg1");
    ASSERT_TRUE(is_durable(single)) << single.why;
    ASSERT_TRUE(desk.shows("stg1", Decision::approved));
    const auto begun = start(desk, plan->id);
    ASSERT_EQ(begun.state, app::BulkStart::State::durable) << begun.why;
    const auto batch = finished(desk, begun.batch_id);
    EXPECT_EQ(batch.done, 2U);
    EXPECT_EQ(batch.left_out, 1U);
    const auto list = receipts(desk, begun.batch_id);
    for (const auto& item : list->items) {
        EXPECT_EQ(item.left_out, item.staging_id == "stg1") << item.text;
    }
    EXPECT_EQ(value::text_at(review_of(staging("stg1")), "op_id"), single.op_id);
    expect_each_approved_once(3);
}

}  // namespace
}  // namespace linesman::system_test
