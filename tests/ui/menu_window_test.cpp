// What a person finds without knowing a key: the menu, the filters with their counts.
#include <algorithm>

#include "ui/layout.h"
#include "ui/views/menu.h"
#include "ui/window_fixture.h"

namespace linesman::ui {
namespace {

class MenuWindow : public WindowTest {};

TEST(Menu, HasEveryCategoryOfTheTableOnce) {
    const auto categories = command_categories();
    EXPECT_EQ(categories.front(), "Queue");
    for (const auto& entry : all_commands())
        EXPECT_EQ(std::count(categories.begin(), categories.end(), entry.category), 1) << entry.name;
}

TEST_F(MenuWindow, ACommandIsFoundAndRunByMouseAlone) {
    test::FakeDesk desk(small());
    // The button; the last category, "View", opens under the cursor; its second entry is "Support layout".
    WindowOptions options = with_script(
        "wait-idle\nmouse 22 22\nclick\nwait-idle\nmouse 60 203\nwait 600\nmouse 300 227\nwait 300\nclick\nwait-idle\n"
        "quit");
    options.layout_path = folder_ + "/layout.json";
    const auto result = run(desk, options);
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    EXPECT_EQ(load_layout(options.layout_path).kind, LayoutKind::support);
    EXPECT_TRUE(desk.decided.empty());
}

TEST_F(MenuWindow, EveryPageOfTheFiltersDrawsInEveryState) {
    for (const Scene scene : kScenes) {
        test::FakeDesk desk(small(scene));
        std::vector<std::string> steps = {"mouse 314 140", "click"};
        for (const char* x : {"380", "440", "500", "540", "590", "640", "700", "340"}) {
            steps.push_back("mouse " + std::string(x) + " 178");
            steps.emplace_back("click");
        }
        steps.emplace_back("key Escape");
        expect_draws(desk, scene, steps);
        EXPECT_TRUE(desk.decided.empty());
    }
}

TEST_F(MenuWindow, ClearingTheSearchWhileTheCaretIsInItLeavesItEmpty) {
    test::FakeDesk desk(small());
    WindowOptions options = with_script(
        "wait-idle\nkey /\nwait-idle\ntext no such pole\nwait-idle\nkey Ctrl+Backspace\nwait-idle\nkey R\nkey 1\n"
        "wait-idle\nquit");
    ASSERT_TRUE(run(desk, options));
    ASSERT_EQ(desk.decided.size(), 1U) << "the whole list is there again, and single keys decide";
}

TEST_F(MenuWindow, AScriptThatCannotBeDrawnIsMarkedAndDoesNotBreakTheWindow) {
    test::FakeDesk desk(small());
    for (size_t i = 0; i < desk.size(); ++i) {
        desk.capture(i).notes = "قطب مكسور, pole beside the mosque";
        desk.capture(i).captured_by = "Rendani Ḽavhengwa";
    }
    expect_draws(desk, Scene::everything, {"mouse 1100 380", "wheel -12"});
}

}  // namespace
}  // namespace linesman::ui
