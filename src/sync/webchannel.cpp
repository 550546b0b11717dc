#include "sync/webchannel.h"

#include <algorithm>

#include "base/ids.h"
#include "sync/api_reply.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr base::Duration kRequestTimeout = base::seconds(30);
constexpr uint64_t kMostReplyBytes = 1 << 20;
// Fits what a handshake or a POST carries: some dozens of targets.
constexpr size_t kMostMessagesAPost = 500;

std::string form(const std::string& headers, uint64_t offset, const std::vector<std::string>& messages) {
    std::string body;
    if (!headers.empty()) body = "headers=" + net::url_encode(headers) + "&";
    body += "count=" + std::to_string(messages.size()) + "&ofs=" + std::to_string(offset);
    for (size_t i = 0; i < messages.size(); ++i)
        body += "&req" + std::to_string(i) + "___data__=" + net::url_encode(messages[i]);
    return body;
}

net::Request post(std::string url, std::string body) {
    net::Request request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = std::move(body);
    request.timeout = kRequestTimeout;
    request.max_body_bytes = kMostReplyBytes;
    return request;
}

}  // namespace

WebChannel::WebChannel(net::Http& http, base::Queue& queue, const base::Clock& clock, WebChannelPlace place,
                       WebChannelEvents events)
    : http_(http),
      queue_(queue),
      clock_(clock),
      place_(std::move(place)),
      events_(std::move(events)),
      long_poll_(place_.long_poll) {
    const std::string digits = base::random_hex(2);
    rid_ = 10'000 + std::stoull(digits, nullptr, 16);
}

WebChannel::~WebChannel() {
    if (timer_) queue_.cancel(timer_);
    if (forward_timer_) queue_.cancel(forward_timer_);
}

std::string WebChannel::next_rid() {
    return std::to_string(rid_++);
}

std::string WebChannel::query(bool with_session) const {
    std::string out = place_.url + "?VER=8&database=" + net::url_encode(place_.database);
    if (!with_session) return out;
    if (!http_session_.empty()) out += "&gsessionid=" + net::url_encode(http_session_);
    return out + "&SID=" + net::url_encode(sid_);
}

void WebChannel::open(const std::string& token, std::vector<std::string> messages) {
    std::string headers = "Content-Type:text/plain\r\n";
    if (!token.empty()) headers += "Authorization:Bearer " + token + "\r\n";
    if (!place_.api_key.empty()) headers += "x-goog-api-key:" + place_.api_key + "\r\n";
    const std::string url = query(false) + "&RID=" + next_rid() +
                            "&CVER=22&X-HTTP-Session-Id=gsessionid&zx=" + base::random_base36(12) + "&t=1";
    sent_count_ = messages.size();
    handshake_began_ = clock_.steady();
    forward_call_ = http_.send(post(url, form(headers, 0, messages)), queue_,
                               [this](base::Result<net::Response> result) { on_handshake(std::move(result)); });
}

void WebChannel::on_handshake(base::Result<net::Response> result) {
    forward_call_ = {};
    if (!result) return end(std::move(result).error());
    if (result->status != 200) return end(error_of_reply(*result));
    FrameReader reader;
    const auto frames = reader.take(result->body);
    const auto arrays = frames && !frames->empty()
                            ? read_arrays(frames->front())
                            : base::Result<std::vector<ChannelArray>>(make_error(ErrorKind::corrupt, ""));
    if (!arrays || arrays->empty() || arrays->front().kind != ChannelArray::Kind::hello ||
        arrays->front().hello.sid.empty()) {
        return end(not_the_api(*result));
    }
    sid_ = arrays->front().hello.sid;
    keep_alive_ms_ = std::clamp<int64_t>(arrays->front().hello.keep_alive_ms, 5'000, 300'000);
    http_session_ = result->header("X-HTTP-Session-Id");
    handshake_took_ = {clock_.steady().us - handshake_began_.us};
    opened_ = true;
    open_back();
    forward();
}

void WebChannel::send(std::string message) {
    waiting_.push_back(std::move(message));
    forward();
}

void WebChannel::forward() {
    if (!opened_ || ended_ || waiting_.empty() || !posted_body_.empty()) return;
    const size_t count = std::min(waiting_.size(), kMostMessagesAPost);
    const std::vector<std::string> messages(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    // A repeated POST keeps both its number and the offset of its messages, so that the server takes them once.
    posted_body_ = form({}, sent_count_, messages);
    posted_rid_ = next_rid();
    sent_count_ += count;
    send_forward();
}

void WebChannel::send_forward() {
    const std::string url = query(true) + "&RID=" + posted_rid_ + "&AID=" + std::to_string(last_array_) +
                            "&zx=" + base::random_base36(12) + "&t=" + std::to_string(forward_failures_ + 1);
    forward_call_ = http_.send(post(url, posted_body_), queue_,
                               [this](base::Result<net::Response> result) { on_forward(std::move(result)); });
}

void WebChannel::on_forward(base::Result<net::Response> result) {
    forward_call_ = {};
    if (result && result->status == 400)
        return end(make_error(ErrorKind::unavailable, "The server has forgotten the stream of live changes.",
                              "POST: HTTP 400 " + result->body.substr(0, 80)));
    const auto reply = result && result->status == 200 ? read_forward_reply(result->body) : std::nullopt;
    if (!reply) {
        base::Error error = !result                 ? result.error()
                            : result->status == 200 ? not_the_api(*result)
                                                    : error_of_reply(*result);
        if (++forward_failures_ >= place_.tuning.most_failures) return end(std::move(error));
        const auto delay = forward_failures_ == 1 ? place_.tuning.retry_first : place_.tuning.retry_next;
        forward_timer_ = queue_.post_after(delay, [this, weak = std::weak_ptr<bool>(alive_)] {
            if (!weak.lock()) return;
            forward_timer_ = 0;
            send_forward();
        });
        return;
    }
    forward_failures_ = 0;
    posted_body_.clear();
    // The server lost our back channel without our noticing.
    const bool is_old = clock_.steady().us - back_began_.us > silence_limit().us / 3;
    if (!reply->back_channel && !long_poll_ && !retrying_back_ && is_old) open_back();
    forward();
}

net::Call WebChannel::terminate() {
    if (!opened_ || ended_) return {};
    ended_ = true;
    back_call_ = {};
    forward_call_ = {};
    net::Request request;
    request.url = query(true) + "&RID=" + next_rid() + "&TYPE=terminate&zx=" + base::random_base36(12);
    request.timeout = base::seconds(10);
    return http_.send(std::move(request), queue_, [](const base::Result<net::Response>&) {});
}

void WebChannel::end(base::Error error) {
    if (std::exchange(ended_, true)) return;
    back_call_ = {};
    forward_call_ = {};
    pipe_.reset();
    if (timer_) queue_.cancel(timer_);
    timer_ = 0;
    // From the queue, so that the callback may destroy the channel.
    queue_.post([this, error = std::move(error), weak = std::weak_ptr<bool>(alive_)]() mutable {
        if (!weak.lock()) return;
        const auto on_end = events_.on_end;  // a copy: it may destroy the channel
        on_end(std::move(error));
    });
}

}  // namespace linesman::sync
