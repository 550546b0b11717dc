#include "app/report_service.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>

#include "app/report_support.h"
#include "base/file.h"
#include "support/temp_folder.h"

namespace linesman::app {
namespace {

using test::gathered_poles;

class ReportServiceTest : public testing::Test {
  protected:
    ReportOrder order(std::vector<report::Format> formats = {report::Format::csv}) {
        ReportOrder out;
        out.request.kind = report::Kind::handover;
        out.formats = std::move(formats);
        out.folder = folder / "out";
        return out;
    }
    void wake() {
        const std::lock_guard lock(mutex);
        ++changes;
        changed.notify_all();
    }
    // The first job that `is` what is waited for.
    ReportJob wait(ReportService& service, const std::function<bool(const ReportJob&)>& is) {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, std::chrono::seconds(60), [&] { return is(service.job()); });
        return service.job();
    }

    linesman::test::TempFolder folder;
    base::ManualClock clock;
    base::WorkerPool pool{2};
    std::mutex mutex;
    std::condition_variable changed;
    int changes = 0;
};

TEST_F(ReportServiceTest, WritesTheFilesAndSaysSo) {
    ReportService service([](const ReportRequest&) { return base::Result<GatheredReport>(gathered_poles(10)); }, clock,
                          pool, [this] { wake(); });
    EXPECT_EQ(service.start(order()), 1U);
    const auto job = wait(service, [](const ReportJob& j) { return !j.busy(); });
    EXPECT_EQ(job.state, ReportJob::State::done) << job.why;
    EXPECT_EQ(job.rows_done, job.rows_total);
    EXPECT_TRUE(base::file_exists(job.manifest));
    EXPECT_TRUE(base::file_exists(folder / "out/handover.csv"));
}

TEST_F(ReportServiceTest, CancellingLeavesNothing) {
    std::promise<void> go;
    auto may_go = go.get_future().share();
    ReportService service(
        [may_go](const ReportRequest&) {
            may_go.wait();
            return base::Result<GatheredReport>(gathered_poles(10));
        },
        clock, pool, [this] { wake(); });
    ASSERT_NE(service.start(order()), 0U);
    EXPECT_EQ(service.start(order()), 0U) << "one at a time";
    service.cancel();
    go.set_value();
    const auto job = wait(service, [](const ReportJob& j) { return !j.busy(); });
    EXPECT_EQ(job.state, ReportJob::State::cancelled);
    EXPECT_FALSE(base::file_exists(folder / "out/handover.csv"));
    EXPECT_EQ(service.start(order()), 2U) << "the next may come";
}

TEST_F(ReportServiceTest, WhatFailsIsSaid) {
    ReportService service(
        [](const ReportRequest&) -> base::Result<GatheredReport> {
            return base::make_error(base::ErrorKind::not_found, "Nothing was ever pulled to this desk.");
        },
        clock, pool, [this] { wake(); });
    ASSERT_NE(service.start(order()), 0U);
    const auto job = wait(service, [](const ReportJob& j) { return !j.busy(); });
    EXPECT_EQ(job.state, ReportJob::State::failed);
    EXPECT_EQ(job.why, "Nothing was ever pulled to this desk.");
}

TEST_F(ReportServiceTest, AReportOfThatNameIsNotReplacedUnasked) {
    ReportService service([](const ReportRequest&) { return base::Result<GatheredReport>(gathered_poles(10)); }, clock,
                          pool, [this] { wake(); });
    const auto over = [](const ReportJob& j) { return !j.busy(); };
    ASSERT_NE(service.start(order()), 0U);
    ASSERT_EQ(wait(service, over).state, ReportJob::State::done);
    ASSERT_TRUE(base::write_file_atomically(folder / "out/handover.csv", "what was handed on").ok());
    ASSERT_NE(service.start(order()), 0U);
    const auto refused = wait(service, over);
    EXPECT_EQ(refused.state, ReportJob::State::failed);
    EXPECT_NE(refused.why.find("handover"), std::string::npos);
    EXPECT_FALSE(refused.cure.empty());
    EXPECT_EQ(base::read_file(folder / "out/handover.csv").value_or(""), "what was handed on");
    auto again = order();
    again.replace = true;
    ASSERT_NE(service.start(again), 0U);
    EXPECT_EQ(wait(service, over).state, ReportJob::State::done);
    EXPECT_NE(base::read_file(folder / "out/handover.csv").value_or(""), "what was handed on");
}

TEST_F(ReportServiceTest, AFolderThatCannotBeMadeAndAnOrderWithoutSenseSayWhatToDo) {
    ReportService service([](const ReportRequest&) { return base::Result<GatheredReport>(gathered_poles(10)); }, clock,
                          pool, [this] { wake(); });
    ASSERT_TRUE(base::write_file_atomically(folder / "file", "no folder").ok());
    const auto fails = [&](ReportOrder wrong) {
        EXPECT_NE(service.start(std::move(wrong)), 0U);
        const auto job = wait(service, [](const ReportJob& j) { return !j.busy(); });
        EXPECT_EQ(job.state, ReportJob::State::failed);
        EXPECT_FALSE(job.why.empty());
        return job;
    };
    auto below_a_file = order();
    below_a_file.folder = folder / "file/reports";
    EXPECT_NE(fails(below_a_file).cure.find("folder"), std::string::npos);
    auto elsewhere = order();
    elsewhere.stem = "../handover";
    fails(elsewhere);
    fails(order({}));
    EXPECT_EQ(folder.count("handover"), 0);
}

TEST_F(ReportServiceTest, ProgressHasARateAndATimeLeft) {
    ReportService* running = nullptr;
    std::vector<ReportJob> seen;
    ReportService service([](const ReportRequest&) { return base::Result<GatheredReport>(gathered_poles(20'000)); },
                          clock, pool,
                          [&] {
                              clock.advance(base::seconds(1));
                              const auto now = running ? running->job() : ReportJob{};
                              const std::lock_guard lock(mutex);
                              if (now.state == ReportJob::State::writing) seen.push_back(now);
                              changed.notify_all();
                          });
    running = &service;
    ASSERT_NE(service.start(order()), 0U);
    const auto job = wait(service, [](const ReportJob& j) { return !j.busy(); });
    ASSERT_EQ(job.state, ReportJob::State::done) << job.why;
    EXPECT_EQ(job.kind, report::Kind::handover);
    EXPECT_TRUE(std::any_of(seen.begin(), seen.end(),
                            [](const ReportJob& j) { return j.rows_per_s > 0 && j.seconds_left >= 0; }));
}

}  // namespace
}  // namespace linesman::app
