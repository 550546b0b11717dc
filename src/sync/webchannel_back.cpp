// The back channel: one GET that streams, or one after another that wait (long polling).
#include <algorithm>

#include "base/ids.h"
#include "sync/api_reply.h"
#include "sync/webchannel.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::make_error;

// Our own watchdog is the judge; this only frees the connection of a queue that stands still.
constexpr base::Duration kStall = base::minutes(10);

base::Error held_back() {
    return make_error(ErrorKind::timed_out, "The network holds live changes back: a proxy or filter buffers replies.",
                      "no byte on the back channel in time");
}

}  // namespace

void WebChannel::open_back() {
    if (ended_) return;
    retrying_back_ = false;
    net::Request request;
    request.url = query(true) + "&RID=rpc&AID=" + std::to_string(last_array_) + "&CI=" + (long_poll_ ? "1" : "0") +
                  "&TYPE=xmlhttp&zx=" + base::random_base36(12) + "&t=" + std::to_string(++back_attempt_);
    request.timeout = {};
    request.stall_timeout = kStall;
    request.accept_gzip = false;  // what compresses also buffers
    frames_ = {};
    back_progress_ = false;
    back_began_ = last_byte_ = clock_.steady();
    back_call_ = {};
    pipe_ = std::make_unique<net::BodyPipe>(queue_, place_.tuning.most_waiting_bytes,
                                            [this](std::string_view bytes) { on_bytes(bytes); });
    request.on_data = pipe_->receiver();
    back_call_ = http_.send(std::move(request), queue_,
                            [this](base::Result<net::Response> result) { on_back_end(std::move(result)); });
    arm(heard_ ? silence_limit() : first_byte_limit());
}

base::Duration WebChannel::first_byte_limit() const {
    return {std::max(place_.tuning.first_byte.us, 8 * handshake_took_.us)};
}

base::Duration WebChannel::silence_limit() const {
    return {static_cast<int64_t>(static_cast<double>(keep_alive_ms_) * 1000 * place_.tuning.silence)};
}

void WebChannel::arm(base::Duration delay) {
    if (timer_) queue_.cancel(timer_);
    timer_ = queue_.post_after(delay, [this, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        timer_ = 0;
        on_timer();
    });
}

void WebChannel::on_timer() {
    if (ended_) return;
    if (retrying_back_) return open_back();
    const base::Duration limit = heard_ ? silence_limit() : first_byte_limit();
    const base::Duration quiet{clock_.steady().us - last_byte_.us};
    if (quiet < limit) return arm({limit.us - quiet.us});
    back_call_ = {};
    if (!long_poll_ && (!heard_ || ++silences_ >= 2)) {
        // Something on the way may wait for the end of the reply: end it after each message.
        long_poll_ = true;
        heard_ = false;
        return open_back();
    }
    if (!heard_) return end(held_back());
    retry_back(make_error(ErrorKind::timed_out, "The stream of live changes went silent.", "watchdog"));
}

void WebChannel::on_bytes(std::string_view bytes) {
    if (ended_) return;
    last_byte_ = clock_.steady();
    heard_ = true;
    const std::weak_ptr<bool> weak = alive_;
    const auto on_message = events_.on_message;  // a copy: it may destroy the channel
    const auto frames = frames_.take(bytes);
    if (!frames) return end(frames.error());
    for (const auto& frame : *frames) {
        auto arrays = read_arrays(frame);
        if (!arrays) return end(std::move(arrays).error());
        for (const auto& array : *arrays) {
            if (array.id <= last_array_) continue;  // replayed
            if (array.id != last_array_ + 1)
                return end(make_error(ErrorKind::corrupt, "The stream of live changes has a gap; it is opened again.",
                                      "array " + std::to_string(array.id) + " after " + std::to_string(last_array_)));
            last_array_ = array.id;
            silences_ = back_failures_ = 0;
            back_progress_ = true;
            if (array.kind == ChannelArray::Kind::stop)
                return end(
                    make_error(ErrorKind::unavailable, "The server has closed the stream of live changes.", "stop"));
            if (array.kind != ChannelArray::Kind::message) continue;
            on_message(array.text);
            if (weak.expired() || ended_) return;
        }
    }
}

void WebChannel::on_back_end(base::Result<net::Response> result) {
    if (ended_) return;
    back_call_ = {};
    if (result && result->status == 400)
        return end(make_error(ErrorKind::unavailable, "The server has forgotten the stream of live changes.",
                              "GET: HTTP 400 " + result->body.substr(0, 80)));
    if (result && result->status == 200) {
        if (back_progress_) return open_back();
        return retry_back(make_error(ErrorKind::unavailable, "The stream of live changes ended at once.", "empty GET"));
    }
    if (result) {
        base::Error error = error_of_reply(*result);
        return result->status >= 500 ? retry_back(std::move(error)) : end(std::move(error));
    }
    if (pipe_ && pipe_->overflowed() && back_progress_) return open_back();
    retry_back(std::move(result).error());
}

void WebChannel::retry_back(base::Error error) {
    if (++back_failures_ >= place_.tuning.most_failures) return end(std::move(error));
    retrying_back_ = true;
    arm(back_failures_ == 1 ? place_.tuning.retry_first : place_.tuning.retry_next);
}

}  // namespace linesman::sync
