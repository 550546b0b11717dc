// A map file from anywhere: SQLite with any bytes, any schema.
#include "fuzz_support.h"
#include "store/mbtiles.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace linesman;
    static const fuzz::ScratchFile file("map.mbtiles");
    file.write(fuzz::text_of(data, size));
    auto tiles = store::MbTiles::open(file.path());
    if (!tiles) {
        fuzz::require(!tiles.error().what.empty(), "an error has words");
        return 0;
    }
    const store::TileSetInfo& info = tiles->info();
    fuzz::require(base::is_valid_utf8(info.name) && base::is_valid_utf8(info.attribution), "what is shown is UTF-8");
    fuzz::require(0 <= info.min_zoom && info.min_zoom <= info.max_zoom && info.max_zoom <= store::kMaxTileZoom,
                  "zooms are in order");
    fuzz::require(info.bounds.west < info.bounds.east && info.bounds.south < info.bounds.north, "bounds are in order");
    for (int zoom = 0; zoom < 4; ++zoom) {
        const auto tile = tiles->tile(zoom, 0, 0);
        if (tile) fuzz::require(!tile->empty() && tile->size() <= store::kMaxTileBytes, "a tile has a limit");
    }
    return 0;
}
