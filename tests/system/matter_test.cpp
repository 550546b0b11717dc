// Conflicts looked at closely and settled field by field.
#include "system/desk_fixture.h"

namespace linesman::system_test {
namespace {

using app::Side;
using model::CaptureField;
using model::OperationKind;

class MatterTest : public ServerTest {
  protected:
    void SetUp() override {
        ServerTest::SetUp();
        stage_clean(1);
        first_ = std::make_unique<DeskUnderTest>(server);
        second_ = std::make_unique<DeskUnderTest>(server, "second");
        first_->open();
        second_->open();
        ASSERT_TRUE(first_->ready(1));
        ASSERT_TRUE(second_->ready(1));
        (*second_)->set_work_offline(true);
        ASSERT_TRUE(second_->wait([](const app::Snapshot& s) { return s.sync.work_offline; }));
    }
    static app::DecisionDraft correction(const std::string& number, const std::string& notes) {
        app::DecisionDraft draft;
        draft.kind = OperationKind::correct;
        draft.staging_id = "stg0";
        if (!number.empty()) draft.correction.pole_number = number;
        if (!notes.empty()) draft.correction.notes = notes;
        return draft;
    }
    // Both change it; the second desk's is in conflict. Returns its op_id.
    std::string clash(const app::DecisionDraft& theirs, const app::DecisionDraft& mine) {
        EXPECT_TRUE(is_durable(first_->decide(theirs)));
        EXPECT_TRUE(first_->all_sent());
        const auto outcome = second_->decide(mine);
        EXPECT_TRUE(is_durable(outcome)) << outcome.why;
        (*second_)->set_work_offline(false);
        EXPECT_TRUE(
            second_->wait([](const app::Snapshot& s) { return s.outbox.conflicts == 1 && !s.matters.empty(); }));
        return outcome.op_id;
    }
    std::shared_ptr<const app::MatterDetail> matter(const std::string& op_id) {
        std::shared_ptr<const app::MatterDetail> found;
        EXPECT_TRUE(second_->wait([&](const app::Snapshot& s) {
            found = (*second_)->matter(op_id);
            return found && found->generation == s.rows_generation;
        }));
        return found;
    }
    // Asks again while the newest version is still being read.
    app::DecisionOutcome settle(const std::string& op_id, const app::MatterResolution& resolution) {
        app::DecisionOutcome outcome;
        second_->wait([&](const app::Snapshot&) {
            outcome = second_->settled((*second_)->resolve_fields(op_id, resolution));
            return outcome.why.find("still being read") == std::string::npos;
        });
        return outcome;
    }
    bool settled_and_sent() {
        return second_->wait([](const app::Snapshot& s) { return s.matters.empty() && s.outbox.unsent() == 0; });
    }

    std::unique_ptr<DeskUnderTest> first_, second_;  // made once the server listens
};

TEST_F(MatterTest, TheThreeWayDifferenceNamesWhatClashes) {
    const auto op = clash(correction("LAW.P.B901", ""), correction("LAW.P.B902", "Second look"));
    const auto seen = matter(op);
    ASSERT_TRUE(seen);
    EXPECT_TRUE(seen->conflict);
    ASSERT_EQ(seen->fields.size(), 2U);
    EXPECT_EQ(seen->fields[0].field, CaptureField::pole_number);
    EXPECT_TRUE(seen->fields[0].clash);
    EXPECT_EQ(seen->fields[0].base, clean_capture(0).pole_number);
    EXPECT_EQ(seen->fields[0].theirs, "LAW.P.B901");
    EXPECT_EQ(seen->fields[0].mine, "LAW.P.B902");
    EXPECT_EQ(seen->fields[1].field, CaptureField::notes);
    EXPECT_FALSE(seen->fields[1].clash);
    EXPECT_TRUE(seen->can_choose(CaptureField::notes));
}

TEST_F(MatterTest, EachFieldIsTakenFromTheSideThatWasChosen) {
    const auto op = clash(correction("LAW.P.B901", "Their notes"), correction("LAW.P.B902", "My notes"));
    ASSERT_TRUE(matter(op));
    const auto outcome =
        settle(op, {{{CaptureField::pole_number, Side::theirs}, {CaptureField::notes, Side::mine}}, {}, {}});
    ASSERT_TRUE(is_durable(outcome)) << outcome.why;
    ASSERT_TRUE(settled_and_sent());
    EXPECT_EQ(value::text_at(staging("stg0"), "poleNumber"), "LAW.P.B901");
    EXPECT_EQ(value::text_at(staging("stg0"), "notes"), "My notes");
    EXPECT_EQ(documents(kAudit).size(), 2U);
    EXPECT_EQ(value::integer_at(staging("stg0"), "revision"), 2);
}

TEST_F(MatterTest, AllTheirsWithdrawsMine) {
    const auto op = clash(correction("LAW.P.B901", ""), correction("LAW.P.B902", ""));
    ASSERT_TRUE(matter(op));
    const auto outcome = settle(op, {{{CaptureField::pole_number, Side::theirs}}, {}, {}});
    EXPECT_NE(outcome.state, app::DecisionOutcome::State::refused) << outcome.why;
    ASSERT_TRUE(settled_and_sent());
    EXPECT_EQ(value::text_at(staging("stg0"), "poleNumber"), "LAW.P.B901");
    EXPECT_EQ(documents(kAudit).size(), 1U);
}

TEST_F(MatterTest, MyDecisionStaysAndTheirCorrectionIsSetBackUnderMyName) {
    app::DecisionDraft approve;
    approve.kind = OperationKind::approve;
    approve.staging_id = "stg0";
    const auto op = clash(correction("LAW.P.B901", ""), approve);
    ASSERT_TRUE(matter(op));
    const auto outcome =
        settle(op, {{{CaptureField::pole_number, Side::mine}, {CaptureField::review, Side::mine}}, {}, {}});
    ASSERT_TRUE(is_durable(outcome)) << outcome.why;
    ASSERT_TRUE(settled_and_sent());
    const auto fields = staging("stg0");
    EXPECT_EQ(value::text_at(fields, "poleNumber"), clean_capture(0).pole_number);
    EXPECT_EQ(value::text_at(review_of(fields), "decision"), "approved");
    EXPECT_TRUE(documents(kPoleKeys).contains(model::pole_key_id("Law-001", clean_capture(0).pole_number)));
    EXPECT_EQ(key_count(), 1U);
    EXPECT_EQ(documents(kAudit).size(), 3U);
    size_t by_second = 0;
    for (const auto& [id, entry] : documents(kAudit)) by_second += value::text_at(entry, "by") == "demo-second";
    EXPECT_EQ(by_second, 2U) << "the correction and the approval";
}

TEST_F(MatterTest, KeepingMineAsksThePolicyAgainOnTheirVersion) {
    app::DecisionDraft approve;
    approve.kind = OperationKind::approve;
    approve.staging_id = "stg0";
    // Their change comes as a write of another program: the capture has no position any more.
    auto without = clean_capture(0);
    without.gps.reset();
    put(kStaging, "stg0", sync::encode_capture(without));
    const auto outcome = second_->decide(approve);
    ASSERT_TRUE(is_durable(outcome)) << outcome.why;
    (*second_)->set_work_offline(false);
    ASSERT_TRUE(second_->wait([](const app::Snapshot& s) { return s.matters.size() == 1; }));
    // Judged again with their version.
    ASSERT_TRUE(second_->wait([&](const app::Snapshot&) {
        const auto seen = (*second_)->matter(outcome.op_id);
        return seen && !seen->keep_mine.allowed;
    }));
    (*second_)->resolve(outcome.op_id, app::MatterChoice::keep_mine);
    ASSERT_TRUE(second_->wait([](const app::Snapshot& s) { return !s.notices.empty(); })) << "why not is said";
    EXPECT_EQ(second_->now()->matters.size(), 1U);
    EXPECT_TRUE(documents(kAudit).empty());
    EXPECT_TRUE(documents(kProduction).empty());
}

}  // namespace
}  // namespace linesman::system_test
