// Draws the map's ground and marks away from the main thread: the window shows the newest picture that is ready, moved
// to where the camera is now, and never waits for one.
//
//   want() ──► newest wish wins ──► map::Rasteriser on its own thread ──► take() ──► one texture
//
// Thread: main; the work runs on a thread of its own. Dropping it waits for the picture under way, at most some
// milliseconds.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/queue.h"
#include "map/graticule.h"
#include "map/points.h"
#include "map/rasteriser.h"
#include "model/reference_data.h"

namespace linesman::ui {

// Everything that a picture depends on; equal wishes give equal pictures.
struct MapWish {
    std::shared_ptr<const map::Points> points;
    std::shared_ptr<const map::PlannedPoints> planned;  // nullptr = layer off
    std::vector<map::TilePicture> tiles;
    std::vector<std::shared_ptr<const map::PathLayer>> layers;
    // Both set: lines to the planned poles.
    std::shared_ptr<const model::Columns> columns;
    std::shared_ptr<const model::ReferenceData> reference;
    bool heat = false, accuracy = false;
    map::Camera camera;
    map::MapColours colours;
    double grid_spacing_px = 120;
    float scale = 1;
    bool operator==(const MapWish& other) const;
};

struct MapPicture {
    MapWish wish;
    map::RasterResult result;
    map::Bins bins;
    map::Pixels pixels;    // its buffer may be dropped once it is in a texture
    uint64_t version = 0;  // from 1; never reused
};

class MapRenderer {
  public:
    // `ready` runs on the renderer's thread after each picture.
    explicit MapRenderer(std::function<void()> ready);

    void want(const MapWish& wish);
    // The newest finished picture, once; nullptr when there is none since the last call.
    std::unique_ptr<MapPicture> take();
    // A picture is on its way.
    bool busy() const;

  private:
    void render();

    std::function<void()> ready_;
    mutable std::mutex mutex_;
    std::optional<MapWish> next_;  // not yet begun
    bool working_ = false;
    std::unique_ptr<MapPicture> finished_;
    MapWish asked_;           // main
    map::Rasteriser raster_;  // renderer's thread
    // Renderer's thread: the lines for `lines_of_`.
    map::PathLayer lines_;
    std::pair<std::shared_ptr<const map::Points>, std::shared_ptr<const model::ReferenceData>> lines_of_;
    uint64_t versions_ = 0;  // renderer's thread
    base::ThreadQueue queue_{"map"};
};

}  // namespace linesman::ui
