// The map of the queue's captures: all of them, binned and drawn on the CPU into one texture whenever view, list or
// theme change (ui/map_renderer.h); labels, the selected capture and what belongs to it on top.
#pragma once

#include <memory>

#include "map/binning.h"
#include "map/camera.h"
#include "map/graticule.h"
#include "map/pick.h"
#include "map/points.h"
#include "map/rasteriser.h"
#include "ui/frame.h"
#include "ui/intents.h"
#include "ui/map_renderer.h"

namespace linesman::ui {

class MapView {
  public:
    MapView();
    void draw(const Frame& frame, Intents& intents);

  private:
    void take_points(const Frame& frame);
    void take_planned(const Frame& frame);
    void take_wishes(const Frame& frame);
    void handle_mouse(const Frame& frame, Intents& intents, ImVec2 at);
    void draw_picture(const Frame& frame, Intents& intents, ImVec2 at, ImVec2 room);
    void draw_graticule_labels(const Frame& frame, ImVec2 at);
    void draw_boundaries(const Frame& frame, ImVec2 at) const;
    void draw_clusters(const Frame& frame, ImVec2 at);
    void draw_selected(const Frame& frame, ImVec2 at) const;
    void draw_hover_card(const Frame& frame) const;
    void draw_furniture(const Frame& frame, Intents& intents, ImVec2 at);
    void draw_legend(const Frame& frame, ImVec2 at) const;
    ImVec2 on_screen(model::WorldPoint world, ImVec2 at) const;
    void look_at(model::WorldPoint world, double least_zoom);

    // South Africa, until there is something to show.
    map::Camera camera_{model::world_from_geo({-29.0, 25.0}), 4.5, 1, 1};
    bool placed_ = false;  // the first list with positions has been fitted
    uint64_t list_version_ = 0, columns_generation_ = 0;
    std::shared_ptr<const map::Points> points_ = std::make_shared<map::Points>();
    std::shared_ptr<const map::PlannedPoints> planned_;
    std::shared_ptr<const model::ReferenceData> reference_;
    MapRenderer renderer_;
    std::unique_ptr<MapPicture> picture_;  // never nullptr; its pixels are in the texture
    map::Graticule graticule_;             // of camera_
    map::Camera graticule_camera_;
    uint64_t followed_ = 0, wishes_ = 0;
    std::optional<size_t> hovered_;  // index into *points_
    bool pressed_on_map_ = false;
};

}  // namespace linesman::ui
