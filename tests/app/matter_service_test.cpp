// What is left of my operation when fields stay theirs, and what becomes a correction. The whole way is in
// tests/system/matter_test.cpp and conflicts_test.cpp.
#include "app/matter_service.h"

#include <gtest/gtest.h>

#include "model/builders.h"

namespace linesman::app {
namespace {

using model::CaptureField;
using model::OperationKind;
using model::test::a_capture;
using model::test::an_operation;
using Choice = std::map<CaptureField, Side>;

model::Operation a_correction() {
    auto correct = an_operation(OperationKind::correct);
    correct.correction.pole_number = "LAW.P.A002";
    correct.correction.notes = "mine";
    return correct;
}

TEST(WithoutFields, ACorrectionKeepsWhatStaysMine) {
    const auto left = without_fields(a_correction(), {{CaptureField::pole_number, Side::theirs}});
    ASSERT_TRUE(left);
    EXPECT_FALSE(left->correction.pole_number);
    EXPECT_EQ(left->correction.notes, "mine");
    EXPECT_EQ(without_fields(a_correction(), {{CaptureField::notes, Side::mine}})->correction,
              a_correction().correction);
}

TEST(WithoutFields, ACorrectionOfWhichNothingStaysIsNone) {
    EXPECT_FALSE(without_fields(a_correction(),
                                {{CaptureField::pole_number, Side::theirs}, {CaptureField::notes, Side::theirs}}));
}

TEST(WithoutFields, ADecisionStandsOrFallsAsAWhole) {
    for (const auto kind :
         {OperationKind::approve, OperationKind::reject, OperationKind::hold, OperationKind::requeue}) {
        const auto decision = an_operation(kind);
        EXPECT_FALSE(without_fields(decision, {{CaptureField::review, Side::theirs}})) << model::name_of(kind);
        EXPECT_TRUE(without_fields(decision, {{CaptureField::pole_number, Side::theirs}})) << model::name_of(kind);
    }
}

TEST(WithoutFields, WhatARestoreOrAMergeCarriesIsCutFieldByField) {
    for (const auto kind : {OperationKind::restore, OperationKind::merge, OperationKind::undo}) {
        auto operation = an_operation(kind);
        operation.extra = {{"set", {{"notes", "old"}, {"poleNumber", "LAW.P.A009"}}}, {"superseded", {"s2"}}};
        const auto left = without_fields(operation, {{CaptureField::notes, Side::theirs}});
        ASSERT_TRUE(left) << model::name_of(kind);
        EXPECT_EQ(left->extra["set"], (base::Json{{"poleNumber", "LAW.P.A009"}}));
        EXPECT_EQ(left->extra["superseded"], operation.extra["superseded"]);
        EXPECT_FALSE(without_fields(operation,
                                    {{CaptureField::notes, Side::theirs}, {CaptureField::pole_number, Side::theirs}}));
    }
}

// Both sides changed the notes; only they changed the number and the position.
MatterDetail a_matter(const model::Operation& mine) {
    MatterDetail matter;
    matter.base = matter.theirs = a_capture();
    matter.mine = model::apply(matter.base, mine);
    matter.theirs.pole_number = "LAW.P.A777";
    matter.theirs.gps = model::GeoPoint{-26.5, 27.9};
    matter.theirs.notes = "theirs";
    return matter;
}

TEST(CorrectionToMine, SetsBackWhatOnlyTheyChanged) {
    const auto approve = an_operation(OperationKind::approve);
    const auto matter = a_matter(approve);
    const auto correction = correction_to_mine(
        matter, approve, {{CaptureField::pole_number, Side::mine}, {CaptureField::notes, Side::theirs}});
    EXPECT_EQ(correction.pole_number, "LAW.P.A001");
    EXPECT_FALSE(correction.notes);
    EXPECT_FALSE(correction.gps) << "not named: it stays theirs";
}

TEST(CorrectionToMine, LeavesOutWhatMyOperationSetsItselfAndWhatIsEqualAnyway) {
    const auto mine = a_correction();
    const auto matter = a_matter(mine);
    const auto correction =
        correction_to_mine(matter, mine, {{CaptureField::notes, Side::mine}, {CaptureField::project_id, Side::mine}});
    EXPECT_TRUE(correction.empty());
}

TEST(CorrectionToMine, NeverTouchesWhatNobodyMayCorrect) {
    const auto approve = an_operation(OperationKind::approve);
    auto matter = a_matter(approve);
    matter.theirs.captured_by = "worker-9";
    matter.theirs.photos[0].reset();
    EXPECT_TRUE(correction_to_mine(matter, approve,
                                   {{CaptureField::captured_by, Side::mine}, {CaptureField::photo_before, Side::mine}})
                    .empty());
}

}  // namespace
}  // namespace linesman::app
