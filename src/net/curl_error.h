// Turns what libcurl says into our closed set of errors, in words for the desk. No URL is repeated, only its host: URLs
// carry tokens.
#pragma once

#include <curl/curl.h>

#include <string>

#include "base/result.h"

namespace linesman::net {

// Why we stopped a transfer ourselves; libcurl only says "aborted by callback".
enum class StopReason { none, too_large, stalled, receiver_stopped };

struct FailureFacts {
    CURLcode code = CURLE_OK;
    StopReason stopped = StopReason::none;
    std::string host;
    bool connected = false;     // a connection was made
    bool answer_began = false;  // a status line arrived
    long proxy_status = 0;      // the proxy's own answer to CONNECT, 0 if none
};

base::Error error_of(const FailureFacts& facts);

}  // namespace linesman::net
