// Real windows over a fake desk. Without a display these tests are skipped, and say so.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/fake_desk.h"
#include "ui/window.h"

namespace linesman::ui {

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
    WindowOptions with_script(const std::string& text) const {
        WindowOptions options;
        options.width = 1280;
        options.height = 720;
        options.script = *parse_script(text);
        return options;
    }
    std::string folder_;
};

}  // namespace linesman::ui
