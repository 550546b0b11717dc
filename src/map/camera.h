// Where the map looks: world (unit square, model/geo.h) to screen and back. A plain value; any thread.
// Screen coordinates are pixels from the top left corner of the map's area, y down. Everything is double: at the
// largest zoom a pixel is 2e-11 of the world.
#pragma once

#include "model/geo.h"

namespace linesman::map {

struct ScreenPoint {
    double x = 0, y = 0;
};

struct WorldBounds {
    double min_x = 1, min_y = 1, max_x = 0, max_y = 0;
    bool empty() const { return max_x < min_x || max_y < min_y; }
    void add(model::WorldPoint point);
};

// Zoom follows the web maps: at zoom z the world is 256 * 2^z pixels wide. 23 shows about 2 cm a pixel.
inline constexpr double kMinZoom = 1.0;
inline constexpr double kMaxZoom = 23.0;
inline constexpr double kWorldPixelsAtZoom0 = 256.0;

class Camera {
  public:
    Camera() = default;
    Camera(model::WorldPoint centre, double zoom, double width_px, double height_px);

    model::WorldPoint centre() const { return centre_; }
    double zoom() const { return zoom_; }
    double width_px() const { return width_px_; }
    double height_px() const { return height_px_; }
    double pixels_per_world() const;
    // Metres on the ground that one pixel covers at the centre's latitude.
    double metres_per_pixel() const;

    ScreenPoint screen_from_world(model::WorldPoint world) const;
    model::WorldPoint world_from_screen(ScreenPoint screen) const;
    WorldBounds visible() const;

    void resize(double width_px, double height_px);
    void look_at(model::WorldPoint centre);
    // The map follows a drag: the world under the cursor stays under it.
    void pan_by(double dx_px, double dy_px);
    // `steps` zoom levels in (positive) or out; the world under `at` stays under it.
    void zoom_at(ScreenPoint at, double steps);
    // Shows all of `bounds` with a margin; nothing changes for empty bounds. One point gets kFitPointZoom.
    void fit(const WorldBounds& bounds, double margin_px);

    bool operator==(const Camera& other) const;

  private:
    void clamp();
    model::WorldPoint centre_{0.5, 0.5};
    double zoom_ = 2;
    double width_px_ = 1, height_px_ = 1;
};

inline constexpr double kFitPointZoom = 18.0;  // some 150 m across a small map: a street with its neighbours

}  // namespace linesman::map
