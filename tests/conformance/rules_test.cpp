// packaging/firebase/firestore.rules on Google's emulator: decisions as our desk sends them are allowed to who may make
// them, and every forged one is denied.
#include "conformance/rules_fixture.h"

namespace linesman::conformance {
namespace {

using model::OperationKind;

class RulesDecisions : public RulesTest {};
class RulesForged : public RulesTest {};

TEST_F(RulesDecisions, ApproveRejectHoldCorrectAndRequeueOfASupervisor) {
    put(capture("a", "LAW.P.A001"));
    auto reject = operation(OperationKind::reject, "a");
    reject.reason = "photo_unclear";
    EXPECT_EQ(commit(supervisor(), writes(reject)), kAllowed) << last_;
    EXPECT_EQ(commit(supervisor(), writes(operation(OperationKind::requeue, "a"))), kAllowed) << last_;
    auto hold = operation(OperationKind::hold, "a");
    hold.comment = "crew returns";
    EXPECT_EQ(commit(supervisor(), writes(hold)), kAllowed) << last_;
    auto correct = operation(OperationKind::correct, "a");
    correct.correction.pole_number = "LAW.P.A002";
    EXPECT_EQ(commit(supervisor(), writes(correct)), kAllowed) << last_;
    approved("a");
    EXPECT_EQ(commit(as("uid-admin", "admin"), writes([&] {
                         auto again = operation(OperationKind::correct, "a");
                         again.uid = "uid-admin";
                         again.correction.pole_number = "LAW.P.A003";  // after promotion: production and key change
                         return again;
                     }())),
              kAllowed)
        << last_;
}

TEST_F(RulesDecisions, UndoTakesThePoleOutOfProduction) {
    put(capture("a", "LAW.P.A001"));
    const auto before =
        sync::decode_capture_or_unreadable("a", base::to_text(staging("a").fields), staging("a").update_time);
    const auto approve = approved("a");
    auto undo = operation(OperationKind::undo, "a");
    undo.undo_of = approve.op_id;
    undo.extra = Json{{"set", Json::object()}, {"undone_by", "uid-nomsa"}, {"undone_kind", "approve"}};
    undo.extra["set"] = {{"validation_status", "pending"},
                         {"validated_at", nullptr},
                         {"review", nullptr},
                         {"synced_to_production", false},
                         {"production_id", ""}};
    const Json commits = writes(undo);
    EXPECT_EQ(commit(supervisor(), without(commits, "/planted-poles/")), kDenied);
    EXPECT_EQ(commit(supervisor(), commits), kAllowed) << last_;
    EXPECT_EQ(staging("a").fields.count("review"), 0U);
}

TEST_F(RulesDecisions, AMergeOfEightStaysWithinTheLookUpsOfRules) {
    auto merge = operation(OperationKind::merge, "c1");
    merge.target = "c1";
    merge.extra = Json{{"set", {{"notes", "merged"}}}, {"superseded", Json::array()}};
    for (int i = 1; i <= 8; ++i) {
        put(capture("c" + std::to_string(i), "LAW.P.A001"));
        if (i > 1) merge.extra["superseded"].push_back("c" + std::to_string(i));
    }
    EXPECT_EQ(commit(supervisor(), writes(merge)), kAllowed) << last_;
}

TEST_F(RulesDecisions, OnlySupervisorsAndAdminsDecideAndSupportOnlyRequeues) {
    put(capture("a", "LAW.P.A001"));
    for (const char* role : {"support", "analyst", "device", ""}) {
        auto reject = operation(OperationKind::reject, "a");
        reject.reason = "photo_unclear";
        reject.uid = "uid-x";
        EXPECT_EQ(commit(as("uid-x", role), writes(reject)), kDenied) << role;
    }
    auto reject = operation(OperationKind::reject, "a");
    reject.reason = "photo_unclear";
    ASSERT_EQ(commit(supervisor(), writes(reject)), kAllowed) << last_;
    for (const char* role : {"analyst", "device", ""}) {
        auto requeue = operation(OperationKind::requeue, "a");
        requeue.uid = "uid-x";
        EXPECT_EQ(commit(as("uid-x", role), writes(requeue)), kDenied) << role;
    }
    auto requeue = operation(OperationKind::requeue, "a");
    requeue.uid = "uid-x";
    EXPECT_EQ(commit(as("uid-x", "support"), writes(requeue)), kAllowed) << last_;
}

TEST_F(RulesDecisions, AnIgnoredFindingNeedsItsEntry) {
    put(capture("a", "LAW.P.A001"));
    auto ignore = operation(OperationKind::ignore_finding, "a");
    ignore.target = "finding-1";
    ignore.reason = "seen on site";
    const Json commits = writes(ignore);
    EXPECT_EQ(commit(supervisor(), without(commits, "/capture-audit/")), kDenied);
    EXPECT_EQ(commit(as("uid-nomsa", "support"), commits), kDenied);
    EXPECT_EQ(commit(supervisor(), commits), kAllowed) << last_;
}

TEST_F(RulesDecisions, TakingBackAnIgnoredFindingNeedsItsOwnEntry) {
    put(capture("a", "LAW.P.A001"));
    auto ignore = operation(OperationKind::ignore_finding, "a");
    ignore.target = "finding-1";
    ignore.reason = "seen on site";
    ASSERT_EQ(commit(supervisor(), writes(ignore)), kAllowed) << last_;
    auto take_back = operation(OperationKind::unignore_finding, "a");
    take_back.target = "finding-1";
    const Json commits = writes(take_back);
    EXPECT_EQ(commit(supervisor(), without(commits, "/capture-audit/")), kDenied);
    EXPECT_EQ(commit(as("uid-nomsa", "analyst"), commits), kDenied);
    EXPECT_EQ(commit(as("uid-other", "supervisor"), commits), kDenied) << "in her own name only";
    EXPECT_EQ(commit(supervisor(), commits), kAllowed) << last_;
    EXPECT_EQ(current("finding-ignores/finding-1").fields["active"]["booleanValue"], false);
    EXPECT_EQ(commit(as("uid-nomsa", "admin"), Json::array({{{"delete", owner().name("finding-ignores/finding-1")}}})),
              kDenied)
        << "kept, so that every desk hears of it";
}

TEST_F(RulesDecisions, UndoOfAMergeOfEightGivesEveryCaptureBack) {
    auto merge = operation(OperationKind::merge, "c1");
    merge.target = "c1";
    merge.extra = Json{{"set", {{"notes", "merged"}}}, {"superseded", Json::array()}};
    for (int i = 1; i <= 8; ++i) {
        put(capture("c" + std::to_string(i), "LAW.P.A001"));
        if (i > 1) merge.extra["superseded"].push_back("c" + std::to_string(i));
    }
    ASSERT_EQ(commit(supervisor(), writes(merge)), kAllowed) << last_;
    ASSERT_EQ(staging("c8").fields["review"]["mapValue"]["fields"]["decision"]["stringValue"], "superseded");
    auto undo = operation(OperationKind::undo, "c1");
    undo.undo_of = merge.op_id;
    undo.reason = "two poles";
    undo.extra = Json{{"set", {{"notes", ""}}}, {"undone_by", "uid-nomsa"}, {"undone_kind", "merge"}};
    for (int i = 2; i <= 8; ++i) undo.extra["others"]["c" + std::to_string(i)] = {{"review", nullptr}};
    const Json commits = writes(undo);
    EXPECT_EQ(commit(supervisor(), without(commits, "/staging-field-captures/c8/versions/")), kDenied);
    EXPECT_EQ(commit(as("uid-nomsa", "support"), commits), kDenied);
    EXPECT_EQ(commit(supervisor(), commits), kAllowed) << last_;
    for (int i = 1; i <= 8; ++i) {
        const auto fields = staging("c" + std::to_string(i)).fields;
        EXPECT_FALSE(fields.contains("review")) << i;
        EXPECT_EQ(fields["revision"]["integerValue"], "2") << i;
    }
}

TEST_F(RulesForged, ADecisionWithoutItsEntryOrItsBeforeImage) {
    put(capture("a", "LAW.P.A001"));
    auto approve = operation(OperationKind::approve, "a");
    approve.promote = true;
    const Json commits = writes(approve);
    EXPECT_EQ(commit(supervisor(), without(commits, "/capture-audit/")), kDenied);
    EXPECT_EQ(commit(supervisor(), without(commits, "/versions/")), kDenied);
    EXPECT_EQ(commit(supervisor(), commits), kAllowed) << last_;
}

TEST_F(RulesForged, ADecisionInAnothersName) {
    put(capture("a", "LAW.P.A001"));
    EXPECT_EQ(commit(as("uid-other", "supervisor"), writes(operation(OperationKind::approve, "a"))), kDenied);
    Json commits = writes(operation(OperationKind::approve, "a"));
    find_write(commits, "/staging-field-captures/a")["update"]["fields"]["review"]["mapValue"]["fields"]["by"] =
        text("uid-other");
    EXPECT_EQ(commit(supervisor(), commits), kDenied);
    EXPECT_EQ(commit(supervisor(), writes(operation(OperationKind::approve, "a"))), kAllowed) << last_;
}

// An undo puts back what was there before: what one person decided, never what somebody would like them to have.
TEST_F(RulesForged, AnUndoThatPutsADecisionIntoAnothersMouth) {
    put(capture("a", "LAW.P.A001"));
    auto rejected = operation(OperationKind::reject, "a");
    rejected.reason = "photo_unclear";
    ASSERT_EQ(commit(supervisor(), writes(rejected)), kAllowed) << last_;
    const Json first_review = staging("a").fields["review"];
    auto approve = operation(OperationKind::approve, "a");
    approve.uid = "uid-sipho";
    ASSERT_EQ(commit(as("uid-sipho", "supervisor"), writes(approve)), kAllowed) << last_;

    auto undo = operation(OperationKind::undo, "a");
    undo.undo_of = approve.op_id;
    undo.reason = "looked at the wrong pole";
    undo.extra = Json{{"set", {{"notes", "x"}}}, {"undone_by", "uid-sipho"}, {"undone_kind", "approve"}};
    const auto putting = [&](const Json& review) {
        Json commits = writes(undo);
        Json& write = find_write(commits, "/staging-field-captures/a");
        write["update"]["fields"]["review"] = review;
        write["updateMask"]["fieldPaths"].push_back("review");
        return commits;
    };
    const auto changed = [&](const std::string& field, const std::string& content) {
        Json review = first_review;
        review["mapValue"]["fields"][field] = text(content);
        return review;
    };
    EXPECT_EQ(commit(supervisor(), putting(changed("decision", "approved"))), kDenied) << "she had rejected it";
    EXPECT_EQ(commit(supervisor(), putting(changed("by", "uid-sipho"))), kDenied) << "he did not reject it";
    EXPECT_EQ(commit(supervisor(), putting(changed("op_id", "no-such-operation"))), kDenied);
    auto elsewhere = operation(OperationKind::reject, "b");
    put(capture("b", "LAW.P.A002"));
    elsewhere.reason = "photo_unclear";
    ASSERT_EQ(commit(supervisor(), writes(elsewhere)), kAllowed) << last_;
    EXPECT_EQ(commit(supervisor(), putting(changed("op_id", elsewhere.op_id))), kDenied) << "that was another capture";
    EXPECT_EQ(commit(supervisor(), putting(first_review)), kAllowed) << last_;
}

TEST_F(RulesForged, ABeforeImageThatIsNotTheDocument) {
    put(capture("a", "LAW.P.A001"));
    const Json good = writes(operation(OperationKind::approve, "a"));
    Json commits = good;
    find_write(commits, "/versions/")["update"]["fields"]["image"]["mapValue"]["fields"]["poleNumber"] =
        text("LAW.P.A999");
    EXPECT_EQ(commit(supervisor(), commits), kDenied);
    EXPECT_EQ(commit(supervisor(), good), kAllowed) << last_;
}

TEST_F(RulesForged, ADecisionOtherThanItsEntrySays) {
    put(capture("a", "LAW.P.A001"));
    auto hold = operation(OperationKind::hold, "a");
    hold.comment = "x";
    const Json good = writes(hold);
    Json commits = good;
    find_write(commits, "/staging-field-captures/a")["update"]["fields"]["review"]["mapValue"]["fields"]["decision"] =
        text("approved");
    EXPECT_EQ(commit(supervisor(), commits), kDenied);
    EXPECT_EQ(commit(supervisor(), good), kAllowed) << last_;
}

TEST_F(RulesForged, AnOldEntryUsedAgain) {
    put(capture("a", "LAW.P.A001"));
    put(capture("b", "LAW.P.A002"));
    auto reject = operation(OperationKind::reject, "a");
    reject.reason = "photo_unclear";
    ASSERT_EQ(commit(supervisor(), writes(reject)), kAllowed) << last_;
    auto again = reject;
    again.staging_id = "b";
    EXPECT_EQ(commit(supervisor(), without(writes(again), "/capture-audit/")), kDenied);
    again.op_id = operation(OperationKind::reject, "b").op_id;
    EXPECT_EQ(commit(supervisor(), writes(again)), kAllowed) << last_;
}

TEST_F(RulesForged, ARevisionThatJumpsOrATimeThatIsNotTheServers) {
    put(capture("a", "LAW.P.A001"));
    const Json good = writes(operation(OperationKind::approve, "a"));
    Json jumps = good;
    find_write(jumps, "/staging-field-captures/a")["update"]["fields"]["revision"] = integer(7);
    EXPECT_EQ(commit(supervisor(), jumps), kDenied);
    Json wrong_time = good;
    Json& write = find_write(wrong_time, "/staging-field-captures/a");
    write["updateTransforms"] = Json::array({write["updateTransforms"][0]});  // validated_at only
    write["update"]["fields"]["updated_at"] = time("2031-01-01T00:00:00Z");
    write["updateMask"]["fieldPaths"].push_back("updated_at");
    EXPECT_EQ(commit(supervisor(), wrong_time), kDenied);
    EXPECT_EQ(commit(supervisor(), good), kAllowed) << last_;
}

TEST_F(RulesForged, ProductionWithoutApproval) {
    put(capture("a", "LAW.P.A001"));
    auto approve = operation(OperationKind::approve, "a");
    approve.promote = true;
    const Json commits = writes(approve);
    // Production, key and entry alone, without the decision on the capture.
    Json alone = Json::array();
    for (const auto& write : commits) {
        const std::string name = write["update"]["name"];
        if (name.find("/staging-field-captures/") == std::string::npos) alone.push_back(write);
    }
    ASSERT_EQ(alone.size(), 3U);
    EXPECT_EQ(commit(supervisor(), alone), kDenied);
    EXPECT_EQ(commit(supervisor(), without(commits, "/pole-keys/")), kDenied);
    Json payee = commits;
    find_write(payee, "/planted-poles/")["update"]["fields"]["approvedBy"] = text("uid-other");
    EXPECT_EQ(commit(supervisor(), payee), kDenied);
    EXPECT_EQ(commit(supervisor(), commits), kAllowed) << last_;
}

TEST_F(RulesForged, APoleKeyOfANumberThatThePoleDoesNotHave) {
    put(capture("a", "LAW.P.A001"));
    approved("a");
    const std::string production = model::production_id(model::upload_key(capture("a", "LAW.P.A001")));
    const auto key = [&](const std::string& number) {
        Json write = update(owner().name("pole-keys/" + model::pole_key_id("Law-001", number)),
                            sync::key_fields("Law-001", number, production, "a", "x"));
        write["updateTransforms"] = Json::array({{{"fieldPath", "updated_at"}, {"setToServerValue", "REQUEST_TIME"}}});
        return Json::array({write});
    };
    EXPECT_EQ(commit(supervisor(), key("LAW.P.A777")), kDenied);
    // As `promote --index-existing` makes it for a pole that has none.
    ASSERT_EQ(
        commit(owner(),
               Json::array({{{"delete", owner().name("pole-keys/" + model::pole_key_id("Law-001", "LAW.P.A001"))}}})),
        kAllowed);
    EXPECT_EQ(commit(supervisor(), key("LAW.P.A001")), kAllowed) << last_;
}

TEST_F(RulesForged, ProductionAndKeysAreNotDeletedOnTheirOwn) {
    put(capture("a", "LAW.P.A001"));
    approved("a");
    const std::string production = staging("a").fields["production_id"]["stringValue"];
    EXPECT_EQ(commit(supervisor(), Json::array({{{"delete", owner().name("planted-poles/" + production)}}})), kDenied);
    EXPECT_EQ(
        commit(supervisor(),
               Json::array({{{"delete", owner().name("pole-keys/" + model::pole_key_id("Law-001", "LAW.P.A001"))}}})),
        kDenied);
    EXPECT_EQ(commit(as("uid-admin", "admin"), Json::array({{{"delete", owner().name("staging-field-captures/a")}}})),
              kDenied);
}

TEST_F(RulesForged, EntriesAndBeforeImagesAreNeverChanged) {
    put(capture("a", "LAW.P.A001"));
    const auto approve = approved("a");
    for (const auto& path : std::vector<std::string>{"capture-audit/" + approve.op_id,
                                                     "staging-field-captures/a/versions/" + approve.op_id}) {
        Json change = update(owner().name(path), {{"by", text("uid-nomsa")}});
        change["updateMask"] = {{"fieldPaths", {"by"}}};
        EXPECT_EQ(commit(as("uid-nomsa", "admin"), Json::array({change})), kDenied) << path;
        EXPECT_EQ(commit(as("uid-nomsa", "admin"), Json::array({{{"delete", owner().name(path)}}})), kDenied) << path;
    }
}

}  // namespace
}  // namespace linesman::conformance
