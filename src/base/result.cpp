#include "base/result.h"

namespace linesman::base {

std::string_view name_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::offline:
            return "offline";
        case ErrorKind::timed_out:
            return "timed_out";
        case ErrorKind::rate_limited:
            return "rate_limited";
        case ErrorKind::unavailable:
            return "unavailable";
        case ErrorKind::aborted:
            return "aborted";
        case ErrorKind::internal:
            return "internal";
        case ErrorKind::unauthenticated:
            return "unauthenticated";
        case ErrorKind::permission_denied:
            return "permission_denied";
        case ErrorKind::not_found:
            return "not_found";
        case ErrorKind::already_exists:
            return "already_exists";
        case ErrorKind::precondition_failed:
            return "precondition_failed";
        case ErrorKind::invalid_argument:
            return "invalid_argument";
        case ErrorKind::corrupt:
            return "corrupt";
        case ErrorKind::too_large:
            return "too_large";
        case ErrorKind::disk_full:
            return "disk_full";
        case ErrorKind::io:
            return "io";
        case ErrorKind::cancelled:
            return "cancelled";
        case ErrorKind::configuration:
            return "configuration";
        case ErrorKind::unsupported:
            return "unsupported";
    }
    return "unknown";
}

bool is_retryable(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::offline:
        case ErrorKind::timed_out:
        case ErrorKind::rate_limited:
        case ErrorKind::unavailable:
        case ErrorKind::aborted:
        case ErrorKind::internal:
        case ErrorKind::unauthenticated:
            return true;
        case ErrorKind::permission_denied:
        case ErrorKind::not_found:
        case ErrorKind::already_exists:
        case ErrorKind::precondition_failed:
        case ErrorKind::invalid_argument:
        case ErrorKind::corrupt:
        case ErrorKind::too_large:
        case ErrorKind::disk_full:
        case ErrorKind::io:
        case ErrorKind::cancelled:
        case ErrorKind::configuration:
        case ErrorKind::unsupported:
            return false;
    }
    return false;
}

std::string Error::full() const {
    std::string text = what;
    text += " (";
    text += name_of(kind);
    if (!detail.empty()) text += ": " + detail;
    return text += ")";
}

}  // namespace linesman::base
