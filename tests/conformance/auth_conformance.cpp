// Signing in against our backend and against Google's own Auth emulator (tests/node/auth/run.sh starts it and names it
// in LINESMAN_AUTH_EMULATOR): the same answers, the same words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <future>

#include "backend/server.h"
#include "base/json.h"
#include "net/url.h"
#include "support/test_server.h"
#include "sync/auth.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;
using ::testing::HasSubstr;

enum class Which { backend, emulator };

class AuthConformance : public ::testing::TestWithParam<Which> {
  protected:
    void SetUp() override {
        if (GetParam() == Which::backend) {
            ASSERT_TRUE(server_.start().ok());
            url_ = server_.base_url();
        } else {
            const char* named = std::getenv("LINESMAN_AUTH_EMULATOR");
            if (!named) GTEST_SKIP() << "Google's Auth emulator is not installed; tests/node/auth/run.sh starts it.";
            url_ = named;
        }
        static std::atomic<int> users{0};
        email_ = "user" + std::to_string(++users) + "@example.org";
        const Json made = post("/v1/accounts:signUp", {{"email", email_}, {"password", "linesman-1"}});
        uid_ = base::string_at(made, "localId").value_or("");
        ASSERT_FALSE(uid_.empty()) << made.dump();
        auth_ = make_auth();
    }
    void TearDown() override {
        std::promise<void> gone;
        queue_.post([&] {
            auth_.reset();
            gone.set_value();
        });
        gone.get_future().wait();
    }

    std::unique_ptr<Auth> make_auth() {
        Endpoints endpoints;
        endpoints.project_id = "demo-linesman";
        endpoints.api_key = "any";
        endpoints.identity = endpoints.token = url_;
        return std::make_unique<Auth>(endpoints, "test", *http_, *keyring_, clock_, queue_);
    }
    // What an administrator's own tools do.
    Json post(const std::string& path, Json body) {
        net::Request request;
        request.method = "POST";
        request.url = url_ + "/identitytoolkit.googleapis.com" + path + "?key=any";
        request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer owner"}};
        request.body = base::to_text(body);
        std::promise<std::string> answer;
        const auto call = http_->send(
            request, queue_, [&](base::Result<net::Response> r) { answer.set_value(r ? r->body : r.error().full()); });
        const auto json = base::parse_json(answer.get_future().get(), "answer");
        return json ? *json : Json();
    }
    void update(Json changes) {
        changes["localId"] = uid_;
        const Json answer = post("/v1/projects/demo-linesman/accounts:update", changes);
        ASSERT_TRUE(answer.contains("localId")) << answer.dump();
    }
    base::Status sign_in(const std::string& password = "linesman-1") { return sign_in_as(email_, password); }
    base::Status sign_in_as(const std::string& email, const std::string& password) {
        std::promise<base::Status> answer;
        auth_->sign_in(email, password, [&](base::Status status) { answer.set_value(std::move(status)); });
        return answer.get_future().get();
    }
    base::Result<std::string> token(bool force) {
        std::promise<base::Result<std::string>> answer;
        auth_->token(force, queue_, [&](base::Result<std::string> got) { answer.set_value(std::move(got)); });
        return answer.get_future().get();
    }

    // Through the browser, which agrees at once; Google then answers with this ID token (both servers take an unsigned
    // one).
    base::Status sign_in_google(const std::string& google_token) {
        test::TestServer google([&](const test::TestRequest&) {
            test::TestReply reply;
            reply.body = base::to_text(Json{{"id_token", google_token}});
            return reply;
        });
        GoogleClient client;
        client.client_id = "desk.apps.example";
        client.token_url = google.url("/token");
        std::promise<base::Status> answer;
        net::Call visit;
        auth_->sign_in_google(
            client,
            [&](const std::string& url) -> base::Status {
                const auto value = [&](const std::string& name) {
                    const size_t at = url.find(name + "=") + name.size() + 1;
                    return net::url_decode(url.substr(at, url.find('&', at) - at)).value_or("");
                };
                net::Request request;
                request.url = value("redirect_uri") + "/?code=c1&state=" + value("state");
                visit = http_->send(std::move(request), queue_, [](base::Result<net::Response>) {});
                return {};
            },
            [&](base::Status status) { answer.set_value(std::move(status)); });
        auto status = answer.get_future().get();
        std::promise<void> visited;
        queue_.post([&] {
            visit.cancel();
            visited.set_value();
        });
        visited.get_future().wait();
        return status;
    }

    base::SystemClock clock_;
    backend::Server server_{{}};
    base::ThreadQueue queue_{"test"};
    std::unique_ptr<net::Http> http_ = net::make_http({});
    std::unique_ptr<Keyring> keyring_ = make_session_keyring();
    std::unique_ptr<Auth> auth_;
    std::string url_, email_, uid_;
};

TEST_P(AuthConformance, TheRightPasswordGivesIdentityAndToken) {
    const auto status = sign_in();
    ASSERT_TRUE(status.ok()) << status.error().full();
    const auto session = auth_->session();
    EXPECT_EQ(session.state, SessionState::signed_in);
    EXPECT_EQ(session.identity.uid, uid_);
    EXPECT_EQ(session.identity.email, email_);
    EXPECT_EQ(session.identity.role, "");
    EXPECT_TRUE(token(false).ok());
}

TEST_P(AuthConformance, AWrongPasswordAndAnUnknownAddressAreNotToldApart) {
    const auto wrong = sign_in("not-this-one");
    ASSERT_FALSE(wrong.ok());
    EXPECT_EQ(wrong.error().kind, ErrorKind::invalid_argument);
    const auto unknown = sign_in_as("nobody@example.org", "linesman-1");
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().what, wrong.error().what);
    EXPECT_THAT(wrong.error().what, HasSubstr("Check both and try again"));
    EXPECT_EQ(auth_->session().state, SessionState::signed_out);
}

TEST_P(AuthConformance, ADisabledAccountSaysWhomToAsk) {
    update({{"disableUser", true}});
    const auto status = sign_in();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind, ErrorKind::permission_denied);
    EXPECT_THAT(status.error().what, HasSubstr("disabled"));
    EXPECT_THAT(status.error().what, HasSubstr("administrator"));
}

TEST_P(AuthConformance, AClaimGivenLaterIsThereAfterTheNextRefresh) {
    ASSERT_TRUE(sign_in().ok());
    update({{"customAttributes", R"({"role":"supervisor"})"}});
    EXPECT_EQ(auth_->session().identity.role, "");
    const auto fresh = token(true);
    ASSERT_TRUE(fresh.ok()) << fresh.error().full();
    EXPECT_EQ(auth_->session().identity.role, "supervisor");
    EXPECT_EQ(auth_->session().identity.email, email_);
}

TEST_P(AuthConformance, AnAccountDisabledMeanwhileEndsTheSessionAndKeepsWhoItWas) {
    ASSERT_TRUE(sign_in().ok());
    update({{"disableUser", true}});
    const auto refused = token(true);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::unauthenticated);
    EXPECT_THAT(refused.error().what, HasSubstr("disabled"));
    EXPECT_EQ(auth_->session().state, SessionState::expired);
    EXPECT_EQ(auth_->session().identity.uid, uid_);
}

TEST_P(AuthConformance, AKeptSessionIsTakenUpByTheNextStart) {
    ASSERT_TRUE(sign_in().ok());
    auto next = make_auth();
    std::promise<base::Status> restored;
    next->restore([&](base::Status status) { restored.set_value(std::move(status)); });
    ASSERT_TRUE(restored.get_future().get().ok());
    std::promise<base::Result<std::string>> answer;
    next->token(false, queue_, [&](base::Result<std::string> got) { answer.set_value(std::move(got)); });
    const auto got = answer.get_future().get();
    EXPECT_TRUE(got.ok()) << got.error().full();
    EXPECT_EQ(next->session().identity.uid, uid_);
    std::promise<void> gone;
    queue_.post([&] {
        next.reset();
        gone.set_value();
    });
    gone.get_future().wait();
}

TEST_P(AuthConformance, ADeletedAccountEndsTheSession) {
    ASSERT_TRUE(sign_in().ok());
    post("/v1/projects/demo-linesman/accounts:delete", {{"localId", uid_}});
    const auto refused = token(true);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::unauthenticated);
    EXPECT_EQ(auth_->session().state, SessionState::expired);
}

TEST_P(AuthConformance, WhatGoogleSaysOfAPersonGivesASession) {
    const Json identity = {{"sub", "google-" + uid_}, {"email", email_}, {"email_verified", true}, {"name", "Nomsa"}};
    const auto status = sign_in_google(base::to_text(identity));
    ASSERT_TRUE(status.ok()) << status.error().full();
    EXPECT_EQ(auth_->session().state, SessionState::signed_in);
    EXPECT_EQ(auth_->session().identity.email, email_);
    EXPECT_EQ(auth_->session().identity.role, "") << "a role comes from an administrator";
    EXPECT_TRUE(token(true).ok()) << "the session lasts";
}

TEST_P(AuthConformance, AGoogleTokenThatSaysNothingIsRefusedInWords) {
    const auto status = sign_in_google("nonsense");
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().kind, ErrorKind::internal) << status.error().full();
    EXPECT_THAT(status.error().what, HasSubstr("Google"));
    EXPECT_EQ(auth_->session().state, SessionState::signed_out);
}

std::string name_of_param(const ::testing::TestParamInfo<Which>& info) {
    return info.param == Which::backend ? "backend" : "emulator";
}
INSTANTIATE_TEST_SUITE_P(Backend, AuthConformance, ::testing::Values(Which::backend), name_of_param);
INSTANTIATE_TEST_SUITE_P(AuthEmulator, AuthConformance, ::testing::Values(Which::emulator), name_of_param);

}  // namespace
}  // namespace linesman::sync
