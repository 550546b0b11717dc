#include "base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace linesman::base {
namespace {

TEST(WorkerPool, RunsEverythingSubmitted) {
    std::atomic<int> ran{0};
    WorkerPool pool(3);
    EXPECT_EQ(pool.size(), 3U);
    std::promise<void> all;
    for (int i = 0; i < 500; ++i) {
        pool.submit(i % 2 ? Priority::high : Priority::low, [&] {
            if (++ran == 500) all.set_value();
        });
    }
    all.get_future().wait();
    EXPECT_EQ(ran, 500);
}

TEST(WorkerPool, ZeroMeansAtLeastOneThread) {
    EXPECT_GE(WorkerPool(0).size(), 1U);
}

TEST(WorkerPool, HighPriorityOvertakesLow) {
    WorkerPool pool(1);
    std::promise<void> gate, done;
    std::string order;
    std::promise<void> blocked;
    pool.submit(Priority::low, [&] {
        blocked.set_value();
        gate.get_future().wait();
    });
    blocked.get_future().wait();
    for (int i = 0; i < 3; ++i) pool.submit(Priority::low, [&] { order += 'l'; });
    for (int i = 0; i < 3; ++i) pool.submit(Priority::high, [&] { order += 'h'; });
    pool.submit(Priority::low, [&] { done.set_value(); });
    gate.set_value();
    done.get_future().wait();
    EXPECT_EQ(order, "hhhlll");
}

TEST(WorkerPool, DestructionFinishesRunningTasksAndDropsWaitingOnes) {
    std::atomic<int> finished{0};
    std::promise<void> started;
    std::atomic<bool> open{false};
    const auto waiting = std::make_shared<int>(0);
    std::thread opener;
    {
        WorkerPool pool(1);
        pool.submit(Priority::high, [&] {
            started.set_value();
            open.wait(false);
            ++finished;
        });
        started.get_future().wait();
        for (int i = 0; i < 50; ++i) pool.submit(Priority::low, [waiting] { ++*waiting; });
        // Opens the gate only once the destructor has thrown away what was waiting.
        opener = std::thread([&] {
            while (waiting.use_count() > 1) std::this_thread::yield();
            open = true;
            open.notify_all();
        });
    }
    opener.join();
    EXPECT_EQ(finished, 1);
    EXPECT_EQ(*waiting, 0);
}

TEST(ParallelFor, VisitsEveryIndexExactlyOnce) {
    WorkerPool pool(3);
    for (const size_t count : {size_t{0}, size_t{1}, size_t{7}, size_t{1000}, size_t{4096}}) {
        for (const size_t grain : {size_t{0}, size_t{1}, size_t{3}, size_t{1000}, size_t{100'000}}) {
            std::vector<std::atomic<int>> visits(count);
            pool.parallel_for(count, grain, [&](size_t begin, size_t end) {
                for (size_t i = begin; i < end; ++i) ++visits[i];
            });
            for (const auto& visit : visits) ASSERT_EQ(visit, 1) << count << " by " << grain;
        }
    }
}

TEST(ParallelFor, ReturnsOnlyWhenAllIsDoneManyTimesOver) {
    WorkerPool pool(2);
    for (int round = 0; round < 500; ++round) {
        std::vector<int> values(64, 0);  // plain ints: a data race or an early return would show under TSan
        pool.parallel_for(values.size(), 4, [&](size_t begin, size_t end) {
            for (size_t i = begin; i < end; ++i) values[i] = 1;
        });
        ASSERT_EQ(std::accumulate(values.begin(), values.end(), 0), 64);
    }
}

TEST(ParallelFor, MayBeCalledFromAPoolThread) {
    WorkerPool pool(1);
    std::promise<int> answer;
    pool.submit(Priority::high, [&] {
        std::atomic<int> sum{0};
        pool.parallel_for(100, 10, [&](size_t begin, size_t end) { sum += static_cast<int>(end - begin); });
        answer.set_value(sum);
    });
    EXPECT_EQ(answer.get_future().get(), 100);
}

}  // namespace
}  // namespace linesman::base
