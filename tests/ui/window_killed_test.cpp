// The real window, killed between the key and the server's answer: the next start leaves exactly one decision.
#include "base/time.h"
#include "store/outbox.h"
#include "system/desk_fixture.h"
#include "system/program.h"

namespace linesman::system_test {
namespace {

class WindowKilled : public ServerTest {
  protected:
    void SetUp() override {
        if (std::getenv("DISPLAY") == nullptr)
            GTEST_SKIP() << "No DISPLAY: window tests need X11, for example xvfb-run.";
        ServerTest::SetUp();
        script_ = folder_.path() + "/script.txt";
        ASSERT_TRUE(base::write_file_atomically(script_, "wait-idle\nkey A\nwait 120000\nquit\n"));
    }
    Program window(int hold_back_s) {
        return {
            server.base_url(),
            folder_.path(),
            {"linesman", "--profile", "demo", "--data-dir", folder_.path(), "--size", "900x600", "--script", script_},
            "linesman",
            hold_back_s};
    }
    // Unfinished operations as a second process sees them; nothing before the window has made the file.
    size_t unfinished() {
        const std::string path = base::Folders::for_profile("demo", folder_.path()).data + "/outbox.db";
        if (!base::file_exists(path)) return 0;
        auto outbox = store::Outbox::open(path, clock_);
        if (!outbox) return 0;
        const auto pending = outbox->pending();
        return pending ? pending->size() : 0;
    }
    bool wait_for(const std::function<bool()>& done) {
        const auto end = clock_.steady().us + kPatience.us;
        while (!done()) {
            if (clock_.steady().us > end) return false;
            usleep(2000);
        }
        return true;
    }
    // One round more: decided once, with one entry and one pole, and nothing left to send.
    void expect_decided(size_t count) {
        Program next = linesmanctl(server.base_url(), folder_.path(), {"sync"});
        EXPECT_EQ(next.wait(), 0) << next.output();
        EXPECT_EQ(unfinished(), 0U);
        EXPECT_EQ(documents(kAudit).size(), count);
        EXPECT_EQ(documents(kProduction).size(), count);
        EXPECT_EQ(key_count(), count);
        size_t approved = 0;
        for (const auto& [id, fields] : documents(kStaging)) {
            const auto revision = value::integer_at(fields, "revision");
            EXPECT_LE(revision, 1) << id;
            approved += value::text_at(review_of(fields), "decision") == "approved" ? 1 : 0;
        }
        EXPECT_EQ(approved, count);
    }

    TempFolder folder_;
    base::SystemClock clock_;
    std::string script_;
};

TEST_F(WindowKilled, BeforeAnythingWasSentTheDecisionIsSentByTheNextStart) {
    stage_clean(2);
    {
        Program program = window(2);  // held back: nothing can have been sent when the outbox has it
        ASSERT_TRUE(wait_for([&] { return unfinished() == 1; })) << program.output();
        program.kill();
        EXPECT_EQ(program.wait(), -SIGKILL) << program.output();
    }
    EXPECT_EQ(documents(kAudit).size(), 0U);
    expect_decided(1);
}

TEST_F(WindowKilled, WhileTheCommitIsUnderWayItIsDecidedOnce) {
    constexpr size_t kRounds = 3;
    stage_clean(kRounds);
    for (size_t round = 0; round < kRounds; ++round) {
        backend::FaultRule slow;
        slow.delay_ms = 250;
        slow.path_contains = ":commit";
        slow.remaining = 1;
        server.faults().add(slow);
        const auto hits = server.faults().hits();
        Program program = window(0);
        ASSERT_TRUE(wait_for([&] { return server.faults().hits() > hits; })) << program.output();
        usleep(static_cast<unsigned>(round) * 150'000);  // before, about and after the moment it takes effect
        program.kill();
        EXPECT_EQ(program.wait(), -SIGKILL) << program.output();
        expect_decided(round + 1);
    }
}

}  // namespace
}  // namespace linesman::system_test
