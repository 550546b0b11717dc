// One request under the session's token: token, send, and once more with a fresh token when the server refuses the
// first one as unauthenticated. Such a refusal took no effect, so this holds for changes too. Nothing else is repeated
// here.
#pragma once

#include <functional>
#include <string>

#include "net/http.h"
#include "sync/firestore.h"

namespace linesman::sync {

// Makes the request for a token (empty = signed out but allowed to try). Runs on `queue`, at most twice.
using BuildRequest = std::function<net::Request(const std::string& token)>;

// `done` runs on `queue`; never once the returned call was dropped there. `http`, `tokens` and `queue` must outlive the
// call.
[[nodiscard]] net::Call authorized_call(net::Http& http, TokenSource& tokens, base::Queue& queue, BuildRequest build,
                                        net::ResponseCallback done);

}  // namespace linesman::sync
