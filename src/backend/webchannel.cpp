#include "backend/webchannel.h"

#include <charconv>

#include "backend/api_error.h"
#include "backend/listen_stream.h"
#include "backend/write_stream.h"

namespace linesman::backend {

namespace {

constexpr std::string_view kPrefix = "/google.firestore.v1.Firestore/";
constexpr size_t kMaxChannels = 4000;
constexpr base::Duration kAbandoned = base::minutes(1);
constexpr auto kHouseKeeping = std::chrono::seconds(5);

HttpReply reply_for(const HttpRequest& request, int status, std::string body) {
    HttpReply reply;
    reply.status = status;
    reply.content_type = "text/plain; charset=utf-8";
    reply.body = std::move(body);
    reply.headers = {{"Cache-Control", "private, max-age=0"},
                     {"X-Content-Type-Options", "nosniff"},
                     {"Access-Control-Expose-Headers", "x-client-wire-protocol, x-http-session-id"},
                     {"Access-Control-Allow-Credentials", "true"},
                     {"Vary", "Origin"}};
    // With credentials a browser does not accept "*".
    if (const std::string origin = request.header("origin"); !origin.empty()) {
        reply.headers.emplace_back("Access-Control-Allow-Origin", origin);
    }
    return reply;
}

HttpReply unknown_sid(const HttpRequest& request) {
    return reply_for(request, 400, "Unknown SID");
}

uint64_t number_of(const std::string& text) {
    uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string service_of(const std::string& path) {
    const std::string_view rest = std::string_view(path).substr(kPrefix.size());
    return std::string(rest.substr(0, rest.find('/')));
}

}  // namespace

WebChannels::WebChannels(StreamContext context) : context_(context) {
    subscription_ = context_.store.subscribe([this](const CommitPtr&) {
        const std::lock_guard lock(mutex_);
        committed_ = true;
        wake_.notify_all();
    });
    thread_ = std::thread([this] { run(); });
}

WebChannels::~WebChannels() {
    stop();
}

void WebChannels::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    context_.store.unsubscribe(subscription_);
    if (thread_.joinable()) thread_.join();
    drop_all();
}

void WebChannels::drop_all() {
    std::map<std::string, std::shared_ptr<Channel>> dropped;
    {
        const std::lock_guard lock(mutex_);
        dropped.swap(channels_);
    }
    for (const auto& [sid, channel] : dropped) channel->drop();
}

size_t WebChannels::size() const {
    const std::lock_guard lock(mutex_);
    return channels_.size();
}

bool WebChannels::handles(const std::string& path) {
    return path == std::string(kPrefix) + "Listen/channel" || path == std::string(kPrefix) + "Write/channel";
}

HttpReply WebChannels::handle(const HttpRequest& request) {
    if (!request.has_param("SID")) {
        if (request.method != "POST") return unknown_sid(request);
        return open(request, service_of(request.path));
    }
    auto channel = find(request);
    if (request.param("TYPE") == "terminate") {
        if (channel) remove(channel->sid());
        return reply_for(request, 200, "");
    }
    if (!channel) return unknown_sid(request);
    if (request.method == "POST") return forward(request, *channel);
    return back(request, std::move(channel));
}

HttpReply WebChannels::open(const HttpRequest& request, const std::string& service) {
    if (request.param("VER") != "8") return reply_for(request, 400, "Only version 8 of WebChannel is spoken here.");
    auto form = parse_forward_form(request.body);
    if (!form) return reply_for(request, 400, form.error().what);
    if (size() >= kMaxChannels) return reply_for(request, 429, "Too many channels.");
    const std::string database = request.param("database");
    HttpRequest named;
    named.headers = form->headers;
    // Clients that are no browsers may as well send the header itself.
    if (!named.headers.contains("authorization")) named.headers["authorization"] = request.header("authorization");
    const auto caller = authenticate(named, context_.clock.now());

    auto channel = std::make_shared<Channel>(service, context_.rules, context_.clock);
    if (service == "Listen") {
        channel->attach(std::make_unique<ListenStream>(*channel, context_, database, caller.value_or(Caller{})));
    } else {
        channel->attach(std::make_unique<WriteStream>(*channel, context_, database, caller.value_or(Caller{})));
    }
    context_.counters.request(service == "Listen" ? "listen.open" : "write.open");
    HttpReply reply = reply_for(request, 200, channel->greeting());
    reply.headers.emplace_back("X-HTTP-Session-Id", channel->http_session());
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return reply_for(request, 503, "The backend is stopping.");
        channels_.emplace(channel->sid(), channel);
    }
    if (!caller) {
        channel->fail(caller.error());
    } else if (const auto received = channel->receive(*form); !received) {
        channel->fail(received.error());
    }
    return reply;
}

HttpReply WebChannels::forward(const HttpRequest& request, Channel& channel) {
    const auto form = parse_forward_form(request.body);
    if (!form) return reply_for(request, 400, form.error().what);
    if (request.has_param("AID")) channel.acknowledge(number_of(request.param("AID")));
    if (const auto received = channel.receive(*form); !received) return reply_for(request, 400, received.error().what);
    return reply_for(request, 200, channel.forward_reply());
}

HttpReply WebChannels::back(const HttpRequest& request, std::shared_ptr<Channel> channel) {
    HttpReply reply = reply_for(request, 200, "");
    const uint64_t last_received = number_of(request.param("AID"));
    const bool long_poll = request.param("CI") == "1";
    reply.stream = [this, channel = std::move(channel), last_received, long_poll](BodyWriter& out) {
        channel->run_back_channel(last_received, long_poll, out);
        if (channel->over()) remove(channel->sid());
    };
    return reply;
}

std::shared_ptr<Channel> WebChannels::find(const HttpRequest& request) const {
    const std::lock_guard lock(mutex_);
    const auto it = channels_.find(request.param("SID"));
    // Production needs the session id to find its own way; a client that forgets it must notice here.
    const bool known = it != channels_.end() && it->second->http_session() == request.param("gsessionid");
    return known ? it->second : nullptr;
}

void WebChannels::remove(const std::string& sid) {
    std::shared_ptr<Channel> removed;
    {
        const std::lock_guard lock(mutex_);
        const auto it = channels_.find(sid);
        if (it == channels_.end()) return;
        removed = std::move(it->second);
        channels_.erase(it);
    }
    removed->drop();
}

std::vector<std::shared_ptr<Channel>> WebChannels::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Channel>> channels;
    channels.reserve(channels_.size());
    for (const auto& [sid, channel] : channels_) channels.push_back(channel);
    return channels;
}

void WebChannels::forget_abandoned() {
    for (const auto& channel : all()) {
        if (channel->abandoned_for() > kAbandoned) remove(channel->sid());
    }
}

void WebChannels::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const bool woken = wake_.wait_for(lock, kHouseKeeping, [&] { return committed_ || stopping_; });
        if (stopping_) return;
        committed_ = false;
        lock.unlock();
        if (woken) {
            for (const auto& channel : all()) channel->session()->advance();
        } else {
            forget_abandoned();
        }
        lock.lock();
    }
}

}  // namespace linesman::backend
