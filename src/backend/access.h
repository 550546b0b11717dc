// Who is asking, and the few role checks of --require-auth. Security rules proper are tested on Google's emulator; this
// file only makes a forgotten token or an analyst's write visible during a demo.
#pragma once

#include <optional>
#include <string>

#include "backend/http.h"
#include "base/result.h"
#include "base/time.h"

namespace linesman::backend {

struct Caller {
    enum class Kind { anonymous, user, owner };  // owner: "Bearer owner", as on Google's emulators
    Kind kind = Kind::anonymous;
    std::string uid;
    std::string role;                        // custom claim; empty when none
    std::optional<base::Timestamp> expires;  // of the ID token
};

// Reads "Authorization: Bearer <token>" or "Firebase <token>". Without the header the caller is anonymous.
// Errors: unauthenticated when the token is malformed or has expired by `now`.
base::Result<Caller> authenticate(const HttpRequest& request, base::Timestamp now);

struct AccessPolicy {
    bool require_auth = false;  // off: everybody may do everything, as with open rules
};

// Errors: permission_denied.
base::Status may_read(const AccessPolicy& policy, const Caller& caller);
base::Status may_write(const AccessPolicy& policy, const Caller& caller);

}  // namespace linesman::backend
