// The accounts of the local backend and their sessions. Passwords are kept as they are: this is for demo and tests.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace linesman::backend {

struct User {
    std::string local_id;
    std::string email;
    std::string password;
    std::string display_name;
    std::string provider = "password";
    bool disabled = false;
    bool email_verified = false;
    base::Json claims = base::Json::object();
    base::Timestamp created;

    base::Json to_json() const;
    static User from_json(const base::Json& json);
};

// Thread: any.
class AuthUsers {
  public:
    explicit AuthUsers(std::string project_id) : project_id_(std::move(project_id)) {}

    std::optional<User> by_id(const std::string& local_id) const;
    std::optional<User> by_email(const std::string& email) const;  // case-insensitive
    std::vector<User> all() const;
    void put(User user);
    bool erase(const std::string& local_id);

    // A fresh ID token for the user at `now`, with the claims at top level.
    std::string id_token(const User& user, base::Timestamp now) const;
    // Refresh tokens name their user and nothing more, so that they survive a restart.
    std::string refresh_token(const User& user) const;
    std::optional<User> by_refresh_token(const std::string& token) const;

    // supervisor@, second@, support@, analyst@, admin@, device@ demo.linesman.test, password "linesman", claim role.
    void add_demo_users(base::Timestamp now);

    const std::string& project_id() const { return project_id_; }
    // Called after each change; `user` null for a deletion.
    void set_on_change(std::function<void(const std::string& local_id, const User* user)> hook) {
        on_change_ = std::move(hook);
    }

  private:
    std::string project_id_;
    mutable std::mutex mutex_;
    std::map<std::string, User> users_;  // by local id
    std::function<void(const std::string&, const User*)> on_change_;
};

}  // namespace linesman::backend
