// The views that lie over the desk, in every state and size, through the real window.
#include "app/first_run_desk.h"
#include "base/file.h"
#include "ui/keymap.h"
#include "ui/saved_filters.h"
#include "ui/window_fixture.h"

namespace linesman::ui {
namespace {

class OverlaysWindow : public WindowTest {};

constexpr const char* kViews[] = {"bulk.batches",     "duplicates.show",  "history.show", "rules.show",
                                  "my_day.show",      "coverage.show",    "reports.show", "view.settings",
                                  "view.keys_change", "queue.save_filter"};

std::string tour(const std::string& idle) {
    std::string script = idle;
    for (const char* view : kViews) script += "run " + std::string(view) + "\n" + idle + "key Escape\n" + idle;
    return script;
}

TEST_F(OverlaysWindow, EachDrawsWithNothingLoadingOfflineAndWithEverything) {
    for (const Scene scene : kScenes) {
        test::FakeDesk desk(small(scene));
        std::vector<std::string> steps;
        for (const char* view : kViews) {
            steps.push_back("run " + std::string(view));
            steps.push_back("key Escape");
        }
        expect_draws(desk, scene, steps);
    }
}

TEST_F(OverlaysWindow, EachDrawsInASmallWindowAtTwiceTheSize) {
    test::FakeDeskOptions options = small();
    options.with_duplicates = true;
    test::FakeDesk desk(options);
    WindowOptions window = with_script(tour("wait-idle\n") + "key R\nwait-idle\nkey Escape\nkey H\nwait-idle\nquit");
    window.width = 800;
    window.height = 600;
    window.zoom = 2;
    window.theme = "high_contrast";
    const auto result = run(desk, std::move(window));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
}

TEST_F(OverlaysWindow, TheMapDrawsEveryLayerInEveryTheme) {
    for (const char* theme : {"dark", "light", "high_contrast"}) {
        test::FakeDeskOptions options = small();
        options.with_base_map = true;
        test::FakeDesk desk(options);
        WindowOptions window = with_script(
            "wait-idle\nkey F7\nkey T\nkey N\nkey O\nwait-idle\nkey M\nwait-idle\nkey -\nkey -\nwait-idle\nquit");
        window.theme = theme;
        const auto result = run(desk, std::move(window));
        ASSERT_TRUE(result) << theme << ": " << result.error().full();
        EXPECT_EQ(result->layout_errors, 0) << theme;
    }
}

TEST_F(OverlaysWindow, IIgnoresAFindingWithAReasonAndTheReasonIsKept) {
    test::FakeDesk desk(small());
    for (size_t i = 0; i < desk.size(); ++i) desk.capture(i).pole_number = "LAW-P-1";  // an error of every capture
    const auto result = run(desk, with_script("wait-idle\nkey I\nwait-idle\ntext Painted over, seen on site\nkey "
                                              "Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_EQ(desk.decided.size(), 1U);
    EXPECT_EQ(desk.decided[0].kind, model::OperationKind::ignore_finding);
    EXPECT_EQ(desk.decided[0].reason, "Painted over, seen on site");
    EXPECT_FALSE(desk.decided[0].target.empty());
    EXPECT_EQ(desk.ignores()->items.size(), 1U);
}

TEST_F(OverlaysWindow, HoldTakesAReminder) {
    test::FakeDesk desk(small());
    const auto result =
        run(desk, with_script("wait-idle\nkey H\nwait-idle\ntext Crew returns\nkey Enter\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_EQ(desk.decided.size(), 1U);
    EXPECT_EQ(desk.decided[0].comment, "Crew returns");
    EXPECT_FALSE(desk.decided[0].remind_at);
}

TEST_F(OverlaysWindow, AFilterIsSavedUnderItsNameAndIsThereAfterTheNextStart) {
    test::FakeDesk desk(small());
    for (const int start : {0, 1}) {
        WindowOptions window =
            with_script(start == 0 ? "wait-idle\nkey /\ntext LAW.P\nwait-idle\nkey Ctrl+S\nwait-idle\nkey Ctrl+A\ntext "
                                     "Lawley only\nkey Enter\nwait-idle\nquit"
                                   : "wait-idle\nquit");
        window.filters_path = folder_ + "/filters.json";
        const auto result = run(desk, std::move(window));
        ASSERT_TRUE(result) << result.error().full();
        const SavedFilters kept = load_filters(folder_ + "/filters.json");
        ASSERT_EQ(kept.all().size(), 1U) << start;
        EXPECT_EQ(kept.all()[0].name, "Lawley only");
        EXPECT_EQ(kept.all()[0].filter.search, "LAW.P");
    }
}

TEST_F(OverlaysWindow, CtrlAWhileTypingSelectsTextAndNoCaptures) {
    test::FakeDesk desk(small());
    const auto result =
        run(desk,
            with_script("wait-idle\nkey /\ntext LAW\nwait-idle\nkey Ctrl+A\nwait-idle\nkey Ctrl+Z\nkey Ctrl+Backspace\n"
                        "wait-idle\nkey Shift+A\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(desk.bulk_plan(), nullptr);  // nothing was selected
}

TEST_F(OverlaysWindow, TwoPhotosAreShownSideBySideAndBothCountAsSeen) {
    test::FakeDesk desk(small());
    const auto result =
        run(desk, with_script("wait-idle\nkey V\nwait-idle\nkey B\nwait-idle\nwait 500\nkey ]\nwait-idle\nkey "
                              "R\nkey 4\nwait-idle\nkey Shift+V\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    ASSERT_EQ(desk.decided.size(), 1U);
    EXPECT_GE(desk.decided[0].photos_seen.size(), 2U);
}

TEST_F(OverlaysWindow, AnotherKeyIsKeptAndOneThatMeansSomethingElseIsNotTaken) {
    test::FakeDesk desk(small());
    // The first row of the list: "Next capture".
    const std::string open = "wait-idle\nrun view.keys_change\nwait-idle\nmouse 706 170\nclick\nwait-idle\n";
    WindowOptions window = with_script(open + "key A\nwait-idle\nkey Escape\nwait-idle\nquit");
    window.keymap_path = folder_ + "/keys.txt";
    ASSERT_TRUE(run(desk, window));
    EXPECT_FALSE(base::file_exists(window.keymap_path)) << "A approves; nothing is taken over without being told";
    EXPECT_TRUE(desk.decided.empty());
    window = with_script(open + "key Ctrl+J\nwait-idle\nkey Escape\nwait-idle\nquit");
    window.keymap_path = folder_ + "/keys.txt";
    ASSERT_TRUE(run(desk, window));
    Keymap keymap;
    ASSERT_TRUE(keymap.load(*base::read_file(window.keymap_path)));
    EXPECT_EQ(keymap.label(CommandId::queue_next), "Ctrl+J");
}

TEST_F(OverlaysWindow, AConflictIsSettledFieldByField) {
    test::FakeDeskOptions options = small();
    options.with_matters = true;
    test::FakeDesk desk(options);
    desk.change([](app::Snapshot& snapshot) { snapshot.matters.pop_back(); });  // the parked one
    const auto result = run(desk, with_script("wait-idle\nkey Ctrl+M\nwait-idle\nscreenshot " + folder_ +
                                              "/conflict.png\nmouse 180 590\nclick\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    ASSERT_EQ(desk.resolved_fields.size(), 1U);
    const auto& chosen = desk.resolved_fields[0].second.fields;
    EXPECT_EQ(chosen.at(model::CaptureField::pole_number), app::Side::theirs);
    EXPECT_EQ(chosen.at(model::CaptureField::review), app::Side::mine);
    EXPECT_TRUE(desk.snapshot()->matters.empty());
}

TEST_F(OverlaysWindow, ABoxOnTheMapSelectsWhatLiesInIt) {
    test::FakeDesk desk(small());
    const auto result = run(desk, with_script("wait-idle\nkey F7\nwait-idle\nhold Shift\nmouse 60 120\ndrag 640 480\n"
                                              "release Shift\nwait-idle\nkey Shift+H\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_NE(desk.bulk_plan(), nullptr);
    EXPECT_GT(desk.bulk_plan()->items.size(), 20U);
}

TEST_F(OverlaysWindow, MergingIsDoneFromTheSelection) {
    test::FakeDeskOptions options = small();
    options.with_duplicates = true;
    test::FakeDesk desk(options);
    // The buttons of the duplicates view stand at the foot of its right part.
    const auto result =
        run(desk, with_script("wait-idle\nkey X\nkey Down\nkey X\nkey Shift+D\nwait-idle\nmouse 360 638\n"
                              "click\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_EQ(desk.merged.size(), 1U);
    EXPECT_EQ(desk.merged[0].staging_ids.size(), 2U);
}

TEST_F(OverlaysWindow, TheFirstStartAsksForTheProjectAndTakesWhatIsEntered) {
    app::Profile profile;
    app::FirstRunDesk desk(profile, "The last one had a typing error.");
    const auto result =
        run(desk, with_script("wait-idle\nkey A\ntext my-poles\nkey Tab\nwait-idle\ntext AIza\nkey Tab\n"
                              "wait-idle\nkey Tab\nwait-idle\ntext Law-001\nkey Enter\nwait 500"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
    EXPECT_EQ(desk.entered(), (std::map<std::string, std::string>{
                                  {"api_key", "AIza"}, {"project_id", "my-poles"}, {"projects", "Law-001"}}));
}

TEST_F(OverlaysWindow, TheFirstStartIsDoneWithTheKeyboardAlone) {
    const app::Profile profile;
    const std::string tab = "key Tab\nwait-idle\n";
    {
        app::FirstRunDesk desk(profile, {});
        // Four texts, then the buttons; "Connect" is there once the first two are filled in.
        const auto result = run(desk, with_script("wait-idle\ntext my-poles\n" + tab + "text AIza\nwait-idle\n" + tab +
                                                  tab + tab + "key Space\nwait 500"));
        ASSERT_TRUE(result) << result.error().full();
        EXPECT_EQ(desk.entered(),
                  (std::map<std::string, std::string>{{"api_key", "AIza"}, {"project_id", "my-poles"}}));
    }
    {
        app::FirstRunDesk desk(profile, {});
        // Behind "Connect" and "Quit" stands the demo.
        const auto result = run(desk, with_script("wait-idle\ntext x\n" + tab + "text AIza\nwait-idle\n" + tab + tab +
                                                  tab + tab + tab + "key Enter\nwait 500"));
        ASSERT_TRUE(result) << result.error().full();
        EXPECT_EQ(desk.entered(), (std::map<std::string, std::string>{{"demo", "true"}}));
    }
    {
        app::FirstRunDesk desk(profile, {});
        const std::string after = folder_ + "/after.png";
        const auto result = run(desk, with_script("wait-idle\n" + tab + tab + tab + tab +
                                                  "key Enter\nwait 500\nscreenshot " + after + "\nquit"));
        ASSERT_TRUE(result) << result.error().full();
        EXPECT_FALSE(std::filesystem::exists(after)) << "Quit had closed the window";
        EXPECT_TRUE(desk.entered().empty());
    }
}

TEST_F(OverlaysWindow, WhatCouldNotBeUsedIsThereToBeCorrected) {
    const app::Profile profile;
    app::FirstRunDesk desk(profile, "project_id is not one.", {{"project_id", "My Poles"}, {"api_key", "AIza"}});
    const auto result = run(desk, with_script("wait-idle\ntext my-poles\nwait-idle\nkey Enter\nwait 500"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(desk.entered(), (std::map<std::string, std::string>{{"api_key", "AIza"}, {"project_id", "my-poles"}}));
}

TEST_F(OverlaysWindow, ADeskThatDidNotOpenSaysWhyAndWhileTheDemoIsMadeTheWindowSaysHowFarItIs) {
    app::Profile profile;
    app::FirstRunDesk desk(profile, {});
    desk.say("Six phones capture 120 poles and send them");
    const auto made = run(desk, with_script("wait-idle\nkey A\nwait-idle\nquit"));
    ASSERT_TRUE(made) << made.error().full();
    EXPECT_EQ(made->layout_errors, 0);
    desk.stop_with("Linesman is already open with this profile.");
    const auto stopped = run(desk, with_script("wait-idle\nkey A\nkey F6\nwait-idle\nkey Ctrl+Q"));
    ASSERT_TRUE(stopped) << stopped.error().full();
    EXPECT_EQ(stopped->layout_errors, 0);
    EXPECT_TRUE(desk.entered().empty());
}

TEST_F(OverlaysWindow, ClosingTheFirstStartEntersNothing) {
    app::Profile profile;
    app::FirstRunDesk desk(profile, {});
    for (const char* size : {"small", "large"}) {
        WindowOptions window =
            with_script("wait-idle\nkey Ctrl+K\nkey Escape\nkey F6\nkey Ctrl+G\nwait-idle\nkey Ctrl+Q");
        if (std::string_view(size) == "small") window.width = 640, window.height = 480, window.zoom = 2;
        const auto result = run(desk, std::move(window));
        ASSERT_TRUE(result) << result.error().full();
        EXPECT_EQ(result->layout_errors, 0);
        EXPECT_TRUE(desk.entered().empty());
    }
}

}  // namespace
}  // namespace linesman::ui
