#include "app/report_previewer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "app/app_support.h"
#include "app/report_support.h"

namespace linesman::app {
namespace {

GatheredReport poles(const ReportRequest& request) {
    GatheredReport gathered = test::gathered_poles(3);
    gathered.inputs.meta.kind = request.kind;
    gathered.inputs.meta.filter = words_of(request.filter);
    return gathered;
}

ReportRequest handover(const std::string& project = {}) {
    ReportRequest request;
    request.kind = report::Kind::handover;
    if (!project.empty()) request.filter.projects = {project};
    return request;
}

TEST(ReportPreviewer, GivesWhatTheReportWouldHold) {
    test::Signal signal;
    ReportPreviewer previewer(
        [](const ReportRequest& request) {
            EXPECT_EQ(request.photo_captures, 0U) << "photos are not read for a preview";
            EXPECT_FALSE(request.with_findings);
            return base::Result<GatheredReport>(poles(request));
        },
        [&] { signal.set(); });
    EXPECT_EQ(previewer.get(handover()), nullptr);
    std::shared_ptr<const ReportPreview> preview;
    ASSERT_TRUE(signal.wait([&] { return (preview = previewer.get(handover())) != nullptr; }));
    EXPECT_TRUE(preview->why.empty()) << preview->why;
    EXPECT_EQ(preview->of.rows, 3U);
    EXPECT_EQ(preview->of.first_rows.size(), 3U);
    EXPECT_EQ(previewer.get(handover()), preview) << "the same while nothing else is asked";
}

TEST(ReportPreviewer, TheNewestWishWinsAndTheOneUnderWayIsThrownAway) {
    std::promise<void> go;
    auto may_go = go.get_future().share();
    std::atomic<int> gatherings{0};
    test::Signal signal;
    ReportPreviewer previewer(
        [&, may_go](const ReportRequest& request) {
            ++gatherings;
            may_go.wait();
            return base::Result<GatheredReport>(poles(request));
        },
        [&] { signal.set(); });
    EXPECT_EQ(previewer.get(handover("A")), nullptr);
    while (gatherings == 0) std::this_thread::yield();
    for (const char* project : {"B", "C", "D"}) EXPECT_EQ(previewer.get(handover(project)), nullptr);
    go.set_value();
    std::shared_ptr<const ReportPreview> preview;
    ASSERT_TRUE(signal.wait([&] { return (preview = previewer.get(handover("D"))) != nullptr; }));
    EXPECT_EQ(preview->of.captures, "all captures of project D");
    EXPECT_EQ(gatherings, 2) << "those in between were never begun";
}

TEST(ReportPreviewer, WhatFailsIsSaidAndADropLooksAnew) {
    bool broken = true;
    test::Signal signal;
    ReportPreviewer previewer(
        [&](const ReportRequest& request) -> base::Result<GatheredReport> {
            if (broken) return base::make_error(base::ErrorKind::corrupt, "The file cache.db is damaged.");
            return poles(request);
        },
        [&] { signal.set(); });
    std::shared_ptr<const ReportPreview> preview;
    ASSERT_TRUE(signal.wait([&] { return (preview = previewer.get(handover())) != nullptr; }));
    EXPECT_EQ(preview->why, "The file cache.db is damaged.");
    EXPECT_FALSE(preview->cure.empty());
    broken = false;
    previewer.drop();
    ASSERT_TRUE(signal.wait([&] { return (preview = previewer.get(handover())) != nullptr; }));
    EXPECT_TRUE(preview->why.empty());
}

}  // namespace
}  // namespace linesman::app
