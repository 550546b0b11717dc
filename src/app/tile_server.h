// Tiles of a base map from a tile server (XYZ, as most give them): kept on disk as long as the server's headers allow,
// asked about again by ETag, at most two requests at a time, the newest wish first. Without a line, and while the
// server is ill, kept tiles serve although their time is over.
//
//   want ──► kept and fresh ──► done
//        ──► kept, too old, or not there ──► waits ──► GET (If-None-Match) ──► 200 / 304 / 404 ──► done
//                                                        └─ failed: backed off, the kept one or the error ──► done
//
// The server is somebody else's and may be paid by donations: a User-Agent of our own (net::HttpOptions), no tile is
// asked for that is not on the screen, Retry-After is obeyed. No token and no cookie is ever sent.
//
// Thread: the queue given.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "base/queue.h"
#include "net/http.h"
#include "store/tile_cache.h"

namespace linesman::app {

inline constexpr int kTileConnections = 2;
inline constexpr const char* kTileUserAgent = "Linesman/0.1 (desk of pole captures; map tiles)";

struct TileServerOptions {
    std::string url;         // with {z}, {x} and {y}
    std::string cache_path;  // SQLite file; empty: nothing is kept
    uint64_t cache_bytes = 256ULL << 20;
    base::Duration fallback = base::hours(7 * int64_t{24});  // for servers that do not say how long a tile is good
    base::BackoffTuning backoff = {base::seconds(5), 2, base::minutes(10), 0.2};
};

struct ServedTile {
    std::string bytes;            // the encoded picture; empty: the server has none here
    base::Timestamp fresh_until;  // past: kept from earlier, shown for want of a better one
};

class TileServer {
  public:
    using Done = std::function<void(base::Result<ServedTile>)>;
    // `trouble` is told when it changes: words for the map, empty when all is well. References must outlive this.
    TileServer(TileServerOptions options, net::Http& http, base::Queue& queue, const base::Clock& clock,
               std::function<void(std::string)> trouble, uint64_t random_seed = std::random_device{}());

    // `done` runs once. Errors: offline, unavailable (backing off), cancelled (newer wishes came in great number), and
    // what the server said.
    void want(int z, uint32_t x, uint32_t y, Done done);
    void set_offline(bool offline);

  private:
    struct Wish {
        int z = 0;
        uint32_t x = 0, y = 0;
        std::optional<store::KeptTile> kept;
        Done done;
        net::Call call;
    };
    void start_next();
    void answered(const std::shared_ptr<Wish>& wish, base::Result<net::Response> result);
    void take(const std::shared_ptr<Wish>& wish, const net::Response& response);
    void failed(const std::shared_ptr<Wish>& wish, base::Error error);
    void tell(std::string trouble);
    void keep(const Wish& wish, const store::KeptTile& tile);
    std::string url_of(const Wish& wish) const;
    static void serve_kept(Wish& wish, base::Error otherwise);

    TileServerOptions options_;
    net::Http& http_;
    base::Queue& queue_;
    const base::Clock& clock_;
    std::function<void(std::string)> trouble_;
    base::Backoff backoff_;
    std::optional<store::TileCache> cache_;
    std::deque<std::shared_ptr<Wish>> waiting_;  // newest last
    std::vector<std::shared_ptr<Wish>> running_;
    std::string told_;
    base::Duration not_before_{};  // steady
    bool offline_ = false;
};

// Whether it names a server that may be asked: https, or http on loopback; with {z}, {x} and {y}. Errors:
// configuration.
base::Status check_tile_url(const std::string& url);

}  // namespace linesman::app
