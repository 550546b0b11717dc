#include "cli/verbs/matter_choices.h"

#include <gtest/gtest.h>

#include "model/builders.h"

namespace linesman::cli {
namespace {

using app::Side;
using base::ErrorKind;
using model::CaptureField;

// Both corrected the number; I wrote notes as well; they moved the pole.
app::MatterDetail a_matter() {
    app::MatterDetail detail;
    detail.conflict = true;
    detail.base = detail.theirs = detail.mine = model::test::a_capture();
    detail.theirs.pole_number = "LAW.P.A002";
    detail.theirs.gps = model::GeoPoint{-26.5, 27.9};
    detail.mine.pole_number = "LAW.P.A003";
    detail.mine.notes = "mine";
    detail.fields = model::three_way_difference(detail.base, detail.theirs, detail.mine);
    detail.choosable = {CaptureField::pole_number, CaptureField::notes, CaptureField::gps};
    return detail;
}

ErrorKind refused(const app::MatterDetail& detail, const std::string& keep, const std::vector<std::string>& fields) {
    const auto choices = matter_choices(detail, keep, fields);
    EXPECT_FALSE(choices.ok()) << keep;
    return choices ? ErrorKind::internal : choices.error().kind;
}

TEST(MatterChoices, KeepingMineNamesNoFieldSoThatTheirOtherChangesStay) {
    const auto choices = matter_choices(a_matter(), "mine", {});
    ASSERT_TRUE(choices.ok());
    EXPECT_FALSE(choices->is_all_theirs);
    EXPECT_TRUE(choices->resolution.fields.empty());
}

TEST(MatterChoices, KeepingTheirsWithoutAFieldLeavesNothingOfMine) {
    EXPECT_TRUE(matter_choices(a_matter(), "theirs", {})->is_all_theirs);
    const auto but_notes = matter_choices(a_matter(), "theirs", {"notes=mine"});
    ASSERT_TRUE(but_notes.ok());
    EXPECT_FALSE(but_notes->is_all_theirs);
    EXPECT_EQ(but_notes->resolution.fields.at(CaptureField::pole_number), Side::theirs);
    EXPECT_EQ(but_notes->resolution.fields.at(CaptureField::gps), Side::theirs);
    EXPECT_EQ(but_notes->resolution.fields.at(CaptureField::notes), Side::mine);
    EXPECT_EQ(but_notes->words, "theirs, notes mine");
}

TEST(MatterChoices, WithoutAWholeEveryClashMustBeNamed) {
    EXPECT_EQ(refused(a_matter(), "", {}), ErrorKind::invalid_argument);
    const auto unsaid = matter_choices(a_matter(), "", {"notes=mine"});
    ASSERT_FALSE(unsaid.ok());
    EXPECT_NE(unsaid.error().what.find("poleNumber"), std::string::npos) << unsaid.error().what;
    EXPECT_EQ(unsaid.error().what.find("gpsLocation"), std::string::npos) << "only they changed it";
    EXPECT_TRUE(matter_choices(a_matter(), "", {"notes=mine", "poleNumber=theirs"}).ok());
}

TEST(MatterChoices, ATypedValueIsACorrectionAndTheFieldIsMineNoMore) {
    const auto choices = matter_choices(
        a_matter(), "mine", {"poleNumber=LAW.P.A009", "projectId=Moh-001", "notes=a=b", "gpsLocation=-26.4, 27.8"});
    ASSERT_TRUE(choices.ok()) << choices.error().what;
    const auto& typed = choices->resolution.typed;
    EXPECT_EQ(typed.pole_number, "LAW.P.A009");
    EXPECT_EQ(typed.project_id, "Moh-001");
    EXPECT_EQ(typed.notes, "a=b");
    EXPECT_EQ(typed.gps, (model::GeoPoint{-26.4, 27.8}));
    EXPECT_EQ(choices->resolution.fields.at(CaptureField::pole_number), Side::theirs);
}

TEST(MatterChoices, RefusesWhatIsNoFieldNoChoiceAndNoPosition) {
    for (const char* wrong : {"notes", "colour=mine", "=mine", "gpsLocation=here", "gpsLocation=1", "gpsLocation=1,2,3",
                              "review=approved", "capturedBy=mine", "photos.front=mine"})
        EXPECT_EQ(refused(a_matter(), "mine", {wrong}), ErrorKind::invalid_argument) << wrong;
}

TEST(MatterChoices, ADeletedCaptureAndAParkedDecisionHaveNoFields) {
    auto deleted = a_matter();
    deleted.deleted = true;
    deleted.keep_mine = model::Permission::no("The capture was deleted.");
    EXPECT_EQ(refused(deleted, "mine", {}), ErrorKind::precondition_failed);
    EXPECT_EQ(refused(deleted, "theirs", {"notes=mine"}), ErrorKind::precondition_failed);
    EXPECT_TRUE(matter_choices(deleted, "theirs", {})->is_all_theirs);
    auto parked = a_matter();
    parked.conflict = false;
    EXPECT_EQ(refused(parked, "mine", {"notes=mine"}), ErrorKind::precondition_failed);
    EXPECT_TRUE(matter_choices(parked, "mine", {}).ok());
}

TEST(ParsePosition, TakesTwoNumbersAndNothingElse) {
    EXPECT_EQ(parse_position(" -26.4 , 27.8 "), (model::GeoPoint{-26.4, 27.8}));
    for (const char* wrong : {"", ",", "1,", ",1", "1;2", "a,b", "1,2 m", "26,4 27,8"})
        EXPECT_FALSE(parse_position(wrong)) << wrong;
}

}  // namespace
}  // namespace linesman::cli
