// ID tokens as Google's Auth emulator makes them: JWTs without a signature (alg none), so they are worth nothing
// anywhere but here.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace linesman::backend {

inline constexpr int64_t kTokenLifetimeS = 3600;

std::string make_token(const base::Json& claims);

// The claims. Errors: unauthenticated for malformed or expired tokens.
base::Result<base::Json> read_token(std::string_view token, base::Timestamp now);

}  // namespace linesman::backend
