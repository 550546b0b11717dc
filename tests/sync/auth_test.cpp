#include "sync/auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ids.h"
#include "base/json.h"
#include "support/fake_http.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;
using test::reply;
using ::testing::HasSubstr;

std::string jwt(const Json& claims) {
    return base::base64url_encode(R"({"alg":"none"})") + "." + base::base64url_encode(base::to_text(claims)) + ".";
}

std::string id_token(const std::string& serial = "1", const std::string& uid = "u1") {
    return jwt(
        {{"user_id", uid}, {"sub", uid}, {"email", "thandi@example.org"}, {"role", "supervisor"}, {"jti", serial}});
}

net::Response signed_in(const std::string& serial = "1", const std::string& uid = "u1") {
    return reply(200, base::to_text(Json{{"idToken", id_token(serial, uid)},
                                         {"refreshToken", "r" + serial},
                                         {"expiresIn", "3600"},
                                         {"localId", uid},
                                         {"displayName", "Thandi"}}));
}
net::Response refreshed(const std::string& serial, const std::string& uid = "u1") {
    return reply(200, base::to_text(Json{{"id_token", id_token(serial, uid)},
                                         {"refresh_token", "r" + serial},
                                         {"expires_in", "3600"},
                                         {"user_id", uid}}));
}
net::Response refused(const std::string& code) {
    return reply(400, base::to_text(Json{{"error", {{"code", 400}, {"message", code}}}}));
}

class BrokenKeyring final : public Keyring {
  public:
    void load(const std::string&, base::Queue& queue, Loaded done) override {
        queue.post([done] { done(error()); });
    }
    void save(const std::string&, const std::string&, base::Queue& queue, Done done) override {
        queue.post([done] { done(error()); });
    }
    void erase(const std::string&, base::Queue& queue, Done done) override {
        queue.post([done] { done(error()); });
    }
    bool lasting() const override { return true; }
    static base::Error error() {
        return base::make_error(ErrorKind::unavailable, "This desktop has no keyring service.");
    }
};

class AuthTest : public ::testing::Test {
  protected:
    static Endpoints endpoints() {
        Endpoints e;
        e.project_id = "demo";
        e.api_key = "K";
        return e;
    }
    base::Status sign_in() {
        base::Status out = base::make_error(ErrorKind::internal, "no answer came");
        auth->sign_in("thandi@example.org", "secret", [&](base::Status s) { out = std::move(s); });
        queue.run_ready();
        return out;
    }
    base::Result<std::string> token(bool force = false) {
        base::Result<std::string> out = base::make_error(ErrorKind::internal, "no answer came");
        auth->token(force, queue, [&](base::Result<std::string> r) { out = std::move(r); });
        queue.run_ready();
        return out;
    }
    void make() { auth = std::make_unique<Auth>(endpoints(), "p", http, *keyring, clock, queue); }
    void SetUp() override { make(); }

    base::ManualClock clock;
    base::ManualQueue queue{clock};
    test::FakeHttp http;
    std::unique_ptr<Keyring> keyring = make_session_keyring();
    std::unique_ptr<Auth> auth;
};

TEST_F(AuthTest, SignInGivesIdentityRoleAndToken) {
    http.script = {signed_in()};
    ASSERT_TRUE(sign_in().ok());
    const Session s = auth->session();
    EXPECT_EQ(s.state, SessionState::signed_in);
    EXPECT_EQ(s.identity, (Identity{"u1", "Thandi", "thandi@example.org", "supervisor"}));
    EXPECT_THAT(s.keyring_note, HasSubstr("until Linesman closes"));
    EXPECT_EQ(token().value(), id_token());
    EXPECT_EQ(http.requests.size(), 1U);
    EXPECT_EQ(http.requests[0].url, "https://identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=K");
}

TEST_F(AuthTest, RefusedSignInsSayWhatToDo) {
    const std::vector<std::tuple<std::string, ErrorKind, std::string>> cases = {
        {"EMAIL_NOT_FOUND", ErrorKind::invalid_argument, "password is wrong"},
        {"INVALID_PASSWORD", ErrorKind::invalid_argument, "password is wrong"},
        {"INVALID_LOGIN_CREDENTIALS", ErrorKind::invalid_argument, "password is wrong"},
        {"USER_DISABLED", ErrorKind::permission_denied, "disabled"},
        {"TOO_MANY_ATTEMPTS_TRY_LATER : Access is blocked.", ErrorKind::rate_limited, "Wait"},
        {"API key not valid. Please pass a valid API key.", ErrorKind::configuration, "API key"},
        {"OPERATION_NOT_ALLOWED", ErrorKind::configuration, "switched off"},
    };
    for (const auto& [code, kind, words] : cases) {
        http.script = {refused(code)};
        const auto status = sign_in();
        ASSERT_FALSE(status.ok()) << code;
        EXPECT_EQ(status.error().kind, kind) << code;
        EXPECT_THAT(status.error().what, HasSubstr(words));
        EXPECT_EQ(auth->session().state, SessionState::signed_out);
        EXPECT_EQ(auth->session().reason, status.error().what);
        EXPECT_EQ(status.error().full().find("secret"), std::string::npos);
    }
}

TEST_F(AuthTest, SignInWithoutApiKeyOrNetworkOrThroughAPortal) {
    EXPECT_EQ(sign_in().error().kind, ErrorKind::offline);
    http.script = {reply(200, "<html>", {{"Content-Type", "text/html"}})};
    EXPECT_EQ(sign_in().error().kind, ErrorKind::offline);
    http.script = {reply(200, R"({"idToken":"garbage","refreshToken":"r"})")};
    EXPECT_EQ(sign_in().error().kind, ErrorKind::corrupt);
    Endpoints e = endpoints();
    e.api_key.clear();
    auth = std::make_unique<Auth>(e, "p", http, *keyring, clock, queue);
    EXPECT_EQ(sign_in().error().kind, ErrorKind::configuration);
}

TEST_F(AuthTest, TokenIsRefreshedFiveMinutesEarly) {
    http.script = {signed_in(), refreshed("2")};
    ASSERT_TRUE(sign_in().ok());
    queue.run_for(base::minutes(54));
    EXPECT_EQ(http.requests.size(), 1U);
    queue.run_for(base::minutes(2));
    ASSERT_EQ(http.requests.size(), 2U);
    EXPECT_EQ(http.requests[1].url, "https://securetoken.googleapis.com/v1/token?key=K");
    EXPECT_THAT(http.requests[1].body, HasSubstr("refresh_token=r1"));
    EXPECT_EQ(token().value(), id_token("2"));
    EXPECT_EQ(auth->session().identity.name, "Thandi") << "the name survives a token without one";
}

TEST_F(AuthTest, FailedRefreshBacksOffFromThirtySecondsToSixteenMinutes) {
    http.script = {signed_in()};
    ASSERT_TRUE(sign_in().ok());
    queue.run_for(base::minutes(56));  // the script is empty: offline
    const size_t first = http.requests.size();
    EXPECT_GE(first, 2U);
    queue.run_for(base::hours(4));
    const size_t later = http.requests.size() - first;
    EXPECT_GE(later, 13U) << "never slower than sixteen minutes or so";
    EXPECT_LE(later, 25U);
    EXPECT_EQ(auth->session().state, SessionState::signed_in) << "no network does not end a session";
    EXPECT_EQ(token().error().kind, ErrorKind::offline);
    http.script = {refreshed("2")};
    EXPECT_EQ(token().value(), id_token("2")) << "asking tries at once";
}

TEST_F(AuthTest, ConcurrentAskersShareOneRefresh) {
    http.script = {signed_in()};
    ASSERT_TRUE(sign_in().ok());
    clock.advance(base::hours(2));
    http.hold = true;
    int answers = 0;
    for (int i = 0; i < 5; ++i) {
        auth->token(i % 2 == 0, queue, [&](base::Result<std::string> r) {
            ++answers;
            EXPECT_EQ(r.value(), id_token("2"));
        });
    }
    queue.run_ready();
    EXPECT_EQ(http.requests.size(), 2U);
    http.script = {refreshed("2")};
    http.release();
    queue.run_ready();
    EXPECT_EQ(answers, 5);
    EXPECT_EQ(token(true).value(), id_token("2")) << "forced right after a refresh gives that one";
    EXPECT_EQ(http.requests.size(), 2U);
}

TEST_F(AuthTest, ForcedRefreshIgnoresAValidToken) {
    http.script = {signed_in(), refreshed("2")};
    ASSERT_TRUE(sign_in().ok());
    clock.advance(base::minutes(1));
    EXPECT_EQ(token(true).value(), id_token("2"));
}

TEST_F(AuthTest, ATokenThatIsRefusedRightAfterSigningInIsRefreshed) {
    http.script = {signed_in(), refreshed("2")};
    ASSERT_TRUE(sign_in().ok());
    EXPECT_EQ(token(true).value(), id_token("2"));
}

TEST_F(AuthTest, SleepOfTheMachineIsNoticedByTheWallClock) {
    http.script = {signed_in(), refreshed("2")};
    ASSERT_TRUE(sign_in().ok());
    clock.set(clock.now() + base::hours(3));  // the steady clock stood still
    EXPECT_EQ(token().value(), id_token("2"));
}

TEST_F(AuthTest, EndedSessionSaysSignInAgainAndKeepsWhoItWas) {
    for (const std::string code : {"TOKEN_EXPIRED", "USER_DISABLED", "USER_NOT_FOUND", "INVALID_REFRESH_TOKEN"}) {
        make();
        http.script = {signed_in(), refused(code)};
        ASSERT_TRUE(sign_in().ok());
        clock.advance(base::hours(2));
        const auto result = token();
        ASSERT_FALSE(result.ok()) << code;
        EXPECT_EQ(result.error().kind, ErrorKind::unauthenticated);
        EXPECT_EQ(auth->session().state, SessionState::expired);
        EXPECT_EQ(auth->session().identity.uid, "u1");
        const size_t sent = http.requests.size();
        queue.run_for(base::hours(2));
        EXPECT_FALSE(token().ok());
        EXPECT_EQ(http.requests.size(), sent) << "a dead session is not tried again";
    }
}

TEST_F(AuthTest, RestoreTakesUpTheKeptSessionEvenOffline) {
    http.script = {signed_in()};
    ASSERT_TRUE(sign_in().ok());
    make();
    bool done = false;
    auth->restore([&](base::Status s) { done = s.ok(); });
    queue.run_ready();
    EXPECT_TRUE(done);
    EXPECT_EQ(auth->session().state, SessionState::signed_in);
    EXPECT_EQ(auth->session().identity.uid, "u1");
    EXPECT_EQ(token().error().kind, ErrorKind::offline);
    http.script = {refreshed("2")};
    EXPECT_TRUE(token().ok());
}

TEST_F(AuthTest, RestoreOfAnEndedSessionIsExpired) {
    http.script = {signed_in(), refused("TOKEN_EXPIRED")};
    ASSERT_TRUE(sign_in().ok());
    clock.advance(base::hours(2));
    (void)token();
    make();
    auth->restore([](base::Status) {});
    queue.run_ready();
    EXPECT_EQ(auth->session().state, SessionState::expired);
    EXPECT_EQ(auth->session().identity.uid, "u1");
}

TEST_F(AuthTest, SignOutForgetsEverything) {
    http.script = {signed_in()};
    ASSERT_TRUE(sign_in().ok());
    auth->sign_out();
    queue.run_ready();
    EXPECT_EQ(auth->session(), Session{});
    EXPECT_EQ(token().error().kind, ErrorKind::unauthenticated);
    make();
    auth->restore([](base::Status) {});
    queue.run_ready();
    EXPECT_EQ(auth->session().state, SessionState::signed_out);
}

TEST_F(AuthTest, MissingKeyringIsSaidAndTheSessionWorks) {
    keyring = std::make_unique<BrokenKeyring>();
    make();
    http.script = {signed_in()};
    ASSERT_TRUE(sign_in().ok());
    EXPECT_THAT(auth->session().keyring_note, HasSubstr("no keyring"));
    EXPECT_TRUE(token().ok());
}

TEST_F(AuthTest, AnotherAccountInARefreshEndsTheSession) {
    http.script = {signed_in(), refreshed("2", "intruder")};
    ASSERT_TRUE(sign_in().ok());
    clock.advance(base::hours(2));
    EXPECT_EQ(token().error().kind, ErrorKind::unauthenticated);
    EXPECT_EQ(auth->session().state, SessionState::expired);
}

TEST_F(AuthTest, ALaterSignInReplacesTheOneUnderWay) {
    http.hold = true;
    base::Status first;
    auth->sign_in("a@example.org", "x", [&](base::Status s) { first = std::move(s); });
    queue.run_ready();
    EXPECT_EQ(auth->session().state, SessionState::signing_in);
    http.hold = false;
    http.script = {signed_in()};
    EXPECT_TRUE(sign_in().ok());
    EXPECT_EQ(first.error().kind, ErrorKind::cancelled);
    http.release();
    queue.run_ready();
    EXPECT_EQ(auth->session().state, SessionState::signed_in);
}

TEST_F(AuthTest, ServerClockOffsetComesFromTheDateHeader) {
    EXPECT_FALSE(auth->server_clock_offset());
    auto answer = signed_in();
    answer.headers.emplace_back("Date", "Thu, 09 Oct 2025 09:53:20 GMT");
    clock.set(base::parse_rfc3339("2025-10-09T09:43:20Z").value());
    http.script = {answer};
    ASSERT_TRUE(sign_in().ok());
    EXPECT_EQ(auth->server_clock_offset().value().us, base::minutes(10).us);
}

TEST_F(AuthTest, NothingIsCalledAfterDestruction) {
    http.hold = true;
    auth->sign_in("a@example.org", "x", [](base::Status) { ADD_FAILURE(); });
    auth->token(false, queue, [](base::Result<std::string>) {});
    queue.run_ready();
    auth.reset();
    http.release();
    queue.run_ready();
}

TEST_F(AuthTest, ChangesAreReportedOnce) {
    std::vector<SessionState> seen;
    auth->on_change([&](const Session& s) { seen.push_back(s.state); });
    http.script = {refused("INVALID_PASSWORD")};
    EXPECT_FALSE(sign_in().ok());
    EXPECT_THAT(seen, ::testing::ElementsAre(SessionState::signing_in, SessionState::signed_out));
}

TEST_F(AuthTest, TheNextPersonIsThereTogetherWithTheirSession) {
    http.script = {signed_in(), refused("TOKEN_EXPIRED")};
    ASSERT_TRUE(sign_in().ok());
    clock.advance(base::hours(2));
    EXPECT_FALSE(token().ok());
    std::vector<std::pair<SessionState, std::string>> seen;
    auth->on_change([&](const Session& s) { seen.emplace_back(s.state, s.identity.uid); });
    http.script = {signed_in("9", "u2")};
    ASSERT_TRUE(sign_in().ok());
    EXPECT_EQ(seen, (std::vector<std::pair<SessionState, std::string>>{{SessionState::signing_in, "u1"},
                                                                       {SessionState::signed_in, "u2"}}));
}

TEST(ReadIdentity, RefusesBrokenTokens) {
    for (const std::string bad : {"", "a", "a.b", "a.!!!.c", "a.eyJ.c"}) EXPECT_FALSE(read_identity(bad).ok()) << bad;
    EXPECT_EQ(read_identity(jwt({{"sub", "s"}})).value().uid, "s");
    EXPECT_EQ(read_identity(jwt({{"sub", "s"}, {"role", 7}})).value().role, "") << "a claim of another type is no role";
}

}  // namespace
}  // namespace linesman::sync
