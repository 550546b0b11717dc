// The session behind Auth. Inner header of auth*.cpp: signing in and out is in auth_sign_in.cpp, tokens and their
// refresh in auth_tokens.cpp.
//
// Thread: `queue`, except session(), offset() and post(), which any may call.
#pragma once

#include <mutex>
#include <vector>

#include "base/backoff.h"
#include "base/json.h"
#include "sync/auth.h"

namespace linesman::sync {

// What the keyring holds between runs. No refresh token: the session has ended, but whose it was is known.
struct KeptSession {
    std::string refresh_token;
    Identity identity;
};
std::string pack(const KeptSession& kept);
std::optional<KeptSession> unpack_session(const std::string& secret);

// Failed refreshes are tried again this slowly: the Firebase SDK's own figures.
inline constexpr base::BackoffTuning kRefreshBackoff{base::seconds(30), 2.0, base::minutes(16), 0.1};

class Auth::Core : public std::enable_shared_from_this<Core> {
  public:
    Core(Endpoints endpoints, std::string profile, net::Http& http, Keyring& keyring, const base::Clock& clock,
         base::Queue& queue);
    ~Core();

    // Runs `task` on the queue unless the Auth is gone by then.
    template <typename Task>
    void post(Task task) {
        queue_.post([weak = weak_from_this(), task = std::move(task)]() mutable {
            if (const auto self = weak.lock()) task(*self);
        });
    }

    void restore(Done done);
    void sign_in(const std::string& email, const std::string& password, Done done);
    void sign_in_google(GoogleClient client, OpenBrowser open_browser, Done done);
    void sign_out();
    void token(bool force, base::Queue& queue, std::function<void(base::Result<std::string>)> done);

    Session session() const {
        const std::lock_guard lock(mutex_);
        return session_;
    }
    std::optional<base::Duration> offset() const {
        const std::lock_guard lock(mutex_);
        return offset_;
    }

    std::function<void(const Session&)> changed;

  private:
    struct Waiter {
        base::Queue* queue;
        std::function<void(base::Result<std::string>)> done;
    };

    template <typename Edit>
    void change(Edit edit) {
        Session copy;
        {
            const std::lock_guard lock(mutex_);
            const Session before = session_;
            edit(session_);
            if (session_ == before) return;
            copy = session_;
        }
        if (changed) changed(copy);
    }
    void settle(SessionState state, const std::string& reason);
    net::Request identity_request(const std::string& url, std::string content_type, std::string body) const;
    void note_clock(const net::Response& response);
    void save(const KeptSession& kept);

    void begin_sign_in(Done done);
    void cancel_sign_in();
    void finish_sign_in(const base::Status& status);
    void send_sign_in(const std::string& method, const base::Json& body);
    void end_sign_in(base::Result<Tokens> tokens);
    void take_up(const KeptSession& kept);

    void accept(Tokens tokens);
    double left_s() const;
    base::Duration since(base::Duration steady) const { return {steady.us - refreshed_at_.us}; }
    void schedule(base::Duration delay);
    void refresh();
    void on_refreshed(base::Result<Tokens> tokens);
    void expire(const base::Error& error);
    void forget_tokens();
    void answer_waiters(const base::Result<std::string>& result);

    Endpoints endpoints_;
    std::string profile_;
    net::Http& http_;
    Keyring& keyring_;
    const base::Clock& clock_;
    base::Queue& queue_;

    mutable std::mutex mutex_;  // guards the two values read from other threads
    Session session_;
    std::optional<base::Duration> offset_;

    std::string id_token_;
    std::string refresh_token_;
    base::Duration refreshed_at_{};  // when id_token_ was got
    bool by_refresh_ = false;        // by a refresh, not by signing in: what the server refused cannot be this one
    base::Timestamp refreshed_wall_{};
    double lifetime_s_ = 0;
    base::Backoff backoff_{kRefreshBackoff};
    base::TimerId timer_ = 0;
    net::Call refresh_call_;
    std::vector<Waiter> waiters_;

    net::Call sign_in_call_;
    Done sign_in_done_;
    SessionState before_sign_in_ = SessionState::signed_out;
};

// The Auth emulator serves both services on one port, each below its host name; production hosts are called as they
// are.
std::string identity_host(const std::string& host, const std::string& base_url);

base::Error signed_out_error();

}  // namespace linesman::sync
