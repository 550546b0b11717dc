// One request on its way: the easy handle, its buffers and limits. Belongs to the net thread from the moment it is
// queued.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <string>

#include "base/time.h"
#include "net/curl_error.h"
#include "net/http.h"

namespace linesman::net {

// The part of a call that its owner and the net thread share. `done` is taken out by whoever comes first: delivery or
// the dropped handle.
struct CallState {
    std::mutex mutex;
    bool dropped = false;
    ResponseCallback done;
    base::Queue* queue = nullptr;

    bool is_dropped() {
        const std::lock_guard lock(mutex);
        return dropped;
    }
    // Posts the callback with `result`, once; nothing when dropped. Thread: net.
    static void deliver(const std::shared_ptr<CallState>& state, base::Result<Response> result);
};

// What all transfers of one Http share.
struct TransferDefaults {
    std::string user_agent;
    std::string ca_bundle;  // PEM of system and extra roots together; empty = libcurl's own default
};

class Transfer {
  public:
    Transfer(Request request, std::shared_ptr<CallState> state);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // Checks the request and makes the easy handle. Errors: configuration.
    base::Status prepare(const TransferDefaults& defaults);
    // The outcome after libcurl ended with `code`.
    base::Result<Response> finish(CURLcode code);
    // Stops when nothing has moved for the stall timeout. Returns true when the transfer was marked as stalled just
    // now.
    bool check_stall();
    // Time left before the stall timeout strikes.
    base::Duration stall_left() const;
    // The sample for observers; call after finish().
    Sample sample() const;

    CURL* easy() const { return easy_; }
    const std::string& host_key() const { return origin_; }
    bool prefetch() const { return request_.prefetch; }
    bool is_stream() const { return request_.timeout.us <= 0; }
    bool dropped() const { return state_->is_dropped(); }
    const std::shared_ptr<CallState>& state() const { return state_; }
    // Starts the stall clock.
    void mark_started();

  private:
    base::Status set_target();
    base::Status set_headers(const TransferDefaults& defaults);
    void set_method();
    void set_limits();
    size_t on_header(std::string_view line);
    size_t on_body(std::string_view bytes);
    bool over_limit(uint64_t bytes) const;
    void reserve_body();

    static size_t write_body(char* data, size_t size, size_t count, void* self);
    static size_t write_header(char* data, size_t size, size_t count, void* self);
    static int on_progress(void* self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up);

    Request request_;
    std::shared_ptr<CallState> state_;
    CURL* easy_ = nullptr;
    curl_slist* header_list_ = nullptr;
    std::string host_;
    std::string origin_;
    Response response_;
    StopReason stopped_ = StopReason::none;
    bool head_given_ = false;
    uint64_t body_bytes_ = 0;  // after decompression
    curl_off_t moved_ = -1;    // bytes up and down at the last progress report
    base::SystemClock clock_;
    base::Duration last_move_{};
};

}  // namespace linesman::net
