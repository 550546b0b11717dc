// Reports and the sync view through the real window, in every state.
#include "ui/window_fixture.h"

namespace linesman::ui {
namespace {

using State = app::ReportJob::State;

class ReportsWindow : public WindowTest {};

app::ReportJob written() {
    app::ReportJob job;
    job.state = State::done;
    job.id = 1;
    job.manifest = "/home/nomsa/linesman-reports/validation.manifest.json";
    job.files = {{"validation.csv", 1'240'000, std::string(64, 'a')},
                 {"validation.html", 310'000, std::string(64, 'b')}};
    job.note = "poles that were judged longer ago than this desk mirrors";
    return job;
}

TEST_F(ReportsWindow, CtrlEnterMakesTheReportThatIsChosen) {
    test::FakeDesk desk(small());
    const auto result = run(desk, with_script("wait-idle\nkey F9\nwait-idle\nkey Ctrl+Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    EXPECT_EQ(desk.report.state, State::gathering);
    EXPECT_EQ(desk.report_order.request.kind, report::Kind::validation);
    EXPECT_EQ(desk.report_order.request.filter, app::ReportRequest::whole());
    EXPECT_EQ(desk.report_order.formats, (std::vector<report::Format>{report::Format::csv, report::Format::html}));
    EXPECT_FALSE(desk.report_order.folder.starts_with("~")) << desk.report_order.folder;
    EXPECT_TRUE(desk.report_order.folder.ends_with("linesman-reports"));
    EXPECT_FALSE(desk.report_order.replace);
    EXPECT_FALSE(desk.report_order.request.utc_offset_minutes) << "the profile's zone, unless another is chosen";
}

TEST_F(ReportsWindow, EverythingIsReachedWithTabAndSpace) {
    test::FakeDesk desk(small());
    // The first stops are the five reports.
    const auto result =
        run(desk, with_script("wait-idle\nkey F9\nwait-idle\nkey Tab\nwait-idle\nkey Tab\nwait-idle\n"
                              "key Tab\nwait-idle\nkey Space\nwait-idle\nkey Ctrl+Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_NE(desk.report.state, State::none);
    EXPECT_NE(desk.report_order.request.kind, report::Kind::validation);
}

TEST_F(ReportsWindow, TheQueuesFilterIsTakenOver) {
    test::FakeDesk desk(small());
    // "As the queue shows now" stands under the reports, at the left.
    const auto result = run(desk, with_script("wait-idle\nkey /\ntext LAW.P\nwait-idle\nkey F9\nwait-idle\n"
                                              "mouse 150 228\nclick\nwait-idle\nkey Ctrl+Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(desk.report_order.request.filter.search, "LAW.P");
    EXPECT_EQ(desk.report_order.request.filter.scope, model::QueueScope::open);
}

TEST_F(ReportsWindow, ClosingTheViewLeavesTheReportGoingAndItsEndIsTold) {
    test::FakeDesk desk(small());
    WindowOptions window = with_script(
        "wait-idle\nkey F9\nwait-idle\nkey Ctrl+Enter\nwait-idle\nkey Escape\nwait-idle\n"
        "screenshot " +
        folder_ + "/going.png\nkey F9\nwait-idle\nquit");
    const auto result = run(desk, std::move(window));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(desk.report.state, State::gathering);
}

TEST_F(ReportsWindow, EveryStateIsDrawnInEverySizeAndTheme) {
    for (const State state :
         {State::none, State::gathering, State::writing, State::done, State::failed, State::cancelled}) {
        test::FakeDesk desk(small());
        desk.report = written();
        desk.report.state = state;
        desk.report.rows_done = 43'000;
        desk.report.rows_total = 100'000;
        desk.report.rows_per_s = 12'000;
        desk.report.seconds_left = 4.75;
        if (state == State::failed) {
            desk.report.why = "The disk is full: /mnt/share/validation.csv could not be written.";
            desk.report.cure = "Free some space on that disk, or choose a folder on another one.";
        }
        WindowOptions window = with_script("wait-idle\nkey F9\nwait-idle\nkey Escape\nwait-idle\nquit");
        const bool is_small = state == State::done || state == State::none;
        if (is_small) window.width = 800, window.height = 600, window.zoom = 2;
        window.theme = is_small ? "light" : "high_contrast";
        const auto result = run(desk, std::move(window));
        ASSERT_TRUE(result) << static_cast<int>(state) << ": " << result.error().full();
        EXPECT_EQ(result->layout_errors, 0) << static_cast<int>(state);
    }
}

TEST_F(ReportsWindow, ThePreviewSaysThatItIsCountingOrWhyItCannot) {
    for (const int state : {0, 1, 2, 3}) {
        test::FakeDeskOptions options = small();
        options.loading = state == 2;
        if (state == 3) options.captures = 0;
        test::FakeDesk desk(options);
        desk.preview_is_ready = state != 0;
        if (state == 1) desk.preview_why = "Nothing was ever pulled to this desk.";
        const auto result = run(desk, with_script("wait 50\nkey F9\nwait 50\nkey Escape\nwait 50\nquit"));
        ASSERT_TRUE(result) << state << ": " << result.error().full();
        EXPECT_EQ(result->layout_errors, 0) << state;
    }
}

TEST_F(ReportsWindow, TheSyncViewDrawsEveryPage) {
    for (const int state : {0, 1, 2}) {
        test::FakeDeskOptions options = small();
        options.with_matters = state == 0;
        options.offline = state == 1;
        test::FakeDesk desk(options);
        if (state == 2) {
            desk.disk_view = nullptr;
            desk.change([](app::Snapshot& snapshot) {
                snapshot.sync.runs = std::make_shared<const std::vector<app::SyncRun>>();
                snapshot.sync.phase = "First sync";
                snapshot.sync.documents_done = 12'400;
                snapshot.sync.documents_total = 21'000;
                snapshot.sync.documents_per_s = 900;
                snapshot.sync.seconds_left = 9.5;
            });
        }
        // The pages' tabs stand below the buttons.
        WindowOptions window = with_script(
            "wait-idle\nkey F6\nwait-idle\nmouse 90 545\nclick\nwait 50\nmouse 145 545\n"
            "click\nwait 50\nmouse 190 545\nclick\nwait 50\nquit");
        window.theme = state == 1 ? "light" : "dark";
        const auto result = run(desk, std::move(window));
        ASSERT_TRUE(result) << state << ": " << result.error().full();
        EXPECT_EQ(result->layout_errors, 0) << state;
    }
}

}  // namespace
}  // namespace linesman::ui
