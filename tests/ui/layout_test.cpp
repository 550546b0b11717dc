#include "ui/layout.h"

#include <gtest/gtest.h>

#include "ui/palette.h"
#include "ui/photo_pose.h"
#include "ui/script.h"
#include "ui/words.h"

namespace linesman::ui {
namespace {

TEST(LayoutFile, ReadsBackWhatItWrote) {
    Layout layout;
    layout.kind = LayoutKind::analyst;
    layout.theme = ThemeKind::light;
    layout.zoom = 1.5F;
    layout.queue_share = 0.5F;
    layout.map_follows = false;
    layout.window_width = 1920;
    EXPECT_EQ(layout_from_text(to_text(layout)), layout);
}

TEST(LayoutFile, ABrokenOneGivesTheDefaults) {
    const Layout fresh;
    for (const char* text :
         {"", "{", "[]", "null", "{\"version\":99,\"kind\":\"support\"}", "{\"kind\":\"support\"}", "\xff\xfe"}) {
        EXPECT_EQ(layout_from_text(text), fresh) << text;
    }
    EXPECT_EQ(load_layout("/nonexistent/layout.json"), fresh);
}

TEST(LayoutFile, ValuesOutOfRangeKeepTheirDefaults) {
    const Layout layout = layout_from_text(
        R"({"version":1,"kind":"sideways","queue_share":7,"zoom":-3,"window_width":1e9,"side_share":"wide","theme":"light"})");
    Layout expected;
    expected.theme = ThemeKind::light;
    EXPECT_EQ(layout, expected);
}

TEST(Palette, FindsByInitialsAndByParts) {
    EXPECT_EQ(find_commands("appr")[0], CommandId::decide_approve);
    EXPECT_EQ(find_commands("sl")[0], CommandId::view_support);
    EXPECT_EQ(find_commands("work off")[0], CommandId::sync_offline);
    EXPECT_TRUE(find_commands("qqqq").empty());
    EXPECT_EQ(match_score("zz", "Zoom map in"), 0);
    EXPECT_GT(match_score("undo", "Undo"), match_score("undo", "Queue: under done"));
}

TEST(Palette, AnEmptyQueryListsEveryCommandButThoseOfStrips) {
    for (const auto id : find_commands("")) EXPECT_NE(command(id).context, KeyContext::strip);
    EXPECT_GT(find_commands("").size(), 40U);
}

TEST(PhotoPose, ZoomKeepsThePointUnderTheCursor) {
    PhotoPose pose;
    pose.set_photo(4000, 3000);
    const PoseBox box{800, 600};
    EXPECT_FLOAT_EQ(pose.scale(box), 0.2F);
    const auto before = pose.place(box);
    const float u = (500 - before.x) / before.width;
    pose.zoom_at(box, 500, 300, 4);
    const auto after = pose.place(box);
    EXPECT_NEAR((500 - after.x) / after.width, u, 1e-4);
    EXPECT_GT(pose.scale(box), 0.4F);
}

TEST(PhotoPose, OneToOneShowsRealPixelsAndFitsAgain) {
    PhotoPose pose;
    pose.set_photo(1920, 1440);
    const PoseBox box{640, 480};
    pose.toggle_one_to_one(box, 320, 240);
    EXPECT_FLOAT_EQ(pose.scale(box), 1);
    pose.toggle_one_to_one(box, 320, 240);
    EXPECT_TRUE(pose.fitted());
}

TEST(PhotoPose, DraggingLeavesNoGap) {
    PhotoPose pose;
    pose.set_photo(2000, 1000);
    const PoseBox box{500, 500};
    pose.toggle_one_to_one(box, 250, 250);
    pose.drag(box, 1e6F, 1e6F);
    const auto placed = pose.place(box);
    EXPECT_NEAR(placed.x, 0, 0.01);
    EXPECT_NEAR(placed.y, 0, 0.01);
}

TEST(PhotoPose, AQuarterTurnSwapsTheSides) {
    PhotoPose pose;
    pose.set_photo(2000, 1000);
    pose.turn(-1);
    EXPECT_EQ(pose.quarter_turns(), 3);
    const auto placed = pose.place({500, 500});
    EXPECT_FLOAT_EQ(placed.width, 250);
    EXPECT_FLOAT_EQ(placed.height, 500);
}

TEST(Script, ReadsStepsAndNamesTheLineItDoesNotUnderstand) {
    const auto script = parse_script(
        "# tour\nwait-idle\nkey Ctrl+K\ntext LAW.P A\nmouse 10 20.5\nscreenshot /tmp/a.png\nrun view.support\n"
        "measure pan\nquit\nmeasure");
    ASSERT_TRUE(script);
    ASSERT_EQ(script->size(), 9U);
    EXPECT_EQ((*script)[2].text, "LAW.P A");
    EXPECT_EQ((*script)[5].command, CommandId::view_support);
    for (const char* bad : {"jump", "key Foo", "mouse 3", "run no.such", "screenshot"}) {
        const auto failed = parse_script(std::string("wait-idle\n") + bad);
        ASSERT_FALSE(failed) << bad;
        EXPECT_NE(failed.error().what.find("line 2"), std::string::npos);
    }
}

TEST(Words, AreShortAndPlain) {
    EXPECT_EQ(with_thousands(1'234'567), "1,234,567");
    EXPECT_EQ(with_thousands(12), "12");
    EXPECT_EQ(short_count(950), "950");
    EXPECT_EQ(short_count(12'345), "12k");
    EXPECT_EQ(short_count(1'300'000), "1.3M");
    EXPECT_EQ(metres(3.44), "3.4 m");
    EXPECT_EQ(metres(1540), "1.5 km");
    EXPECT_EQ(bytes_text(3'400'000), "3.4 MB");
    const base::Timestamp now{1'738'230'900'000'000};  // 2025-01-30 11:55 in South Africa
    EXPECT_EQ(short_time(now - base::minutes(5), now), "today 11:50");
    EXPECT_EQ(short_time(now - base::hours(48), now), "28 Jan 11:55");
    EXPECT_EQ(age_of(model::kNoTime, now), "–");
}

}  // namespace
}  // namespace linesman::ui
