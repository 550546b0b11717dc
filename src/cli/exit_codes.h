// Exit codes of linesmanctl and linesman-field. Documented in --help and the man pages; scripts depend on them.
#pragma once

#include "base/result.h"

namespace linesman::cli {

enum ExitCode : int {
    kOk = 0,
    kFindings = 1,  // done, and there is something to look at
    kUsage = 2,
    kOffline = 69,        // no connection (EX_UNAVAILABLE)
    kTryLater = 75,       // may succeed later (EX_TEMPFAIL)
    kNoPermission = 77,   // signed out, or the role does not allow it (EX_NOPERM)
    kConfiguration = 78,  // settings or local files (EX_CONFIG)
    kInterrupted = 130,
};

// One switch, no default: a new kind must be given a code.
inline int exit_code(base::ErrorKind kind) {
    switch (kind) {
        case base::ErrorKind::offline:
            return kOffline;
        case base::ErrorKind::timed_out:
        case base::ErrorKind::rate_limited:
        case base::ErrorKind::unavailable:
        case base::ErrorKind::aborted:
        case base::ErrorKind::internal:
        case base::ErrorKind::disk_full:
        case base::ErrorKind::cancelled:
            return kTryLater;
        case base::ErrorKind::unauthenticated:
        case base::ErrorKind::permission_denied:
            return kNoPermission;
        case base::ErrorKind::configuration:
        case base::ErrorKind::io:
        case base::ErrorKind::unsupported:
            return kConfiguration;
        case base::ErrorKind::invalid_argument:
            return kUsage;
        case base::ErrorKind::not_found:
        case base::ErrorKind::already_exists:
        case base::ErrorKind::precondition_failed:
        case base::ErrorKind::corrupt:
        case base::ErrorKind::too_large:
            return kFindings;
    }
    return kFindings;
}

}  // namespace linesman::cli
