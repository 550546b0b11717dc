// What the commit of a decision holds, and what is refused whatever was allowed when it was made. The kinds of commits
// are shown against a server in outbox_sender_test.cpp.
#include "sync/commit_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/builders.h"
#include "model/conflict.h"
#include "model/keys.h"
#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;
using model::OperationKind;
using model::test::a_capture;
using model::test::an_operation;
using model::test::decided;
using testing::HasSubstr;

constexpr const char* kVersion = "2025-06-15T16:00:00.000001Z";

struct Builder {
    CollectionNames names;
    Endpoints endpoints;
    std::map<std::string, CurrentDocument> related;
    PromotionRules rules{.allows_blank_number = false, .keys_indexed = true};

    Builder() { endpoints.project_id = "demo"; }
    CurrentDocument document(const model::Capture& capture) const {
        return {endpoints.document_name(names.staging, capture.staging_id), kVersion, encode_capture(capture)};
    }
    void relate(const model::Capture& capture) {
        const auto made = document(capture);
        related[made.name] = made;
    }
    base::Result<BuiltCommit> build(const model::Operation& operation, const model::Capture& staging) const {
        const CommitInput input{operation, document(staging), related, rules};
        return build_commit(endpoints, names, input);
    }
    void expect_refused(const model::Operation& operation, const model::Capture& staging, ErrorKind kind,
                        const std::string& words) const {
        const auto built = build(operation, staging);
        ASSERT_FALSE(built.ok()) << words;
        EXPECT_EQ(built.error().kind, kind) << built.error().full();
        EXPECT_THAT(built.error().what, HasSubstr(words));
    }
};

model::Capture in_production(model::Capture capture) {
    capture.synced_to_production = true;
    capture.production_id = model::production_id(model::upload_key(capture));
    return capture;
}

// s1 takes s2 along.
model::Operation a_merge(const model::Capture& other) {
    auto merge = an_operation(OperationKind::merge);
    merge.target = "s1";
    merge.extra = Json{{"set", Json::object()},
                       {"superseded", {other.staging_id}},
                       {"seen", {{other.staging_id, model::material_digest(other)}}}};
    return merge;
}

TEST(CommitBuilder, EveryCommitHasStagingWithItsVersionBeforeImageAndAuditEntry) {
    const Builder builder;
    const auto built = builder.build(an_operation(OperationKind::reject), a_capture());
    ASSERT_TRUE(built.ok()) << built.error().full();
    ASSERT_EQ(built->writes.size(), 3U);
    EXPECT_EQ(built->writes[0]["currentDocument"]["updateTime"], kVersion);
    EXPECT_EQ(value::text_at(built->writes[0]["update"]["fields"], "revision_op"), "op-1");
    EXPECT_EQ(built->writes[1]["update"]["name"], builder.document(a_capture()).name + std::string("/versions/op-1"));
    EXPECT_EQ(built->writes[1]["currentDocument"]["exists"], false);
    const Json audit = built->writes[2]["update"];
    EXPECT_EQ(audit["name"], builder.endpoints.document_name("capture-audit", "op-1"));
    EXPECT_EQ(built->writes[2]["currentDocument"]["exists"], false);
    const Json* from = value::as_map(audit["fields"]["from"]);
    const Json* to = value::as_map(audit["fields"]["to"]);
    EXPECT_EQ(value::text_at(*from, "validation_status"), "pending");
    EXPECT_EQ(value::text_at(*to, "validation_status"), "rejected");
    EXPECT_EQ((*from)["review"], value::null());
}

TEST(CommitBuilder, WhatIsInProductionByNowIsNotDecidedAgain) {
    const Builder builder;
    for (const auto kind : {OperationKind::approve, OperationKind::reject, OperationKind::hold, OperationKind::requeue})
        builder.expect_refused(an_operation(kind), in_production(a_capture()), ErrorKind::invalid_argument,
                               "in production by now");
}

TEST(CommitBuilder, WhatWasMergedAwayIsOnlyGivenBackByUndo) {
    const Builder builder;
    const auto merged = decided(a_capture(), model::Decision::superseded);
    for (const auto kind : {OperationKind::approve, OperationKind::correct, OperationKind::restore})
        builder.expect_refused(an_operation(kind), merged, ErrorKind::invalid_argument, "merged into another");
    auto undo = an_operation(OperationKind::undo);
    undo.extra = Json{{"set", {{"review", nullptr}}}};
    EXPECT_TRUE(builder.build(undo, merged).ok());
}

TEST(CommitBuilder, OnlyWhatIsApprovedIsPromotedAndOnlyAnApprovalPutsIntoProduction) {
    const Builder builder;
    const auto promote = an_operation(OperationKind::promote);
    builder.expect_refused(promote, a_capture(), ErrorKind::invalid_argument, "not approved any more");
    EXPECT_TRUE(builder.build(promote, decided(a_capture(), model::Decision::approved)).ok());
    auto undo = an_operation(OperationKind::undo);
    undo.extra = Json{{"set", {{"synced_to_production", true}, {"production_id", "p_1"}}}};
    builder.expect_refused(undo, a_capture(), ErrorKind::invalid_argument, "back into production");
}

TEST(CommitBuilder, ThePlannedPoleIsThatOfTheCaptureAsTheCommitLeavesIt) {
    Builder builder;
    auto approve = an_operation(OperationKind::approve);
    approve.promote = true;
    const auto document = builder.document(a_capture());
    CommitInput input{approve, document, builder.related, builder.rules};
    input.planned = [](const model::Capture& after) {
        return after.pole_number == "LAW.P.A001" ? std::optional(PlannedPlace{"plan-1", 2.5}) : std::nullopt;
    };
    const auto built = build_commit(builder.endpoints, builder.names, input);
    ASSERT_TRUE(built.ok()) << built.error().full();
    ASSERT_EQ(built->writes.size(), 5U);
    EXPECT_EQ(value::text_at(built->writes[2]["update"]["fields"], "planned_id"), "plan-1");
}

TEST(CommitBuilder, ACorrectionInProductionNeedsThePole) {
    const Builder builder;
    auto correct = an_operation(OperationKind::correct);
    builder.expect_refused(correct, a_capture(), ErrorKind::invalid_argument, "changes nothing");
    correct.correction.pole_number = "LAW.P.A002";
    const auto capture = in_production(decided(a_capture(), model::Decision::approved));
    builder.expect_refused(correct, capture, ErrorKind::precondition_failed, "no longer in production");
}

TEST(CommitBuilder, AnUndoDoesNotTakeTheKeyOfAnotherPole) {
    Builder builder;
    const auto capture = in_production(decided(a_capture(), model::Decision::approved));
    auto undo = an_operation(OperationKind::undo, "op-2");
    undo.extra = Json{{"set", {{"synced_to_production", false}, {"production_id", ""}}}};
    builder.expect_refused(undo, capture, ErrorKind::precondition_failed, "no longer in production");
    const auto pole = builder.endpoints.document_name("planted-poles", capture.production_id);
    builder.related[pole] = {pole, kVersion, {{"poleNumber", value::text("LAW.P.A001")}}};
    const auto key = builder.endpoints.document_name("pole-keys", model::pole_key_id("Law-001", "LAW.P.A001"));
    builder.related[key] = {key, kVersion, {{"production_id", value::text("p_of_another")}}};
    builder.expect_refused(undo, capture, ErrorKind::precondition_failed, "belongs to another pole");
    builder.related[key].fields["production_id"] = value::text(capture.production_id);
    const auto built = builder.build(undo, capture);
    ASSERT_TRUE(built.ok()) << built.error().full();
    const Json* kept = value::as_map(built->writes.back()["update"]["fields"]["production"]);
    ASSERT_TRUE(kept) << "the deleted document is kept whole";
    EXPECT_EQ(*value::as_map((*kept)["fields"]), builder.related[pole].fields);
}

TEST(CommitBuilder, AMergeTakesTwoToEightAndOnlyWhatIsStillAsItWasSeen) {
    Builder builder;
    const auto other = a_capture("s2");
    const auto merge = a_merge(other);
    builder.expect_refused(merge, a_capture(), ErrorKind::precondition_failed, "s2 of the merge is gone");
    builder.relate(other);
    const auto built = builder.build(merge, a_capture());
    ASSERT_TRUE(built.ok()) << built.error().full();
    EXPECT_EQ(built->writes.size(), 5U) << "two captures, two before-images, one audit entry";
    auto changed = other;
    changed.notes = "changed since";
    builder.relate(changed);
    builder.expect_refused(merge, a_capture(), ErrorKind::precondition_failed, "changed since it was seen");
    builder.relate(in_production(other));
    builder.expect_refused(merge, a_capture(), ErrorKind::precondition_failed, "in production");
    auto too_many = merge;
    too_many.extra["superseded"] = Json::array({"a", "b", "c", "d", "e", "f", "g", "h"});
    builder.expect_refused(too_many, a_capture(), ErrorKind::invalid_argument, "two to eight");
}

TEST(CommitBuilder, DocumentsOfOtherAppsAreOnlyRead) {
    const Builder builder;
    auto document = builder.document(a_capture());
    document.fields = Json{{"pole", value::map({{"number", value::text("LAW.P.A001")}})},
                           {"validation", value::map({{"status", value::text("pending")}})}};
    const auto operation = an_operation(OperationKind::reject);
    const CommitInput input{operation, document, {}, {}};
    const auto built = build_commit(builder.endpoints, builder.names, input);
    ASSERT_FALSE(built.ok());
    EXPECT_EQ(built.error().kind, ErrorKind::invalid_argument);
    EXPECT_THAT(built.error().what, HasSubstr("only read"));
}

TEST(RelatedDocuments, AreThoseWhoseVersionsTheCommitNames) {
    const Builder builder;
    const auto plain = a_capture();
    const auto related = [&](const model::Operation& operation, const model::Capture& before) {
        return related_documents(builder.endpoints, builder.names, operation, before).size();
    };
    EXPECT_EQ(related(an_operation(OperationKind::approve), plain), 0U);
    EXPECT_EQ(related(an_operation(OperationKind::correct), plain), 0U);
    EXPECT_EQ(related(an_operation(OperationKind::correct), in_production(plain)), 2U) << "pole and key";
    auto undo = an_operation(OperationKind::undo);
    undo.undo_of = "op-0";
    EXPECT_EQ(related(undo, in_production(plain)), 4U) << "and what the undone commit wrote";
    EXPECT_EQ(related(a_merge(a_capture("s2")), plain), 1U);
    EXPECT_EQ(related(an_operation(OperationKind::ignore_finding), in_production(plain)), 0U);
}

}  // namespace
}  // namespace linesman::sync
