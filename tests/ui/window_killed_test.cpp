// The real window, killed between the key and the server's answer: the next start leaves exactly one decision.
#include "base/json.h"
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
    }
    Program window(int hold_back_s, const std::string& script = "wait-idle\nkey A\nwait 120000\nquit\n") {
        EXPECT_TRUE(base::write_file_atomically(script_, script));
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
    std::string only_draft() {
        const std::string path = base::Folders::for_profile("demo", folder_.path()).data + "/outbox.db";
        if (!base::file_exists(path)) return {};
        auto outbox = store::Outbox::open(path, clock_);
        const auto drafts = outbox ? outbox->drafts("demo-supervisor")
                                   : base::Result<std::map<std::string, std::string>>(outbox.error());
        return drafts && drafts->size() == 1 ? drafts->begin()->second : std::string();
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

TEST_F(WindowKilled, AnUnsentCommentAndTheLayoutAreThereAtTheNextStart) {
    stage_clean(1);
    const std::string layout = base::Folders::for_profile("demo", folder_.path()).state + "/layout.txt";
    const auto kind = [&] {
        const auto text = base::read_file(layout);
        const auto json = text ? base::parse_json(*text, "layout") : base::Result<base::Json>(text.error());
        return json ? base::string_at(*json, "theme").value_or("") : std::string();
    };
    {
        Program program = window(0, "wait-idle\nkey Ctrl+T\nkey Shift+C\nwait-idle\ntext Ask the crew\nwait 120000\n");
        EXPECT_TRUE(wait_for([&] { return only_draft() == "Ask the crew" && kind() == "light"; }))
            << program.output() << only_draft() << kind();
        program.kill();
        EXPECT_EQ(program.wait(), -SIGKILL);
    }
    // The comment is in its box again: Enter keeps it, and it goes with the decision.
    Program next = window(0, "wait-idle\nkey A\nwait-idle\nwait 1500\nquit\n");
    EXPECT_EQ(next.wait(), 0) << next.output();
    Program sent = linesmanctl(server.base_url(), folder_.path(), {"sync"});
    EXPECT_EQ(sent.wait(), 0) << sent.output();
    const auto documents_now = documents(kStaging);
    ASSERT_EQ(documents_now.size(), 1U);
    EXPECT_EQ(value::text_at(review_of(documents_now.begin()->second), "comment"), "Ask the crew");
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
