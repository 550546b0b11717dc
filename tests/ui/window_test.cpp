// The real window under a display (Xvfb in ./check). Without one these tests are skipped, and say so.
#include "ui/window.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "image/decode.h"
#include "support/fake_desk.h"
#include "ui/layout.h"
#include "ui/window_fixture.h"

namespace linesman::ui {
namespace {

TEST_F(WindowTest, OpensAndDrawsTheDesk) {
    test::FakeDesk desk(small());
    const std::string file = folder_ + "/desk.png";
    const auto result = run(desk, with_script("wait-idle\nscreenshot " + file + "\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    const auto png = base::read_file(file);
    ASSERT_TRUE(png);
    const auto picture = image::decode(*png);
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->image.width, 1280);
    // Not one colour: something was drawn.
    size_t different = 0;
    for (int y = 0; y < 720; y += 4) {
        for (int x = 0; x < 1280; x += 4)
            different += picture->image.pixel(x, y) == picture->image.pixel(0, 60) ? 0 : 1;
    }
    EXPECT_GT(different, 2000U);
}

TEST_F(WindowTest, OneKeyRejectsWithAReasonAndTheDeskMovesOn) {
    test::FakeDesk desk(small());
    const auto result = run(
        desk, with_script("wait-idle\nkey R\nkey 4\nwait-idle\nkey H\ntext Crew returns\nkey Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_EQ(desk.decided.size(), 2U);
    EXPECT_EQ(desk.decided[0].kind, model::OperationKind::reject);
    EXPECT_EQ(desk.decided[0].reason, "photo_unclear");
    EXPECT_EQ(desk.decided[1].kind, model::OperationKind::hold);
    EXPECT_EQ(desk.decided[1].comment, "Crew returns");
    EXPECT_NE(desk.decided[0].staging_id, desk.decided[1].staging_id);
}

TEST_F(WindowTest, AWrongPasswordIsToldInTheSignInWindowAndCanBeTypedAgain) {
    auto options = small();
    options.signed_in = false;
    test::FakeDesk desk(options);
    const auto result = run(
        desk, with_script("wait-idle\nrun session.sign_in\nwait-idle\ntext nomsa@demo.test\nkey Tab\nwait-idle\ntext " +
                          std::string(test::kWrongPassword) + "\nkey Enter\nwait-idle\nscreenshot " + folder_ +
                          "/refused.png\ntext right\nkey Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    // The second password went into the same window: it had stayed, with the keyboard in the password.
    EXPECT_EQ(desk.snapshot()->sign_in.attempts, 2U);
    EXPECT_TRUE(desk.snapshot()->session.signed_in);
    EXPECT_EQ(desk.snapshot()->session.email, "nomsa@demo.test");
}

TEST_F(WindowTest, AClickOnTheGoogleButtonOpensTheBrowser) {
    auto options = small();
    options.signed_in = false;
    test::FakeDesk desk(options);
    const auto result = run(
        desk, with_script("wait-idle\nrun session.sign_in\nwait-idle\nmouse 639 414\nwait 100\nclick\nwait 400\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_TRUE(desk.snapshot()->sign_in.in_browser);
    EXPECT_EQ(desk.snapshot()->sign_in.attempts, 1U);
}

TEST_F(WindowTest, EveryControlOfTheSignInWindowIsReachedWithTab) {
    auto options = small();
    options.signed_in = false;
    const std::string open = "wait-idle\nrun session.sign_in\nwait-idle\n", tab = "key Tab\nwait-idle\n";
    {
        test::FakeDesk desk(options);
        // Email, password, the tick, then Google: "Sign in" is not there before both are typed.
        const auto result = run(desk, with_script(open + tab + tab + tab + "key Enter\nwait 400\nquit"));
        ASSERT_TRUE(result) << result.error().full();
        EXPECT_TRUE(desk.snapshot()->sign_in.in_browser);
        EXPECT_EQ(desk.snapshot()->sign_in.attempts, 1U);
    }
    {
        test::FakeDesk desk(options);
        const auto result =
            run(desk, with_script(open + "text nomsa@demo.test\n" + tab + "text right\nwait-idle\n" + tab +
                                  "key Space\nwait-idle\nkey Enter\nwait-idle\nkey Enter\nwait-idle\n" + tab +
                                  "key Space\nwait-idle\nquit"));
        ASSERT_TRUE(result) << result.error().full();
        EXPECT_EQ(desk.snapshot()->sign_in.attempts, 1U) << "Enter on the tick is no sign-in";
        EXPECT_TRUE(desk.snapshot()->session.signed_in);
        EXPECT_FALSE(desk.snapshot()->sign_in.in_browser);
        EXPECT_FALSE(desk.remembered) << "pressed three times";
    }
}

TEST_F(WindowTest, EnterInTheEmailGoesToThePassword) {
    auto options = small();
    options.signed_in = false;
    test::FakeDesk desk(options);
    const auto result =
        run(desk, with_script("wait-idle\nrun session.sign_in\nwait-idle\ntext nomsa@demo.test\nkey Enter\nwait-idle\n"
                              "text right\nkey Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(desk.snapshot()->sign_in.attempts, 1U);
    EXPECT_TRUE(desk.snapshot()->session.signed_in);
    EXPECT_EQ(desk.snapshot()->session.email, "nomsa@demo.test");
}

TEST_F(WindowTest, TheKeyboardSignsOutInTheSignInWindow) {
    test::FakeDesk desk(small());
    ASSERT_TRUE(desk.snapshot()->session.signed_in);
    const auto result =
        run(desk, with_script("wait-idle\nmouse 1235 22\nwait 100\nclick\nwait-idle\nkey Tab\nwait-idle\nkey Space\n"
                              "wait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_FALSE(desk.snapshot()->session.signed_in);
}

TEST_F(WindowTest, WhoseSessionHasEndedSignsInAgainWithoutSigningOutFirst) {
    test::FakeDesk desk(small());
    desk.change([](app::Snapshot& snapshot) {
        snapshot.sync.connection = app::Connection::signed_out;
        snapshot.sync.last_error = "The session has ended. Sign in again.";
        snapshot.session.email = "nomsa@demo.test";
    });
    const auto result = run(desk, with_script("wait-idle\nkey R\nkey 4\nwait-idle\nrun session.sign_in\nwait-idle\n"
                                              "key Tab\nwait-idle\ntext right\nkey Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(desk.decided.size(), 1U) << "decisions wait for the session, people do not";
    EXPECT_EQ(desk.snapshot()->sign_in.attempts, 1U);
    EXPECT_EQ(desk.snapshot()->session.email, "nomsa@demo.test");
    EXPECT_EQ(desk.snapshot()->sync.connection, app::Connection::online);
}

TEST_F(WindowTest, LettersTypedIntoTheSearchDecideNothing) {
    test::FakeDesk desk(small());
    const auto result = run(desk, with_script("wait-idle\nkey /\nwait-idle\ntext ARH\nkey A\nkey R\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_TRUE(desk.decided.empty());
}

TEST_F(WindowTest, UndoBringsTheDeskBackToTheCapture) {
    test::FakeDesk desk(small());
    const auto result =
        run(desk, with_script("wait-idle\nkey R\nkey 1\nwait-idle\nkey U\nwait-idle\nkey R\nkey 2\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_EQ(desk.decided.size(), 2U);
    EXPECT_EQ(desk.decided[0].staging_id, desk.decided[1].staging_id);
}

TEST_F(WindowTest, NothingIsDrawnWhileNothingHappens) {
    test::FakeDesk desk(small());
    uint64_t frames_when_quiet = 0, frames = 0;
    int asked = 0;
    WindowOptions options = with_script("wait-idle");
    options.on_frame = [&](uint64_t count, bool) { frames = count; };
    // Asked before each wait; with this set a wait ends at least every half second.
    options.should_close = [&] {
        ++asked;
        if (asked == 40) frames_when_quiet = frames;
        return asked > 44;
    };
    const auto result = run(desk, std::move(options));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_GT(frames_when_quiet, 3U);
    EXPECT_EQ(frames, frames_when_quiet) << "frames were drawn while idle";
    EXPECT_GE(result->idle_wakeups, 4);
}

TEST_F(WindowTest, FramesAreCountedUnderTheNameThatAScriptGives) {
    test::FakeDesk desk(small());
    uint64_t idle_frames = 0;
    WindowOptions options =
        with_script("wait-idle\nmeasure down\nkey Down\nkey Down\nkey Down\nmeasure\nkey Up\nmeasure up\nkey Up\nquit");
    options.on_frame = [&](uint64_t, bool idle) { idle_frames += idle ? 1U : 0U; };
    const auto result = run(desk, std::move(options));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_EQ(result->measured.size(), 2U);
    EXPECT_EQ(result->measured[0].name, "down");
    EXPECT_GE(result->measured[0].own.frames(), 6U) << "a key is down for one frame and up for the next";
    EXPECT_EQ(result->measured[0].own.frames(), result->measured[0].shown.frames());
    EXPECT_EQ(result->measured[1].name, "up");
    EXPECT_GT(result->frames.own.frames(), result->measured[0].own.frames() + result->measured[1].own.frames());
    EXPECT_GT(idle_frames, 0U);
}

TEST_F(WindowTest, LayoutIsKeptBetweenStarts) {
    test::FakeDesk desk(small());
    WindowOptions options = with_script("wait-idle\nkey F7\nkey Ctrl+T\nwait-idle\nquit");
    options.layout_path = folder_ + "/layout.json";
    ASSERT_TRUE(run(desk, options));
    const Layout layout = load_layout(options.layout_path);
    EXPECT_EQ(layout.kind, LayoutKind::analyst);
    EXPECT_EQ(layout.theme, ThemeKind::light);
}

TEST_F(WindowTest, EveryLayoutAndOverlayDrawsInEveryState) {
    for (const Scene scene : kScenes) {
        test::FakeDesk desk(small(scene));
        expect_draws(desk, scene, {"key F6",     "key F7",
                                   "key F5",     "run view.palette",
                                   "key Escape", "key ?",
                                   "key Escape", "run notices.show",
                                   "key Escape", "run session.sign_in",
                                   "key Escape", "key Ctrl+M",
                                   "key Escape", "key A",
                                   "key R",      "key Escape",
                                   "key C",      "key Escape",
                                   "key Z",      "key ]",
                                   "key M",      "key G",
                                   "key Ctrl+=", "key Ctrl+0"});
    }
}

TEST_F(WindowTest, TheLayoutIsOnDiskWhileTheWindowIsOpen) {
    test::FakeDesk desk(small());
    WindowOptions options = with_script("wait-idle\nkey F7\nkey Ctrl+T\nwait-idle\nwait 100\nquit");
    options.layout_path = folder_ + "/layout.json";
    bool kept = false;
    options.on_frame = [&](uint64_t, bool) {
        const Layout layout = load_layout(options.layout_path);
        kept |= layout.kind == LayoutKind::analyst && layout.theme == ThemeKind::light;
    };
    ASSERT_TRUE(run(desk, options));
    EXPECT_TRUE(kept) << "a crash would have lost it";
}

TEST(Window, WithoutADisplayTheWordsSayWhatToDo) {
    const char* display = std::getenv("DISPLAY");
    const std::string kept = display != nullptr ? display : "";
    const char* wayland = std::getenv("WAYLAND_DISPLAY");
    if (wayland != nullptr) GTEST_SKIP() << "A Wayland display is there.";
    unsetenv("DISPLAY");
    test::FakeDeskOptions options;
    options.captures = 1;
    test::FakeDesk desk(options);
    const auto result = run(desk, {});
    if (!kept.empty()) setenv("DISPLAY", kept.c_str(), 1);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, base::ErrorKind::configuration);
    EXPECT_NE(result.error().what.find("linesmanctl"), std::string::npos);
}

}  // namespace
}  // namespace linesman::ui
