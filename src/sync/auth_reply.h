// What the identity service says, as plain values. Pure. Wire format: Firebase Auth REST, reference section 6.
#pragma once

#include <string>

#include "base/result.h"
#include "net/http.h"

namespace linesman::sync {

// Who is signed in. `role` is the custom claim as the token has it: for showing and for disabling commands only, the
// server's rules decide.
struct Identity {
    std::string uid;
    std::string name;
    std::string email;
    std::string role;
    bool operator==(const Identity&) const = default;
};

struct Tokens {
    std::string id_token;
    std::string refresh_token;
    double expires_in_s = 0;
    Identity identity;
};

// Replies of accounts:signInWithPassword and accounts:signInWithIdp. Errors in words: invalid_argument (wrong address
// or password), permission_denied (disabled), rate_limited, configuration (API key, method switched off), else as
// error_of_reply.
base::Result<Tokens> read_sign_in_reply(const net::Response& response);

// Reply of securetoken's /v1/token. Errors: unauthenticated = the session is over for good, sign in again; else as
// above.
base::Result<Tokens> read_refresh_reply(const net::Response& response);

// The payload of an ID token, decoded without any proof: the server proves it. Errors: corrupt.
base::Result<Identity> read_identity(const std::string& id_token);

}  // namespace linesman::sync
