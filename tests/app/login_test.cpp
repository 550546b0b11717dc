// Signing in without a window: by email, and with Google by way of a browser that the test plays; Google's two
// endpoints and Firebase's are on loopback.
#include "app/login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <thread>

#include "app/app_support.h"
#include "backend/server.h"
#include "net/url.h"
#include "support/test_server.h"

namespace linesman::app {
namespace {

using base::ErrorKind;
using linesman::test::TestReply;
using linesman::test::TestRequest;
using linesman::test::TestServer;
using ::testing::HasSubstr;

// Keeps what it is given as a desktop's keyring would; `broken` plays a desktop without one.
class FakeKeyring final : public sync::Keyring {
  public:
    bool broken = false;
    std::map<std::string, std::string> kept;

    void load(const std::string& profile, base::Queue& queue, Loaded done) override {
        queue.post([this, profile, done = std::move(done)] {
            if (broken) return done(error());
            const auto found = kept.find(profile);
            done(found == kept.end() ? std::nullopt : std::optional(found->second));
        });
    }
    void save(const std::string& profile, const std::string& secret, base::Queue& queue, Done done) override {
        queue.post([this, profile, secret, done = std::move(done)] {
            if (broken) return done(error());
            kept[profile] = secret;
            done({});
        });
    }
    void erase(const std::string& profile, base::Queue& queue, Done done) override {
        queue.post([this, profile, done = std::move(done)] {
            if (broken) return done(error());
            kept.erase(profile);
            done({});
        });
    }
    bool lasting() const override { return true; }

  private:
    static base::Error error() {
        return base::make_error(
            ErrorKind::unavailable,
            "This desktop has no keyring service, so the sign-in is kept only until Linesman closes.");
    }
};

std::map<std::string, std::string> fields_of(std::string_view query) {
    std::map<std::string, std::string> out;
    while (!query.empty()) {
        const size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        const size_t equals = pair.find('=');
        out[std::string(pair.substr(0, equals))] = net::url_decode(pair.substr(equals + 1)).value_or("?");
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return out;
}

struct LoginTest : testing::Test {
    backend::Server server{[] {
        backend::ServerOptions options;
        options.demo_users = true;
        return options;
    }()};
    std::string google_email = "supervisor@demo.linesman.test";
    TestServer google{[this](const TestRequest& request) {
        traded = fields_of(request.body);
        TestReply reply;
        reply.body = R"({"id_token":"{\"sub\":\"g1\",\"email\":\")" + google_email +
                     R"(\",\"email_verified\":true}","expires_in":3599,"token_type":"Bearer"})";
        return reply;
    }};
    FakeKeyring keyring;
    Profile profile;
    std::map<std::string, std::string> asked, traded;
    std::vector<std::thread> browsers;

    void SetUp() override {
        ASSERT_TRUE(server.start().ok());
        auto& endpoints = profile.endpoints;
        endpoints.project_id = "demo-linesman";
        endpoints.api_key = "any";
        endpoints.firestore = endpoints.identity = endpoints.token = endpoints.storage = server.base_url();
        profile.google.client_id = "desk.apps.example";
        profile.google.client_secret = "not confidential";
        profile.google.authorize_url = google.url("/auth");
        profile.google.token_url = google.url("/token");
    }
    void TearDown() override {
        for (auto& browser : browsers) browser.join();
    }

    // The person agrees in the browser, which then visits the address it was sent to. `state`: what comes back.
    LoginOptions by_browser(const std::function<std::string(const std::string& state)>& state) {
        LoginOptions options;
        options.open_browser = [this, state](const std::string& url) -> base::Status {
            asked = fields_of(net::parse_url(url)->query);
            const std::string target =
                asked["redirect_uri"] + "/?code=c1&state=" + net::url_encode(state(asked["state"]));
            browsers.emplace_back([target] {
                base::ThreadQueue queue("browser");
                const auto http = net::make_http({});
                std::promise<void> seen;
                net::Request request;
                request.url = target;
                const auto call = http->send(request, queue, [&](const auto&) { seen.set_value(); });
                seen.get_future().wait();
            });
            return {};
        };
        return options;
    }
    static std::string same(const std::string& state) { return state; }
};

TEST_F(LoginTest, WithGoogleTheCodeIsTradedAndTheSessionIsKept) {
    const auto login = log_in(profile, keyring, by_browser(same));
    ASSERT_TRUE(login.ok()) << login.error().full();
    EXPECT_EQ(login->identity.email, google_email);
    EXPECT_EQ(login->identity.role, "supervisor");
    EXPECT_EQ(login->not_kept, "");
    EXPECT_EQ(asked["client_id"], "desk.apps.example");
    EXPECT_EQ(asked["code_challenge_method"], "S256");
    EXPECT_EQ(asked["code_challenge"], sync::pkce_challenge(traded["code_verifier"]));
    EXPECT_EQ(traded["code"], "c1");
    EXPECT_EQ(traded["client_secret"], "not confidential");
    EXPECT_THAT(keyring.kept.at("default"), HasSubstr("refresh_token"));
}

TEST_F(LoginTest, AForgedRedirectChangesNothing) {
    profile.google.timeout = base::milliseconds(300);
    const auto login = log_in(profile, keyring, by_browser([](const std::string&) { return "forged"; }));
    ASSERT_FALSE(login.ok());
    EXPECT_EQ(login.error().kind, ErrorKind::timed_out);
    EXPECT_TRUE(traded.empty());
    EXPECT_TRUE(keyring.kept.empty());
}

TEST_F(LoginTest, WithoutAClientIdItIsSaidWhatToPutWhere) {
    profile.google.client_id.clear();
    const auto login = log_in(profile, keyring, by_browser(same));
    ASSERT_FALSE(login.ok());
    EXPECT_EQ(login.error().kind, ErrorKind::configuration);
    EXPECT_THAT(login.error().what, HasSubstr("google_client_id"));
    EXPECT_THAT(login.error().what, HasSubstr("[profile.default]"));
}

TEST_F(LoginTest, ByEmailTheSessionIsKeptAndForgotten) {
    LoginOptions options;
    options.credentials = Credentials{"analyst@demo.linesman.test", "linesman"};
    const auto login = log_in(profile, keyring, options);
    ASSERT_TRUE(login.ok()) << login.error().full();
    EXPECT_EQ(login->identity.role, "analyst");
    EXPECT_EQ(keyring.kept.size(), 1U);
    ASSERT_TRUE(log_out(profile, keyring).ok());
    EXPECT_TRUE(keyring.kept.empty());
}

TEST_F(LoginTest, AMissingKeyringIsSaidAndNothingIsWrittenElsewhere) {
    keyring.broken = true;
    LoginOptions options;
    options.credentials = Credentials{"analyst@demo.linesman.test", "linesman"};
    const auto login = log_in(profile, keyring, options);
    ASSERT_TRUE(login.ok()) << login.error().full();
    EXPECT_THAT(login->not_kept, HasSubstr("no keyring"));
    EXPECT_FALSE(log_out(profile, keyring).ok());
}

TEST_F(LoginTest, RefusalsSayWhatToDo) {
    LoginOptions options;
    options.credentials = Credentials{"analyst@demo.linesman.test", "wrong"};
    EXPECT_THAT(log_in(profile, keyring, options).error().what, HasSubstr("Check both"));
    auto user = *server.users().by_email("analyst@demo.linesman.test");
    user.disabled = true;
    server.users().put(user);
    options.credentials->password = "linesman";
    EXPECT_THAT(log_in(profile, keyring, options).error().what, HasSubstr("Ask an administrator"));
    google_email = "analyst@demo.linesman.test";
    EXPECT_EQ(log_in(profile, keyring, by_browser(same)).error().kind, ErrorKind::permission_denied);
}

}  // namespace
}  // namespace linesman::app
