// Firebase Auth REST as far as Linesman needs it: accounts:signUp, signInWithPassword, signInWithIdp, lookup, update,
// delete, and securetoken's refresh (shared/reference/firebase-protocol.md, section 6).
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "backend/access.h"
#include "backend/auth_users.h"
#include "backend/counters.h"
#include "backend/http.h"

namespace linesman::backend {

// Thread: any.
class AuthService {
  public:
    AuthService(AuthUsers& users, const base::Clock& clock, Counters& counters)
        : users_(users), clock_(clock), counters_(counters) {}

    static bool handles(const std::string& path);
    HttpReply handle(const HttpRequest& request);

    // On: a wrong password and an unknown e-mail both give INVALID_LOGIN_CREDENTIALS, as in projects with e-mail
    // enumeration protection.
    void set_hide_emails(bool hide) { hide_emails_ = hide; }

  private:
    HttpReply refresh(const HttpRequest& request);
    HttpReply account_action(const std::string& action, const HttpRequest& request, const base::Json& body);
    HttpReply sign_up(const HttpRequest& request, const base::Json& body);
    HttpReply sign_in_with_password(const base::Json& body);
    HttpReply sign_in_with_idp(const base::Json& body);
    HttpReply lookup(const base::Json& body);
    HttpReply update(const HttpRequest& request, const base::Json& body);
    HttpReply remove(const HttpRequest& request, const base::Json& body);
    HttpReply signed_in(const User& user, base::Json extra);
    // The user a request speaks for: by its idToken, or by localId for the owner.
    std::optional<User> subject(const HttpRequest& request, const base::Json& body, std::string& error);

    AuthUsers& users_;
    const base::Clock& clock_;
    Counters& counters_;
    std::atomic<bool> hide_emails_{false};
};

}  // namespace linesman::backend
