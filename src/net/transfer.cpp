#include "net/transfer.h"

#include <strings.h>

#include <algorithm>

#include "base/text.h"
#include "net/url.h"

namespace linesman::net {
namespace {

using base::ErrorKind;
using base::make_error;

bool has_line_break(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

constexpr curl_off_t kMostReserved = 16 << 20;  // a header alone gets no more than this
constexpr long kReadBytes = 128 << 10;  // at once from a socket: pages of a megabyte in eight reads, not in seventy

bool is_success(int status) {
    return status >= 200 && status < 300;
}

long to_ms(base::Duration duration) {
    return static_cast<long>(std::max<int64_t>(duration.us / 1000, 1));
}

base::Duration time_info(CURL* easy, CURLINFO info) {
    curl_off_t us = 0;
    curl_easy_getinfo(easy, info, &us);
    return {us};
}

bool names_header(const Headers& headers, const char* name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const auto& h) { return strcasecmp(h.first.c_str(), name) == 0; });
}

}  // namespace

void CallState::deliver(const std::shared_ptr<CallState>& state, base::Result<Response> result) {
    // The lock is held while posting, so that once a dropped handle returns, nobody touches its queue any more.
    const std::lock_guard lock(state->mutex);
    if (state->dropped || !state->done) return;
    state->queue->post([state, shared = std::make_shared<base::Result<Response>>(std::move(result))] {
        ResponseCallback callback;
        {
            const std::lock_guard inner(state->mutex);
            callback = std::move(state->done);
            state->done = nullptr;
        }
        if (callback) callback(std::move(*shared));
    });
}

Transfer::Transfer(Request request, std::shared_ptr<CallState> state)
    : request_(std::move(request)), state_(std::move(state)) {}

Transfer::~Transfer() {
    if (easy_ != nullptr) curl_easy_cleanup(easy_);
    curl_slist_free_all(header_list_);
}

base::Status Transfer::prepare(const TransferDefaults& defaults) {
    easy_ = curl_easy_init();
    if (easy_ == nullptr)
        return make_error(ErrorKind::internal, "A request could not be prepared.", "curl_easy_init failed");
    curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, kReadBytes);
    LINESMAN_TRY(set_target());
    LINESMAN_TRY(set_headers(defaults));
    set_method();
    set_limits();
    if (!defaults.ca_bundle.empty()) {
        // NOCOPY: the bundle outlives every transfer, and copying 200 kB per request is waste.
        curl_blob blob{const_cast<char*>(defaults.ca_bundle.data()), defaults.ca_bundle.size(), CURL_BLOB_NOCOPY};
        curl_easy_setopt(easy_, CURLOPT_CAINFO_BLOB, &blob);
    }
    return {};
}

base::Status Transfer::set_target() {
    const auto parts = parse_url(request_.url);
    if (!parts || parts->has_user_info) {
        return make_error(ErrorKind::configuration,
                          "The address of the server is not valid. Check the profile's hosts.");
    }
    host_ = parts->host;
    origin_ = parts->origin();
    curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // A second request to a TLS host waits to learn whether the first connection can carry it too.
    curl_easy_setopt(easy_, CURLOPT_PIPEWAIT, parts->scheme == "https" ? 1L : 0L);
    curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
    if (is_loopback(host_)) curl_easy_setopt(easy_, CURLOPT_PROXY, "");  // an emulator is never behind the office proxy
    return {};
}

base::Status Transfer::set_headers(const TransferDefaults& defaults) {
    const bool sends_body = !request_.body.empty() || (request_.method != "GET" && request_.method != "HEAD");
    auto headers = request_.headers;
    if (sends_body && !names_header(headers, "Content-Type")) headers.emplace_back("Content-Type", "application/json");
    headers.emplace_back("Expect", "");
    for (const auto& [name, value] : headers) {
        if (name.empty() || has_line_break(name) || has_line_break(value)) {
            return make_error(ErrorKind::configuration, "A request header holds a line break and was not sent.",
                              "header " + base::sanitize_utf8(name, 40));
        }
        // "Name:" removes a header in libcurl, "Name;" sends it empty.
        std::string line = name;
        line.append(value.empty() && name != "Expect" ? ";" : ": ").append(value);
        header_list_ = curl_slist_append(header_list_, line.c_str());
    }
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, header_list_);
    curl_easy_setopt(easy_, CURLOPT_USERAGENT, defaults.user_agent.c_str());
    if (request_.accept_gzip) curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "gzip");
    return {};
}

void Transfer::set_method() {
    if (request_.method == "HEAD") {
        curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
        return;
    }
    if (request_.method == "GET" && request_.body.empty()) {
        curl_easy_setopt(easy_, CURLOPT_HTTPGET, 1L);
        return;
    }
    const bool bodyless_delete = request_.method == "DELETE" && request_.body.empty();
    if (!bodyless_delete) {
        curl_easy_setopt(easy_, CURLOPT_POST, 1L);
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.c_str());
    }
    if (request_.method != "POST") curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_limits() {
    curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, to_ms(request_.connect_timeout));
    if (!is_stream()) curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, to_ms(request_.timeout));
    if (is_stream() && request_.on_data) request_.max_body_bytes = 0;
    if (request_.max_body_bytes > 0 && request_.max_body_bytes < INT64_MAX) {
        curl_easy_setopt(easy_, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_body_bytes));
    }
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::write_body);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::write_header);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy_, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    curl_easy_setopt(easy_, CURLOPT_XFERINFODATA, this);
    curl_easy_setopt(easy_, CURLOPT_NOPROGRESS, 0L);
}

void Transfer::mark_started() {
    last_move_ = clock_.steady();
}

base::Duration Transfer::stall_left() const {
    if (request_.stall_timeout.us <= 0) return base::hours(1);
    return {last_move_.us + request_.stall_timeout.us - clock_.steady().us};
}

bool Transfer::check_stall() {
    if (stopped_ != StopReason::none || stall_left().us > 0) return false;
    stopped_ = StopReason::stalled;
    return true;
}

bool Transfer::over_limit(uint64_t bytes) const {
    return request_.max_body_bytes > 0 && bytes > request_.max_body_bytes;
}

size_t Transfer::on_header(std::string_view line) {
    last_move_ = clock_.steady();
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {  // a 100 Continue or 103 Early Hints was there first: start over
        response_.headers.clear();
        long status = 0;
        curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        return 0;
    }
    const size_t colon = line.find(':');
    if (line.empty() && response_.status >= 200 && request_.on_head && !head_given_ && !dropped()) {
        head_given_ = true;  // not again for the trailers of a chunked body
        request_.on_head(response_);
    }
    if (line.empty() && !request_.on_data) reserve_body();
    if (colon == std::string_view::npos) return 0;
    response_.headers.emplace_back(line.substr(0, colon), base::trimmed(line.substr(colon + 1)));
    return 0;
}

// Pages of a megabyte arrive in pieces of 16 KB: growing the body step by step would copy it several times.
void Transfer::reserve_body() {
    curl_off_t length = 0;
    curl_easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length > 0 && !over_limit(static_cast<uint64_t>(length)))
        response_.body.reserve(static_cast<size_t>(std::min<curl_off_t>(length, kMostReserved)));
}

size_t Transfer::on_body(std::string_view bytes) {
    last_move_ = clock_.steady();
    body_bytes_ += bytes.size();
    if (over_limit(body_bytes_)) {
        stopped_ = StopReason::too_large;
        return 0;
    }
    if (request_.on_data && is_success(response_.status)) {
        if (dropped() || !request_.on_data(bytes)) {
            stopped_ = StopReason::receiver_stopped;
            return 0;
        }
    } else {
        response_.body.append(bytes);
    }
    return bytes.size();
}

// libcurl is C: nothing may throw through it. Out of memory ends the transfer.
size_t Transfer::write_body(char* data, size_t size, size_t count, void* self) {
    auto* transfer = static_cast<Transfer*>(self);
    if (size * count == 0) return 0;
    try {
        return transfer->on_body({data, size * count});
    } catch (...) {
        transfer->stopped_ = StopReason::too_large;
        return 0;
    }
}

size_t Transfer::write_header(char* data, size_t size, size_t count, void* self) {
    try {
        static_cast<Transfer*>(self)->on_header({data, size * count});
    } catch (...) {
        return 0;
    }
    return size * count;
}

int Transfer::on_progress(void* self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up) {
    auto* transfer = static_cast<Transfer*>(self);
    if (down + up != transfer->moved_) {
        transfer->moved_ = down + up;
        transfer->last_move_ = transfer->clock_.steady();
    }
    return 0;
}

base::Result<Response> Transfer::finish(CURLcode code) {
    response_.elapsed = time_info(easy_, CURLINFO_TOTAL_TIME_T);
    curl_off_t wire_bytes = 0;
    curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &wire_bytes);
    response_.bytes_received = static_cast<uint64_t>(wire_bytes);
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    if (code == CURLE_OK && stopped_ == StopReason::none) return std::move(response_);
    FailureFacts facts;
    facts.code = code;
    facts.stopped = stopped_;
    facts.host = host_;
    facts.connected = time_info(easy_, CURLINFO_PRETRANSFER_TIME_T).us > 0;
    facts.answer_began = response_.status != 0;
    curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &facts.proxy_status);
    return error_of(facts);
}

Sample Transfer::sample() const {
    Sample out;
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    out.answered = status != 0;
    out.server_busy = status == 429 || status == 503;
    const base::Duration sent = time_info(easy_, CURLINFO_PRETRANSFER_TIME_T);
    const base::Duration first = time_info(easy_, CURLINFO_STARTTRANSFER_TIME_T);
    const base::Duration total = time_info(easy_, CURLINFO_TOTAL_TIME_T);
    if (first.us > sent.us) out.time_to_first_byte = {first.us - sent.us};
    if (first.us > 0 && total.us > first.us) out.transfer_time = {total.us - first.us};
    curl_off_t wire_bytes = 0;
    curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &wire_bytes);
    out.bytes = static_cast<uint64_t>(wire_bytes);
    return out;
}

}  // namespace linesman::net
