#include "backend/rest_auth.h"

#include "backend/names.h"
#include "backend/tokens.h"
#include "base/ids.h"

namespace linesman::backend {

using base::Json;

namespace {

HttpReply auth_error(const std::string& message, int code = 400) {
    const Json item = {{"message", message}, {"reason", "invalid"}, {"domain", "global"}};
    Json body = {{"error", {{"code", code}, {"message", message}, {"errors", Json::array({item})}}}};
    if (code == 403) body["error"]["status"] = "PERMISSION_DENIED";
    return json_reply(base::to_text(body), code);
}

bool is_owner(const HttpRequest& request) {
    return request.header("authorization") == "Bearer owner";
}

Json user_info(const User& user) {
    Json info = {{"localId", user.local_id},
                 {"email", user.email},
                 {"emailVerified", user.email_verified},
                 {"disabled", user.disabled},
                 {"createdAt", std::to_string(user.created.us / 1000)},
                 {"providerUserInfo", Json::array({{{"providerId", user.provider}, {"email", user.email}}})}};
    if (!user.display_name.empty()) info["displayName"] = user.display_name;
    if (!user.claims.empty()) info["customAttributes"] = base::to_text(user.claims);
    return info;
}

// The identity in an id_token: an unsigned JSON object, as Google's emulator accepts, or the payload of a JWT.
Json identity_of(const std::string& id_token) {
    auto direct = base::parse_json(id_token, "id_token");
    if (direct && direct->is_object()) return *direct;
    const auto parts = split(id_token, '.');
    if (parts.size() != 3) return Json();
    const auto payload = base::base64_decode(parts[1]);
    const auto claims = payload ? base::parse_json(*payload, "id_token") : base::Result<Json>(Json());
    return claims && claims->is_object() ? *claims : Json();
}

}  // namespace

bool AuthService::handles(const std::string& path) {
    return path.starts_with("/identitytoolkit.googleapis.com/v1/") || path == "/securetoken.googleapis.com/v1/token" ||
           (path.starts_with("/v1/projects/") && path.find("/accounts:") != std::string::npos);
}

HttpReply AuthService::handle(const HttpRequest& request) {
    if (!request.has_param("key") && !is_owner(request))
        return auth_error("The request is missing a valid API key.", 403);
    if (request.path.starts_with("/securetoken")) return refresh(request);
    const size_t at = request.path.rfind("/accounts:");
    if (request.method != "POST" || at == std::string::npos) return auth_error("Not Found", 404);
    auto body = base::parse_json(request.body.empty() ? "{}" : request.body, "request");
    if (!body || !body->is_object()) return auth_error("INVALID_REQ_TYPE : the body is no JSON object");
    return account_action(request.path.substr(at + 10), request, *body);
}

HttpReply AuthService::account_action(const std::string& action, const HttpRequest& request, const Json& body) {
    counters_.request("auth." + action);
    if (action == "signUp") return sign_up(request, body);
    if (action == "signInWithPassword") return sign_in_with_password(body);
    if (action == "signInWithIdp") return sign_in_with_idp(body);
    if (action == "lookup") return lookup(body);
    if (action == "update") return update(request, body);
    if (action == "delete") return remove(request, body);
    return auth_error("Not Found", 404);
}

HttpReply AuthService::signed_in(const User& user, Json extra) {
    extra["localId"] = user.local_id;
    extra["email"] = user.email;
    extra["displayName"] = user.display_name;
    extra["idToken"] = users_.id_token(user, clock_.now());
    extra["refreshToken"] = users_.refresh_token(user);
    extra["expiresIn"] = std::to_string(kTokenLifetimeS);
    return json_reply(base::to_text(extra));
}

HttpReply AuthService::sign_up(const HttpRequest& request, const Json& body) {
    User user;
    user.email = base::string_at(body, "email").value_or("");
    user.password = base::string_at(body, "password").value_or("");
    user.display_name = base::string_at(body, "displayName").value_or("");
    if (user.email.empty() || user.email.find('@') == std::string::npos) return auth_error("INVALID_EMAIL");
    if (user.password.size() < 6) return auth_error("WEAK_PASSWORD : Password should be at least 6 characters");
    if (users_.by_email(user.email)) return auth_error("EMAIL_EXISTS");
    user.local_id = is_owner(request) ? base::string_at(body, "localId").value_or("") : "";
    if (user.local_id.empty()) user.local_id = base::random_document_id();
    user.created = clock_.now();
    users_.put(user);
    return signed_in(user, {{"kind", "identitytoolkit#SignupNewUserResponse"}});
}

HttpReply AuthService::sign_in_with_password(const Json& body) {
    const std::string email = base::string_at(body, "email").value_or("");
    const std::string password = base::string_at(body, "password").value_or("");
    if (email.find('@') == std::string::npos) return auth_error("INVALID_EMAIL");
    if (password.empty()) return auth_error("MISSING_PASSWORD");
    const auto user = users_.by_email(email);
    if (!user) return auth_error(hide_emails_ ? "INVALID_LOGIN_CREDENTIALS" : "EMAIL_NOT_FOUND");
    if (user->disabled) return auth_error("USER_DISABLED");
    if (user->password != password) return auth_error(hide_emails_ ? "INVALID_LOGIN_CREDENTIALS" : "INVALID_PASSWORD");
    return signed_in(*user, {{"registered", true}, {"kind", "identitytoolkit#VerifyPasswordResponse"}});
}

HttpReply AuthService::sign_in_with_idp(const Json& body) {
    const auto form = parse_query(base::string_at(body, "postBody").value_or(""));
    const auto token = form.find("id_token");
    const auto provider = form.find("providerId");
    if (token == form.end() || provider == form.end())
        return auth_error("INVALID_IDP_RESPONSE : id_token and providerId are required");
    const Json identity = identity_of(token->second);
    const std::string email = base::string_at(identity, "email").value_or("");
    if (!base::string_at(identity, "sub") || email.empty())
        return auth_error("INVALID_IDP_RESPONSE : the id_token names no sub or email");
    auto user = users_.by_email(email);
    const bool is_new = !user;
    if (is_new) {
        user.emplace();
        user->local_id = base::random_document_id();
        user->email = email;
        user->created = clock_.now();
        user->provider = provider->second;
        user->display_name = base::string_at(identity, "name").value_or("");
        user->email_verified = true;
        users_.put(*user);
    }
    if (user->disabled) return auth_error("USER_DISABLED");
    return signed_in(*user, {{"providerId", provider->second},
                             {"federatedId", "https://accounts.google.com/" + *base::string_at(identity, "sub")},
                             {"isNewUser", is_new},
                             {"emailVerified", true}});
}

std::optional<User> AuthService::subject(const HttpRequest& request, const Json& body, std::string& error) {
    if (is_owner(request)) {
        if (const auto id = base::string_at(body, "localId")) {
            auto user = users_.by_id(*id);
            if (!user) error = "USER_NOT_FOUND";
            return user;
        }
    }
    const auto claims = read_token(base::string_at(body, "idToken").value_or(""), clock_.now());
    if (!claims) {
        error = claims.error().what.find("expired") != std::string::npos ? "TOKEN_EXPIRED" : "INVALID_ID_TOKEN";
        return std::nullopt;
    }
    auto user = users_.by_id(base::string_at(*claims, "sub").value_or(""));
    if (!user) error = "USER_NOT_FOUND";
    return user;
}

HttpReply AuthService::lookup(const Json& body) {
    Json found = Json::array();
    if (const Json* ids = base::find(body, "localId"); ids && ids->is_array()) {
        for (const Json& id : *ids) {
            const auto user = id.is_string() ? users_.by_id(id.get<std::string>()) : std::nullopt;
            if (user) found.push_back(user_info(*user));
        }
    } else if (const Json* emails = base::find(body, "email"); emails && emails->is_array()) {
        for (const Json& email : *emails) {
            const auto user = email.is_string() ? users_.by_email(email.get<std::string>()) : std::nullopt;
            if (user) found.push_back(user_info(*user));
        }
    } else {
        std::string error;
        const auto user = subject(HttpRequest{}, body, error);
        if (!user) return auth_error(error);
        found.push_back(user_info(*user));
    }
    Json reply = {{"kind", "identitytoolkit#GetAccountInfoResponse"}};
    if (!found.empty()) reply["users"] = found;
    return json_reply(base::to_text(reply));
}

HttpReply AuthService::update(const HttpRequest& request, const Json& body) {
    std::string error;
    auto user = subject(request, body, error);
    if (!user) return auth_error(error);
    if (const auto text = base::string_at(body, "customAttributes")) {
        if (!is_owner(request)) return auth_error("INSUFFICIENT_PERMISSION", 403);
        const auto claims = base::parse_json(*text, "custom claims");
        if (!claims || !claims->is_object()) return auth_error("INVALID_CLAIMS");
        if (text->size() > 1000) return auth_error("CLAIMS_TOO_LARGE");
        user->claims = *claims;
    }
    if (is_owner(request)) user->disabled = base::bool_at(body, "disableUser").value_or(user->disabled);
    user->password = base::string_at(body, "password").value_or(user->password);
    user->display_name = base::string_at(body, "displayName").value_or(user->display_name);
    users_.put(*user);
    Json reply = user_info(*user);
    reply["kind"] = "identitytoolkit#SetAccountInfoResponse";
    return json_reply(base::to_text(reply));
}

HttpReply AuthService::remove(const HttpRequest& request, const Json& body) {
    std::string error;
    const auto user = subject(request, body, error);
    if (!user) return auth_error(error);
    users_.erase(user->local_id);
    return json_reply(R"({"kind":"identitytoolkit#DeleteAccountResponse"})");
}

HttpReply AuthService::refresh(const HttpRequest& request) {
    counters_.request("auth.refresh");
    const auto form = parse_query(request.body);
    const auto value = [&](const char* key) {
        const auto it = form.find(key);
        return it == form.end() ? std::string() : it->second;
    };
    if (value("grant_type") != "refresh_token") return auth_error("INVALID_GRANT_TYPE");
    if (value("refresh_token").empty()) return auth_error("MISSING_REFRESH_TOKEN");
    const auto user = users_.by_refresh_token(value("refresh_token"));
    if (!user) return auth_error("INVALID_REFRESH_TOKEN");
    if (user->disabled) return auth_error("USER_DISABLED");
    const std::string token = users_.id_token(*user, clock_.now());
    const Json reply = {{"id_token", token},
                        {"access_token", token},
                        {"expires_in", std::to_string(kTokenLifetimeS)},
                        {"refresh_token", value("refresh_token")},
                        {"token_type", "Bearer"},
                        {"user_id", user->local_id},
                        {"project_id", users_.project_id()}};
    return json_reply(base::to_text(reply));
}

}  // namespace linesman::backend
