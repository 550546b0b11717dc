// The session of one profile: signing in and out, and an ID token that is always fresh enough.
//
//                 sign_in / Google            accepted
//   signed_out ───────────────────► signing_in ───────► signed_in ──(refused for good)──► expired
//       ▲  ▲────────────refused──────────┘                 │  ▲                              │
//       └──────────────── sign_out ────────────────────────┘  └──────── sign_in ─────────────┘
//
// signed_in does not mean online: it means that a session is at hand and has not been refused. Tokens are refreshed
// five minutes early; failures back off 30 s to 16 min (the Firebase SDK's own figures); token() may try sooner. What
// is kept between runs, in the keyring only: the refresh token and the identity, so that decisions made offline queue
// under the right person.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/queue.h"
#include "base/time.h"
#include "sync/auth_reply.h"
#include "sync/firestore.h"
#include "sync/google_sign_in.h"
#include "sync/keyring.h"

namespace linesman::sync {

enum class SessionState { signed_out, signing_in, signed_in, expired };

struct Session {
    SessionState state = SessionState::signed_out;
    Identity identity;         // also in `expired`: whose session it was
    std::string reason;        // why expired, or why the last sign-in failed; in words
    std::string keyring_note;  // why the session will not outlive this process; empty when it will
    bool operator==(const Session&) const = default;
};

// Thread: construct and destroy on `queue`'s thread, or while it runs nothing. Other calls as noted. `http`, `keyring`,
// `clock` and `queue` must outlive it.
class Auth final : public TokenSource {
  public:
    using Done = std::function<void(base::Status)>;

    Auth(Endpoints endpoints, std::string profile, net::Http& http, Keyring& keyring, const base::Clock& clock,
         base::Queue& queue);
    ~Auth() override;

    // Runs on `queue` after every change of the session. Set before the first call.
    void on_change(std::function<void(const Session&)> changed);

    // The rest: thread any; callbacks run on `queue` (token: on the queue given), none after destruction.
    // Takes up the session kept in the keyring, if there is one. Errors of the keyring are reported in
    // Session::keyring_note as well.
    void restore(Done done);
    // A later sign-in replaces one under way, which ends as cancelled.
    void sign_in(std::string email, std::string password, Done done);
    void sign_in_google(GoogleClient client, OpenBrowser open_browser, Done done);
    void sign_out();
    // Errors: unauthenticated (signed out, expired: in words), or those of the refresh.
    void token(bool force_refresh, base::Queue& queue, std::function<void(base::Result<std::string>)> done) override;

    Session session() const;
    // Server time minus this machine's, from the last answer's Date header; whole seconds.
    std::optional<base::Duration> server_clock_offset() const;

  private:
    class Core;
    std::shared_ptr<Core> core_;
};

}  // namespace linesman::sync
