// Checks a profile's hosts before anything is sent to them. The type itself is in sync/firestore.h.
#pragma once

#include "base/result.h"
#include "sync/firestore.h"

namespace linesman::sync {

// https everywhere; plain http only to this machine (emulators), since every request carries a sign-in token.
// Errors: configuration, naming the setting.
base::Status check_endpoints(const Endpoints& endpoints);

}  // namespace linesman::sync
