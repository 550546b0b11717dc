#include "base/queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <vector>

namespace linesman::base {
namespace {

TEST(ThreadQueue, RunsTasksInTheOrderOfPosting) {
    std::vector<int> order;
    {
        ThreadQueue queue("order");
        for (int i = 0; i < 1000; ++i) queue.post([&order, i] { order.push_back(i); });
    }
    ASSERT_EQ(order.size(), 1000U);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(ThreadQueue, NeverRunsTwoTasksAtOnce) {
    std::atomic<int> inside{0}, most{0}, ran{0};
    {
        ThreadQueue queue("serial");
        std::vector<std::thread> posters;
        for (int t = 0; t < 4; ++t) {
            posters.emplace_back([&] {
                for (int i = 0; i < 500; ++i) {
                    queue.post([&] {
                        most = std::max(most.load(), ++inside);
                        ++ran;
                        --inside;
                    });
                }
            });
        }
        for (auto& poster : posters) poster.join();
    }
    EXPECT_EQ(ran, 2000);
    EXPECT_EQ(most, 1);
}

TEST(ThreadQueue, KnowsItsOwnThread) {
    ThreadQueue queue("own");
    EXPECT_FALSE(queue.on_queue());
    std::promise<bool> inside;
    queue.post([&] { inside.set_value(queue.on_queue()); });
    EXPECT_TRUE(inside.get_future().get());
}

TEST(ThreadQueue, TimersRunByDueTimeNotByOrderOfPosting) {
    ThreadQueue queue("timers");
    std::vector<int> order;
    std::promise<void> done;
    queue.post([&] {  // posted from the queue, so that neither can run before both are set
        queue.post_after(milliseconds(20), [&] {
            order.push_back(2);
            done.set_value();
        });
        queue.post_after(milliseconds(1), [&] { order.push_back(1); });
        queue.post_after(milliseconds(0), [&] { order.push_back(0); });
    });
    done.get_future().wait();
    queue.stop();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(ThreadQueue, CancelledTimerDoesNotRun) {
    std::atomic<bool> ran{false};
    ThreadQueue queue("cancel");
    const TimerId timer = queue.post_after(hours(1), [&] { ran = true; });
    EXPECT_NE(timer, 0U);
    EXPECT_TRUE(queue.cancel(timer));
    EXPECT_FALSE(queue.cancel(timer));
    EXPECT_FALSE(queue.cancel(0));
    queue.stop();
    EXPECT_FALSE(ran);
}

TEST(ThreadQueue, StopRunsWhatIsPostedAndDropsTimersAndLaterPosts) {
    std::atomic<int> ran{0};
    ThreadQueue queue("stop");
    queue.post_after(hours(1), [&] { ran += 100; });
    for (int i = 0; i < 10; ++i) queue.post([&] { ++ran; });
    queue.stop();
    queue.stop();
    queue.post([&] { ran += 1000; });
    queue.post_after({}, [&] { ran += 1000; });
    EXPECT_EQ(ran, 10);
}

TEST(ThreadQueue, ATaskMayPostAndCancel) {
    ThreadQueue queue("nested");
    std::promise<int> answer;
    queue.post([&] {
        const TimerId timer = queue.post_after(hours(1), [] {});
        const bool cancelled = queue.cancel(timer);
        queue.post([&answer, cancelled] { answer.set_value(cancelled ? 7 : 0); });
    });
    EXPECT_EQ(answer.get_future().get(), 7);
}

TEST(ThreadQueue, CapturedStateDiesWithTheTask) {
    const auto state = std::make_shared<int>(1);
    ThreadQueue queue("state");
    queue.post([state] {});
    queue.post_after(hours(1), [state] {});
    std::promise<long> count;
    queue.post([&] { count.set_value(state.use_count()); });
    EXPECT_EQ(count.get_future().get(), 2) << "ours and the timer's";
}

TEST(ThreadQueue, AbsurdDelaysDoNotOverflowOrSpin) {
    ThreadQueue queue("absurd");
    EXPECT_NE(queue.post_after({INT64_MAX}, [] {}), 0U);
    std::promise<void> ran;
    queue.post_after({INT64_MIN}, [&] { ran.set_value(); });
    ran.get_future().wait();
}

TEST(ManualQueue, RunsNothingByItself) {
    ManualClock clock;
    ManualQueue queue(clock);
    int ran = 0;
    queue.post([&] { ++ran; });
    EXPECT_EQ(ran, 0);
    EXPECT_FALSE(queue.idle());
    EXPECT_EQ(queue.run_ready(), 1U);
    EXPECT_EQ(ran, 1);
    EXPECT_TRUE(queue.idle());
    EXPECT_TRUE(queue.on_queue());
}

TEST(ManualQueue, TimersSeeTheClockAtTheirDueTime) {
    ManualClock clock({0});
    ManualQueue queue(clock);
    std::vector<int64_t> seen;
    queue.post_after(seconds(3), [&] { seen.push_back(clock.now().us); });
    queue.post_after(seconds(1), [&] {
        seen.push_back(clock.now().us);
        queue.post_after(seconds(1), [&] { seen.push_back(clock.now().us); });
    });
    EXPECT_EQ(queue.run_for(seconds(10)), 3U);
    EXPECT_EQ(seen, (std::vector<int64_t>{1'000'000, 2'000'000, 3'000'000}));
    EXPECT_EQ(clock.now().us, 10'000'000);
}

TEST(ManualQueue, TimersOfOneInstantRunInTheOrderOfPosting) {
    ManualClock clock;
    ManualQueue queue(clock);
    std::string order;
    for (const char c : {'a', 'b', 'c'}) queue.post_after(seconds(1), [&order, c] { order += c; });
    queue.run_for(seconds(1));
    EXPECT_EQ(order, "abc");
}

TEST(ManualQueue, CancelWorksOnlyBeforeTheTimerRuns) {
    ManualClock clock;
    ManualQueue queue(clock);
    int ran = 0;
    const TimerId first = queue.post_after(seconds(1), [&] { ++ran; });
    const TimerId second = queue.post_after(seconds(2), [&] { ++ran; });
    EXPECT_TRUE(queue.cancel(second));
    queue.run_for(seconds(5));
    EXPECT_EQ(ran, 1);
    EXPECT_FALSE(queue.cancel(first));
}

TEST(ManualQueue, ATimerThatIsNotDueWaits) {
    ManualClock clock;
    ManualQueue queue(clock);
    int ran = 0;
    queue.post_after(seconds(2), [&] { ++ran; });
    queue.run_for(milliseconds(1999));
    EXPECT_EQ(ran, 0);
    clock.advance(milliseconds(1));
    EXPECT_EQ(queue.run_ready(), 1U);
}

}  // namespace
}  // namespace linesman::base
