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

inline constexpr float kGridSpacingPx = 120;  // between lines of the graticule, at least

class MapView {
  public:
    MapView();
    void draw(const Frame& frame, Intents& intents);

  private:
    void take_points(const Frame& frame);
    void take_planned(const Frame& frame);
    void take_requests(const Frame& frame);
    void take_wishes(const Frame& frame);
    std::vector<map::TilePicture> visible_tiles(const Frame& frame, Intents& intents);
    void handle_mouse(const Frame& frame, Intents& intents, ImVec2 at);
    bool handle_drawing(const Frame& frame, Intents& intents, map::ScreenPoint cursor, bool hovered);
    void catch_in_area(Intents& intents) const;
    void draw_menu(const Frame& frame, Intents& intents);
    void draw_picture(const Frame& frame, Intents& intents, ImVec2 at, ImVec2 room);
    void draw_graticule_labels(const Frame& frame, ImVec2 at);
    void draw_boundaries(const Frame& frame, ImVec2 at) const;
    void draw_clusters(const Frame& frame, ImVec2 at);
    void draw_selected(const Frame& frame, ImVec2 at) const;
    void draw_area(const Frame& frame, ImVec2 at) const;
    void draw_nothing(const Frame& frame, ImVec2 at) const;
    void plate_at_top(const Frame& frame, std::string_view words, ImVec2 at) const;
    void draw_hover_photo(const Frame& frame, const std::string& staging_id, model::SlotMask photos) const;
    void draw_attribution(const Frame& frame, ImVec2 at) const;
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
    std::shared_ptr<const model::Coverage> coverage_;                                     // in planned_
    std::shared_ptr<const model::Columns> columns_ = std::make_shared<model::Columns>();  // that points_ are of

    // *_next: the next drag draws.
    enum class Drawing : uint8_t { none, lasso_next, lasso, box_next, box } drawing_ = Drawing::none;
    std::vector<model::WorldPoint> drawn_;
    uint64_t lasso_requests_ = 0;
    model::GeoPoint menu_at_;
    std::string go_to_text_;
    std::optional<model::WorldPoint> go_to_;
};

}  // namespace linesman::ui
