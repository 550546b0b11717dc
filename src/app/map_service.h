// Base map and layers for the window: opened, read and decoded on the pool, kept within a small budget.
//
// Thread: main; results come from the pool. Files are opened read-only; a file that cannot be used is told in words,
// once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/map_views.h"
#include "base/worker_pool.h"

namespace linesman::app {

// 256 x 256 pixels are 256 KB: two screens of tiles.
inline constexpr size_t kKeptTiles = 192;

class MapService {
  public:
    // Empty path: no base map. `pool` must outlive the service; `wake` is called from its threads.
    MapService(std::string base_map, std::vector<std::string> layers, base::WorkerPool& pool,
               std::function<void()> wake);
    ~MapService();

    BaseMap base_map();
    // y counted from the north. `none`: the file has no such tile.
    MapTile tile(int z, uint32_t x, uint32_t y);
    // nullptr while the files are being read.
    std::shared_ptr<const MapLayers> layers();

  private:
    struct Shared;
    void open();

    base::WorkerPool& pool_;
    std::shared_ptr<Shared> shared_;  // also held by running work
};

}  // namespace linesman::app
