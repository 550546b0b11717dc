// The real program, killed between the moment a decision is on disk and the server's answer: afterwards the next sync
// leaves exactly one decision, one audit entry and one pole in production.
#include <atomic>
#include <condition_variable>
#include <random>
#include <thread>

#include "store/outbox.h"
#include "system/desk_fixture.h"
#include "system/program.h"

namespace linesman::system_test {
namespace {

using backend::FaultRule;

class KillTest : public ServerTest {
  protected:
    TempFolder folder;
    base::SystemClock clock;

    int run(std::vector<std::string> verb, const std::string& password = "linesman") {
        Program program = linesmanctl(server.base_url(), folder.path(), std::move(verb), password);
        if (!program.started()) return -1;
        const int code = program.wait();
        output = program.output();
        return code;
    }
    std::string outbox_path() const { return base::Folders::for_profile("demo", folder.path()).data + "/outbox.db"; }
    // Unfinished operations in the outbox as a second process sees them.
    size_t unfinished() {
        auto outbox = store::Outbox::open(outbox_path(), clock);
        if (!outbox) return 0;
        const auto pending = outbox->pending();
        return pending ? pending->size() : 0;
    }
    // The operation is on disk before anything is sent, so a commit under way proves that the outbox holds it.
    bool wait_for_commit_request(uint64_t hits_before) {
        const auto end = clock.steady().us + kPatience.us;
        std::unique_lock lock(mutex_);
        while (server.faults().hits() == hits_before) {
            if (clock.steady().us > end) return false;
            moment_.wait_for(lock, std::chrono::milliseconds(1));
        }
        return true;
    }
    // Lets `wait` pass with the request under way.
    void let_pass(base::Duration wait) {
        std::unique_lock lock(mutex_);
        moment_.wait_for(lock, std::chrono::microseconds(wait.us), [] { return false; });
    }
    void expect_exactly_one(size_t round, const std::string& id) {
        const auto fields = staging(id);
        EXPECT_EQ(value::integer_at(fields, "revision"), 1) << "round " << round;
        EXPECT_EQ(value::text_at(review_of(fields), "decision"), "approved");
        EXPECT_TRUE(value::boolean_at(fields, "synced_to_production"));
        EXPECT_EQ(documents(std::string(kStaging) + "/" + id + "/versions").size(), 1U);
        EXPECT_EQ(documents(kAudit).size(), round + 1);
        EXPECT_TRUE(documents(kAudit).contains(value::text_at(review_of(fields), "op_id")));
        EXPECT_EQ(documents(kProduction).size(), round + 1);
        EXPECT_EQ(key_count(), round + 1);
        EXPECT_EQ(unfinished(), 0U);
    }

    std::string output;

  private:
    std::mutex mutex_;
    std::condition_variable moment_;
};

TEST_F(KillTest, KilledWhileTheCommitIsUnderWayTheNextSyncDecidesOnce) {
    constexpr size_t kRounds = 5;
    constexpr int64_t kDelay_ms = 300;
    stage_clean(kRounds);
    ASSERT_EQ(run({"sync"}), 0) << output;
    std::mt19937 random(20261122);
    for (size_t round = 0; round < kRounds; ++round) {
        const std::string id = numbered("stg", round);
        FaultRule slow;
        slow.delay_ms = kDelay_ms;
        slow.path_contains = ":commit";
        slow.remaining = 1;
        server.faults().add(slow);
        const auto hits = server.faults().hits();
        {
            Program program = linesmanctl(server.base_url(), folder.path(), {"approve", id});
            ASSERT_TRUE(program.started());
            ASSERT_TRUE(wait_for_commit_request(hits)) << program.output();
            let_pass(base::milliseconds(static_cast<int64_t>(random() % (kDelay_ms + 100))));
            program.kill();
            const int code = program.wait();
            EXPECT_TRUE(code == -SIGKILL || code == 0) << "round " << round << ": " << code << program.output();
        }
        EXPECT_EQ(run({"sync"}), 0) << output;
        expect_exactly_one(round, id);
    }
}

TEST_F(KillTest, KilledAfterTheCommitTookEffectAndBeforeItsReplyTheNextSyncDecidesOnce) {
    constexpr size_t kRounds = 4;
    stage_clean(kRounds);
    ASSERT_EQ(run({"sync"}), 0) << output;
    for (size_t round = 0; round < kRounds; ++round) {
        const std::string id = numbered("stg", round);
        if (round % 2 == 1) server.faults().next(FaultRule::Kind::drop_reply, 1, ":commit");
        // Called with the store locked: the commit stands, no byte of its reply was written yet.
        std::atomic<const Program*> victim{nullptr};
        std::mutex started;
        std::unique_lock begin(started);
        const auto listener = server.documents().subscribe([&](const backend::CommitPtr&) {
            const std::lock_guard wait_until_started(started);
            if (const auto* program = victim.exchange(nullptr)) program->kill();
        });
        {
            Program program = linesmanctl(server.base_url(), folder.path(), {"approve", id});
            ASSERT_TRUE(program.started());
            victim = &program;
            begin.unlock();
            EXPECT_EQ(program.wait(), -SIGKILL) << "round " << round << ": " << program.output();
            victim = nullptr;
        }
        server.documents().unsubscribe(listener);
        EXPECT_EQ(unfinished(), 1U) << "the desk has no answer, so the decision is still open";
        EXPECT_EQ(run({"sync"}), 0) << output;
        expect_exactly_one(round, id);
    }
}

TEST_F(KillTest, KilledInTheMiddleOfABatchTheNextSyncFinishesItWithEachDecidedOnce) {
    constexpr size_t kItems = 14;
    constexpr size_t kBeforeTheEnd = 4;
    stage_clean(kItems);
    std::string ids;
    for (size_t i = 0; i < kItems; ++i) ids += numbered("stg", i) + "\n";
    ASSERT_EQ(run({"sync"}), 0) << output;
    const std::string file = folder.path() + "/ids.txt";
    ASSERT_TRUE(base::write_file_atomically(file, ids).ok());
    // Killed with the store locked: one commit stands whose reply never comes.
    std::atomic<const Program*> victim{nullptr};
    std::atomic<size_t> commits{0};
    std::mutex started;
    std::unique_lock begin(started);
    const auto listener = server.documents().subscribe([&](const backend::CommitPtr&) {
        const std::lock_guard wait_until_started(started);
        if (++commits < kBeforeTheEnd) return;
        if (const auto* program = victim.exchange(nullptr)) program->kill();
    });
    {
        Program program =
            linesmanctl(server.base_url(), folder.path(), {"approve", "--ids-file", file, "--yes", "--rate", "20"});
        ASSERT_TRUE(program.started());
        victim = &program;
        begin.unlock();
        EXPECT_EQ(program.wait(), -SIGKILL) << program.output();
        victim = nullptr;
    }
    server.documents().unsubscribe(listener);
    const size_t decided = documents(kAudit).size();
    EXPECT_LT(decided, kItems);
    EXPECT_GE(unfinished(), kItems - decided) << "the rest is on disk";
    EXPECT_EQ(run({"sync"}), 0) << output;
    EXPECT_EQ(unfinished(), 0U);
    EXPECT_EQ(documents(kAudit).size(), kItems);
    EXPECT_EQ(documents(kProduction).size(), kItems);
    EXPECT_EQ(key_count(), kItems);
    for (const auto& [id, fields] : documents(kStaging)) {
        EXPECT_EQ(value::integer_at(fields, "revision"), 1) << id;
        EXPECT_EQ(value::text_at(review_of(fields), "decision"), "approved") << id;
    }
    EXPECT_EQ(run({"batch", "list"}), 0) << output;
    EXPECT_NE(output.find("finished"), std::string::npos) << output;
    EXPECT_EQ(run({"audit", "verify"}), 0) << output;
}

TEST_F(KillTest, WithoutAnybodySignedInTheExitCodeSaysSoAtOnce) {
    EXPECT_EQ(run({"sync"}, ""), 77) << output;
    EXPECT_NE(output.find("signed in"), std::string::npos) << output;
    EXPECT_EQ(run({"sync"}, "wrong"), 77) << output;
}

TEST_F(KillTest, ASlowSignInIsWaitedForBeforeDeciding) {
    stage_clean(1);
    ASSERT_EQ(run({"sync"}), 0) << output;
    FaultRule slow;
    slow.delay_ms = 700;
    slow.path_contains = "accounts:";
    server.faults().add(slow);
    EXPECT_EQ(run({"approve", "stg0"}), 0) << output;
    expect_exactly_one(0, "stg0");
}

}  // namespace
}  // namespace linesman::system_test
