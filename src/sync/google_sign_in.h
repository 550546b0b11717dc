// Google's sign-in for desktop programs: the person's own browser, a redirect to 127.0.0.1, PKCE S256, a checked state
// (RFC 8252, RFC 7636). Gives Google's ID token; trading it for a Firebase session is Auth's part.
#pragma once

#include <functional>
#include <string>

#include "base/queue.h"
#include "base/result.h"
#include "base/time.h"
#include "net/http.h"

namespace linesman::sync {

struct GoogleClient {
    std::string client_id;
    std::string client_secret;  // not confidential for desktop clients, yet Google asks for it
    std::string authorize_url = "https://accounts.google.com/o/oauth2/v2/auth";
    std::string token_url = "https://oauth2.googleapis.com/token";
    base::Duration timeout = base::minutes(5);  // for the person in the browser
};

// Shows the address in the person's browser. Runs on the queue; must not block.
using OpenBrowser = std::function<base::Status(const std::string& url)>;

// Dropping the call closes the listener. Errors: configuration (no client id, token refused), io (no port),
// permission_denied (the person declined), timed_out, and those of the network. Thread: `queue`'s.
[[nodiscard]] net::Call google_sign_in(GoogleClient client, net::Http& http, base::Queue& queue,
                                       OpenBrowser open_browser, std::function<void(base::Result<std::string>)> done);

// The PKCE challenge of a verifier: base64url(sha256(verifier)).
std::string pkce_challenge(const std::string& verifier);

}  // namespace linesman::sync
