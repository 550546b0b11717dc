#include "ui/map_renderer.h"

#include "map/planned_lines.h"

namespace linesman::ui {

bool MapWish::operator==(const MapWish& other) const {
    return points == other.points && planned == other.planned && camera == other.camera && scale == other.scale &&
           tiles == other.tiles && layers == other.layers && columns == other.columns && reference == other.reference &&
           heat == other.heat && accuracy == other.accuracy && grid_spacing_px == other.grid_spacing_px &&
           colours == other.colours;
}

MapRenderer::MapRenderer(std::function<void()> ready) : ready_(std::move(ready)) {}

void MapRenderer::want(const MapWish& wish) {
    if (wish == asked_) return;
    asked_ = wish;
    const std::lock_guard lock(mutex_);
    next_ = wish;
    if (working_) return;
    working_ = true;
    queue_.post([this] { render(); });
}

std::unique_ptr<MapPicture> MapRenderer::take() {
    const std::lock_guard lock(mutex_);
    return std::move(finished_);
}

bool MapRenderer::busy() const {
    const std::lock_guard lock(mutex_);
    return working_ || finished_ != nullptr;
}

void MapRenderer::render() {
    auto picture = std::make_unique<MapPicture>();
    {
        const std::lock_guard lock(mutex_);
        picture->wish = std::move(*next_);
        next_.reset();
    }
    const MapWish& wish = picture->wish;
    const map::Graticule graticule = map::graticule(wish.camera, wish.grid_spacing_px);
    map::Scene scene;
    scene.points = wish.points.get();
    scene.planned = wish.planned.get();
    scene.graticule = wish.tiles.empty() ? &graticule : nullptr;
    scene.tiles = wish.tiles;
    for (const auto& layer : wish.layers) scene.layers.push_back(layer.get());
    scene.heat = wish.heat;
    scene.accuracy = wish.accuracy;
    if (wish.columns != nullptr && wish.reference != nullptr && wish.points != nullptr) {
        if (lines_of_.first != wish.points || lines_of_.second != wish.reference) {
            lines_of_ = {wish.points, wish.reference};
            lines_ = map::lines_to_planned(*wish.points, *wish.columns, wish.reference->planned);
        }
        scene.lines = &lines_;
    }
    scene.camera = wish.camera;
    scene.scale = wish.scale;
    picture->result = raster_.draw(scene, wish.colours, picture->pixels);
    picture->bins = raster_.bins();
    picture->version = ++versions_;
    {
        const std::lock_guard lock(mutex_);
        finished_ = std::move(picture);
        working_ = next_.has_value();
        if (working_) queue_.post([this] { render(); });
    }
    if (ready_) ready_();
}

}  // namespace linesman::ui
