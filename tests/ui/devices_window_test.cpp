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

// What another desk handed on: nothing of it is in this desk's cache.
app::DeviceFile handed_on(base::Timestamp as_of) {
    app::DeviceFile file;
    file.as_of = as_of;
    file.is_redacted = true;
    file.summary.device_id = "device_elsewhere";
    file.summary.person = "person-0a1b2c3d";
    file.summary.health = "2 captures failed to send";
    file.summary.failing = true;
    file.same_person = {"device_before"};
    model::DeviceSession session;
    session.id = "session-1";
    session.device_id = "device_elsewhere";
    session.network = "3g";
    session.started_at = as_of - base::hours(3);
    session.attempts = {{"offline_1", "photos", "disk_full", "The phone has no space left.", 1200, 900}};
    file.sessions = {session};
    app::DeviceCapture capture;
    capture.staging_id = "stg-elsewhere";
    capture.submitted_at = as_of - base::hours(30);
    capture.lost = 3;
    file.captures = {capture};
    model::DeviceCommand command;
    command.id = "command-1";
    command.device_id = "device_elsewhere";
    command.kind = "retry_failed";
    command.state = "done";
    file.commands = {command};
    return file;
}

TEST_F(DevicesWindow, ABundleOfAnotherDeskIsOpenedByItsPathAndItsPagesDraw) {
    test::FakeDesk desk(small());
    desk.fake_devices.bundle_files["/b.json"] = handed_on(desk.now() - base::hours(24 * 40));
    const auto result =
        run(desk, with_script("wait-idle\nrun devices.open_bundle\nwait-idle\ntext /wrong.json\nkey Enter\n"
                              "wait-idle\nkey Escape\nwait-idle\nrun devices.open_bundle\nwait-idle\n"
                              "text /b.json\nkey Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    ASSERT_NE(desk.fake_devices.bundle()->device, nullptr);
    EXPECT_EQ(desk.fake_devices.bundle()->device->summary.device_id, "device_elsewhere");
}

// The first orphaned slot's "Candidates...", then "Link this photo" of the nearest one, in a window of 1280 x 720.
TEST_F(DevicesWindow, ASupervisorLinksACandidateThatIsLookedAt) {
    test::FakeDesk desk(small());
    const auto result =
        run(desk, with_script("wait-idle\nrun devices.capture_photos\nwait-idle\nmouse 1089 250\nclick\nwait-idle\n"
                              "mouse 162 626\nclick\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    ASSERT_EQ(desk.decided.size(), 1U);
    EXPECT_EQ(desk.decided[0].kind, model::OperationKind::correct);
    ASSERT_EQ(desk.decided[0].photos.size(), 1U);
    EXPECT_EQ(desk.decided[0].photos.at(model::Slot::side).path, "poles/staging/side_1737000060000_ab12.jpg");
}

TEST_F(DevicesWindow, CapturesAreJudgedAnewByADryRunFirst) {
    test::FakeDeskOptions options = small();
    options.role = model::Role::support;
    test::FakeDesk desk(options);
    const auto result = run(desk, with_script("wait-idle\nkey Shift+Q\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    ASSERT_NE(desk.bulk_plan(), nullptr);
    EXPECT_EQ(desk.bulk_plan()->request.draft.kind, model::OperationKind::requeue);
    EXPECT_EQ(desk.bulk_plan()->request.staging_ids.size(), 1U) << "nothing is selected: the capture on the desk";
}

}  // namespace
}  // namespace linesman::ui
