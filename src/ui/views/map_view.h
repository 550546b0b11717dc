// The map of the queue's captures: all of them, binned and drawn on the CPU into one texture whenever view, list or
// theme change; labels, the selected capture and what belongs to it on top.
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

namespace linesman::ui {

class MapView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void take_points(const Frame& frame);
    void take_planned(const Frame& frame);
    void take_wishes(const Frame& frame);
    void handle_mouse(const Frame& frame, Intents& intents, ImVec2 at);
    void rasterise(const Frame& frame);
    void draw_graticule_labels(const Frame& frame, ImVec2 at) const;
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
    map::Points points_;
    map::PlannedPoints planned_;
    std::shared_ptr<const model::ReferenceData> reference_;
    map::Rasteriser rasteriser_;
    map::RasterResult result_;
    map::Pixels pixels_;
    map::Graticule graticule_;
    map::Camera drawn_camera_;
    ThemeKind drawn_theme_{};
    float drawn_scale_ = 0;
    bool drawn_planned_ = false;
    uint64_t version_ = 0, points_version_ = 0, drawn_points_ = 0;
    uint64_t followed_ = 0, wishes_ = 0;
    std::optional<size_t> hovered_;  // index into points_
    bool pressed_on_map_ = false;
};

}  // namespace linesman::ui
