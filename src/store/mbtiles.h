// Map tiles from an MBTiles file (https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md): a SQLite file with a
// table or view `tiles(zoom_level, tile_column, tile_row, tile_data)` and a table `metadata(name, value)`. Raster tiles
// only (png, jpg, webp).
//
// The file comes from anywhere: it is opened read-only with an untrusted schema, and every size is limited. A hostile
// file gives an error. Thread: one at a time; open one per pool thread. Errors: not_found (no such file; no such tile),
// corrupt, unsupported (vector tiles, or not an MBTiles file), too_large, io. Not here: decoding of images (image
// room), fetching from the network.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace linesman::store {

class Database;

inline constexpr int kMaxTileZoom = 30;
inline constexpr uint64_t kMaxTileBytes = 4U << 20;

struct TileBounds {
    double west = -180, south = -85.05113, east = 180, north = 85.05113;  // degrees
};

struct TileSetInfo {
    std::string name;
    std::string format;       // "png", "jpg" or "webp"
    std::string attribution;  // plain text: HTML tags are removed
    TileBounds bounds;
    int min_zoom = 0, max_zoom = 0;
};

class MbTiles {
  public:
    static base::Result<MbTiles> open(const std::string& path);
    MbTiles(MbTiles&&) noexcept;
    MbTiles& operator=(MbTiles&&) noexcept;
    ~MbTiles();

    const TileSetInfo& info() const { return info_; }
    // The encoded image of tile z/x/y, y counted from the north as in web maps (MBTiles counts from the south).
    base::Result<std::string> tile(int z, uint32_t x, uint32_t y);

  private:
    MbTiles(std::unique_ptr<Database> database, TileSetInfo info);
    std::unique_ptr<Database> database_;
    TileSetInfo info_;
};

}  // namespace linesman::store
