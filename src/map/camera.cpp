#include "map/camera.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace linesman::map {

namespace {
constexpr double kEquatorM = 40'075'016.685578488;  // 2 * pi * 6,378,137 m, WGS 84 major axis
}

void WorldBounds::add(model::WorldPoint point) {
    min_x = std::min(min_x, point.x);
    min_y = std::min(min_y, point.y);
    max_x = std::max(max_x, point.x);
    max_y = std::max(max_y, point.y);
}

Camera::Camera(model::WorldPoint centre, double zoom, double width_px, double height_px)
    : centre_(centre), zoom_(zoom), width_px_(std::max(1.0, width_px)), height_px_(std::max(1.0, height_px)) {
    clamp();
}

double Camera::pixels_per_world() const {
    return kWorldPixelsAtZoom0 * std::exp2(zoom_);
}

double Camera::metres_per_pixel() const {
    // Mercator stretches by 1/cos(latitude) = cosh(pi * (1 - 2y)).
    const double stretch = std::cosh(std::numbers::pi * (1 - 2 * centre_.y));
    return kEquatorM / stretch / pixels_per_world();
}

ScreenPoint Camera::screen_from_world(model::WorldPoint world) const {
    const double scale = pixels_per_world();
    return {(world.x - centre_.x) * scale + width_px_ / 2, (world.y - centre_.y) * scale + height_px_ / 2};
}

model::WorldPoint Camera::world_from_screen(ScreenPoint screen) const {
    const double scale = pixels_per_world();
    return {centre_.x + (screen.x - width_px_ / 2) / scale, centre_.y + (screen.y - height_px_ / 2) / scale};
}

WorldBounds Camera::visible() const {
    const auto a = world_from_screen({0, 0});
    const auto b = world_from_screen({width_px_, height_px_});
    return {a.x, a.y, b.x, b.y};
}

void Camera::resize(double width_px, double height_px) {
    width_px_ = std::max(1.0, width_px);
    height_px_ = std::max(1.0, height_px);
}

void Camera::look_at(model::WorldPoint centre) {
    centre_ = centre;
    clamp();
}

void Camera::pan_by(double dx_px, double dy_px) {
    const double scale = pixels_per_world();
    centre_.x -= dx_px / scale;
    centre_.y -= dy_px / scale;
    clamp();
}

void Camera::zoom_at(ScreenPoint at, double steps) {
    const auto anchor = world_from_screen(at);
    zoom_ += steps;
    clamp();
    const double scale = pixels_per_world();
    centre_.x = anchor.x - (at.x - width_px_ / 2) / scale;
    centre_.y = anchor.y - (at.y - height_px_ / 2) / scale;
    clamp();
}

void Camera::fit(const WorldBounds& bounds, double margin_px) {
    if (bounds.empty()) return;
    const double width = std::max(1.0, width_px_ - 2 * margin_px), height = std::max(1.0, height_px_ - 2 * margin_px);
    const double span_x = bounds.max_x - bounds.min_x, span_y = bounds.max_y - bounds.min_y;
    centre_ = {(bounds.min_x + bounds.max_x) / 2, (bounds.min_y + bounds.max_y) / 2};
    double zoom = kFitPointZoom;
    if (span_x > 0) zoom = std::min(zoom, std::log2(width / span_x / kWorldPixelsAtZoom0));
    if (span_y > 0) zoom = std::min(zoom, std::log2(height / span_y / kWorldPixelsAtZoom0));
    zoom_ = zoom;
    clamp();
}

bool Camera::operator==(const Camera& other) const {
    return centre_.x == other.centre_.x && centre_.y == other.centre_.y && zoom_ == other.zoom_ &&
           width_px_ == other.width_px_ && height_px_ == other.height_px_;
}

void Camera::clamp() {
    zoom_ = std::isfinite(zoom_) ? std::clamp(zoom_, kMinZoom, kMaxZoom) : kMinZoom;
    centre_.x = std::isfinite(centre_.x) ? std::clamp(centre_.x, 0.0, 1.0) : 0.5;
    centre_.y = std::isfinite(centre_.y) ? std::clamp(centre_.y, 0.0, 1.0) : 0.5;
}

}  // namespace linesman::map
