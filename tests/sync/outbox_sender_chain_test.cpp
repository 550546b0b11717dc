// What the simulation (tests/simulation) found, each as one short story.
#include <gtest/gtest.h>

#include "model/keys.h"
#include "model/merge.h"
#include "model/undo.h"
#include "sync/in_process.h"

namespace linesman::sync::test {
namespace {

using model::OperationKind;
using model::OperationState;

struct SenderChainTest : testing::Test {
    Backend backend;
    std::unique_ptr<Desk> desk, other;

    void prepare(int captures = 1) {
        for (int i = 0; i < captures; ++i) {
            auto capture = phone_capture(numbered("c", i), numbered("LAW.P.B10", i));
            capture.offline_id += std::to_string(i);
            backend.stage(capture);
        }
        backend.index_keys();
        backend.clock.advance(base::minutes(10));
        desk = std::make_unique<Desk>(backend);
        other = std::make_unique<Desk>(backend, "uid-sipho");
        ASSERT_TRUE(desk->sync().ok());
        ASSERT_TRUE(other->sync().ok());
    }
    void TearDown() override {
        desk.reset();
        other.reset();
    }
    // An undo as the desk makes it: with the values known at that moment.
    model::Operation undo_of(Desk& at, const std::string& id, const model::Operation& undone) {
        auto undo = at.operation(OperationKind::undo, id);
        const auto before = decode_capture_or_unreadable(id, undone.base_fields, undone.base_update_time);
        auto current = *at.capture(id);
        if (current.review == before.review) current = model::apply(current, undone);
        undo.undo_of = undone.op_id;
        undo.extra = model::undo_capture(current, before, undone).extra;
        return undo;
    }
    model::Operation merge_of(Desk& at, const std::string& primary, const std::string& second) {
        const std::vector<model::Capture> captures = {*at.capture(primary), *at.capture(second)};
        auto made = at.operation(OperationKind::merge, primary);
        made.target = primary;
        made.extra = model::merge_captures(captures, {})->extra;
        return made;
    }
};

TEST_F(SenderChainTest, AMergeDoesNotSupersedeACaptureThatWasDecidedSinceItWasSeen) {
    prepare(2);
    const auto merge = merge_of(*desk, "c0", "c1");
    const auto rejected = other->enqueue(other->reject("c1"));
    other->send();
    ASSERT_EQ(other->fate(rejected).state, OperationState::done);
    desk->enqueue(merge);
    desk->send(base::minutes(5));
    EXPECT_EQ(desk->fate(merge.op_id).state, OperationState::conflict);
    EXPECT_NE(desk->fate(merge.op_id).error.find("c1"), std::string::npos);
    ASSERT_TRUE(desk->sync().ok());
    EXPECT_EQ(desk->capture("c1")->decision(), model::Decision::rejected);
}

TEST_F(SenderChainTest, AMergeSurvivesAMachineWriteToTheCaptureItSupersedes) {
    prepare(2);
    const auto merge = merge_of(*desk, "c0", "c1");
    backend.patch("c1", {{{"validation_status", value::text("validated")}}, {}, {"updated_at"}});
    desk->enqueue(merge);
    desk->send(base::minutes(5));
    EXPECT_EQ(desk->fate(merge.op_id).state, OperationState::done) << desk->fate(merge.op_id).error;
}

TEST_F(SenderChainTest, AMergeOvertakenOnItsWayIsBuiltAgain) {
    prepare(2);
    const auto merge = merge_of(*desk, "c0", "c1");
    bool overtaken = false;
    desk->line.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!path.ends_with(":commit") || std::exchange(overtaken, true)) return std::nullopt;
        const base::Json write =
            update_write(backend.name(kStaging, "c1"), {{{"validation_status", value::text("rejected")}}, {}, {}}, {});
        backend::HttpRequest in;
        in.method = "POST";
        in.path = path;
        in.headers["authorization"] = "Bearer owner";
        in.body = base::to_text(base::Json{{"writes", base::Json::array({write})}});
        EXPECT_EQ(backend.server.handle(in).status, 200);
        return std::nullopt;
    };
    desk->enqueue(merge);
    desk->send(base::minutes(5));
    EXPECT_TRUE(overtaken);
    EXPECT_EQ(desk->fate(merge.op_id).state, OperationState::done) << desk->fate(merge.op_id).error;
}

// The undo was made while the decision waited; the decision then went on top of another person's.
TEST_F(SenderChainTest, AnUndoGivesBackWhatItsDecisionReallyReplaced) {
    prepare();
    const auto mine = desk->reject("c0");
    const auto theirs = other->enqueue(other->reject("c0"));
    other->send();
    desk->enqueue(mine);
    desk->send();
    ASSERT_EQ(desk->fate(mine.op_id).state, OperationState::conflict);
    const auto undo = undo_of(*desk, "c0", mine);
    desk->enqueue(undo);
    ASSERT_TRUE(desk->sync().ok());
    const auto compared = desk->cache->read().document(kStaging, "c0");
    ASSERT_TRUE(desk->outbox->rebase(mine.op_id, (*compared)->update_time, (*compared)->fields).ok());
    desk->sender->poke();
    desk->send(base::minutes(5));
    ASSERT_EQ(desk->fate(mine.op_id).state, OperationState::done);
    ASSERT_EQ(desk->fate(undo.op_id).state, OperationState::done) << desk->fate(undo.op_id).error;
    const auto now = desk->capture("c0");
    ASSERT_TRUE(now->review.has_value()) << "the other person's decision is gone";
    EXPECT_EQ(now->review->op_id, theirs);
}

TEST_F(SenderChainTest, AnUndoOfAWithdrawnDecisionIsNeverSent) {
    prepare();
    const auto mine = desk->reject("c0");
    other->enqueue(other->reject("c0"));
    other->send();
    desk->enqueue(mine);
    desk->send();
    ASSERT_EQ(desk->fate(mine.op_id).state, OperationState::conflict);
    const auto undo = undo_of(*desk, "c0", mine);
    desk->enqueue(undo);
    ASSERT_TRUE(desk->outbox->withdraw(mine.op_id).ok());
    ASSERT_TRUE(desk->outbox->release(undo.op_id).ok());
    desk->sender->poke();
    desk->send(base::minutes(5));
    EXPECT_EQ(desk->fate(undo.op_id).state, OperationState::parked);
    EXPECT_FALSE(backend.get(backend.names.audit, undo.op_id).has_value());
}

TEST_F(SenderChainTest, UndoOfAnApprovalTakesALaterPromotionOfAnotherPersonAlong) {
    prepare();
    const auto approval = desk->approve("c0");
    desk->enqueue(approval);
    desk->send();
    ASSERT_TRUE(other->sync().ok());
    const auto promotion = other->enqueue(other->operation(OperationKind::promote, "c0"));
    other->send();
    ASSERT_EQ(other->fate(promotion).state, OperationState::done);
    ASSERT_TRUE(desk->sync().ok());
    const auto undo = undo_of(*desk, "c0", approval);
    desk->enqueue(undo);
    desk->send(base::minutes(5));
    ASSERT_EQ(desk->fate(undo.op_id).state, OperationState::done) << desk->fate(undo.op_id).error;
    EXPECT_TRUE(backend.list(backend.names.production).empty()) << "in production without an approval";
    EXPECT_EQ(backend.list(backend.names.pole_keys).size(), 1U) << "only the marker is left";
    EXPECT_FALSE(desk->capture("c0")->synced_to_production);
}

TEST_F(SenderChainTest, AnApprovalCanBeUndoneOnceTheLaterCorrectionWasUndone) {
    prepare();
    const auto approval = desk->approve("c0", true);
    desk->enqueue(approval);
    desk->send();
    auto correction = desk->operation(OperationKind::correct, "c0");
    correction.correction.pole_number = "LAW.P.C500";
    desk->enqueue(correction);
    desk->send();
    auto early = undo_of(*desk, "c0", approval);
    desk->enqueue(early);
    desk->send(base::minutes(5));
    EXPECT_EQ(desk->fate(early.op_id).state, OperationState::conflict) << "the pole was corrected since";
    ASSERT_TRUE(desk->outbox->withdraw(early.op_id).ok());
    const auto first = undo_of(*desk, "c0", correction);
    desk->enqueue(first);
    desk->send(base::minutes(5));
    ASSERT_EQ(desk->fate(first.op_id).state, OperationState::done) << desk->fate(first.op_id).error;
    const auto second = undo_of(*desk, "c0", approval);
    desk->enqueue(second);
    desk->send(base::minutes(5));
    EXPECT_EQ(desk->fate(second.op_id).state, OperationState::done) << desk->fate(second.op_id).error;
    EXPECT_TRUE(backend.list(backend.names.production).empty());
}

// The commit took effect without a word; meanwhile the desk lost what it needs to build it again.
TEST_F(SenderChainTest, WhatTookEffectIsNeverParkedUnread) {
    prepare();
    int dropped = 0;
    desk->line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (!path.ends_with(":commit") || dropped++ > 0) return std::nullopt;
        return base::make_error(base::ErrorKind::timed_out, "No answer.");
    };
    const auto op = desk->enqueue(desk->approve("c0", true));
    desk->send();
    ASSERT_TRUE(backend.get(backend.names.audit, op).has_value());
    ASSERT_TRUE(desk->cache->drop_collection(backend.names.pole_keys).ok());
    desk->send(base::minutes(5));
    EXPECT_EQ(desk->fate(op).state, OperationState::done) << desk->fate(op).error;
}

TEST_F(SenderChainTest, NothingIsRejectedThatIsInProductionByNow) {
    prepare();
    const auto mine = desk->reject("c0");
    other->enqueue(other->approve("c0", true));
    other->send();
    desk->enqueue(mine);
    desk->send();
    ASSERT_EQ(desk->fate(mine.op_id).state, OperationState::conflict);
    ASSERT_TRUE(desk->sync().ok());
    const auto compared = desk->cache->read().document(kStaging, "c0");
    ASSERT_TRUE(desk->outbox->rebase(mine.op_id, (*compared)->update_time, (*compared)->fields).ok());
    desk->sender->poke();
    desk->send(base::minutes(5));
    EXPECT_EQ(desk->fate(mine.op_id).state, OperationState::parked);
    EXPECT_EQ(backend.list(backend.names.production).size(), 1U);
}

// The first was made before another person's hold and goes on top of what is left once that was taken back; the second
// was made on the held capture.
TEST_F(SenderChainTest, TheSecondIsAConflictWhenItsAuthorSawAnotherDecisionThanTheFirstMet) {
    prepare();
    desk->sender->pause(true);
    auto first = desk->operation(OperationKind::correct, "c0");
    first.correction.notes = "beside the gate";
    desk->enqueue(first);
    auto hold = other->operation(OperationKind::hold, "c0");
    hold.comment = "ask";
    other->enqueue(hold);
    other->send();
    ASSERT_TRUE(desk->sync().ok());
    ASSERT_EQ(desk->capture("c0")->decision(), model::Decision::held);
    auto second = desk->operation(OperationKind::correct, "c0");
    second.correction.pole_number = "LAW.P.C500";
    desk->enqueue(second);
    other->enqueue(undo_of(*other, "c0", hold));
    other->send();
    desk->sender->pause(false);
    desk->send(base::minutes(5));
    EXPECT_EQ(desk->fate(first.op_id).state, OperationState::done) << desk->fate(first.op_id).error;
    EXPECT_EQ(desk->fate(second.op_id).state, OperationState::conflict);
}

// Three in a row made offline, and the machine writes between the second and the third.
TEST_F(SenderChainTest, TheThirdOfThreeGoesOnTopOfAMachineWriteToo) {
    prepare();
    auto first = desk->operation(OperationKind::correct, "c0");
    first.correction.notes = "beside the gate";
    auto second = desk->operation(OperationKind::hold, "c0");
    second.comment = "ask";
    auto third = desk->approve("c0");
    for (const auto* each : {&first, &second, &third}) desk->enqueue(*each);
    int commits = 0;
    desk->line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (path.ends_with(":commit") && ++commits == 2) {
            backend::HttpRequest in;
            in.method = "POST";
            in.path = path;
            in.headers["authorization"] = "Bearer owner";
            in.body = base::to_text(base::Json{
                {"writes",
                 base::Json::array({update_write(backend.name(kStaging, "c0"),
                                                 {{{"validation_status", value::text("validating")}}, {}, {}}, {})})}});
            EXPECT_EQ(backend.server.handle(in).status, 200);
        }
        return std::nullopt;
    };
    desk->send(base::minutes(5));
    EXPECT_EQ(desk->fate(third.op_id).state, OperationState::done) << desk->fate(third.op_id).error;
}

}  // namespace
}  // namespace linesman::sync::test
