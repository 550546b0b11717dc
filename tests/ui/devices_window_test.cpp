// Devices in the window: the table, one device, commands, charts, in every state and size.
#include "base/file.h"
#include "ui/window_fixture.h"

namespace linesman::ui {
namespace {

class DevicesWindow : public WindowTest {
  protected:
    static constexpr const char* kTour =
        "wait-idle\nrun view.support\nwait-idle\nrun devices.retry_failing\nwait-idle\nkey Escape\n"
        "run devices.charts\nwait-idle\nkey Escape\nrun devices.capture_photos\nwait-idle\nkey Escape\nwait-idle\n";
};

TEST_F(DevicesWindow, EachDrawsEmptyOfflineAndWithEverything) {
    for (const Scene scene : {Scene::everything, Scene::empty, Scene::offline}) {
        test::FakeDeskOptions options = small(scene);
        options.role = model::Role::support;
        test::FakeDesk desk(options);
        if (scene == Scene::everything) desk.fake_devices.read_sessions();
        expect_draws(desk, scene,
                     {"run view.support", "run devices.retry_failing", "key Escape", "run devices.charts", "key Escape",
                      "run devices.capture_photos", "key Escape"});
    }
}

TEST_F(DevicesWindow, EachDrawsWhileNothingIsThereYet) {
    test::FakeDesk desk(small());
    desk.fake_devices.slow = true;
    const auto result = run(desk, with_script("wait-idle\nrun devices.capture_photos\nwait 50\nkey Escape\nwait 50\n"
                                              "run devices.charts\nwait 50\nkey Escape\nwait 50\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    test::FakeDeskOptions options = small();
    options.loading = true;
    test::FakeDesk loading(options);
    const auto opening = run(loading, with_script("wait 50\nrun view.support\nwait 50\nrun devices.retry_failing\n"
                                                  "wait 50\nkey Escape\nrun devices.charts\nwait 50\nquit"));
    ASSERT_TRUE(opening) << opening.error().full();
    EXPECT_EQ(opening->layout_errors, 0);
}

TEST_F(DevicesWindow, EachDrawsInASmallWindowAtTwiceTheSize) {
    test::FakeDesk desk(small());
    desk.fake_devices.read_sessions();
    WindowOptions window = with_script(std::string(kTour) + "quit");
    window.width = 800;
    window.height = 600;
    window.zoom = 2;
    window.theme = "light";
    const auto result = run(desk, std::move(window));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
}

// The first button at the foot of the dry run, in a window of 1280 x 720.
constexpr const char* kSend = "wait-idle\nrun devices.retry_failing\nwait-idle\nmouse 190 634\nclick\nwait-idle\n";

TEST_F(DevicesWindow, SupportTellsAllThatFailAfterADryRun) {
    test::FakeDeskOptions options = small();
    options.role = model::Role::support;
    test::FakeDesk desk(options);
    const auto result = run(desk, with_script(std::string(kSend) + "quit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_EQ(desk.fake_devices.sent.size(), 1U);
    EXPECT_TRUE(desk.fake_devices.sent[0].all_failing);
    const auto sent = desk.fake_devices.run();
    ASSERT_EQ(sent->receipts.size(), 1U) << "the others never reported";
    EXPECT_EQ(sent->receipts[0].command.state, "queued");
    desk.fake_devices.answer(sent->receipts[0].device_id, "failed", "1 captures failed again");
    const auto shown = run(desk, with_script("wait-idle\nrun devices.retry_failing\nwait-idle\nquit"));
    ASSERT_TRUE(shown) << shown.error().full();
}

TEST_F(DevicesWindow, ASupervisorSeesThePlanAndIsToldWhoMaySend) {
    test::FakeDesk desk(small());
    const auto result = run(desk, with_script(std::string(kSend) + "quit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_TRUE(desk.fake_devices.sent.empty());
    EXPECT_NE(desk.fake_devices.plan({}).refused_because.find("support"), std::string::npos);
}

TEST_F(DevicesWindow, AFailureToSendIsToldInPlace) {
    test::FakeDeskOptions options = small();
    options.role = model::Role::support;
    test::FakeDesk desk(options);
    desk.fake_devices.trouble = "There is no connection to the server.";
    const auto result = run(desk, with_script(std::string(kSend) + "wait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    EXPECT_EQ(desk.fake_devices.run()->error, "There is no connection to the server.");
}

}  // namespace
}  // namespace linesman::ui
