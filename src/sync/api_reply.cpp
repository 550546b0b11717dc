#include "sync/api_reply.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr size_t kMaxMessageBytes = 300;

struct StatusName {
    std::string_view name;
    ErrorKind kind;
};

constexpr std::array<StatusName, 16> kStatusNames = {{
    {"CANCELLED", ErrorKind::unavailable},  // cancelled by the server, not by us: try again
    {"UNKNOWN", ErrorKind::internal},
    {"INVALID_ARGUMENT", ErrorKind::invalid_argument},
    {"DEADLINE_EXCEEDED", ErrorKind::timed_out},
    {"NOT_FOUND", ErrorKind::not_found},
    {"ALREADY_EXISTS", ErrorKind::already_exists},
    {"PERMISSION_DENIED", ErrorKind::permission_denied},
    {"UNAUTHENTICATED", ErrorKind::unauthenticated},
    {"RESOURCE_EXHAUSTED", ErrorKind::rate_limited},
    {"FAILED_PRECONDITION", ErrorKind::precondition_failed},
    {"ABORTED", ErrorKind::aborted},
    {"OUT_OF_RANGE", ErrorKind::invalid_argument},
    {"UNIMPLEMENTED", ErrorKind::unsupported},
    {"INTERNAL", ErrorKind::internal},
    {"UNAVAILABLE", ErrorKind::unavailable},
    {"DATA_LOSS", ErrorKind::corrupt},
}};

std::string detail_of(const net::Response& response) {
    std::string type = response.header("Content-Type");
    return "HTTP " + std::to_string(response.status) + ", content type " +
           (type.empty() ? "none" : base::sanitize_utf8(type, 60));
}

base::Error with_retry_after(base::Error error, const net::Response& response) {
    error.retry_after_s = response.retry_after_s();
    return error;
}

}  // namespace

ErrorKind kind_of_status(std::string_view canonical_status) {
    for (const auto& entry : kStatusNames) {
        if (entry.name == canonical_status) return entry.kind;
    }
    return ErrorKind::internal;
}

ErrorKind kind_of_http(int http_status) {
    switch (http_status) {
        case 400:
            return ErrorKind::invalid_argument;
        case 401:
            return ErrorKind::unauthenticated;
        case 403:
            return ErrorKind::permission_denied;
        case 404:
            return ErrorKind::not_found;
        case 408:
            return ErrorKind::timed_out;
        case 409:
            return ErrorKind::aborted;
        case 412:
            return ErrorKind::precondition_failed;
        case 413:
            return ErrorKind::too_large;
        case 429:
            return ErrorKind::rate_limited;
        case 499:
            return ErrorKind::unavailable;
        case 501:
            return ErrorKind::unsupported;
        case 502:
        case 503:
            return ErrorKind::unavailable;
        case 504:
            return ErrorKind::timed_out;
        default:
            return http_status >= 500 ? ErrorKind::internal : ErrorKind::invalid_argument;
    }
}

std::optional<ApiError> api_error_in(const base::Json& json) {
    const base::Json* holder = &json;
    if (json.is_array()) {
        holder = nullptr;
        for (const auto& element : json) {
            if (base::find(element, "error") != nullptr) holder = &element;
        }
        if (holder == nullptr) return std::nullopt;
    }
    const base::Json* error = base::find(*holder, "error");
    if (error == nullptr || !error->is_object()) return std::nullopt;
    ApiError out;
    out.code = static_cast<int>(std::clamp<int64_t>(base::int_at(*error, "code").value_or(0), 0, 999));
    out.status = base::sanitize_utf8(base::string_at(*error, "status").value_or(""), 60);
    out.message = base::sanitize_utf8(base::string_at(*error, "message").value_or(""), kMaxMessageBytes);
    return out;
}

std::optional<ApiError> read_api_error(std::string_view body) {
    if (!looks_like_json(body)) return std::nullopt;
    const auto json = base::parse_json(body, "reply of the server");
    if (!json) return std::nullopt;
    return api_error_in(*json);
}

std::string words_for(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::offline:
            return "The server cannot be reached. Check the network.";
        case ErrorKind::timed_out:
            return "The server did not answer in time. Try again.";
        case ErrorKind::rate_limited:
            return "The server asks to send less: too many requests or the quota is used up. Wait and try again.";
        case ErrorKind::unavailable:
            return "The server is not available at the moment. Try again later.";
        case ErrorKind::aborted:
            return "Someone else was writing at the same moment. Try again.";
        case ErrorKind::internal:
            return "The server had an internal failure. Try again later.";
        case ErrorKind::unauthenticated:
            return "The session is no longer valid. Sign in again.";
        case ErrorKind::permission_denied:
            return "The server does not allow this to your account. Ask an administrator for the role.";
        case ErrorKind::not_found:
            return "The server does not have this document any more.";
        case ErrorKind::already_exists:
            return "The server already has a document with this id.";
        case ErrorKind::precondition_failed:
            return "The document was changed on the server since it was read.";
        case ErrorKind::invalid_argument:
            return "The server did not accept the request. This is a fault of Linesman or of the project's data.";
        case ErrorKind::corrupt:
            return "The answer of the server is damaged.";
        case ErrorKind::too_large:
            return "The server refused the request because it is too large.";
        case ErrorKind::unsupported:
            return "The server does not know this request.";
        case ErrorKind::disk_full:
        case ErrorKind::io:
        case ErrorKind::cancelled:
        case ErrorKind::configuration:
            break;
    }
    return "The request failed.";
}

base::Error error_of_api(const ApiError& error) {
    ErrorKind kind = error.status.empty() ? kind_of_http(error.code) : kind_of_status(error.status);
    // Google's emulator says so of a token that it cannot read; Firestore itself answers UNAUTHENTICATED.
    if (kind == ErrorKind::invalid_argument && error.message == "invalid jwt") kind = ErrorKind::unauthenticated;
    std::string what = words_for(kind);
    // A query that needs a composite index says so with a link to make it (google.firestore.v1, FAILED_PRECONDITION).
    if (kind == ErrorKind::precondition_failed && error.message.find("requires an index") != std::string::npos) {
        what =
            "The project lacks an index that this query needs. Ask an administrator to deploy the project's indexes.";
    }
    return make_error(kind, std::move(what), error.status + " " + std::to_string(error.code) + ": " + error.message);
}

base::Error not_the_api(const net::Response& response) {
    std::string what =
        "Something in the network answered in place of the server. Open a browser and sign in to the network's portal, "
        "or check the proxy settings.";
    if (response.status == 407)
        what = "The network's proxy asks for a sign-in. Check the proxy settings (https_proxy).";
    return with_retry_after(make_error(ErrorKind::offline, std::move(what), detail_of(response)), response);
}

base::Error error_of_reply(const net::Response& response) {
    if (response.status >= 300 && response.status < 400) return not_the_api(response);
    if (auto api = read_api_error(response.body)) {
        if (api->code == 0) api->code = response.status;
        return with_retry_after(error_of_api(*api), response);
    }
    // Google's front end and load balancers answer overload with pages of their own.
    if (response.status == 429 || response.status == 413 || response.status >= 500) {
        const ErrorKind kind = kind_of_http(response.status);
        return with_retry_after(make_error(kind, words_for(kind), detail_of(response)), response);
    }
    return not_the_api(response);
}

bool looks_like_json(std::string_view body) {
    const size_t first = body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

}  // namespace linesman::sync
