// Reads refusals of Google's APIs: {"error":{"code","message","status"}} or an array of such, and tells them from pages
// that a captive portal, a proxy or a load balancer put in their place. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "net/http.h"

namespace linesman::sync {

// google/rpc/code.proto to our closed set. Unknown names are `internal`.
base::ErrorKind kind_of_status(std::string_view canonical_status);

// For replies without a canonical status (Storage, Identity): the HTTP code decides.
base::ErrorKind kind_of_http(int http_status);

struct ApiError {
    int code = 0;
    std::string status;   // canonical name; may be empty
    std::string message;  // the server's words, valid UTF-8, at most 300 bytes
};

// Nullopt when `body` is no error of the API.
std::optional<ApiError> read_api_error(std::string_view body);
std::optional<ApiError> api_error_in(const base::Json& json);

// A sentence for the desk for errors that need no more context than the project.
std::string words_for(base::ErrorKind kind);

// The error behind a reply that is not a success, Retry-After included. A page in place of the API's reply is `offline`
// with words about the portal or proxy, except for the gateway's own 429, 5xx.
base::Error error_of_reply(const net::Response& response);
base::Error error_of_api(const ApiError& error);

// A 2xx reply that is not the API's (HTML of a portal).
base::Error not_the_api(const net::Response& response);

// The first character after white space is `{` or `[`.
bool looks_like_json(std::string_view body);

}  // namespace linesman::sync
