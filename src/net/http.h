// HTTP over one curl_multi on its own thread: the only libcurl. TLS verification cannot be switched off.
//
// A request is started with send(); its callback runs exactly once on the queue given, unless the returned Call is
// dropped first, which cancels it (no callback then). Redirects are not followed (a captive portal would answer for the
// server).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/queue.h"
#include "base/result.h"

namespace linesman::net {

using Headers = std::vector<std::pair<std::string, std::string>>;  // names compared without case

struct Response;

struct Request {
    std::string method = "GET";
    std::string url;
    Headers headers;
    std::string body;
    base::Duration connect_timeout = base::seconds(10);
    base::Duration timeout =
        base::seconds(60);  // whole request, waiting for a free slot not counted; 0 = none (streams)
    base::Duration stall_timeout = base::seconds(30);  // no byte for this long
    uint64_t max_body_bytes = 64ULL << 20;  // more is too_large, before and after decompression; 0 = no limit
    bool accept_gzip = true;
    bool prefetch = false;  // behind everything else
    // When set, the body of a 2xx reply is handed over as it arrives, on the net thread, instead of being collected
    // (other bodies are collected: they explain the refusal). Return false to stop, which ends in `cancelled`.
    // max_body_bytes holds here too, except for streams (timeout 0), which may go on for hours. It may run once more
    // while another thread drops the Call: own what it touches.
    std::function<bool(std::string_view)> on_data;
    // When set, called once on the net thread with status and headers of the final answer (empty body), before its
    // first body byte.
    std::function<void(const Response&)> on_head;
};

struct Response {
    int status = 0;
    Headers headers;
    std::string body;
    base::Duration elapsed{};
    uint64_t bytes_received = 0;
    // Empty when absent.
    std::string header(std::string_view name) const;
    double retry_after_s() const;  // 0 when absent; accepts seconds and HTTP dates
};

// Dropping it cancels the request.
class Call {
  public:
    Call() = default;
    explicit Call(std::shared_ptr<void> handle) : handle_(std::move(handle)) {}
    explicit operator bool() const { return handle_ != nullptr; }
    void cancel() { handle_.reset(); }

  private:
    std::shared_ptr<void> handle_;
};

// Any answer with a status is a Response, 3xx, 4xx and 5xx too. Errors: offline (no connection, reset before an answer,
// certificate not trusted), timed_out, too_large, cancelled (on_data returned false, or the Http went away), corrupt
// (body cut or not decodable), configuration (bad URL, header with a line break, unreadable CA file).
using ResponseCallback = std::function<void(base::Result<Response>)>;

// How one request went; food for the network quality estimate. Requests cancelled by us are not reported.
struct Sample {
    bool answered = false;                // any status arrived
    base::Duration time_to_first_byte{};  // from sending the request on a connection; 0 when unknown
    base::Duration transfer_time{};       // from the first byte to the last
    uint64_t bytes = 0;                   // received, as on the wire
    bool server_busy = false;             // 429 or 503
};

struct HttpOptions {
    std::string user_agent = "Linesman/0.1";
    std::string ca_file = {};          // extra CA bundle; empty = the system's
    int max_connections_per_host = 8;  // requests in flight per host; streams (timeout 0) are not counted
    std::function<void(const Sample&)> observe = {};  // net thread; must be quick and must not call back into the Http
};

class Http {
  public:
    virtual ~Http() = default;
    // Thread: any. `queue` must outlive the call. Dropped on the queue's thread, the callback is certain not to run any
    // more.
    [[nodiscard]] virtual Call send(Request request, base::Queue& queue, ResponseCallback done) = 0;
};

std::unique_ptr<Http> make_http(HttpOptions options);

// "Sun, 06 Nov 1994 08:49:37 GMT" and the older forms of RFC 9110; nullopt when it is none.
std::optional<base::Timestamp> parse_http_date(const std::string& text);

std::string url_encode(std::string_view text);  // RFC 3986 unreserved characters stay

}  // namespace linesman::net
