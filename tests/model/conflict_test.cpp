#include "model/conflict.h"

#include <gtest/gtest.h>

#include "model/builders.h"
#include "model/keys.h"

namespace linesman::model {
namespace {

using test::a_capture;
using test::an_operation;
using test::decided;

TEST(MateriallyEqual, MachineWritesAndTimesDoNotMatter) {
    Capture other = a_capture();
    other.validation_status = ValidationStatus::validated;
    other.validation_errors = {{"a", "b", "c", "d", "e", "f"}};
    other.validated_at = test::kNoon;
    other.updated_at = test::kNoon;
    other.update_time = "2026-01-01T00:00:00Z";
    other.submitted_at = test::kNoon;
    other.revision = 9;
    EXPECT_TRUE(materially_equal(a_capture(), other));
}

TEST(MateriallyEqual, EveryMaterialFieldMatters) {
    const auto differs = [](auto change) {
        Capture other = a_capture();
        change(other);
        return !materially_equal(a_capture(), other);
    };
    EXPECT_TRUE(differs([](Capture& c) { c.pole_number += " "; }));
    EXPECT_TRUE(differs([](Capture& c) { c.project_id.clear(); }));
    EXPECT_TRUE(differs([](Capture& c) { c.gps->latitude += 1e-9; }));
    EXPECT_TRUE(differs([](Capture& c) { c.gps_accuracy_m.reset(); }));
    EXPECT_TRUE(differs([](Capture& c) { c.notes = "x"; }));
    EXPECT_TRUE(differs([](Capture& c) { c.captured_by = "x"; }));
    EXPECT_TRUE(differs([](Capture& c) { c.captured_at.reset(); }));
    EXPECT_TRUE(differs([](Capture& c) { c.photos[3].reset(); }));
    EXPECT_TRUE(differs([](Capture& c) { c.photos[3]->url = "x"; }));
    EXPECT_TRUE(differs([](Capture& c) { c = decided(c, Decision::held); }));
}

TEST(MateriallyEqual, ServerTimeOfTheSameReviewDoesNotMatter) {
    const Capture mine = decided(a_capture(), Decision::approved);
    Capture theirs = mine;
    theirs.review->at = test::kNoon + base::seconds(3);
    EXPECT_TRUE(materially_equal(mine, theirs));
    theirs.review->op_id = "op-other";
    EXPECT_FALSE(materially_equal(mine, theirs));
}

TEST(ThreeWayDifference, ClashesOnlyWhereBothChangedToDifferentValues) {
    const Capture base = a_capture();
    Capture theirs = base, mine = base;
    theirs.pole_number = "LAW.P.A002";
    mine.pole_number = "LAW.P.A003";
    theirs.notes = mine.notes = "same";
    theirs.project_id = "Moh-001";
    mine.gps_accuracy_m = 9;
    const auto differences = three_way_difference(base, theirs, mine);
    ASSERT_EQ(differences.size(), 4U);
    EXPECT_EQ(differences[0].field, CaptureField::pole_number);
    EXPECT_EQ(differences[0].base, "LAW.P.A001");
    EXPECT_EQ(differences[0].theirs, "LAW.P.A002");
    EXPECT_EQ(differences[0].mine, "LAW.P.A003");
    EXPECT_TRUE(differences[0].clash);
    EXPECT_EQ(differences[1].field, CaptureField::project_id);
    EXPECT_TRUE(differences[1].changed_by_them);
    EXPECT_FALSE(differences[1].changed_by_me);
    EXPECT_FALSE(differences[1].clash);
    EXPECT_EQ(differences[2].field, CaptureField::gps_accuracy);
    EXPECT_FALSE(differences[2].clash);
    EXPECT_EQ(differences[3].field, CaptureField::notes);
    EXPECT_FALSE(differences[3].clash);
}

TEST(ThreeWayDifference, TwoDecisionsClash) {
    const Capture base = a_capture();
    const Capture mine = apply(base, an_operation(OperationKind::approve));
    Operation reject = an_operation(OperationKind::reject, "op-2");
    reject.by_name = "Sipho";
    const auto differences = three_way_difference(base, apply(base, reject), mine);
    const auto review = std::find_if(differences.begin(), differences.end(),
                                     [](const auto& d) { return d.field == CaptureField::review; });
    ASSERT_NE(review, differences.end());
    EXPECT_TRUE(review->clash);
    EXPECT_NE(review->theirs.find("rejected by Sipho"), std::string::npos);
    EXPECT_NE(review->mine.find("approved by Thandi"), std::string::npos);
}

TEST(Difference, EqualCapturesHaveNone) {
    EXPECT_TRUE(difference(a_capture(), a_capture()).empty());
    Capture other = a_capture();
    other.photos[1] = test::a_photo("another");
    const auto pairs = difference(a_capture(), other);
    ASSERT_EQ(pairs.size(), 1U);
    EXPECT_EQ(pairs[0].field, CaptureField::photo_front);
    EXPECT_NE(pairs[0].left, pairs[0].right);
}

TEST(GroupDuplicates, UploadsByKeyAndPolesByNumber) {
    std::vector<Capture> captures;
    for (const char* id : {"a", "b", "c", "d", "e"}) captures.push_back(a_capture(id));
    captures[1].offline_id = captures[0].offline_id;  // a, b: sent twice
    captures[2].pole_number = " law.p.a001";          // c: the same pole once more
    captures[3].pole_number = "LAW.P.D004";
    captures[4].project_id = "Moh-001";
    const auto groups = group_duplicates(captures);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[0], (DuplicateGroup{DuplicateGroup::Kind::upload, "offline_a", {"a", "b"}}));
    EXPECT_EQ(groups[1],
              (DuplicateGroup{DuplicateGroup::Kind::pole, pole_key_id("Law-001", "LAW.P.A001"), {"a", "b", "c"}}));
}

TEST(GroupDuplicates, OneUploadSentTwiceIsNoDuplicatePole) {
    std::vector<Capture> captures = {a_capture("a"), a_capture("b")};
    captures[1].offline_id = captures[0].offline_id;
    const auto groups = group_duplicates(captures);
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].kind, DuplicateGroup::Kind::upload);
}

TEST(GroupDuplicates, BlankNumbersSupersededAndDistinctUploadsMakeNoGroup) {
    std::vector<Capture> captures = {a_capture("a"), a_capture("b"), decided(a_capture("c"), Decision::superseded)};
    captures[0].pole_number = captures[1].pole_number = "";
    EXPECT_TRUE(group_duplicates(captures).empty());
    captures[1].offline_id = captures[0].offline_id;
    captures[1].pole_number = "LAW.P.A002";
    captures[1].device_id = "device_2";
    captures[1].captured_at = test::kNoon + base::hours(1);
    EXPECT_TRUE(group_duplicates(captures).empty());
    EXPECT_TRUE(group_duplicates({}).empty());
}

}  // namespace
}  // namespace linesman::model
