#include "sync/auth_reply.h"

#include <array>
#include <charconv>

#include "base/ids.h"
#include "base/json.h"
#include "base/text.h"
#include "sync/api_reply.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;
using base::make_error;

constexpr size_t kMaxNameBytes = 200;
constexpr double kDefaultLifetime_s = 3600;

struct CodeWords {
    std::string_view code;
    ErrorKind kind;
    std::string_view what;
};

constexpr std::string_view kWrong = "The email address or the password is wrong. Check both and try again.";
constexpr std::string_view kOver = "The session has ended. Sign in again.";

constexpr std::array<CodeWords, 15> kCodes = {{
    {"EMAIL_NOT_FOUND", ErrorKind::invalid_argument, kWrong},
    {"INVALID_PASSWORD", ErrorKind::invalid_argument, kWrong},
    {"INVALID_LOGIN_CREDENTIALS", ErrorKind::invalid_argument, kWrong},
    {"INVALID_EMAIL", ErrorKind::invalid_argument, "This is not an email address. Check how it is written."},
    {"MISSING_PASSWORD", ErrorKind::invalid_argument, "The password is empty. Type it and try again."},
    {"USER_DISABLED", ErrorKind::permission_denied, "This account has been disabled. Ask an administrator."},
    {"TOO_MANY_ATTEMPTS_TRY_LATER", ErrorKind::rate_limited,
     "Too many failed attempts. Wait a few minutes, then try again."},
    {"QUOTA_EXCEEDED", ErrorKind::rate_limited, "The project's sign-in quota is used up. Try again later."},
    {"TOKEN_EXPIRED", ErrorKind::unauthenticated, kOver},
    {"USER_NOT_FOUND", ErrorKind::unauthenticated,
     "The account of this session no longer exists. Sign in with another one."},
    {"INVALID_REFRESH_TOKEN", ErrorKind::unauthenticated, kOver},
    {"MISSING_REFRESH_TOKEN", ErrorKind::unauthenticated, kOver},
    {"INVALID_IDP_RESPONSE", ErrorKind::invalid_argument,
     "Google's sign-in was not accepted by the project. Try again, or ask an administrator to enable it."},
    {"OPERATION_NOT_ALLOWED", ErrorKind::configuration,
     "This way of signing in is switched off in the Firebase project. Ask an administrator."},
    {"PASSWORD_LOGIN_DISABLED", ErrorKind::configuration,
     "Sign-in with a password is switched off in the Firebase project. Ask an administrator."},
}};

bool speaks_of_api_key(std::string_view message) {
    return message.find("API key") != std::string_view::npos || message.find("API_KEY") != std::string_view::npos ||
           message.find("unregistered callers") != std::string_view::npos;
}

base::Error refusal(const net::Response& response, bool is_refresh) {
    base::Error fallback = error_of_reply(response);
    const auto api = read_api_error(response.body);
    if (!api) return fallback;
    // "CODE" or "CODE : explanation".
    const std::string code = api->message.substr(0, api->message.find_first_of(" :"));
    for (const auto& entry : kCodes) {
        if (entry.code != code) continue;
        // A disabled account ends a running session too.
        const ErrorKind kind = is_refresh && code == "USER_DISABLED" ? ErrorKind::unauthenticated : entry.kind;
        base::Error error = make_error(kind, std::string(entry.what), code);
        error.retry_after_s = fallback.retry_after_s;
        return error;
    }
    if (speaks_of_api_key(api->message)) {
        return make_error(
            ErrorKind::configuration,
            "The profile's API key is missing or not valid for this project. Correct api_key in the profile.",
            fallback.detail);
    }
    if (is_refresh && response.status == 400)
        return make_error(ErrorKind::unauthenticated, std::string(kOver), fallback.detail);
    return fallback;
}

// The reply's JSON object, or why there is none.
base::Result<Json> read_object(const net::Response& response, bool is_refresh) {
    if (response.status < 200 || response.status >= 300) return refusal(response, is_refresh);
    if (!looks_like_json(response.body)) return not_the_api(response);
    return base::parse_json(response.body, "answer of the sign-in server");
}

double lifetime_s(const Json& json, std::string_view key) {
    const std::string text = base::string_at(json, key).value_or("");
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value <= 0 || value > 86400) return kDefaultLifetime_s;
    return value;
}

base::Result<Tokens> checked(Tokens tokens, const std::string& uid) {
    auto identity = read_identity(tokens.id_token);
    if (!identity) return identity.error();
    tokens.identity = std::move(*identity);
    if (tokens.identity.uid.empty()) tokens.identity.uid = base::sanitize_utf8(uid, kMaxNameBytes);
    if (tokens.refresh_token.empty() || tokens.identity.uid.empty()) {
        return make_error(ErrorKind::corrupt, "The answer of the sign-in server lacks the session. Try again.");
    }
    return tokens;
}

}  // namespace

base::Result<Identity> read_identity(const std::string& id_token) {
    const base::Error broken =
        make_error(ErrorKind::corrupt, "The sign-in token of the server cannot be read. Try again.");
    const size_t first = id_token.find('.');
    const size_t second = first == std::string::npos ? first : id_token.find('.', first + 1);
    if (second == std::string::npos) return broken;
    const auto payload = base::base64_decode(std::string_view(id_token).substr(first + 1, second - first - 1));
    if (!payload) return broken;
    const auto json = base::parse_json(*payload, "sign-in token");
    if (!json || !json->is_object()) return broken;
    const auto text = [&](std::string_view key) {
        return base::sanitize_utf8(base::string_at(*json, key).value_or(""), kMaxNameBytes);
    };
    Identity identity{text("user_id"), text("name"), text("email"), text("role")};
    if (identity.uid.empty()) identity.uid = text("sub");
    return identity;
}

base::Result<Tokens> read_sign_in_reply(const net::Response& response) {
    const auto json = read_object(response, false);
    if (!json) return json.error();
    Tokens tokens;
    tokens.id_token = base::string_at(*json, "idToken").value_or("");
    tokens.refresh_token = base::string_at(*json, "refreshToken").value_or("");
    tokens.expires_in_s = lifetime_s(*json, "expiresIn");
    auto result = checked(std::move(tokens), base::string_at(*json, "localId").value_or(""));
    if (!result) return result;
    if (result->identity.name.empty())
        result->identity.name = base::sanitize_utf8(base::string_at(*json, "displayName").value_or(""), kMaxNameBytes);
    if (result->identity.email.empty())
        result->identity.email = base::sanitize_utf8(base::string_at(*json, "email").value_or(""), kMaxNameBytes);
    return result;
}

base::Result<Tokens> read_refresh_reply(const net::Response& response) {
    const auto json = read_object(response, true);
    if (!json) return json.error();
    Tokens tokens;
    tokens.id_token = base::string_at(*json, "id_token").value_or("");
    tokens.refresh_token = base::string_at(*json, "refresh_token").value_or("");
    tokens.expires_in_s = lifetime_s(*json, "expires_in");
    return checked(std::move(tokens), base::string_at(*json, "user_id").value_or(""));
}

}  // namespace linesman::sync
