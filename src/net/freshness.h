// How long an answer may be used again without asking (RFC 9111, sections 4.2 and 5.2.2, for a private cache): by
// Cache-Control max-age, else by Expires, else for `fallback`. Pure.
//
// Not here: Vary, and answers to anything but GET.
#pragma once

#include "net/http.h"

namespace linesman::net {

struct Freshness {
    bool store = true;            // false: "no-store"
    base::Timestamp fresh_until;  // at most a year from now; not after `now`: to be asked about each time
};

Freshness freshness_of(const Response& response, base::Timestamp now, base::Duration fallback);

}  // namespace linesman::net
