// kill -9 at random points, and two processes at once: what was acknowledged is there, the chain is whole.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <random>

#include "store/cache.h"
#include "store/operations.h"
#include "store/outbox.h"
#include "support/temp_folder.h"

namespace linesman::store {
namespace {

using test::TempFolder;

// A child that writes one byte into a pipe for each acknowledged step.
class Child {
  public:
    explicit Child(const std::function<void(const std::function<void()>& acknowledge)>& work) {
        int ends[2];
        if (pipe(ends) != 0) std::abort();
        pid_ = fork();
        if (pid_ == 0) {
            close(ends[0]);
            work([&] {
                if (write(ends[1], "x", 1) != 1) _exit(3);
            });
            _exit(0);
        }
        close(ends[1]);
        read_end_ = ends[0];
    }
    ~Child() { close(read_end_); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // Waits for `count` acknowledgements, or for the child's end.
    void wait_for(int count) {
        char byte = 0;
        while (acknowledged_ < count && read(read_end_, &byte, 1) == 1) ++acknowledged_;
    }
    // Ends it and returns how many steps it had acknowledged.
    int kill_now() {
        kill(pid_, SIGKILL);
        wait_for(INT32_MAX);
        waitpid(pid_, nullptr, 0);
        return acknowledged_;
    }
    int join() {
        wait_for(INT32_MAX);
        int status = 0;
        waitpid(pid_, &status, 0);
        EXPECT_EQ(status, 0);
        return acknowledged_;
    }

  private:
    pid_t pid_ = 0;
    int read_end_ = -1;
    int acknowledged_ = 0;
};

// Spends a random number of instructions, so that the kill falls anywhere within a step.
void spin(std::mt19937& random) {
    volatile uint32_t sink = 0;
    for (auto i = static_cast<uint32_t>(random() % 400'000); i > 0; --i) sink = sink + i;
}

std::string op(const std::string& who, int i) {
    return who + std::to_string(i);
}

TEST(Crash, KilledWhileEnqueueingKeepsEveryAcknowledgedOperation) {
    std::mt19937 random(7);
    const base::ManualClock clock;
    const TempFolder folder;
    const auto path = folder.file("outbox.db");
    int next = 0;
    for (int round = 0; round < 20; ++round) {
        const int first = next;
        Child child([&](const auto& acknowledge) {
            auto outbox = Outbox::open(path, clock);
            if (!outbox) _exit(2);
            for (int i = first;; ++i) {
                if (!outbox->enqueue(approval(op("op", i), "cap" + std::to_string(i % 5), clock.now()))) _exit(2);
                acknowledge();
            }
        });
        child.wait_for(static_cast<int>(random() % 30) + 1);
        spin(random);
        const int acknowledged = child.kill_now();
        auto outbox = Outbox::open(path, clock);
        ASSERT_TRUE(outbox) << outbox.error().full();
        EXPECT_EQ(outbox->read_only_reason(), "");
        const auto check = outbox->verify_journal();
        ASSERT_TRUE(check && check->whole()) << check->why;
        const auto count = static_cast<int>(outbox->pending()->size());
        // One more may be on disk than was acknowledged, never fewer.
        EXPECT_GE(count, first + acknowledged);
        EXPECT_LE(count, first + acknowledged + 1);
        EXPECT_EQ(check->entries, count);
        next = count;
    }
}

TEST(Crash, KilledWhileApplyingKeepsWholeBatchesWithTheirCursor) {
    std::mt19937 random(11);
    const base::SystemClock clock;
    const TempFolder folder;
    const auto path = folder.file("cache.db");
    for (int round = 0; round < 10; ++round) {
        Child child([&](const auto& acknowledge) {
            auto opened = Cache::open(path, clock);
            if (!opened) _exit(2);
            const auto cursor = opened->cache.read().value("cursor").value();
            for (int i = cursor ? std::stoi(*cursor) + 1 : 0;; ++i) {
                CacheBatch batch;
                for (int k = 0; k < 20; ++k) {
                    batch.documents.push_back({"captures", std::to_string(i) + "-" + std::to_string(k),
                                               "2025-01-30T08:15:00Z", std::string(2000, 'f'), ""});
                }
                batch.values["cursor"] = std::to_string(i);
                if (!opened->cache.apply(batch)) _exit(2);
                acknowledge();
            }
        });
        child.wait_for(static_cast<int>(random() % 20) + 1);
        spin(random);
        child.kill_now();
        auto opened = Cache::open(path, clock);
        ASSERT_TRUE(opened);
        EXPECT_TRUE(opened->notices.empty());
        ASSERT_TRUE(opened->cache.check());
        const int batches = std::stoi(opened->cache.read().value("cursor").value().value_or("-1")) + 1;
        EXPECT_EQ(opened->cache.read().count("captures").value(), batches * 20);
    }
}

TEST(Crash, TwoProcessesAppendToOneChainWithoutGaps) {
    const base::ManualClock clock;
    const TempFolder folder;
    const auto path = folder.file("outbox.db");
    ASSERT_TRUE(Outbox::open(path, clock));
    const auto writer = [&](const std::string& who) {
        return [&, who](const auto& acknowledge) {
            auto outbox = Outbox::open(path, clock);
            if (!outbox) _exit(2);
            for (int i = 0; i < 150; ++i) {
                if (!outbox->enqueue(approval(op(who, i), "cap", clock.now()))) _exit(2);
                acknowledge();
            }
        };
    };
    Child desk(writer("desk"));
    Child cli(writer("cli"));
    EXPECT_EQ(desk.join(), 150);
    EXPECT_EQ(cli.join(), 150);
    auto outbox = Outbox::open(path, clock);
    ASSERT_TRUE(outbox);
    const auto check = outbox->verify_journal().value();
    EXPECT_TRUE(check.whole()) << check.why;
    EXPECT_EQ(check.entries, 300);
    // Every operation names the one before it, whoever made it.
    std::string before;
    const auto items = outbox->for_capture("cap");
    ASSERT_TRUE(items);
    for (const auto& item : *items) {
        EXPECT_EQ(item.operation.predecessor, before);
        before = item.operation.op_id;
    }
}

}  // namespace
}  // namespace linesman::store
