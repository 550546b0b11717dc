#include "backend/auth_users.h"

#include <array>

#include "backend/tokens.h"
#include "base/ids.h"

namespace linesman::backend {

using base::Json;

namespace {

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

}  // namespace

Json User::to_json() const {
    return {{"localId", local_id},
            {"email", email},
            {"password", password},
            {"displayName", display_name},
            {"provider", provider},
            {"disabled", disabled},
            {"emailVerified", email_verified},
            {"claims", claims},
            {"createdUs", created.us}};
}

User User::from_json(const Json& json) {
    User user;
    user.local_id = base::string_at(json, "localId").value_or("");
    user.email = base::string_at(json, "email").value_or("");
    user.password = base::string_at(json, "password").value_or("");
    user.display_name = base::string_at(json, "displayName").value_or("");
    user.provider = base::string_at(json, "provider").value_or("password");
    user.disabled = base::bool_at(json, "disabled").value_or(false);
    user.email_verified = base::bool_at(json, "emailVerified").value_or(false);
    if (const Json* claims = base::find(json, "claims"); claims && claims->is_object()) user.claims = *claims;
    user.created.us = base::int_at(json, "createdUs").value_or(0);
    return user;
}

std::optional<User> AuthUsers::by_id(const std::string& local_id) const {
    const std::lock_guard lock(mutex_);
    const auto it = users_.find(local_id);
    return it == users_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<User> AuthUsers::by_email(const std::string& email) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, user] : users_) {
        if (lower(user.email) == lower(email)) return user;
    }
    return std::nullopt;
}

std::vector<User> AuthUsers::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<User> users;
    for (const auto& [id, user] : users_) users.push_back(user);
    return users;
}

void AuthUsers::put(User user) {
    const std::lock_guard lock(mutex_);
    const std::string id = user.local_id;
    const User& stored = users_[id] = std::move(user);
    if (on_change_) on_change_(id, &stored);
}

bool AuthUsers::erase(const std::string& local_id) {
    const std::lock_guard lock(mutex_);
    if (users_.erase(local_id) == 0) return false;
    if (on_change_) on_change_(local_id, nullptr);
    return true;
}

std::string AuthUsers::id_token(const User& user, base::Timestamp now) const {
    const int64_t now_s = now.us / base::kMicrosPerSecond;
    Json claims = user.claims;
    claims["iss"] = "https://securetoken.google.com/" + project_id_;
    claims["aud"] = project_id_;
    claims["sub"] = claims["user_id"] = user.local_id;
    claims["auth_time"] = claims["iat"] = now_s;
    claims["exp"] = now_s + kTokenLifetimeS;
    claims["email"] = user.email;
    claims["email_verified"] = user.email_verified;
    if (!user.display_name.empty()) claims["name"] = user.display_name;
    const char* identity = user.provider == "password" ? "email" : user.provider.c_str();
    claims["firebase"] = {{"identities", {{identity, Json::array({user.email})}}}, {"sign_in_provider", user.provider}};
    return make_token(claims);
}

std::string AuthUsers::refresh_token(const User& user) const {
    return base::base64url_encode(base::to_text(Json{{"local", user.local_id}, {"nonce", base::random_hex(8)}}));
}

std::optional<User> AuthUsers::by_refresh_token(const std::string& token) const {
    const auto text = base::base64_decode(token);
    if (!text) return std::nullopt;
    const auto json = base::parse_json(*text, "refresh token");
    if (!json) return std::nullopt;
    return by_id(base::string_at(*json, "local").value_or(""));
}

void AuthUsers::add_demo_users(base::Timestamp now) {
    struct Demo {
        const char* name;
        const char* display;
        const char* role;
    };
    static constexpr std::array kDemo = {
        Demo{"supervisor", "Demo Supervisor", "supervisor"},
        Demo{"second", "Second Supervisor", "supervisor"},
        Demo{"support", "Demo Support", "support"},
        Demo{"analyst", "Demo Analyst", "analyst"},
        Demo{"admin", "Demo Admin", "admin"},
        Demo{"device", "Demo Device", "device"},
    };
    for (const Demo& demo : kDemo) {
        const std::string email = std::string(demo.name) + "@demo.linesman.test";
        if (by_email(email)) continue;
        User user;
        user.local_id = std::string("demo-") + demo.name;
        user.email = email;
        user.password = "linesman";
        user.display_name = demo.display;
        user.email_verified = true;
        user.claims["role"] = demo.role;
        user.created = now;
        put(std::move(user));
    }
}

}  // namespace linesman::backend
