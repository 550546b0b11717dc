#include "app/tile_server.h"

#include <algorithm>

#include "base/log.h"
#include "net/freshness.h"
#include "net/url.h"
#include "store/mbtiles.h"

namespace linesman::app {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr size_t kMostWaiting = 192;  // two screens

void put_number(std::string& url, std::string_view name, uint64_t number) {
    const std::string text = std::to_string(number);
    for (size_t at = url.find(name); at != std::string::npos; at = url.find(name, at + text.size()))
        url.replace(at, name.size(), text);
}

std::string words_for(const base::Error& error) {
    switch (error.kind) {
        case ErrorKind::offline:
        case ErrorKind::timed_out:
            return "The tile server cannot be reached; tiles kept from earlier are shown.";
        case ErrorKind::permission_denied:
            return "The tile server refuses this desk. Check base_map_url in the settings.";
        case ErrorKind::rate_limited:
            return "The tile server asks to slow down; the map fills up later.";
        default:
            return "The tile server has a fault; tiles kept from earlier are shown.";
    }
}

base::Error error_of(const net::Response& response) {
    const std::string detail = "HTTP " + std::to_string(response.status);
    base::Error error = response.status == 401 || response.status == 403
                            ? make_error(ErrorKind::permission_denied, "The tile server refuses.", detail)
                        : response.status == 429 ? make_error(ErrorKind::rate_limited, "Too many tiles.", detail)
                                                 : make_error(ErrorKind::unavailable, "No tile came.", detail);
    error.retry_after_s = response.retry_after_s();
    return error;
}

}  // namespace

base::Status check_tile_url(const std::string& url) {
    for (const char* part : {"{z}", "{x}", "{y}"}) {
        if (url.find(part) == std::string::npos)
            return make_error(ErrorKind::configuration,
                              "base_map_url must contain {z}, {x} and {y}, as in "
                              "https://tiles.example.org/{z}/{x}/{y}.png.");
    }
    std::string sample = url;
    for (const char* part : {"{z}", "{x}", "{y}"}) put_number(sample, part, 0);
    const auto parts = net::parse_url(sample);
    if (!parts || parts->has_user_info || (parts->scheme != "https" && !net::is_loopback(parts->host)))
        return make_error(ErrorKind::configuration, "base_map_url must be an https address.");
    return {};
}

TileServer::TileServer(TileServerOptions options, net::Http& http, base::Queue& queue, const base::Clock& clock,
                       std::function<void(std::string)> trouble, uint64_t random_seed)
    : options_(std::move(options)),
      http_(http),
      queue_(queue),
      clock_(clock),
      trouble_(std::move(trouble)),
      backoff_(options_.backoff, random_seed) {
    if (options_.cache_path.empty()) return;
    auto opened = store::TileCache::open(options_.cache_path, options_.url, options_.cache_bytes);
    if (opened) {
        cache_ = std::move(*opened);
    } else {
        base::log(base::LogLevel::warning, "map", opened.error());
    }
}

std::string TileServer::url_of(const Wish& wish) const {
    std::string url = options_.url;
    put_number(url, "{z}", static_cast<uint64_t>(wish.z));
    put_number(url, "{x}", wish.x);
    put_number(url, "{y}", wish.y);
    return url;
}

void TileServer::serve_kept(Wish& wish, base::Error otherwise) {
    if (!wish.kept) return wish.done(std::move(otherwise));
    wish.done(ServedTile{std::move(wish.kept->bytes), wish.kept->fresh_until});
}

void TileServer::want(int z, uint32_t x, uint32_t y, Done done) {
    const base::Timestamp now = clock_.now();
    auto wish = std::make_shared<Wish>();
    wish->z = z, wish->x = x, wish->y = y;
    wish->done = std::move(done);
    if (cache_) wish->kept = cache_->find(z, x, y, now);
    if (wish->kept && wish->kept->fresh_until > now) return serve_kept(*wish, {});
    if (offline_) return serve_kept(*wish, make_error(ErrorKind::offline, "The desk works offline."));
    if (clock_.steady() < not_before_)
        return serve_kept(*wish, make_error(ErrorKind::unavailable, "The tile server is asked again later."));
    waiting_.push_back(std::move(wish));
    if (waiting_.size() > kMostWaiting) {
        const auto left = std::move(waiting_.front());
        waiting_.pop_front();
        serve_kept(*left, make_error(ErrorKind::cancelled, "The map has moved on."));
    }
    start_next();
}

void TileServer::set_offline(bool offline) {
    if (std::exchange(offline_, offline) == offline) return;
    not_before_ = {};
    backoff_.reset();
    tell({});
    if (!offline) return;
    auto left = std::exchange(waiting_, {});
    for (auto& wish : running_) left.push_back(wish);
    running_.clear();
    for (auto& wish : left) {
        wish->call.cancel();
        serve_kept(*wish, make_error(ErrorKind::offline, "The desk works offline."));
    }
}

void TileServer::start_next() {
    while (running_.size() < kTileConnections && !waiting_.empty()) {
        auto wish = std::move(waiting_.back());
        waiting_.pop_back();
        net::Request request;
        request.url = url_of(*wish);
        request.headers = {{"Accept", "image/png,image/jpeg"}};
        if (wish->kept && !wish->kept->etag.empty()) request.headers.emplace_back("If-None-Match", wish->kept->etag);
        if (wish->kept && !wish->kept->last_modified.empty())
            request.headers.emplace_back("If-Modified-Since", wish->kept->last_modified);
        request.timeout = base::seconds(30);
        request.max_body_bytes = store::kMaxTileBytes;
        running_.push_back(wish);
        wish->call = http_.send(std::move(request), queue_,
                                [this, weak = std::weak_ptr<Wish>(wish)](base::Result<net::Response> result) {
                                    if (const auto here = weak.lock()) answered(here, std::move(result));
                                });
    }
}

void TileServer::answered(const std::shared_ptr<Wish>& wish, base::Result<net::Response> result) {
    std::erase(running_, wish);
    if (!result) {
        failed(wish, result.error());
    } else {
        take(wish, *result);
    }
    start_next();
}

void TileServer::take(const std::shared_ptr<Wish>& wish, const net::Response& response) {
    const bool nothing = response.status == 404 || response.status == 410 || response.status == 204;
    const bool same = response.status == 304 && wish->kept;
    if (!nothing && !same && response.status != 200) return failed(wish, error_of(response));
    // The page of a portal in between must not be kept as a piece of map.
    const std::string type = response.header("Content-Type");
    if (response.status == 200 && !type.empty() && !type.starts_with("image/"))
        return failed(wish, make_error(ErrorKind::unavailable, "What came is no picture.", type));
    backoff_.reset();
    tell({});
    const auto fresh = net::freshness_of(response, clock_.now(), options_.fallback);
    if (same) {
        wish->kept->fresh_until = fresh.fresh_until;
        if (cache_) (void)cache_->renew(wish->z, wish->x, wish->y, fresh.fresh_until);
        return serve_kept(*wish, {});
    }
    store::KeptTile tile{nothing ? std::string() : response.body, response.header("ETag"),
                         response.header("Last-Modified"), fresh.fresh_until};
    if (fresh.store) keep(*wish, tile);
    wish->done(ServedTile{std::move(tile.bytes), tile.fresh_until});
}

void TileServer::keep(const Wish& wish, const store::KeptTile& tile) {
    if (!cache_) return;
    const auto kept = cache_->put(wish.z, wish.x, wish.y, tile, clock_.now());
    if (kept) return;
    base::log(base::LogLevel::warning, "map", kept.error());
    cache_.reset();  // a full disk: the map works without
}

void TileServer::failed(const std::shared_ptr<Wish>& wish, base::Error error) {
    not_before_ = {clock_.steady().us + backoff_.next(error.retry_after_s).us};
    tell(words_for(error));
    // What waits would meet the same.
    const auto left = std::exchange(waiting_, {});
    serve_kept(*wish, error);
    for (const auto& other : left) serve_kept(*other, error);
}

void TileServer::tell(std::string trouble) {
    if (told_ == trouble) return;
    told_ = std::move(trouble);
    if (trouble_) trouble_(told_);
}

}  // namespace linesman::app
