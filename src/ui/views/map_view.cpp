#define IMGUI_DEFINE_MATH_OPERATORS
#include "ui/views/map_view.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>

#include "ui/widgets.h"

namespace linesman::ui {

namespace {
constexpr double kStreetZoom = 18.5;  // the selected pole with its neighbours
constexpr float kFitMarginPx = 40;
constexpr int kCoarserBy = 3;
constexpr int64_t kMostTiles = 160;  // of one level; a screen of 4K has some 150

double grid_spacing(const Frame& frame) {
    return static_cast<double>(frame.px(kGridSpacingPx));
}

}  // namespace

MapView::MapView() : renderer_([] { glfwPostEmptyEvent(); }), picture_(std::make_unique<MapPicture>()) {}

ImVec2 MapView::on_screen(model::WorldPoint world, ImVec2 at) const {
    const auto p = camera_.screen_from_world(world);
    return {at.x + static_cast<float>(p.x), at.y + static_cast<float>(p.y)};
}

void MapView::look_at(model::WorldPoint world, double least_zoom) {
    if (camera_.zoom() < least_zoom) {
        camera_ = map::Camera(world, least_zoom, camera_.width_px(), camera_.height_px());
    } else {
        camera_.look_at(world);
    }
}

void MapView::draw(const Frame& frame, Intents& intents) {
    const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
    if (room.x < frame.px(40) || room.y < frame.px(40)) return;
    camera_.resize(std::floor(static_cast<double>(room.x)), std::floor(static_cast<double>(room.y)));
    take_points(frame);
    take_planned(frame);
    take_requests(frame);
    if (!placed_ && points_->size() > 0) {
        camera_.fit(map::typical_bounds(*points_), static_cast<double>(frame.px(kFitMarginPx)));
        placed_ = true;
    }
    take_wishes(frame);
    ImGui::InvisibleButton("map", room, ImGuiButtonFlags_MouseButtonLeft);
    handle_mouse(frame, intents, at);
    draw_menu(frame, intents);

    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(at, at + room, true);
    draw_picture(frame, intents, at, room);
    draw_graticule_labels(frame, at);
    draw_boundaries(frame, at);
    draw_clusters(frame, at);
    draw_selected(frame, at);
    draw_area(frame, at);
    draw_nothing(frame, at);
    draw_furniture(frame, intents, at);
    list.PopClipRect();
    draw_hover_card(frame);
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(room);
}

void MapView::take_points(const Frame& frame) {
    if (list_version_ == frame.list_version && columns_generation_ == frame.snapshot.generation) return;
    list_version_ = frame.list_version;
    columns_generation_ = frame.snapshot.generation;
    columns_ = std::make_shared<const model::Columns>(frame.snapshot.columns);
    points_ = std::make_shared<const map::Points>(
        frame.list == nullptr ? map::Points{} : map::collect_points(frame.snapshot.columns, frame.list->rows));
    hovered_.reset();
}

void MapView::take_planned(const Frame& frame) {
    const auto coverage = frame.state.layout.map_coverage ? frame.desk.coverage() : nullptr;
    if (reference_ == frame.snapshot.reference && coverage_ == coverage) return;
    reference_ = frame.snapshot.reference;
    coverage_ = coverage;
    auto planned = std::make_shared<map::PlannedPoints>();
    if (reference_ != nullptr) {
        for (const auto& pole : reference_->planned) planned->world.push_back(model::world_from_geo(pole.position));
        if (coverage != nullptr && coverage->states.size() == planned->world.size()) planned->states = coverage->states;
    }
    planned_ = std::move(planned);
}

void MapView::take_requests(const Frame& frame) {
    if (lasso_requests_ != frame.state.lasso_requests) {
        lasso_requests_ = frame.state.lasso_requests;
        drawing_ = Drawing::lasso_next;
        drawn_.clear();
    }
    if (drawing_ != Drawing::none && ImGui::IsKeyPressed(ImGuiKey_Escape, false)) drawing_ = Drawing::none;
    if (go_to_) {
        look_at(*go_to_, kStreetZoom);
        go_to_.reset();
    }
}

void MapView::take_wishes(const Frame& frame) {
    const size_t selected = points_->find(frame.selection.row());
    if (frame.state.layout.map_follows && followed_ != frame.selection.moves()) {
        followed_ = frame.selection.moves();
        // Follows only when the capture would be out of view: a map that jumps with every key cannot be read.
        if (selected < points_->size()) {
            const auto p = camera_.screen_from_world(points_->world(selected));
            const double margin = 24;
            const bool inside =
                p.x > margin && p.y > margin && p.x < camera_.width_px() - margin && p.y < camera_.height_px() - margin;
            if (!inside) camera_.look_at(points_->world(selected));
        }
    }
    const auto& wish = frame.state.map_wish;
    if (wishes_ == wish.count) return;
    wishes_ = wish.count;
    const map::ScreenPoint middle{camera_.width_px() / 2, camera_.height_px() / 2};
    switch (wish.kind) {
        case DeskState::MapWish::Kind::none:
            break;
        case DeskState::MapWish::Kind::capture:
            if (selected < points_->size()) look_at(points_->world(selected), kStreetZoom);
            break;
        case DeskState::MapWish::Kind::planned:
            if (frame.detail != nullptr && frame.detail->planned) {
                look_at(model::world_from_geo(frame.detail->planned->position), kStreetZoom);
            }
            break;
        case DeskState::MapWish::Kind::fit:
            camera_.fit(map::typical_bounds(*points_), static_cast<double>(frame.px(kFitMarginPx)));
            break;
        case DeskState::MapWish::Kind::zoom_in:
            camera_.zoom_at(middle, 0.5);
            break;
        case DeskState::MapWish::Kind::zoom_out:
            camera_.zoom_at(middle, -0.5);
            break;
    }
}

// The tiles under the view: the coarser level first, so that there is something while the finer one is read.
std::vector<map::TilePicture> MapView::visible_tiles(const Frame& frame, Intents& intents) {
    std::vector<map::TilePicture> tiles;
    const app::BaseMap base = frame.desk.base_map();
    if (!base.there) return tiles;
    const int fine = std::clamp(static_cast<int>(std::lround(camera_.zoom())), base.min_zoom, base.max_zoom);
    const auto view = camera_.visible();
    const int coarse = std::max(base.min_zoom, fine - kCoarserBy);
    for (int z = coarse; z <= fine; z += std::max(1, fine - coarse)) {
        const double count = std::exp2(z);
        const auto first_x = static_cast<int64_t>(std::max(0.0, view.min_x * count));
        const auto last_x = static_cast<int64_t>(std::min(count - 1, view.max_x * count));
        const auto first_y = static_cast<int64_t>(std::max(0.0, view.min_y * count));
        const auto last_y = static_cast<int64_t>(std::min(count - 1, view.max_y * count));
        if ((last_x - first_x + 1) * (last_y - first_y + 1) > kMostTiles) continue;
        for (int64_t y = first_y; y <= last_y; ++y) {
            for (int64_t x = first_x; x <= last_x; ++x) {
                const auto tile = frame.desk.tile(z, static_cast<uint32_t>(x), static_cast<uint32_t>(y));
                intents.pending |= tile.state == app::MapTile::State::loading;
                if (tile.state != app::MapTile::State::ready || tile.image == nullptr) continue;
                map::TilePicture picture;
                picture.bounds.add({static_cast<double>(x) / count, static_cast<double>(y) / count});
                picture.bounds.add({static_cast<double>(x + 1) / count, static_cast<double>(y + 1) / count});
                picture.width = tile.image->width;
                picture.height = tile.image->height;
                picture.rgba = {tile.image, tile.image->rgba.data()};
                tiles.push_back(std::move(picture));
            }
        }
    }
    return tiles;
}

// The newest picture, moved and scaled to where the camera is now.
void MapView::draw_picture(const Frame& frame, Intents& intents, ImVec2 at, ImVec2 room) {
    MapWish wish;
    wish.points = points_;
    wish.planned = frame.state.layout.map_shows_planned ? planned_ : nullptr;
    wish.tiles = visible_tiles(frame, intents);
    if (const auto layers = frame.desk.map_layers()) {
        for (const auto& layer : layers->layers) {
            if (layer.paths != nullptr) wish.layers.push_back(layer.paths);
        }
    }
    if (frame.state.layout.map_lines) {
        wish.columns = columns_;
        wish.reference = reference_;
    }
    wish.heat = frame.state.layout.map_heat;
    wish.accuracy = frame.state.layout.map_accuracy;
    wish.camera = camera_;
    wish.colours = frame.theme.map;
    wish.grid_spacing_px = grid_spacing(frame);
    wish.scale = frame.scale;
    renderer_.want(wish);
    intents.pending |= renderer_.busy();
    if (auto newest = renderer_.take()) picture_ = std::move(newest);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, at + room, frame.theme.map.ground);
    if (picture_->version == 0) return;
    const map::Camera& drawn = picture_->wish.camera;
    const ImVec2 corner = on_screen(drawn.world_from_screen({0, 0}), at);
    const ImVec2 opposite = on_screen(drawn.world_from_screen({drawn.width_px(), drawn.height_px()}), at);
    const bool same = drawn == camera_;
    const ImVec2 size{static_cast<float>(picture_->pixels.width), static_cast<float>(picture_->pixels.height)};
    const ImTextureID texture = frame.textures.map(0, picture_->version, picture_->pixels);
    picture_->pixels.data = {};
    list.AddImage(texture, same ? at : corner, same ? at + size : opposite);
}

}  // namespace linesman::ui
