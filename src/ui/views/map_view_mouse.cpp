// The map's mouse: dragging, zooming, choosing, drawing around captures, the menu of a place.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "map/graticule.h"
#include "map/tuning.h"
#include "model/lasso.h"
#include "ui/views/map_view.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

constexpr float kClusterMarginPx = 40;
constexpr float kLassoStepPx = 4;  // corners closer together than this add nothing to see

// "26°22'19.2\"S 27°47'31.2\"E"
std::string degrees_minutes_seconds(model::GeoPoint point) {
    auto part = [](double value, char positive, char negative) {
        const char side = value < 0 ? negative : positive;
        const auto tenths = static_cast<int64_t>(std::llround(std::abs(value) * 36'000));
        char text[48];
        std::snprintf(text, sizeof text, "%lld°%02lld'%02lld.%lld\"%c", static_cast<long long>(tenths / 36'000),
                      static_cast<long long>(tenths / 600 % 60), static_cast<long long>(tenths / 10 % 60),
                      static_cast<long long>(tenths % 10), side);
        return std::string(text);
    };
    return part(point.latitude, 'N', 'S') + " " + part(point.longitude, 'E', 'W');
}

}  // namespace

void MapView::handle_mouse(const Frame& frame, Intents& intents, ImVec2 at) {
    const ImGuiIO& io = ImGui::GetIO();
    const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
    const map::ScreenPoint cursor{static_cast<double>(io.MousePos.x - at.x), static_cast<double>(io.MousePos.y - at.y)};
    if (handle_drawing(frame, intents, cursor, hovered)) return;
    if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
        menu_at_ = model::geo_from_world(camera_.world_from_screen(cursor));
        go_to_text_.clear();
        ImGui::OpenPopup("map menu");
    }
    if (hovered && io.MouseWheel != 0) camera_.zoom_at(cursor, static_cast<double>(io.MouseWheel) * 0.5);
    if (active && ImGui::IsMouseDragging(ImGuiMouseButton_Left, frame.px(3))) {
        camera_.pan_by(static_cast<double>(io.MouseDelta.x), static_cast<double>(io.MouseDelta.y));
        ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
        pressed_on_map_ = false;
    }
    if (ImGui::IsItemActivated()) pressed_on_map_ = true;
    hovered_.reset();
    if (!hovered) return;
    const bool current = picture_->wish.camera == camera_ && picture_->wish.points == points_;
    const map::Bins* bins = current ? &picture_->bins : nullptr;
    hovered_ = map::pick_point(*points_, camera_, bins, cursor, map::kPickRadiusPx * static_cast<double>(frame.scale));
    if (!pressed_on_map_ || !ImGui::IsItemDeactivated()) return;
    pressed_on_map_ = false;
    for (const auto& cluster : picture_->result.clusters) {
        const auto p = camera_.screen_from_world(cluster.centre);
        if (cluster.count < 2 || std::abs(p.x - cursor.x) > static_cast<double>(frame.px(22)) ||
            std::abs(p.y - cursor.y) > static_cast<double>(frame.px(13))) {
            continue;
        }
        camera_.fit(cluster.bounds, static_cast<double>(frame.px(kClusterMarginPx)));
        return;
    }
    if (hovered_) intents.select = points_->row[*hovered_];
}

// Lasso (after L) and box (Shift and drag). True while one is drawn: the map does not move then.
bool MapView::handle_drawing(const Frame& frame, Intents& intents, map::ScreenPoint cursor, bool hovered) {
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::IsItemActivated() && drawing_ == Drawing::none && io.KeyShift) drawing_ = Drawing::box_next;
    if (drawing_ == Drawing::none) return false;
    if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    const bool box = drawing_ == Drawing::box_next || drawing_ == Drawing::box;
    if (ImGui::IsItemActivated()) {
        drawing_ = box ? Drawing::box : Drawing::lasso;
        drawn_ = {camera_.world_from_screen(cursor)};
    }
    if (drawing_ != Drawing::box && drawing_ != Drawing::lasso) return true;
    const model::WorldPoint here = camera_.world_from_screen(cursor);
    if (ImGui::IsItemActive()) {
        if (box) {
            const model::WorldPoint first = drawn_[0];
            drawn_ = {first, {here.x, first.y}, here, {first.x, here.y}};
        } else {
            const auto last = camera_.screen_from_world(drawn_.back());
            if (std::hypot(last.x - cursor.x, last.y - cursor.y) >= static_cast<double>(frame.px(kLassoStepPx)))
                drawn_.push_back(here);
        }
        return true;
    }
    drawing_ = Drawing::none;
    if (drawn_.size() >= 3) catch_in_area(intents);
    drawn_.clear();
    return true;
}

void MapView::catch_in_area(Intents& intents) const {
    Intents::Lassoed caught;
    for (const auto& corner : drawn_) caught.area.push_back({corner.x, corner.y});
    const model::Lasso lasso(caught.area);
    for (size_t i = 0; i < points_->size(); ++i) {
        const uint32_t x = points_->x[i], y = points_->y[i];
        if (x < lasso.min_x() || x > lasso.max_x() || y < lasso.min_y() || y > lasso.max_y()) continue;
        if (lasso.contains(x, y)) caught.rows.push_back(points_->row[i]);
    }
    intents.lassoed = std::move(caught);
}

// Right click: the place under the cursor in the usual forms, and another one to go to.
void MapView::draw_menu(const Frame& frame, Intents& intents) {
    if (!ImGui::BeginPopup("map menu")) return;
    char uri[64];
    std::snprintf(uri, sizeof uri, "geo:%.6f,%.6f", menu_at_.latitude, menu_at_.longitude);
    section(frame, "COPY THIS PLACE");
    for (const std::string& text : {position_to_text(menu_at_), degrees_minutes_seconds(menu_at_), std::string(uri)}) {
        if (ImGui::Selectable(text.c_str())) intents.copy_text = text;
    }
    ImGui::Separator();
    section(frame, "GO TO");
    ImGui::SetNextItemWidth(frame.px(230));
    const bool entered = input_text("##place", "-26.3721, 27.7912", go_to_text_, ImGuiInputTextFlags_EnterReturnsTrue);
    if (entered) {
        if (const auto place = position_from_text(go_to_text_)) {
            go_to_ = model::world_from_geo(*place);
            ImGui::CloseCurrentPopup();
        }
    }
    if (!go_to_text_.empty() && !position_from_text(go_to_text_))
        text_line("Latitude, then longitude, in degrees.", frame.theme.warning);
    ImGui::Separator();
    for (const auto id : {CommandId::map_fit, CommandId::map_lasso, CommandId::map_toggle_lines,
                          CommandId::map_toggle_accuracy, CommandId::map_toggle_heat, CommandId::coverage_show}) {
        const std::string title(command(id).title);
        if (ImGui::MenuItem(title.c_str(), frame.keymap.first_label(id).c_str())) intents.run(id);
    }
    ImGui::EndPopup();
}

}  // namespace linesman::ui
