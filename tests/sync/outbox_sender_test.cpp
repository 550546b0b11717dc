#include "sync/outbox_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/keys.h"
#include "model/merge.h"
#include "model/undo.h"
#include "sync/in_process.h"

namespace linesman::sync::test {
namespace {

using base::ErrorKind;
using model::OperationState;
using testing::ElementsAre;

bool is_commit(const std::string& path) {
    return path.ends_with(":commit");
}

struct SenderTest : testing::Test {
    Backend backend;
    std::unique_ptr<Desk> desk;

    void prepare(int captures = 1) {
        for (int i = 0; i < captures; ++i) {
            auto capture = phone_capture(numbered("c", i), numbered("LAW.P.B10", i));
            capture.offline_id += std::to_string(i);
            backend.stage(capture);
        }
        backend.index_keys();
        backend.clock.advance(base::minutes(10));
        desk = std::make_unique<Desk>(backend);
        ASSERT_TRUE(desk->sync().ok());
    }
    void TearDown() override { desk.reset(); }
    size_t audits() { return backend.list(backend.names.audit).size(); }
    base::Json staging(const std::string& id) { return backend.get(kStaging, id)->fields; }
};

TEST_F(SenderTest, AnApprovalIsOneCommitWithBeforeImageAndAuditEntry) {
    prepare();
    const auto before = staging("c0");
    const auto op = desk->enqueue(desk->approve("c0"));
    desk->send();
    EXPECT_EQ(desk->fate(op).state, OperationState::done);
    const auto now = backend.get(kStaging, "c0");
    EXPECT_EQ(value::text_at(now->fields, "validation_status"), "validated");
    EXPECT_EQ(value::integer_at(now->fields, "revision"), 1);
    EXPECT_TRUE(value::timestamp_at(now->fields, "validated_at").has_value());
    EXPECT_EQ(desk->fate(op).committed_update_time, now->update_time);
    const auto capture = desk->capture("c0");
    EXPECT_EQ(capture->decision(), model::Decision::approved)
        << "the cache holds the server's truth before the row is closed";
    EXPECT_EQ(capture->update_time, now->update_time);
    const auto audit = backend.get(backend.names.audit, op);
    ASSERT_TRUE(audit.has_value());
    EXPECT_EQ(audit->update_time, now->update_time) << "all writes of a commit share it";
    EXPECT_EQ(value::text_at(audit->fields, "by"), "uid-lerato");
    EXPECT_EQ(value::text_at(audit->fields, "kind"), "approve");
    EXPECT_FALSE(value::text_at(audit->fields, "hash").empty());
    const auto image = backend.get(std::string(kStaging) + "/c0/versions", op);
    ASSERT_TRUE(image.has_value());
    EXPECT_EQ(*value::as_map(image->fields["image"]), before);
}

TEST_F(SenderTest, ARejectionAppendsItsEntryAndKeepsTheOthers) {
    prepare();
    FieldChanges machine;
    machine.set = {
        {"validation_errors",
         value::array(base::Json::array({value::map({{"rule", value::text("gps")}, {"extra", value::integer(5)}})}))}};
    machine.server_times = {"updated_at"};
    backend.patch("c0", machine);
    ASSERT_TRUE(desk->sync().ok());
    const auto op = desk->enqueue(desk->reject("c0"));
    desk->send();
    ASSERT_EQ(desk->fate(op).state, OperationState::done) << desk->fate(op).error;
    const auto fields = staging("c0");
    EXPECT_EQ(value::text_at(fields, "validation_status"), "rejected");
    const auto* errors = value::as_array(fields["validation_errors"]);
    ASSERT_EQ(errors->size(), 2U);
    EXPECT_EQ(value::integer_at(*value::as_map((*errors)[0]), "extra"), 5);
    EXPECT_EQ(value::text_at(*value::as_map((*errors)[1]), "rule"), "manual_rejection");
    EXPECT_EQ(value::text_at(*value::as_map((*errors)[1]), "field"), "general");
}

TEST_F(SenderTest, PromotionWritesProductionAndKeyInTheSameCommit) {
    prepare();
    const auto op = desk->enqueue(desk->approve("c0", true));
    desk->send();
    ASSERT_EQ(desk->fate(op).state, OperationState::done) << desk->fate(op).error;
    const auto fields = staging("c0");
    EXPECT_TRUE(value::boolean_at(fields, "synced_to_production"));
    const std::string id = value::text_at(fields, "production_id");
    const auto pole = backend.get(backend.names.production, id);
    ASSERT_TRUE(pole.has_value());
    EXPECT_EQ(value::text_at(pole->fields, "poleNumber"), "LAW.P.B100");
    EXPECT_EQ(value::text_at(pole->fields, "approvedBy"), "uid-lerato");
    EXPECT_EQ(value::integer_at(pole->fields, "photoCount"), 3);
    const auto key = backend.get(backend.names.pole_keys, model::pole_key_id("Law-001", "LAW.P.B100"));
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(value::text_at(key->fields, "production_id"), id);
}

TEST_F(SenderTest, PromotionIsRefusedUntilProductionHasItsKeys) {
    prepare();
    backend.erase(backend.names.pole_keys, kIndexMarkerId);
    ASSERT_TRUE(desk->sync().ok());
    const auto op = desk->enqueue(desk->approve("c0", true));
    desk->send();
    EXPECT_EQ(desk->fate(op).state, OperationState::parked);
    EXPECT_NE(desk->fate(op).error.find("index-existing"), std::string::npos);
    EXPECT_EQ(audits(), 0U);
}

TEST_F(SenderTest, ANumberAlreadyInProductionIsAConflictAndNothingIsWritten) {
    prepare(2);
    FieldChanges same;
    same.set = {{"poleNumber", value::text("LAW.P.B100")}};
    same.server_times = {"updated_at"};
    backend.patch("c1", same);
    ASSERT_TRUE(desk->sync().ok());
    desk->enqueue(desk->approve("c0", true));
    desk->send();
    const auto second = desk->enqueue(desk->approve("c1", true));
    desk->send();
    EXPECT_EQ(desk->fate(second).state, OperationState::conflict);
    EXPECT_EQ(backend.list(backend.names.production).size(), 1U);
    EXPECT_FALSE(staging("c1").contains("review"));
}

TEST_F(SenderTest, ALostReplyMakesOneDecisionAndOneAuditEntry) {
    prepare();
    int lost = 0;
    desk->line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (!is_commit(path) || ++lost > 1) return std::nullopt;
        return base::make_error(ErrorKind::timed_out, "No answer came in time.");
    };
    const auto op = desk->enqueue(desk->approve("c0", true));
    desk->send(base::minutes(1));
    EXPECT_EQ(desk->fate(op).state, OperationState::done);
    EXPECT_EQ(audits(), 1U);
    EXPECT_EQ(value::integer_at(staging("c0"), "revision"), 1);
    EXPECT_EQ(backend.list(backend.names.production).size(), 1U);
}

TEST_F(SenderTest, ALostReplyIsRecognisedEvenWhenOthersHaveWrittenSince) {
    prepare();
    int lost = 0;
    desk->line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (!is_commit(path) || ++lost > 1) return std::nullopt;
        return base::make_error(ErrorKind::offline, "The line broke.");
    };
    const auto op = desk->enqueue(desk->approve("c0"));
    desk->send();
    EXPECT_NE(desk->fate(op).state, OperationState::done);
    const auto committed = backend.get(backend.names.audit, op)->update_time;
    FieldChanges phone;
    phone.set = {{"notes", value::text("a later note")}};
    backend.patch("c0", phone);
    backend.queue.run_for(base::minutes(1));
    EXPECT_EQ(desk->fate(op).state, OperationState::done);
    EXPECT_EQ(desk->fate(op).committed_update_time, committed);
    EXPECT_EQ(desk->capture("c0")->notes, "a later note");
    EXPECT_EQ(audits(), 1U);
}

TEST_F(SenderTest, ADeniedResendOfACommitThatTookEffectIsDone) {
    prepare();
    int commits = 0;
    desk->line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (!is_commit(path) || ++commits > 1) return std::nullopt;
        return base::make_error(ErrorKind::timed_out, "No answer came in time.");
    };
    desk->line.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!is_commit(path) || commits < 1) return std::nullopt;
        return base::make_error(ErrorKind::permission_denied, "The rules deny this.");
    };
    const auto op = desk->enqueue(desk->approve("c0"));
    desk->send(base::minutes(1));
    EXPECT_EQ(desk->fate(op).state, OperationState::done);
}

TEST_F(SenderTest, ADeniedOperationIsParkedWithItsCureAndBlocksNobody) {
    prepare(2);
    bool denied = false;
    desk->line.before = [&](const std::string& path, const std::string& body) -> std::optional<base::Error> {
        if (!is_commit(path) || body.find("/c0\"") == std::string::npos) return std::nullopt;
        denied = true;
        return base::make_error(ErrorKind::permission_denied, "The rules deny this.");
    };
    const auto first = desk->enqueue(desk->approve("c0"));
    const auto second = desk->enqueue(desk->approve("c1"));
    desk->send();
    EXPECT_TRUE(denied);
    EXPECT_EQ(desk->fate(first).state, OperationState::parked);
    EXPECT_EQ(desk->fate(first).error_kind, "permission_denied");
    EXPECT_FALSE(desk->fate(first).cure.empty());
    EXPECT_EQ(desk->fate(second).state, OperationState::done);
}

TEST_F(SenderTest, RetryableFailuresAreSentAgainWithVisibleAge) {
    prepare();
    int refused = 0;
    desk->line.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!is_commit(path) || ++refused > 3) return std::nullopt;
        auto error = base::make_error(ErrorKind::rate_limited, "Too many requests.");
        error.retry_after_s = 5;
        return error;
    };
    const auto op = desk->enqueue(desk->approve("c0"));
    desk->send();
    EXPECT_EQ(desk->fate(op).state, OperationState::ready);
    ASSERT_TRUE(desk->fate(op).next_attempt_at.has_value());
    EXPECT_GE(desk->fate(op).next_attempt_at->us, (backend.clock.now() + base::seconds(5)).us - 1000);
    backend.queue.run_for(base::minutes(2));
    EXPECT_EQ(desk->fate(op).state, OperationState::done);
    EXPECT_GE(desk->fate(op).attempts, 4);
}

TEST_F(SenderTest, WhenTheLineIsBackNothingWaitsOutItsTime) {
    prepare();
    bool is_down = true;
    desk->line.before = [&](const std::string&, const std::string&) -> std::optional<base::Error> {
        if (!is_down) return std::nullopt;
        return base::make_error(ErrorKind::timed_out, "The server did not answer in time.");
    };
    const auto op = desk->enqueue(desk->approve("c0"));
    desk->send(base::minutes(30));
    EXPECT_EQ(desk->fate(op).state, OperationState::ready);
    is_down = false;
    desk->sender->line_is_back();
    backend.queue.run_for(base::milliseconds(200));
    EXPECT_EQ(desk->fate(op).state, OperationState::done);
}

TEST_F(SenderTest, WithoutALineItIsTriedEveryTenSecondsAtLeast) {
    prepare();
    bool is_down = true;
    desk->line.before = [&](const std::string&, const std::string&) -> std::optional<base::Error> {
        if (!is_down) return std::nullopt;
        return base::make_error(ErrorKind::offline, "There is no connection.");
    };
    const auto op = desk->enqueue(desk->approve("c0"));
    desk->send(base::minutes(30));
    is_down = false;
    backend.queue.run_for(base::seconds(11));
    EXPECT_EQ(desk->fate(op).state, OperationState::done);
}

TEST_F(SenderTest, HoldBackIsRespectedAndUndoWithinItSendsNothing) {
    prepare(2);
    auto held = desk->approve("c0");
    held.send_after = backend.clock.now() + base::seconds(10);
    auto taken_back = desk->approve("c1");
    taken_back.send_after = held.send_after;
    const auto first = desk->enqueue(held);
    const auto second = desk->enqueue(taken_back);
    desk->send(base::seconds(5));
    EXPECT_EQ(audits(), 0U);
    ASSERT_TRUE(desk->outbox->withdraw(second).ok());
    backend.queue.run_for(base::seconds(6));
    EXPECT_EQ(desk->fate(first).state, OperationState::done);
    EXPECT_EQ(desk->fate(second).state, OperationState::withdrawn);
    EXPECT_EQ(audits(), 1U);
}

TEST_F(SenderTest, AMachineWriteUnderneathIsRebasedAndJournalled) {
    prepare();
    const auto operation = desk->approve("c0");
    FieldChanges machine;
    machine.set = {{"validation_status", value::text("validated")}};
    backend.patch("c0", machine);
    const auto op = desk->enqueue(operation);
    desk->send();
    EXPECT_EQ(desk->fate(op).state, OperationState::done);
    EXPECT_EQ(desk->sender->status().rebased, 1U);
    int rebased = 0;
    (void)desk->outbox->each_journal_row(0, [&](const store::JournalRow& row) {
        rebased += row.kind == "rebased";
        return true;
    });
    EXPECT_EQ(rebased, 1);
}

TEST_F(SenderTest, ANewFindingPreventsTheRebase) {
    prepare();
    const auto operation = desk->approve("c0");
    FieldChanges machine;
    machine.set = {{"validation_status", value::text("validated")}};
    backend.patch("c0", machine);
    desk->may_rebase = false;
    const auto op = desk->enqueue(operation);
    desk->send();
    EXPECT_EQ(desk->fate(op).state, OperationState::conflict);
}

TEST_F(SenderTest, OfTwoDesksDecidingAtOnceOneWinsAndTheOtherSeesAConflict) {
    prepare();
    Desk other(backend, "uid-sipho");
    ASSERT_TRUE(other.sync().ok());
    const auto mine = desk->enqueue(desk->approve("c0"));
    const auto theirs = other.enqueue(other.reject("c0"));
    desk->sender->set_person("uid-lerato");
    other.sender->set_person("uid-sipho");
    backend.queue.run_for(base::minutes(1));
    const auto a = desk->fate(mine).state;
    const auto b = other.fate(theirs).state;
    EXPECT_TRUE((a == OperationState::done && b == OperationState::conflict) ||
                (a == OperationState::conflict && b == OperationState::done));
    EXPECT_EQ(audits(), 1U);
    EXPECT_EQ(value::integer_at(staging("c0"), "revision"), 1);
}

TEST_F(SenderTest, ASecondDecisionGoesOnTopOfWhatTheFirstMade) {
    prepare();
    auto first = desk->operation(model::OperationKind::hold, "c0");
    first.comment = "ask the crew";
    const auto hold = desk->enqueue(first);
    const auto approve = desk->enqueue(desk->approve("c0"));
    desk->send();
    EXPECT_EQ(desk->fate(hold).state, OperationState::done);
    EXPECT_EQ(desk->fate(approve).state, OperationState::done) << desk->fate(approve).error;
    EXPECT_EQ(value::integer_at(staging("c0"), "revision"), 2);
    EXPECT_EQ(desk->capture("c0")->decision(), model::Decision::approved);
}

TEST_F(SenderTest, ADeletedCaptureMakesAConflict) {
    prepare();
    const auto operation = desk->approve("c0");
    backend.erase(kStaging, "c0");
    const auto op = desk->enqueue(operation);
    desk->send();
    EXPECT_EQ(desk->fate(op).state, OperationState::conflict);
    EXPECT_FALSE(desk->capture("c0").has_value());
    EXPECT_EQ(audits(), 0U);
}

TEST_F(SenderTest, AKilledDeskSendsAgainAndDecidesOnce) {
    prepare();
    const auto op = desk->enqueue(desk->approve("c0", true));
    desk->line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (is_commit(path))
            desk->line.before = [](const std::string&, const std::string&) {
                return std::optional(base::make_error(ErrorKind::offline, "gone"));
            };
        return std::nullopt;
    };
    desk->sender->set_person("uid-lerato");
    // Killed between the commit and everything after it.
    for (int i = 0; i < 200 && audits() == 0; ++i) backend.queue.run_ready();
    desk->line.before = nullptr;
    desk->line.after = nullptr;
    desk->open();
    ASSERT_TRUE(desk->sync().ok());
    desk->send(base::minutes(1));
    EXPECT_EQ(desk->fate(op).state, OperationState::done);
    EXPECT_EQ(audits(), 1U);
    EXPECT_EQ(backend.list(backend.names.production).size(), 1U);
}

TEST_F(SenderTest, UndoOfAPromotionRemovesProductionAndKeepsItInTheAuditEntry) {
    prepare();
    const auto original = desk->capture("c0");
    const auto promote = desk->approve("c0", true);
    const auto op = desk->enqueue(promote);
    desk->send();
    ASSERT_EQ(desk->fate(op).state, OperationState::done);
    const std::string production = desk->capture("c0")->production_id;
    auto undo = desk->operation(model::OperationKind::undo, "c0");
    undo.undo_of = op;
    undo.extra = model::undo_capture(*desk->capture("c0"), *original, promote).extra;
    const auto undone = desk->enqueue(undo);
    desk->send();
    ASSERT_EQ(desk->fate(undone).state, OperationState::done) << desk->fate(undone).error;
    EXPECT_TRUE(backend.list(backend.names.production).empty());
    EXPECT_FALSE(backend.get(backend.names.pole_keys, model::pole_key_id("Law-001", "LAW.P.B100")).has_value());
    const auto audit = backend.get(backend.names.audit, undone);
    EXPECT_NE(audit->fields.dump().find(production), std::string::npos);
    EXPECT_TRUE(audit->fields.contains("production"));
    auto now = *desk->capture("c0");
    EXPECT_EQ(now.revision, 2);
    now.revision = original->revision;
    now.updated_at = original->updated_at;
    now.update_time = original->update_time;
    now.update_time_parsed = original->update_time_parsed;
    EXPECT_EQ(now, *original);
}

TEST_F(SenderTest, UndoIsAConflictWhenProductionChangedSince) {
    prepare();
    const auto original = desk->capture("c0");
    const auto promote = desk->approve("c0", true);
    const auto op = desk->enqueue(promote);
    desk->send();
    const std::string production = desk->capture("c0")->production_id;
    FieldChanges office;
    office.set = {{"paid", value::boolean(true)}};
    ASSERT_TRUE(
        backend
            .commit(base::Json::array({update_write(backend.name(backend.names.production, production), office, {})}))
            .ok());
    auto undo = desk->operation(model::OperationKind::undo, "c0");
    undo.undo_of = op;
    undo.extra = model::undo_capture(*desk->capture("c0"), *original, promote).extra;
    const auto undone = desk->enqueue(undo);
    desk->send();
    EXPECT_EQ(desk->fate(undone).state, OperationState::conflict);
    EXPECT_EQ(backend.list(backend.names.production).size(), 1U);
}

TEST_F(SenderTest, ACorrectionAfterPromotionMovesTheKey) {
    prepare();
    desk->enqueue(desk->approve("c0", true));
    desk->send();
    auto correct = desk->operation(model::OperationKind::correct, "c0");
    correct.correction.pole_number = "LAW.P.C200";
    const auto op = desk->enqueue(correct);
    desk->send();
    ASSERT_EQ(desk->fate(op).state, OperationState::done) << desk->fate(op).error;
    EXPECT_FALSE(backend.get(backend.names.pole_keys, model::pole_key_id("Law-001", "LAW.P.B100")).has_value());
    EXPECT_TRUE(backend.get(backend.names.pole_keys, model::pole_key_id("Law-001", "LAW.P.C200")).has_value());
    EXPECT_EQ(value::text_at(backend.list(backend.names.production).at(0).fields, "poleNumber"), "LAW.P.C200");
}

TEST_F(SenderTest, AMergeSupersedesTheOthersInOneCommit) {
    prepare(3);
    auto merge = desk->operation(model::OperationKind::merge, "c0");
    std::vector<model::Capture> captures = {*desk->capture("c0"), *desk->capture("c1"), *desk->capture("c2")};
    model::MergeChoices choices;
    const auto plan = model::merge_captures(captures, choices);
    ASSERT_TRUE(plan.ok());
    merge.target = "c0";
    merge.extra = plan->extra;
    const auto op = desk->enqueue(merge);
    desk->send();
    ASSERT_EQ(desk->fate(op).state, OperationState::done) << desk->fate(op).error;
    for (const char* id : {"c1", "c2"}) {
        EXPECT_EQ(desk->capture(id)->decision(), model::Decision::superseded) << id;
        EXPECT_EQ(desk->capture(id)->review->superseded_by, "c0");
    }
    EXPECT_EQ(audits(), 1U);
}

TEST_F(SenderTest, AnIgnoredFindingTouchesNoCapture) {
    prepare();
    const auto before = backend.get(kStaging, "c0")->update_time;
    auto ignore = desk->operation(model::OperationKind::ignore_finding, "c0");
    ignore.target = "0123456789abcdef";
    ignore.reason = "The boundary is drawn wrongly here.";
    const auto op = desk->enqueue(ignore);
    desk->send();
    EXPECT_EQ(desk->fate(op).state, OperationState::done) << desk->fate(op).error;
    EXPECT_EQ(backend.get(kStaging, "c0")->update_time, before);
    EXPECT_TRUE(backend.get(backend.names.ignores, "0123456789abcdef").has_value());
    EXPECT_EQ(desk->count(backend.names.ignores), 1);
    EXPECT_EQ(audits(), 1U);
}

TEST_F(SenderTest, NothingIsSentUnderAnotherPersonsName) {
    prepare();
    const auto op = desk->enqueue(desk->approve("c0"));
    desk->sender->set_person("uid-somebody-else");
    backend.queue.run_for(base::minutes(5));
    EXPECT_EQ(audits(), 0U);
    EXPECT_NE(desk->fate(op).state, OperationState::done);
}

}  // namespace
}  // namespace linesman::sync::test
