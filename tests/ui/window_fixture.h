// Real windows over a fake desk. Without a display these tests are skipped, and say so.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/fake_desk.h"
#include "ui/window.h"

namespace linesman::ui {

// What a desk may be in when a view is opened: every view says in each of them what is there, or what to do.
enum class Scene : uint8_t { everything, loading, empty, offline };
inline constexpr Scene kScenes[] = {Scene::everything, Scene::loading, Scene::empty, Scene::offline};

class WindowTest : public testing::Test {
  protected:
    void SetUp() override {
        if (std::getenv("DISPLAY") == nullptr)
            GTEST_SKIP() << "No DISPLAY: window tests need X11, for example xvfb-run.";
        char name[] = "/tmp/linesman_window_XXXXXX";
        folder_ = mkdtemp(name);
    }
    void TearDown() override {
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
    }
    static test::FakeDeskOptions small() {
        test::FakeDeskOptions options;
        options.captures = 120;
        options.plain_photos = true;
        return options;
    }
    static test::FakeDeskOptions small(Scene scene) {
        test::FakeDeskOptions options = small();
        options.loading = scene == Scene::loading;
        options.captures = scene == Scene::empty ? 0 : 60;
        options.signed_in = scene != Scene::empty;
        options.offline = scene == Scene::offline;
        options.with_matters = scene == Scene::everything || scene == Scene::offline;
        options.with_duplicates = options.with_base_map = scene == Scene::everything;
        return options;
    }
    WindowOptions with_script(const std::string& text) const {
        WindowOptions options;
        options.width = 1280;
        options.height = 720;
        options.script = *parse_script(text);
        return options;
    }
    // Each step (a line of a script) in turn, with a look at the window after each. A desk that loads is never idle.
    void expect_draws(test::FakeDesk& desk, Scene scene, const std::vector<std::string>& steps) {
        const std::string settle = scene == Scene::loading ? "wait 50\n" : "wait-idle\n";
        std::string script = settle;
        for (const auto& step : steps) script += step + "\n" + settle;
        const auto result = run(desk, with_script(script + "quit"));
        ASSERT_TRUE(result) << static_cast<int>(scene) << ": " << result.error().full();
        EXPECT_EQ(result->layout_errors, 0) << static_cast<int>(scene);
    }
    std::string folder_;
};

}  // namespace linesman::ui
