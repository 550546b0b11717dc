#include "app/outbox_tally.h"

#include <gtest/gtest.h>

#include "app/app_support.h"

namespace linesman::app {
namespace {

using model::OperationKind;
using model::OperationState;

struct OutboxTallyTest : testing::Test {
    base::Timestamp now{1'763'805'600'000'000};
    std::map<std::string, std::string> documents, theirs;
    int documents_read = 0;
    OutboxTally tally{[this](const std::string& op_id) { return theirs[op_id]; },
                      [this](const std::string& op_id) {
                          ++documents_read;
                          return documents[op_id];
                      }};

    static std::string document(const std::string& number) {
        auto capture = model::test::a_capture("s1");
        capture.pole_number = number;
        return base::to_text(sync::encode_capture(capture));
    }
    model::PendingOperation pending(const std::string& op_id, OperationState state,
                                    OperationKind kind = OperationKind::approve) {
        model::PendingOperation out;
        out.operation = model::test::an_operation(kind, op_id);
        out.operation.uid = "nomsa";
        out.operation.made_at = out.operation.send_after = now;
        out.operation.base_fields = document("LAW.P.A" + op_id);
        out.state = state;
        return out;
    }
    void take(std::vector<model::PendingOperation> changed) {
        tally.take(changed);
        for (const auto& one : changed)
            EXPECT_TRUE(one.operation.base_fields.empty()) << "kilobytes that no list shows";
    }
};

TEST_F(OutboxTallyTest, CountsByState) {
    take({pending("1", OperationState::waiting), pending("2", OperationState::ready),
          pending("3", OperationState::sending), pending("4", OperationState::parked),
          pending("5", OperationState::conflict), pending("6", OperationState::done),
          pending("7", OperationState::withdrawn)});
    const auto summary = tally.summary(now - base::seconds(1));
    EXPECT_EQ(summary.waiting, 1U);
    EXPECT_EQ(summary.ready, 1U);
    EXPECT_EQ(summary.sending, 1U);
    EXPECT_EQ(summary.parked, 1U);
    EXPECT_EQ(summary.conflicts, 1U);
    EXPECT_EQ(summary.unsent(), 3U);
    EXPECT_EQ(summary.oldest, now);
}

TEST_F(OutboxTallyTest, WhatWaitsIsReadyOnceItsTimeIsOver) {
    auto held = pending("1", OperationState::waiting);
    held.operation.send_after = now + base::seconds(10);
    take({held});
    EXPECT_EQ(tally.summary(now).waiting, 1U);
    EXPECT_EQ(tally.summary(now + base::seconds(10)).waiting, 0U);
    EXPECT_EQ(tally.summary(now + base::seconds(10)).ready, 1U);
}

TEST_F(OutboxTallyTest, WhatIsFinishedIsForgotten) {
    take({pending("1", OperationState::ready)});
    take({pending("1", OperationState::done)});
    EXPECT_EQ(tally.summary(now).unsent(), 0U);
    EXPECT_FALSE(tally.summary(now).oldest);
    take({pending("2", OperationState::parked)});
    take({pending("2", OperationState::withdrawn)});
    EXPECT_TRUE(tally.matters().empty());
}

TEST_F(OutboxTallyTest, EverythingBehindOneThatNeedsAPersonIsBlocked) {
    auto second = pending("2", OperationState::ready), third = pending("3", OperationState::ready);
    second.operation.predecessor = "1";
    third.operation.predecessor = "2";
    take({pending("1", OperationState::parked), second, third, pending("4", OperationState::ready)});
    EXPECT_EQ(tally.summary(now).blocked, 2U);
    EXPECT_FALSE(tally.summary(now).at_rest());
    take({pending("4", OperationState::done)});
    EXPECT_TRUE(tally.summary(now).at_rest()) << "nothing more is sent before a person has settled something";
    take({pending("1", OperationState::ready)});
    EXPECT_EQ(tally.summary(now).blocked, 0U);
}

TEST_F(OutboxTallyTest, PredecessorsThatPointInACircleEnd) {
    auto first = pending("1", OperationState::ready), second = pending("2", OperationState::ready);
    first.operation.predecessor = "2";
    second.operation.predecessor = "1";
    take({first, second});
    EXPECT_EQ(tally.summary(now).blocked, 0U);
}

TEST_F(OutboxTallyTest, AMatterHasItsNumberAndTheirVersion) {
    theirs["1"] = "{\"notes\":1}";
    take({pending("1", OperationState::conflict)});
    const auto matters = tally.matters();
    ASSERT_EQ(matters.size(), 1U);
    EXPECT_EQ(matters[0].pole_number, "LAW.P.A1");
    EXPECT_EQ(matters[0].theirs_fields, "{\"notes\":1}");
    EXPECT_EQ(matters[0].pending.operation.op_id, "1");
}

TEST_F(OutboxTallyTest, ADocumentThatCannotBeReadHasNoNumberAndIsStillAMatter) {
    auto broken = pending("1", OperationState::parked);
    broken.operation.base_fields = "{\"poleNumber\":";
    take({broken});
    ASSERT_EQ(tally.matters().size(), 1U);
    EXPECT_EQ(tally.matters()[0].pole_number, "");
}

TEST_F(OutboxTallyTest, MyDayCountsMyDecisionsOfToday) {
    tally.start_day("nomsa", now, {});
    auto others = pending("8", OperationState::done);
    others.operation.uid = "thandi";
    auto yesterday = pending("9", OperationState::done);
    yesterday.operation.made_at = now - base::seconds(1);
    auto reject = pending("2", OperationState::ready, OperationKind::reject);
    reject.operation.made_at = now + base::minutes(30);
    take({pending("1", OperationState::done), reject, pending("3", OperationState::done, OperationKind::correct),
          others, yesterday});
    const auto day = tally.my_day(now + base::hours(1));
    EXPECT_EQ(day.decided_today, 2U);
    EXPECT_EQ(day.approved_today, 1U);
    EXPECT_EQ(day.rejected_today, 1U);
    EXPECT_DOUBLE_EQ(day.per_hour, 2);
    ASSERT_EQ(day.latest.size(), 3U) << "a correction is listed and is no decision";
    EXPECT_EQ(day.latest[0].operation.op_id, "2");
    ASSERT_EQ(day.latest_numbers.size(), 3U);
    EXPECT_EQ(day.latest_numbers[0], "LAW.P.A2");
    EXPECT_EQ(documents_read, 0) << "their numbers were read as they came";
}

TEST_F(OutboxTallyTest, WhatIsTakenBackBeforeItIsSentIsNotOfTheDay) {
    tally.start_day("nomsa", now, {});
    take({pending("1", OperationState::waiting)});
    EXPECT_EQ(tally.my_day(now).decided_today, 1U);
    take({pending("1", OperationState::withdrawn)});
    EXPECT_EQ(tally.my_day(now).decided_today, 0U);
    EXPECT_TRUE(tally.my_day(now).latest.empty());
}

TEST_F(OutboxTallyTest, ADayBeginsWithWhatWasMadeBeforeTheStartAndReadsNumbersWhenAsked) {
    documents["1"] = document("LAW.P.A001");
    auto made = pending("1", OperationState::done);
    made.operation.base_fields.clear();
    tally.start_day("nomsa", now, {made});
    EXPECT_EQ(tally.my_day(now).latest_numbers.at(0), "LAW.P.A001");
    EXPECT_EQ(tally.my_day(now).latest_numbers.at(0), "LAW.P.A001");
    EXPECT_EQ(documents_read, 1);
    tally.start_day("thandi", now, {});
    EXPECT_EQ(tally.my_day(now).decided_today, 0U) << "another person's day begins at nothing";
}

TEST_F(OutboxTallyTest, ClearingForgetsTheQueueAndKeepsTheDay) {
    tally.start_day("nomsa", now, {});
    take({pending("1", OperationState::parked)});
    tally.clear();
    EXPECT_TRUE(tally.matters().empty());
    EXPECT_EQ(tally.summary(now).parked, 0U);
    EXPECT_EQ(tally.my_day(now).decided_today, 1U);
}

}  // namespace
}  // namespace linesman::app
