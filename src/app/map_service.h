// Base map and layers for the window: opened, read and decoded on the pool, kept within a small budget. The base map
// comes from a file, or from a tile server (tile_server.h), which has a queue of its own here.
//
// Thread: main; results come from the pool. Files are opened read-only; a file that cannot be used is told in words,
// once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/map_views.h"
#include "app/tile_server.h"
#include "base/queue.h"
#include "base/worker_pool.h"

namespace linesman::app {

// 256 x 256 pixels are 256 KB: two screens of tiles.
inline constexpr size_t kKeptTiles = 192;

// A base map from a server instead of a file.
struct TileLine {
    TileServerOptions server;
    std::string attribution;
    int max_zoom = 19;
    std::unique_ptr<net::Http> http;
};

class MapService {
  public:
    // Empty path: no base map. `pool` must outlive the service; `wake` is called from its threads.
    MapService(std::string base_map, std::vector<std::string> layers, base::WorkerPool& pool,
               std::function<void()> wake, const base::Clock& clock, std::optional<TileLine> line = std::nullopt);
    ~MapService();

    BaseMap base_map();
    // y counted from the north. `none`: the file or the server has no such tile, or it could not be had now.
    MapTile tile(int z, uint32_t x, uint32_t y);
    // Kept tiles only.
    void set_offline(bool offline);
    // nullptr while the files are being read.
    std::shared_ptr<const MapLayers> layers();

  private:
    struct Shared;
    void ask_server(int z, uint32_t x, uint32_t y);

    base::WorkerPool& pool_;
    const base::Clock& clock_;
    std::shared_ptr<Shared> shared_;  // also held by running work
    // Only with a tile server.
    std::unique_ptr<net::Http> http_;
    std::unique_ptr<base::ThreadQueue> queue_;
    std::shared_ptr<std::unique_ptr<TileServer>> server_;  // made, used and dropped on the queue
};

}  // namespace linesman::app
