#include "backend/rest_auth.h"

#include <gtest/gtest.h>

#include "backend/backend_test_support.h"
#include "backend/tokens.h"

namespace linesman::backend {
namespace {

class Auth : public ::testing::Test {
  protected:
    Auth() : server_(options()) {}
    static ServerOptions options() {
        ServerOptions options;
        options.demo_users = true;
        return options;
    }
    HttpReply account(const std::string& action, const std::string& body,
                      std::map<std::string, std::string> headers = {}) {
        return call(server_, "POST", "/identitytoolkit.googleapis.com/v1/accounts:" + action + "?key=k", body,
                    std::move(headers));
    }
    HttpReply sign_in(const std::string& password) {
        return account("signInWithPassword",
                       R"({"email":"Supervisor@demo.linesman.test","password":")" + password + "\"}");
    }
    static std::string message(const HttpReply& reply) { return json_of(reply)["error"]["message"]; }
    Server server_;
};

TEST_F(Auth, SigningInGivesATokenWithTheRoleOnTop) {
    const auto reply = json_of(sign_in("linesman"));
    const auto claims = read_token(reply["idToken"].get<std::string>(), server_.clock().now());
    ASSERT_TRUE(claims);
    EXPECT_EQ((*claims)["role"], "supervisor");
    EXPECT_EQ((*claims)["exp"].get<int64_t>() - (*claims)["iat"].get<int64_t>(), 3600);
}

TEST_F(Auth, RefusalsCarryGooglesCodes) {
    EXPECT_EQ(message(sign_in("wrong")), "INVALID_PASSWORD");
    EXPECT_EQ(message(account("signInWithPassword", R"({"email":"x@y","password":"p"})")), "EMAIL_NOT_FOUND");
    EXPECT_EQ(message(account("signInWithPassword", R"({"email":"x","password":"p"})")), "INVALID_EMAIL");
    EXPECT_EQ(message(account("signUp", R"({"email":"admin@demo.linesman.test","password":"123456"})")),
              "EMAIL_EXISTS");
    server_.auth().set_hide_emails(true);
    EXPECT_EQ(message(sign_in("wrong")), "INVALID_LOGIN_CREDENTIALS");
    EXPECT_EQ(call(server_, "POST", "/identitytoolkit.googleapis.com/v1/accounts:signUp", "{}").status, 403);
}

TEST_F(Auth, ADisabledUserNeitherSignsInNorRefreshes) {
    const std::string refresh = json_of(sign_in("linesman"))["refreshToken"];
    const std::string body = R"({"localId":"demo-supervisor","disableUser":true})";
    call(server_, "POST", "/identitytoolkit.googleapis.com/v1/projects/p/accounts:update", body,
         {{"authorization", "Bearer owner"}});
    EXPECT_EQ(message(sign_in("linesman")), "USER_DISABLED");
    const auto refreshed = call(server_, "POST", "/securetoken.googleapis.com/v1/token?key=k",
                                "grant_type=refresh_token&refresh_token=" + refresh);
    EXPECT_EQ(message(refreshed), "USER_DISABLED");
}

TEST_F(Auth, ClaimsChangeWithTheNextRefresh) {
    const std::string refresh = json_of(sign_in("linesman"))["refreshToken"];
    const std::string body = R"({"localId":"demo-supervisor","customAttributes":"{\"role\":\"admin\"}"})";
    ASSERT_EQ(call(server_, "POST", "/identitytoolkit.googleapis.com/v1/projects/p/accounts:update", body,
                   {{"authorization", "Bearer owner"}})
                  .status,
              200);
    const auto reply = json_of(call(server_, "POST", "/securetoken.googleapis.com/v1/token?key=k",
                                    "grant_type=refresh_token&refresh_token=" + refresh));
    EXPECT_EQ((*read_token(reply["id_token"].get<std::string>(), server_.clock().now()))["role"], "admin");
    EXPECT_EQ(reply["expires_in"], "3600");
}

TEST_F(Auth, RefreshRefusesWhatItDoesNotKnow) {
    const auto refresh = [&](const char* form) {
        return message(call(server_, "POST", "/securetoken.googleapis.com/v1/token?key=k", form));
    };
    EXPECT_EQ(refresh("grant_type=refresh_token&refresh_token=nonsense"), "INVALID_REFRESH_TOKEN");
    EXPECT_EQ(refresh("grant_type=password"), "INVALID_GRANT_TYPE");
    EXPECT_EQ(refresh("grant_type=refresh_token"), "MISSING_REFRESH_TOKEN");
}

TEST_F(Auth, GoogleSignInMakesAUserOnce) {
    const std::string token = url_encode(R"({"sub":"42","email":"new@example.test","name":"New"})");
    const std::string body =
        "{\"postBody\":\"id_token=" + token + "&providerId=google.com\",\"requestUri\":\"http://localhost\"}";
    const auto first = json_of(account("signInWithIdp", body)), second = json_of(account("signInWithIdp", body));
    EXPECT_EQ(first["isNewUser"], true);
    EXPECT_EQ(second["isNewUser"], false);
    EXPECT_EQ(first["localId"], second["localId"]);
}

TEST_F(Auth, LookupNamesTheTokensOwner) {
    const std::string token = json_of(sign_in("linesman"))["idToken"];
    EXPECT_EQ(json_of(account("lookup", "{\"idToken\":\"" + token + "\"}"))["users"][0]["localId"], "demo-supervisor");
    EXPECT_EQ(message(account("lookup", R"({"idToken":"x"})")), "INVALID_ID_TOKEN");
}

}  // namespace
}  // namespace linesman::backend
