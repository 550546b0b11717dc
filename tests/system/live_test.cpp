// Two desks that listen: a decision made at one is seen at the other, and a server that comes back is noticed.
#include <chrono>

#include "system/desk_fixture.h"

namespace linesman::system_test {
namespace {

using model::Decision;
using std::chrono::steady_clock;

class LiveTest : public ServerTest {
  protected:
    static bool is_listening(DeskUnderTest& desk) {
        return desk.wait([](const app::Snapshot& s) { return s.sync.phase.starts_with("Listening"); });
    }
    static long long ms_since(steady_clock::time_point begun) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begun).count();
    }
};

TEST_F(LiveTest, ADecisionOfOneDeskIsShownByTheOther) {
    stage_clean(6);
    DeskUnderTest one(server), other(server, "admin");
    one.poll_every(3600);
    other.poll_every(3600);  // what comes, came live
    one.open();
    other.open();
    ASSERT_TRUE(one.ready(6));
    ASSERT_TRUE(other.ready(6));
    ASSERT_TRUE(is_listening(one));
    ASSERT_TRUE(is_listening(other));
    for (int i = 0; i < 5; ++i) {
        const std::string id = numbered("stg", static_cast<size_t>(i));
        one.detail(id);
        const auto begun = steady_clock::now();
        ASSERT_TRUE(is_durable(one.reject(id, "blurred")));
        ASSERT_TRUE(other.shows(id, Decision::rejected));
        std::printf("a decision was on the other desk after %lld ms\n", ms_since(begun));
    }
    EXPECT_GT(other.now()->sync.reads_today, 0U);
}

TEST_F(LiveTest, AServerThatComesBackIsListenedToAgain) {
    stage_clean(2);
    DeskUnderTest desk(server);
    desk.poll_every(3600);
    desk.open();
    ASSERT_TRUE(desk.ready(2));
    ASSERT_TRUE(is_listening(desk));
    server.faults().next(backend::FaultRule::Kind::reset, 1000, "");
    server.channels().drop_all();
    ASSERT_TRUE(desk.wait([](const app::Snapshot& s) { return s.sync.connection == app::Connection::offline; }));
    EXPECT_FALSE(desk.now()->sync.last_error.empty());
    server.faults().clear();
    auto changed = clean_capture(1);
    changed.notes = "written while the line was down";
    put(kStaging, changed.staging_id, sync::encode_capture(changed));
    ASSERT_TRUE(is_listening(desk));
    ASSERT_TRUE(desk.wait([&](const app::Snapshot&) {
        const auto found = desk->detail("stg1");
        return found && found->capture.notes == changed.notes;
    }));
}

TEST_F(LiveTest, SwitchedOffItIsPolledAndSaidSo) {
    stage_clean(1);
    DeskUnderTest desk(server);
    desk.listen(false);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    ASSERT_TRUE(
        desk.wait([](const app::Snapshot& s) { return s.sync.phase.starts_with("Polling (live changes are"); }));
    EXPECT_EQ(server.channels().size(), 0U);
}

}  // namespace
}  // namespace linesman::system_test
