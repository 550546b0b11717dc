// Drawing on the map with the mouse, through the real window: what a lasso and a box select.
#include <algorithm>
#include <set>

#include "model/geo.h"
#include "ui/window_fixture.h"

namespace linesman::ui {
namespace {

// The Analyst layout at 1280 x 720: the map is 790 pixels wide, from 44 to 692 down.
constexpr int kLeft = 4, kTop = 48, kBottom = 688, kMiddle = 395;

class MapWindow : public WindowTest {
  protected:
    // The captures that a drawing selects, as the dry run of a bulk decision names them.
    std::set<std::string> selected_by(test::FakeDesk& desk, const std::string& drawing) {
        const auto result = run(desk, with_script("wait-idle\nkey F7\nwait-idle\nkey Shift+M\nwait-idle\n" + drawing +
                                                  "wait-idle\nkey Shift+H\nwait-idle\nquit"));
        EXPECT_TRUE(result) << (result ? "" : result.error().full());
        std::set<std::string> ids;
        if (desk.bulk_plan() == nullptr) return ids;
        for (const auto& item : desk.bulk_plan()->items) ids.insert(item.staging_id);
        return ids;
    }
    // Longitudes of the queue's captures that were selected, and of those that were not.
    struct Split {
        std::vector<double> in, out;
    };
    static Split split(test::FakeDesk& desk, const std::set<std::string>& ids) {
        Split split;
        for (size_t i = 0; i < desk.size(); ++i) {
            const auto& capture = desk.capture(i);
            const bool open =
                capture.decision() == model::Decision::none || capture.decision() == model::Decision::held;
            if (!capture.gps || !open) continue;
            (ids.contains(capture.staging_id) ? split.in : split.out).push_back(capture.gps->longitude);
        }
        return split;
    }
    static std::string at(int x, int y) { return "mouse " + std::to_string(x) + " " + std::to_string(y) + "\n"; }
    // The western half of the map, drawn by hand in small steps.
    static std::string around_the_west() {
        std::string drawing = at(kLeft, kTop) + "down\n";
        for (int y = kTop; y < kBottom; y += 80) drawing += at(kLeft, y);
        for (int x = kLeft; x < kMiddle; x += 80) drawing += at(x, kBottom);
        drawing += at(kMiddle, kBottom);
        for (int y = kBottom; y > kTop; y -= 80) drawing += at(kMiddle, y);
        return drawing + at(kMiddle, kTop) + "up\n";
    }
};

TEST_F(MapWindow, ALassoSelectsWhatLiesInItAndNothingElse) {
    test::FakeDesk desk(small());
    const auto [in, out] = split(desk, selected_by(desk, "key L\n" + around_the_west()));
    ASSERT_GT(in.size(), 10U);
    ASSERT_GT(out.size(), 10U);
    EXPECT_LT(*std::max_element(in.begin(), in.end()), *std::min_element(out.begin(), out.end()))
        << "west of the line is in, east of it is out";
}

TEST_F(MapWindow, ShiftAndDragSelectsABox) {
    test::FakeDesk desk(small());
    const std::string box = "hold Shift\n" + at(kLeft, kTop) + "drag " + std::to_string(kMiddle - kLeft) + " " +
                            std::to_string(kBottom - kTop) + "\nrelease Shift\n";
    const auto [in, out] = split(desk, selected_by(desk, box));
    ASSERT_GT(in.size(), 10U);
    ASSERT_GT(out.size(), 10U);
    EXPECT_LT(*std::max_element(in.begin(), in.end()), *std::min_element(out.begin(), out.end()));
}

TEST_F(MapWindow, ALassoAndABoxOfOnePlaceSelectTheSame) {
    test::FakeDesk one(small()), other(small());
    const std::string box = "hold Shift\n" + at(kLeft, kTop) + "drag " + std::to_string(kMiddle - kLeft) + " " +
                            std::to_string(kBottom - kTop) + "\nrelease Shift\n";
    EXPECT_EQ(selected_by(one, "key L\n" + around_the_west()), selected_by(other, box));
}

TEST_F(MapWindow, TheWholeMapInABoxIsEveryCaptureWithAPosition) {
    test::FakeDesk desk(small());
    const auto ids = selected_by(
        desk, "run map.zoom_out\nwait-idle\nhold Shift\n" + at(kLeft, kTop) + "drag 780 640\nrelease Shift\n");
    EXPECT_TRUE(split(desk, ids).out.empty());
    EXPECT_FALSE(ids.empty());
}

TEST_F(MapWindow, EscapeLeavesTheLassoAndTheNextDragMovesTheMap) {
    test::FakeDesk desk(small());
    EXPECT_TRUE(selected_by(desk, "key L\nwait-idle\nkey Escape\nwait-idle\n" + around_the_west()).empty());
    EXPECT_TRUE(desk.decided.empty());
}

TEST_F(MapWindow, ADrawingAddsToWhatIsSelected) {
    test::FakeDesk desk(small());
    const auto ids = selected_by(desk, "key Ctrl+A\nkey L\n" + around_the_west());
    EXPECT_TRUE(split(desk, ids).out.empty());
}

}  // namespace
}  // namespace linesman::ui
