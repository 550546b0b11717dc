// Sessions of a desk: what ends one, what is said of it, whose decisions wait meanwhile, and how it goes on.
#include <gmock/gmock.h>

#include "system/desk_fixture.h"

namespace linesman::system_test {
namespace {

using app::Connection;
using app::Snapshot;
using model::Decision;
using testing::HasSubstr;

class SessionTest : public ServerTest {
  protected:
    SessionTest() : ServerTest(true) {}

    static std::string email(const std::string& person) { return person + "@demo.linesman.test"; }
    backend::User user(const std::string& person) { return *server.users().by_email(email(person)); }
    void set_disabled(const std::string& person, bool disabled) {
        auto changed = user(person);
        changed.disabled = disabled;
        server.users().put(changed);
    }
    // The server refuses the token that the desk holds, and the account may get no other.
    void end_session(DeskUnderTest& desk, const std::string& person) {
        set_disabled(person, true);
        server.clock().set_offset(base::hours(2));
        desk->sync_now();
        ASSERT_TRUE(desk.wait([](const Snapshot& s) { return s.sync.connection == Connection::signed_out; }));
    }
    static bool attempted(DeskUnderTest& desk, uint64_t attempts) {
        return desk.wait([=](const Snapshot& s) { return s.sign_in.attempts == attempts && !s.sign_in.busy; });
    }
    static bool is_online(DeskUnderTest& desk) {
        return desk.wait([](const Snapshot& s) { return s.sync.connection == Connection::online; });
    }
};

TEST_F(SessionTest, AnEndedSessionSaysSoKeepsDecisionsAndGoesOnAfterSigningInAgain) {
    stage_clean(2);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(2));
    end_session(desk, "supervisor");
    EXPECT_THAT(desk.now()->sync.last_error, HasSubstr("disabled"));
    EXPECT_EQ(desk.now()->sync.last_error.find("role"), std::string::npos);
    EXPECT_TRUE(desk.now()->session.signed_in) << "whose desk it is stays known";
    ASSERT_TRUE(is_durable(desk.reject("stg0", "made while nobody could sign in")));

    set_disabled("supervisor", false);
    desk->sign_in(email("supervisor"), "wrong", true);
    ASSERT_TRUE(attempted(desk, 2));
    EXPECT_THAT(desk.now()->sign_in.error, HasSubstr("password is wrong"));
    EXPECT_EQ(desk.now()->sync.connection, Connection::signed_out);
    EXPECT_TRUE(desk.now()->session.signed_in);
    EXPECT_TRUE(documents(kAudit).empty());

    desk->sign_in(email("supervisor"), "linesman", true);
    ASSERT_TRUE(attempted(desk, 3));
    EXPECT_EQ(desk.now()->sign_in.error, "");
    ASSERT_TRUE(desk.all_sent());
    ASSERT_TRUE(is_online(desk));
    EXPECT_EQ(documents(kAudit).size(), 1U);
    EXPECT_TRUE(desk.shows("stg0", Decision::rejected));
}

TEST_F(SessionTest, WhatOnePersonDecidedIsNotSentByTheNext) {
    stage_clean(2);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(2));
    end_session(desk, "supervisor");
    ASSERT_TRUE(is_durable(desk.reject("stg0")));

    desk->sign_in(email("admin"), "linesman", true);
    ASSERT_TRUE(attempted(desk, 2));
    ASSERT_TRUE(is_online(desk));
    ASSERT_TRUE(is_durable(desk.reject("stg1")));
    ASSERT_TRUE(desk.shows("stg1", Decision::rejected)) << "the admin's own is sent";
    EXPECT_EQ(desk.now()->outbox.unsent(), 1U);
    const auto sent = documents(kAudit);
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(value::text_at(sent.begin()->second, "by"), user("admin").local_id);

    set_disabled("supervisor", false);
    desk->sign_in(email("supervisor"), "linesman", true);
    ASSERT_TRUE(desk.all_sent());
    EXPECT_EQ(documents(kAudit).size(), 2U);
    EXPECT_EQ(value::text_at(review_of(staging("stg0")), "by"), user("supervisor").local_id);
}

TEST_F(SessionTest, SignedOutWhatIsThereCanBeReadAndNothingDecided) {
    stage_clean(2);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(2));
    desk->sign_out();
    ASSERT_TRUE(desk.wait([](const Snapshot& s) { return !s.session.signed_in; }));
    EXPECT_EQ(desk.now()->counts.total, 2U);
    ASSERT_NE(desk.detail("stg0"), nullptr);
    const auto outcome = desk.reject("stg0");
    EXPECT_EQ(outcome.state, app::DecisionOutcome::State::refused);
    EXPECT_THAT(outcome.why, HasSubstr("Sign in"));
    desk->sign_in(email("supervisor"), "linesman", true);
    ASSERT_TRUE(is_online(desk));
    EXPECT_TRUE(is_durable(desk.reject("stg0")));
    EXPECT_TRUE(desk.all_sent());
}

TEST_F(SessionTest, AnAccountWithoutARoleReadsAndIsToldWhomToAsk) {
    stage_clean(1);
    auto changed = user("supervisor");
    changed.claims.erase("role");
    server.users().put(changed);
    DeskUnderTest desk(server);
    desk.open();
    ASSERT_TRUE(desk.ready(1));
    const auto outcome = desk.reject("stg0");
    EXPECT_EQ(outcome.state, app::DecisionOutcome::State::refused);
    EXPECT_THAT(outcome.why, HasSubstr("no role"));
    EXPECT_THAT(outcome.why, HasSubstr("sign out and in again"));
}

// A first sign-in is not tried again by itself, and what is said must not promise it.
TEST_F(SessionTest, ASignInThatFailsSaysWhatToDoAndPromisesNothing) {
    DeskUnderTest desk(server);
    server.faults().next(backend::FaultRule::Kind::reset, 1000, "identitytoolkit");
    desk.open();
    ASSERT_TRUE(attempted(desk, 1));
    EXPECT_EQ(desk.now()->sync.connection, Connection::offline);
    EXPECT_THAT(desk.now()->sign_in.error, HasSubstr("Check the network"));
    EXPECT_THAT(desk.now()->sign_in.cure, HasSubstr("sign in again"));
    server.faults().clear();
    server.faults().next(backend::FaultRule::Kind::unavailable, 1, "identitytoolkit");
    desk->sign_in(email("supervisor"), "linesman", true);
    ASSERT_TRUE(attempted(desk, 2));
    EXPECT_EQ(desk.now()->sign_in.cure.find("by itself"), std::string::npos) << desk.now()->sign_in.cure;
    set_disabled("supervisor", true);
    desk->sign_in(email("supervisor"), "linesman", true);
    ASSERT_TRUE(attempted(desk, 3));
    EXPECT_THAT(desk.now()->sign_in.error, HasSubstr("disabled"));
    EXPECT_EQ(desk.now()->sign_in.cure, "");
    EXPECT_EQ(desk.now()->sync.connection, Connection::signed_out);
}

}  // namespace
}  // namespace linesman::system_test
