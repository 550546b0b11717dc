// Who else is on a capture, and taking back what somebody else decided, through the real window.
#include "base/file.h"
#include "image/decode.h"
#include "ui/window_fixture.h"
#include "ui/words.h"

namespace linesman::ui {
namespace {

class PresenceWindow : public WindowTest {
  protected:
    static void somebody_at(test::FakeDesk& desk, const std::string& staging_id, base::Timestamp until) {
        desk.change([&](app::Snapshot& snapshot) {
            snapshot.people_here =
                std::make_shared<const app::PeopleHere>(app::PeopleHere{{staging_id, {{"Thandi Nkosi", until}}}});
        });
    }
    // The first capture of the queue as a fresh desk selects it.
    static std::string first_selected(test::FakeDesk& desk) {
        return desk.looked_at.empty() ? std::string() : desk.looked_at.front();
    }
    image::Image picture_of(test::FakeDesk& desk, const std::string& name) {
        const std::string file = folder_ + "/" + name + ".png";
        const auto result = run(desk, with_script("wait-idle\nscreenshot " + file + "\nquit"));
        EXPECT_TRUE(result) << (result ? "" : result.error().full());
        const auto png = base::read_file(file);
        const auto picture = png ? image::decode(*png) : base::Result<image::Decoded>(png.error());
        return picture ? picture->image : image::Image{};
    }
    static size_t differing(const image::Image& a, const image::Image& b, int x0, int y0, int x1, int y1) {
        size_t count = 0;
        for (int y = y0; y < y1; ++y) {
            for (int x = x0; x < x1; ++x) count += a.pixel(x, y) == b.pixel(x, y) ? 0 : 1;
        }
        return count;
    }
};

TEST_F(PresenceWindow, TheDeskIsToldWhereThePersonIsAndWhenTheyMoveOn) {
    test::FakeDesk desk(small());
    const auto result = run(desk, with_script("wait-idle\nkey J\nwait-idle\nkey J\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    std::vector<std::string> captures;
    for (const auto& id : desk.looked_at) {
        if (!id.empty() && (captures.empty() || captures.back() != id)) captures.push_back(id);
    }
    ASSERT_EQ(captures.size(), 3U);
    EXPECT_NE(captures[0], captures[1]);
    EXPECT_LT(desk.looked_at.size(), 12U) << "not with every frame";
}

TEST_F(PresenceWindow, SomebodyElseShowsInTheRowAndOnTheCaptureAndGoesAway) {
    test::FakeDesk desk(small());
    const auto alone = picture_of(desk, "alone");
    const std::string id = first_selected(desk);
    ASSERT_FALSE(id.empty());
    somebody_at(desk, id, desk.now() + base::seconds(60));
    const auto together = picture_of(desk, "together");
    // The row of the first capture, and the head of its details.
    EXPECT_GT(differing(alone, together, 40, 195, 180, 222), 20U);
    EXPECT_GT(differing(alone, together, 970, 100, 1270, 140), 200U);
    somebody_at(desk, id, desk.now() - base::seconds(1));
    const auto expired = picture_of(desk, "expired");
    EXPECT_EQ(differing(alone, expired, 40, 195, 180, 222), 0U);
}

TEST(OthersAt, NamesTheFirstAndCountsTheRestWithoutThoseWhoLeft) {
    app::Snapshot snapshot;
    const base::Timestamp now{1'763'800'000'000'000};
    const auto soon = now + base::seconds(5), past = now - base::seconds(5);
    snapshot.people_here = std::make_shared<const app::PeopleHere>(
        app::PeopleHere{{"a", {{"Gone", past}, {"Thandi", soon}, {"Sipho", soon}}},
                        {"b", {{"Gone", past}}},
                        {"c", {{"Zanele", soon}}}});
    EXPECT_EQ(others_at(snapshot, "a", now), "Thandi and 1 more");
    EXPECT_EQ(others_at(snapshot, "b", now), "");
    EXPECT_EQ(others_at(snapshot, "c", now), "Zanele");
    EXPECT_EQ(others_at(snapshot, "d", now), "");
}

class TakeBackWindow : public WindowTest {};

TEST_F(TakeBackWindow, OneKeyAndAReasonTakeBackTheNewestDecisionOnTheSelectedCapture) {
    test::FakeDesk desk(small());
    const auto result =
        run(desk, with_script("wait-idle\nrun scope.decided\nwait-idle\nkey Shift+U\nwait-idle\ntext Wrong pole, says "
                              "Sipho\nkey Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_EQ(desk.decided.size(), 1U);
    EXPECT_EQ(desk.decided[0].kind, model::OperationKind::undo);
    EXPECT_EQ(desk.decided[0].reason, "Wrong pole, says Sipho");
    EXPECT_TRUE(desk.decided[0].undo_of.empty()) << "the newest, whoever made it";
    EXPECT_FALSE(desk.decided[0].staging_id.empty());
}

TEST_F(TakeBackWindow, WithoutAReasonNothingIsTakenBackAndEscapeLeaves) {
    test::FakeDesk desk(small());
    const auto result = run(desk, with_script("wait-idle\nrun scope.decided\nwait-idle\nkey Shift+U\nwait-idle\nkey "
                                              "Enter\nwait-idle\nkey Escape\nwait-idle\nkey J\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_TRUE(desk.decided.empty());
}

TEST_F(TakeBackWindow, TheHistoryTakesBackTheChangeThatLedToTheVersionOnTheRight) {
    test::FakeDesk desk(small());
    // Decided, found again among the decided ones; the buttons stand at the foot of the right half of the overlay.
    const auto result = run(
        desk, with_script("wait-idle\nkey R\nkey 4\nwait-idle\nkey U\nwait-idle\nkey C\nwait-idle\nkey Ctrl+A\ntext "
                          "LAW.P.Z999\nkey Enter\nwait-idle\nkey Ctrl+H\nwait-idle\nmouse 700 540\nclick\nwait-idle\n"
                          "text Mistyped\nwait-idle\nmouse 600 612\nclick\nwait-idle\nscreenshot " +
                          folder_ + "/history.png\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_FALSE(desk.decided.empty());
    EXPECT_EQ(desk.decided.back().kind, model::OperationKind::undo);
    EXPECT_FALSE(desk.decided.back().undo_of.empty());
    EXPECT_EQ(desk.decided.back().reason, "Mistyped");
}

}  // namespace
}  // namespace linesman::ui
