#include "backend/api_error.h"

#include "base/json.h"

namespace linesman::backend {

using base::ErrorKind;

CanonicalStatus canonical(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid_argument:
        case ErrorKind::corrupt:
        case ErrorKind::too_large:
            return {400, 3, "INVALID_ARGUMENT"};
        case ErrorKind::precondition_failed:
            return {400, 9, "FAILED_PRECONDITION"};
        case ErrorKind::unauthenticated:
            return {401, 16, "UNAUTHENTICATED"};
        case ErrorKind::permission_denied:
            return {403, 7, "PERMISSION_DENIED"};
        case ErrorKind::not_found:
            return {404, 5, "NOT_FOUND"};
        case ErrorKind::aborted:
            return {409, 10, "ABORTED"};
        case ErrorKind::already_exists:
            return {409, 6, "ALREADY_EXISTS"};
        case ErrorKind::rate_limited:
            return {429, 8, "RESOURCE_EXHAUSTED"};
        case ErrorKind::cancelled:
            return {499, 1, "CANCELLED"};
        case ErrorKind::unsupported:
            return {501, 12, "UNIMPLEMENTED"};
        case ErrorKind::unavailable:
        case ErrorKind::offline:
            return {503, 14, "UNAVAILABLE"};
        case ErrorKind::timed_out:
            return {504, 4, "DEADLINE_EXCEEDED"};
        case ErrorKind::internal:
        case ErrorKind::disk_full:
        case ErrorKind::io:
        case ErrorKind::configuration:
            break;
    }
    return {500, 13, "INTERNAL"};
}

std::string error_body(const base::Error& error) {
    const CanonicalStatus status = canonical(error.kind);
    const base::Json body = {{"error", {{"code", status.http}, {"message", error.what}, {"status", status.name}}}};
    return base::to_text(body);
}

base::Error invalid(std::string message) {
    return base::make_error(base::ErrorKind::invalid_argument, std::move(message));
}

}  // namespace linesman::backend
