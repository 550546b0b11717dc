// What another person or another desk decided is taken back from the server's own record; merges, ignored findings and
// old versions likewise.
#include "system/desk_fixture.h"

namespace linesman::system_test {
namespace {

using model::CaptureField;
using model::Decision;
using model::OperationKind;

class UndoOthersTest : public ServerTest {
  protected:
    static app::DecisionDraft draft_of(OperationKind kind, const std::string& id, const std::string& reason = {}) {
        app::DecisionDraft draft;
        draft.kind = kind;
        draft.staging_id = id;
        draft.reason = reason;
        return draft;
    }
    void approved_at_another_desk() {
        stage_clean(1);
        before = staging("stg0");
        DeskUnderTest first(server);
        first.open();
        ASSERT_TRUE(first.ready(1));
        const auto outcome = first.approve("stg0");
        ASSERT_TRUE(is_durable(outcome)) << outcome.why;
        ASSERT_TRUE(first.all_sent());
        decided = outcome.op_id;
    }
    void expect_taken_back(const std::string& op_id, const std::string& by) {
        EXPECT_TRUE(documents(kProduction).empty());
        EXPECT_EQ(key_count(), 0U);
        expect_as_before("stg0", before, 2);
        const auto audits = documents(kAudit);
        ASSERT_EQ(audits.size(), 2U);
        ASSERT_TRUE(audits.contains(op_id));
        EXPECT_EQ(value::text_at(audits.at(op_id), "by"), by);
    }
    // Every field as it was, but for what each write changes.
    void expect_as_before(const std::string& id, const Json& was, int64_t revision) {
        const auto now = staging(id);
        EXPECT_EQ(value::integer_at(now, "revision"), revision);
        const auto then = sync::decode_capture_or_unreadable(id, base::to_text(was), "");
        const auto back = sync::decode_capture_or_unreadable(id, base::to_text(now), "");
        for (const auto& pair : model::difference(then, back))
            ADD_FAILURE() << id << ": " << model::title_of(pair.field) << " was \"" << pair.left << "\" and is \""
                          << pair.right << "\"";
    }

    Json before;
    std::string decided;
};

TEST_F(UndoOthersTest, AnotherPersonsApprovalNeedsAReason) {
    ASSERT_NO_FATAL_FAILURE(approved_at_another_desk());
    DeskUnderTest second(server, "second");
    second.open();
    ASSERT_TRUE(second.ready(1));
    const auto refused = second.decide(draft_of(OperationKind::undo, "stg0"));
    EXPECT_EQ(refused.state, app::DecisionOutcome::State::refused);
    EXPECT_NE(refused.why.find("Say why"), std::string::npos) << refused.why;
    EXPECT_EQ(documents(kAudit).size(), 1U);
    const auto undone = second.decide(draft_of(OperationKind::undo, "stg0", "Wrong pole"));
    ASSERT_TRUE(is_durable(undone)) << undone.why;
    ASSERT_TRUE(second.all_sent());
    expect_taken_back(undone.op_id, "demo-second");
    const auto entry = documents(kAudit).at(undone.op_id);
    EXPECT_EQ(value::text_at(entry, "reason"), "Wrong pole");
    EXPECT_EQ(value::text_at(entry, "undo_of"), decided);
    EXPECT_TRUE(second.shows("stg0", Decision::none));
}

TEST_F(UndoOthersTest, OnesOwnDecisionOfAnotherDeskNeedsNone) {
    ASSERT_NO_FATAL_FAILURE(approved_at_another_desk());
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    const auto undone = desk.decide(draft_of(OperationKind::undo, "stg0"));
    ASSERT_TRUE(is_durable(undone)) << undone.why;
    ASSERT_TRUE(desk.all_sent());
    expect_taken_back(undone.op_id, "demo-supervisor");
}

TEST_F(UndoOthersTest, OfflineItIsRefusedInWords) {
    ASSERT_NO_FATAL_FAILURE(approved_at_another_desk());
    DeskUnderTest second(server, "second");
    second.open();
    ASSERT_TRUE(second.ready(1));
    second->set_work_offline(true);
    ASSERT_TRUE(second.wait([](const app::Snapshot& s) { return s.sync.work_offline; }));
    const auto refused = second.decide(draft_of(OperationKind::undo, "stg0", "Wrong pole"));
    EXPECT_EQ(refused.state, app::DecisionOutcome::State::refused);
    EXPECT_FALSE(refused.why.empty());
    EXPECT_EQ(documents(kProduction).size(), 1U);
    EXPECT_EQ(second.now()->outbox.unsent(), 0U);
}

TEST_F(UndoOthersTest, WithoutTheServersRecordNothingIsGuessed) {
    stage_clean(1);
    auto decided_by_script = clean_capture(0);
    decided_by_script.review = model::Review{};
    decided_by_script.review->decision = Decision::rejected;
    decided_by_script.review->by = "demo-supervisor";
    decided_by_script.review->op_id = "0197a000-0000-7000-8000-000000000001";
    put(kStaging, "stg0", sync::encode_capture(decided_by_script));
    DeskUnderTest second(server, "second");
    second.open();
    ASSERT_TRUE(second.ready(1));
    const auto refused = second.decide(draft_of(OperationKind::undo, "stg0", "Wrong pole"));
    EXPECT_EQ(refused.state, app::DecisionOutcome::State::refused);
    EXPECT_NE(refused.why.find("no record"), std::string::npos) << refused.why;
    EXPECT_TRUE(documents(kAudit).empty());
}

TEST_F(UndoOthersTest, AMergeAndItsUndoLoseNothing) {
    auto kept = clean_capture(0), other = clean_capture(1);
    other.pole_number = kept.pole_number;
    kept.photos[model::index_of(model::Slot::side)].reset();
    stage(kept);
    stage(other);
    const auto kept_before = staging("stg0"), other_before = staging("stg1");
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(2));
    std::shared_ptr<const app::DuplicateMembers> members;
    const std::vector<std::string> pair = {"stg0", "stg1"};
    ASSERT_TRUE(desk.wait([&](const app::Snapshot&) { return (members = desk->duplicate_members(pair)) != nullptr; }));
    ASSERT_TRUE(members->missing.empty()) << members->missing;
    app::MergeDraft draft{pair, {}, "One pole, sent twice"};
    draft.choices.primary = 0;
    draft.choices.from[CaptureField::photo_side] = 1;
    draft.choices.from[CaptureField::notes] = 1;
    const auto preview = desk->preview_merge(draft);
    ASSERT_TRUE(preview.permission.allowed) << preview.permission.why_not;
    EXPECT_TRUE(preview.plan.merged.photos[model::index_of(model::Slot::side)].has_value());
    const auto merged = desk.settled(desk->merge(draft));
    ASSERT_TRUE(is_durable(merged)) << merged.why;
    ASSERT_TRUE(desk.all_sent());
    EXPECT_EQ(value::text_at(review_of(staging("stg1")), "decision"), "superseded");
    const auto joined = sync::decode_capture_or_unreadable("stg0", base::to_text(staging("stg0")), "");
    EXPECT_EQ(joined.photos[model::index_of(model::Slot::side)], other.photos[model::index_of(model::Slot::side)]);
    EXPECT_EQ(documents(kAudit).size(), 1U) << "one change, one entry";
    ASSERT_TRUE(desk.shows("stg1", Decision::superseded));

    const auto undone = desk.decide(draft_of(OperationKind::undo, "stg0", "They are two poles"));
    ASSERT_TRUE(is_durable(undone)) << undone.why;
    ASSERT_TRUE(desk.all_sent());
    expect_as_before("stg0", kept_before, 2);
    expect_as_before("stg1", other_before, 2);
    EXPECT_TRUE(desk.shows("stg1", Decision::none));
}

TEST_F(UndoOthersTest, AnIgnoredFindingCountsNoMoreUntilItIsTakenBack) {
    stage_clean(1);
    auto same_number = clean_capture(1);
    same_number.pole_number = clean_capture(0).pole_number;
    stage(same_number);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(2));
    const auto found = desk.detail("stg1")->findings;
    ASSERT_FALSE(found.empty());
    auto draft = draft_of(OperationKind::ignore_finding, "stg1", "Two poles carry this number");
    draft.target = found.front().id;
    const auto ignored_now = [&](bool wanted) {
        return desk.wait([&](const app::Snapshot&) {
            const auto detail = desk->detail("stg1");
            if (!detail) return false;
            for (const auto& finding : detail->findings) {
                if (finding.id == draft.target) return finding.ignored == wanted;
            }
            return false;
        });
    };
    const auto ignored = desk.decide(draft);
    ASSERT_TRUE(is_durable(ignored)) << ignored.why;
    EXPECT_TRUE(ignored_now(true));
    ASSERT_TRUE(desk.all_sent());
    EXPECT_TRUE(documents(kAudit).contains(ignored.op_id));
    DeskUnderTest other(server, "second");
    other.open();
    ASSERT_TRUE(other.ready(2));
    const auto listed = [&](size_t count) {
        return other.wait([&](const app::Snapshot&) {
            const auto list = other->ignores();
            return list && list->items.size() == count;
        });
    };
    EXPECT_TRUE(listed(1)) << "every desk sees it";
    EXPECT_EQ(other->ignores()->items.front().finding_id, draft.target);

    draft.kind = OperationKind::unignore_finding;
    draft.reason.clear();
    const auto taken_back = desk.decide(draft);
    ASSERT_TRUE(is_durable(taken_back)) << taken_back.why;
    EXPECT_TRUE(ignored_now(false));
    ASSERT_TRUE(desk.all_sent());
    EXPECT_EQ(documents(kAudit).size(), 2U);
    other->sync_now();
    EXPECT_TRUE(listed(0)) << "and that it was taken back";
    EXPECT_EQ(value::integer_at(staging("stg1"), "revision"), 0) << "the capture itself was not touched";
}

TEST_F(UndoOthersTest, AnOldVersionIsRestoredAsANewRevision) {
    stage_clean(1);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    auto correct = draft_of(OperationKind::correct, "stg0");
    correct.correction.pole_number = "LAW.P.B900";
    correct.correction.notes = "Seen from the road";
    const auto corrected = desk.decide(correct);
    ASSERT_TRUE(is_durable(corrected)) << corrected.why;
    ASSERT_TRUE(desk.all_sent());
    DeskUnderTest other(server, "second");
    other.open();
    ASSERT_TRUE(other.ready(1));
    std::shared_ptr<const app::CaptureHistory> history;
    ASSERT_TRUE(other.wait([&](const app::Snapshot&) {
        history = other->history("stg0");
        return history && history->complete;
    }));
    ASSERT_EQ(history->versions.size(), 2U);
    EXPECT_EQ(history->versions.front().id, corrected.op_id);
    EXPECT_EQ(history->versions.back().by_uid, "demo-supervisor");
    EXPECT_EQ(app::compare_versions(*history, corrected.op_id, "").size(), 2U) << "number and notes";
    auto restore = draft_of(OperationKind::restore, "stg0");
    restore.target = corrected.op_id;
    const auto restored = other.decide(restore);
    ASSERT_TRUE(is_durable(restored)) << restored.why;
    ASSERT_TRUE(other.all_sent());
    const auto fields = staging("stg0");
    EXPECT_EQ(value::text_at(fields, "poleNumber"), clean_capture(0).pole_number);
    EXPECT_EQ(value::text_at(fields, "notes"), clean_capture(0).notes);
    EXPECT_EQ(value::integer_at(fields, "revision"), 2);
    EXPECT_EQ(documents(std::string(kStaging) + "/stg0/versions").size(), 2U) << "nothing of before is lost";
    EXPECT_EQ(documents(kAudit).size(), 2U);
}

}  // namespace
}  // namespace linesman::system_test
