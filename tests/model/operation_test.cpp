#include "model/operation.h"

#include <gtest/gtest.h>

#include "model/builders.h"
#include "model/capture_fields.h"
#include "model/keys.h"

namespace linesman::model {
namespace {

using test::a_capture;
using test::an_operation;
using test::decided;

Operation full_operation() {
    Operation o = an_operation(OperationKind::merge);
    o.base_update_time = "2025-01-30T08:15:00.123456Z";
    o.base_fields = R"({"poleNumber":{"stringValue":"LAW.P.A001"}})";
    o.predecessor = "op-0";
    o.reason = "duplicate";
    o.comment = "same pole\nsecond line";
    o.remind_at = test::kNoon + base::hours(5);
    o.overrides = {{"f1", "looked at it"}};
    o.correction.pole_number = "";
    o.correction.gps = GeoPoint{-26.123456789, 27.987654321};
    o.undo_of = "op-x";
    o.target = "s1";
    o.extra = base::Json{{"set", {{"poleNumber", "LAW.P.A002"}}}, {"superseded", {"s2"}}};
    o.photos_seen[Slot::depth] = {"md5", 1200, 640};
    o.rules_hash = "abc";
    o.resubmission = 2;
    o.promote = true;
    o.via = "bulk";
    o.batch_id = "b1";
    o.desk_id = "d1";
    o.sequence = 17;
    o.previous_hash = "00";
    o.hash = "11";
    return o;
}

TEST(OperationNames, AreReadBack) {
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(operation_kind_from_name(name_of(static_cast<OperationKind>(i))), static_cast<OperationKind>(i));
    for (int i = 0; i < 7; ++i)
        EXPECT_EQ(operation_state_from_name(name_of(static_cast<OperationState>(i))), static_cast<OperationState>(i));
    EXPECT_FALSE(operation_kind_from_name("delete"));
    EXPECT_FALSE(operation_state_from_name(""));
}

TEST(OperationJson, EverythingIsReadBack) {
    const Operation o = full_operation();
    const base::Json json = to_json(o);
    const auto parsed = base::parse_json(base::to_text(json), "test");
    ASSERT_TRUE(parsed);
    const auto back = operation_from_json(*parsed);
    ASSERT_TRUE(back) << back.error().full();
    EXPECT_EQ(to_json(*back), json);
    EXPECT_EQ(back->kind, o.kind);
    EXPECT_EQ(back->made_at, o.made_at);
    EXPECT_EQ(back->send_after, o.send_after);
    EXPECT_EQ(back->remind_at, o.remind_at);
    EXPECT_EQ(back->overrides, o.overrides);
    EXPECT_EQ(back->correction, o.correction);
    EXPECT_EQ(back->photos_seen, o.photos_seen);
    EXPECT_EQ(back->extra, o.extra);
    EXPECT_EQ(back->base_fields, o.base_fields);
    EXPECT_EQ(back->sequence, 17);
    EXPECT_TRUE(back->promote);
}

TEST(OperationJson, NeedsItsIdentity) {
    for (const char* key : {"op_id", "kind", "staging_id", "uid", "made_at"}) {
        base::Json json = to_json(full_operation());
        json.erase(key);
        const auto result = operation_from_json(json);
        ASSERT_FALSE(result) << key;
        EXPECT_EQ(result.error().kind, base::ErrorKind::corrupt);
    }
    EXPECT_FALSE(operation_from_json(base::Json()));
    EXPECT_FALSE(operation_from_json(base::Json::array()));
}

TEST(OperationJson, RefusesMembersOfAWrongType) {
    const std::pair<const char*, base::Json> wrong[] = {{"op_id", 1},
                                                        {"op_id", ""},
                                                        {"kind", "delete"},
                                                        {"made_at", 5},
                                                        {"send_after", "soon"},
                                                        {"overrides", base::Json::object()},
                                                        {"overrides", {{{"reason", "x"}}}},
                                                        {"correction", base::Json::array()},
                                                        {"correction", {{"gps", {{"latitude", "x"}}}}},
                                                        {"correction", {{"pole_number", 7}}},
                                                        {"photos_seen", {{"nonsense", base::Json::object()}}},
                                                        {"photos_seen", {{"depth", {{"ms", -1}}}}},
                                                        {"resubmission", 1.5},
                                                        {"sequence", UINT64_MAX},
                                                        {"promote", "yes"},
                                                        {"via", "phone"},
                                                        {"extra", "text"},
                                                        {"extra", {{"set", {{"nonsense", 1}}}}},
                                                        {"extra", {{"set", {{"gpsLocation", 1}}}}},
                                                        {"remind_at", false}};
    for (const auto& [key, value] : wrong) {
        base::Json json = to_json(full_operation());
        json[key] = value;
        EXPECT_FALSE(operation_from_json(json)) << key << " = " << value;
    }
}

TEST(OperationJson, PassesOverMembersOfNewerPrograms) {
    base::Json json = to_json(full_operation());
    json["something_new"] = 1;
    EXPECT_TRUE(operation_from_json(json));
}

TEST(Apply, ApproveSetsReviewAndMachineStatus) {
    Operation o = an_operation(OperationKind::approve);
    o.overrides = {{"f1", "fine"}};
    o.rules_hash = "r1";
    const Capture c = apply(a_capture(), o);
    EXPECT_EQ(c.decision(), Decision::approved);
    EXPECT_EQ(c.review->by, "thandi");
    EXPECT_EQ(c.review->op_id, "op-1");
    EXPECT_EQ(c.review->overrides, o.overrides);
    EXPECT_EQ(c.review->rules, "r1");
    EXPECT_EQ(c.validation_status, ValidationStatus::validated);
    EXPECT_EQ(c.validated_at, o.made_at);
    EXPECT_EQ(c.revision, 1);
    EXPECT_FALSE(c.synced_to_production);
    EXPECT_FALSE(c.in_queue());
}

TEST(Apply, ApproveWithPromotionGoesIntoProduction) {
    Operation o = an_operation(OperationKind::approve);
    o.promote = true;
    const Capture c = apply(a_capture(), o);
    EXPECT_TRUE(c.synced_to_production);
    EXPECT_EQ(c.production_id, production_id("offline_s1"));
}

TEST(Apply, ApprovalOfAnOlderSubmissionLeavesTheNewerOneInTheQueue) {
    Capture capture = a_capture();
    capture.resubmission = 3;
    Operation o = an_operation(OperationKind::approve);
    o.resubmission = 2;
    EXPECT_TRUE(apply(capture, o).in_queue());
    o.resubmission = 3;
    EXPECT_FALSE(apply(capture, o).in_queue());
}

TEST(Apply, RejectAppendsItsEntryAndKeepsTheMachines) {
    Capture capture = a_capture();
    capture.validation_errors = {{"gpsAccuracy", "gps_accuracy", "18 m", "warning", "gps_accuracy", "f1"}};
    Operation o = an_operation(OperationKind::reject);
    o.comment = "Front is dark.";
    const Capture c = apply(capture, o);
    EXPECT_EQ(c.validation_status, ValidationStatus::rejected);
    ASSERT_EQ(c.validation_errors.size(), 2U);
    EXPECT_EQ(c.validation_errors[0], capture.validation_errors[0]);
    EXPECT_EQ(c.validation_errors[1].field, "general");
    EXPECT_EQ(c.validation_errors[1].rule, "manual_rejection");
    EXPECT_EQ(c.validation_errors[1].severity, "error");
    EXPECT_EQ(c.validation_errors[1].message, "Photo unclear. Take a sharper photo in better light. Front is dark.");
}

TEST(Apply, HoldStaysInTheQueueWithItsReminder) {
    Operation o = an_operation(OperationKind::hold);
    o.remind_at = test::kNoon + base::hours(30);
    const Capture c = apply(a_capture(), o);
    EXPECT_TRUE(c.in_queue());
    EXPECT_EQ(c.review->remind_at, o.remind_at);
    EXPECT_EQ(c.review->comment, "ask the crew");
    EXPECT_EQ(c.validation_status, ValidationStatus::pending);
}

TEST(Apply, CorrectSetsOnlyWhatIsNamed) {
    Operation o = an_operation(OperationKind::correct);
    o.correction.notes = "";
    o.correction.pole_number = "LAW.P.A009";
    const Capture before = a_capture();
    const Capture c = apply(before, o);
    EXPECT_EQ(c.pole_number, "LAW.P.A009");
    EXPECT_EQ(c.notes, "");
    EXPECT_EQ(c.project_id, before.project_id);
    EXPECT_EQ(c.gps, before.gps);
}

TEST(Apply, RequeueTakesTheRejectionAway) {
    const Capture rejected = apply(a_capture(), an_operation(OperationKind::reject));
    const Capture c = apply(rejected, an_operation(OperationKind::requeue, "op-2"));
    EXPECT_TRUE(c.in_queue());
    EXPECT_FALSE(c.review);
    EXPECT_EQ(c.validation_status, ValidationStatus::pending);
    EXPECT_TRUE(c.validation_errors.empty());
    EXPECT_EQ(c.revision, 2);
}

TEST(Apply, MergeSetsTheTargetAndSupersedesTheOthers) {
    Operation o = an_operation(OperationKind::merge);
    o.target = "s1";
    o.extra = base::Json{{"set", {{"poleNumber", "LAW.P.A777"}}}, {"superseded", {"s2"}}};
    EXPECT_EQ(apply(a_capture("s1"), o).pole_number, "LAW.P.A777");
    const Capture other = apply(a_capture("s2"), o);
    EXPECT_EQ(other.pole_number, "LAW.P.A001");
    EXPECT_EQ(other.decision(), Decision::superseded);
    EXPECT_EQ(other.review->superseded_by, "s1");
    EXPECT_FALSE(other.in_queue());
}

TEST(Apply, IgnoringAFindingDoesNotTouchTheCapture) {
    EXPECT_EQ(apply(a_capture(), an_operation(OperationKind::ignore_finding)), a_capture());
}

TEST(CaptureFields, EveryFieldIsCarriedExactly) {
    Capture full = decided(a_capture(), Decision::held);
    full.review->remind_at = test::kNoon;
    full.review->photos_seen[Slot::side] = {"m", 400, 300};
    full.review->overrides = {{"f", "r"}};
    full.validation_errors = {{"a", "b", "c", "d", "e", "f"}};
    full.validated_at = test::kNoon;
    full.production_id = "p_1";
    full.synced_to_production = true;
    full.resubmission = 4;
    full.validation_status = ValidationStatus::rejected;
    Capture blank;
    for (const Capture& source : {full, blank}) {
        const auto parsed = base::parse_json(base::to_text(fields_to_json(source, all_fields())), "test");
        ASSERT_TRUE(parsed);
        Capture copy = source.staging_id.empty() ? full : blank;  // the other one, to be changed into this one
        ASSERT_TRUE(set_fields(copy, *parsed));
        for (const CaptureField field : all_fields()) EXPECT_TRUE(same(field, copy, source)) << wire_name_of(field);
        EXPECT_EQ(fields_named_in(*parsed).size(), kCaptureFieldCount);
    }
}

TEST(CaptureFields, OneBadValueChangesNothing) {
    Capture capture = a_capture();
    EXPECT_FALSE(set_fields(capture, base::Json{{"notes", "new"}, {"projectId", 7}}));
    EXPECT_FALSE(set_fields(capture, base::Json{{"staging_id", "x"}}));
    EXPECT_FALSE(set_fields(capture, base::Json::array()));
    EXPECT_EQ(capture, a_capture());
}

TEST(CaptureFields, NamesAreUniqueAndPhotosNeverShowTheirAddress) {
    for (const CaptureField field : all_fields()) {
        EXPECT_EQ(capture_field_from_wire_name(wire_name_of(field)), field);
        const std::string text = display(field, a_capture());
        EXPECT_EQ(text.find("http"), std::string::npos);
        EXPECT_EQ(text.find("poles/"), std::string::npos);
    }
    EXPECT_EQ(slot_of(photo_field(Slot::concrete)), Slot::concrete);
    EXPECT_FALSE(slot_of(CaptureField::review));
}

}  // namespace
}  // namespace linesman::model
