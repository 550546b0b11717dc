#define IMGUI_DEFINE_MATH_OPERATORS
#include "ui/views/map_view.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>

#include "map/tuning.h"
#include "ui/icons.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {
constexpr double kStreetZoom = 18.5;  // the selected pole with its neighbours
constexpr float kFitMarginPx = 40;

double grid_spacing(const Frame& frame) {
    return static_cast<double>(frame.px(120));
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
    if (!placed_ && points_->size() > 0) {
        camera_.fit(map::typical_bounds(*points_), static_cast<double>(frame.px(kFitMarginPx)));
        placed_ = true;
    }
    take_wishes(frame);
    ImGui::InvisibleButton("map", room, ImGuiButtonFlags_MouseButtonLeft);
    handle_mouse(frame, intents, at);

    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(at, at + room, true);
    draw_picture(frame, intents, at, room);
    draw_graticule_labels(frame, at);
    draw_boundaries(frame, at);
    draw_clusters(frame, at);
    draw_selected(frame, at);
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
    points_ = std::make_shared<const map::Points>(
        frame.list == nullptr ? map::Points{} : map::collect_points(frame.snapshot.columns, frame.list->rows));
    hovered_.reset();
}

void MapView::take_planned(const Frame& frame) {
    if (reference_ == frame.snapshot.reference) return;
    reference_ = frame.snapshot.reference;
    auto planned = std::make_shared<map::PlannedPoints>();
    if (reference_ != nullptr) {
        for (const auto& pole : reference_->planned) planned->world.push_back(model::world_from_geo(pole.position));
    }
    planned_ = std::move(planned);
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

void MapView::handle_mouse(const Frame& frame, Intents& intents, ImVec2 at) {
    const ImGuiIO& io = ImGui::GetIO();
    const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
    const map::ScreenPoint cursor{static_cast<double>(io.MousePos.x - at.x), static_cast<double>(io.MousePos.y - at.y)};
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
        camera_.fit(cluster.bounds, static_cast<double>(frame.px(kFitMarginPx)));
        return;
    }
    if (hovered_) intents.select = points_->row[*hovered_];
}

// The newest picture, moved and scaled to where the camera is now.
void MapView::draw_picture(const Frame& frame, Intents& intents, ImVec2 at, ImVec2 room) {
    MapWish wish;
    wish.points = points_;
    wish.planned = frame.state.layout.map_shows_planned ? planned_ : nullptr;
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

void MapView::draw_graticule_labels(const Frame& frame, ImVec2 at) {
    if (graticule_camera_ != camera_) {
        graticule_camera_ = camera_;
        graticule_ = map::graticule(camera_, grid_spacing(frame));
    }
    FontScope font(frame.fonts.regular, kSmallText - 2);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = with_alpha(frame.theme.faint, 0.9F);
    const float top = at.y + frame.px(3);
    for (const auto& line : graticule_.meridians) {
        const float x = at.x + static_cast<float>(line.at_px) + frame.px(4);
        if (x + text_width(line.label) > at.x + static_cast<float>(camera_.width_px()) - frame.px(44)) continue;
        if (line.at_px < static_cast<double>(frame.px(80))) continue;
        list.AddText({x, top}, colour, line.label.c_str());
    }
    for (const auto& line : graticule_.parallels) {
        if (line.at_px > camera_.height_px() - static_cast<double>(frame.px(60)) ||
            line.at_px < static_cast<double>(frame.px(30)))
            continue;
        list.AddText({at.x + frame.px(4), at.y + static_cast<float>(line.at_px) + frame.px(2)}, colour,
                     line.label.c_str());
    }
}

void MapView::draw_boundaries(const Frame& frame, ImVec2 at) const {
    if (frame.snapshot.reference == nullptr) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (const auto& project : frame.snapshot.reference->projects) {
        for (const auto& polygon : project.boundary.polygons) {
            for (const auto& ring : polygon.rings) {
                for (const auto& point : ring) list.PathLineTo(on_screen(model::world_from_geo(point), at));
                list.PathStroke(with_alpha(frame.theme.accent, 0.45F), ImDrawFlags_Closed, frame.px(1.5F));
            }
        }
    }
}

void MapView::draw_clusters(const Frame& frame, ImVec2 at) {
    FontScope font(frame.fonts.bold, kSmallText - 1);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (const auto& cluster : picture_->result.clusters) {
        if (cluster.count < 10) continue;
        const ImVec2 centre = on_screen(cluster.centre, at);
        const std::string count = short_count(cluster.count);
        const float height = frame.px(22), width = text_width(count) + frame.px(30);
        const ImVec2 a{std::floor(centre.x - width / 2), std::floor(centre.y - height / 2)};
        const ImVec2 b{a.x + width, a.y + height};
        list.AddRectFilled(a, b, with_alpha(frame.theme.raised, 0.92F), height / 2);
        list.AddRect(a, b, frame.theme.of(cluster.worst), height / 2, 0, std::max(1.0F, frame.px(1.25F)));
        draw_mark(list, {a.x + frame.px(12), a.y + height / 2}, frame.px(4.5F), cluster.worst, frame.theme);
        list.AddText({a.x + frame.px(21), std::floor(a.y + (height - ImGui::GetFontSize()) / 2)}, frame.theme.text,
                     count.c_str());
    }
}

void MapView::draw_selected(const Frame& frame, ImVec2 at) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (hovered_ && *hovered_ < points_->size()) {
        list.AddCircle(on_screen(points_->world(*hovered_), at), frame.px(10), frame.theme.text, 0, frame.px(1.5F));
    }
    const app::CaptureDetail* detail = frame.detail;
    const size_t index = points_->find(frame.selection.row());
    std::optional<model::WorldPoint> world;
    if (index < points_->size()) {
        world = points_->world(index);
    } else if (detail != nullptr && detail->capture.gps) {
        world = model::world_from_geo(*detail->capture.gps);
    }
    if (!world) return;
    const ImVec2 centre = on_screen(*world, at);
    if (detail != nullptr && detail->capture.gps_accuracy_m) {
        const auto radius = static_cast<float>(*detail->capture.gps_accuracy_m / camera_.metres_per_pixel());
        if (radius > frame.px(8) && radius < 20'000) {
            list.AddCircleFilled(centre, radius, with_alpha(frame.theme.accent, 0.10F), 0);
            list.AddCircle(centre, radius, with_alpha(frame.theme.accent, 0.6F), 0, std::max(1.0F, frame.scale));
        }
    }
    if (detail != nullptr && detail->planned) {
        const ImVec2 planned = on_screen(model::world_from_geo(detail->planned->position), at);
        list.AddLine(centre, planned, with_alpha(frame.theme.text, 0.7F), frame.px(1.5F));
        list.AddCircle(planned, frame.px(6), frame.theme.text, 0, frame.px(1.5F));
        list.AddCircleFilled(planned, frame.px(1.5F), frame.theme.text);
        const float dx = planned.x - centre.x, dy = planned.y - centre.y;
        if (detail->planned_distance_m >= 0 && dx * dx + dy * dy > frame.px(70) * frame.px(70)) {
            FontScope font(frame.fonts.regular, kSmallText - 1);
            const std::string text = metres(detail->planned_distance_m);
            const ImVec2 middle{(centre.x + planned.x) / 2 - text_width(text) / 2,
                                (centre.y + planned.y) / 2 - ImGui::GetFontSize() / 2};
            list.AddRectFilled({middle.x - frame.px(4), middle.y},
                               {middle.x + text_width(text) + frame.px(4), middle.y + ImGui::GetFontSize()},
                               with_alpha(frame.theme.raised, 0.95F), frame.px(4));
            list.AddText(middle, frame.theme.text, text.c_str());
        }
    }
    list.AddCircle(centre, frame.px(11), frame.theme.map.outline, 0, frame.px(4));
    list.AddCircle(centre, frame.px(11), frame.theme.accent, 0, frame.px(2.5F));
}

void MapView::draw_hover_card(const Frame& frame) const {
    if (!hovered_ || *hovered_ >= points_->size() || ImGui::IsMouseDown(ImGuiMouseButton_Left)) return;
    const model::Row row = points_->row[*hovered_];
    const auto& columns = frame.snapshot.columns;
    if (row >= columns.row_count()) return;
    const model::Chunk& chunk = columns.chunk_of(row);
    const uint32_t i = row % model::kChunkRows;
    if (!ImGui::BeginTooltip()) return;
    const auto mark = points_->state[*hovered_];
    const ImVec2 cursor = ImGui::GetCursorScreenPos();
    draw_mark(*ImGui::GetWindowDrawList(), {cursor.x + frame.px(6), cursor.y + ImGui::GetFontSize() / 2},
              frame.px(5.5F), mark, frame.theme);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + frame.px(20));
    const std::string_view number = columns.pole_number(row);
    {
        FontScope font(frame.fonts.bold, kBodyText);
        text_line(number.empty() ? std::string_view("No number") : number, frame.theme.text);
    }
    {
        FontScope font(frame.fonts.regular, kSmallText);
        std::string words(word_of(mark));
        words += "   " + std::to_string(photo_count(chunk.photos[i])) + "/6 photos   sent " +
                 age_of(chunk.submitted_at[i], frame.now);
        text_line(words, frame.theme.muted);
        const std::string& crew = columns.names->people.at(chunk.person[i]);
        if (!crew.empty()) text_line(crew, frame.theme.muted);
    }
    ImGui::EndTooltip();
}

void MapView::draw_furniture(const Frame& frame, Intents& intents, ImVec2 at) {
    const auto width = static_cast<float>(camera_.width_px()), height = static_cast<float>(camera_.height_px());
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float side = frame.px(30), x = at.x + width - side - frame.px(8);
    float y = at.y + frame.px(8);
    struct Button {
        const char* id;
        const char* icon;
        CommandId command;
        bool active;
    };
    const Button buttons[] = {
        {"fit", icon::kExpand, CommandId::map_fit, false},
        {"follow", icon::kCrosshairs, CommandId::map_follow, frame.state.layout.map_follows},
        {"planned", icon::kFlag, CommandId::map_toggle_planned, frame.state.layout.map_shows_planned}};
    for (const auto& button : buttons) {
        list.AddRectFilled({x, y}, {x + side, y + side}, with_alpha(frame.theme.raised, 0.9F), frame.px(6));
        ImGui::SetCursorScreenPos({x, y});
        const std::string words =
            std::string(command(button.command).title) + "   " + frame.keymap.first_label(button.command);
        if (icon_button(frame, button.id, button.icon, words, button.active)) intents.run(button.command);
        y += side + frame.px(4);
    }
    FontScope font(frame.fonts.regular, kSmallText - 1);
    const auto bar = map::scale_bar(camera_, static_cast<double>(std::min(width * 0.3F, frame.px(140))));
    const float bottom = at.y + height - frame.px(12), left = at.x + frame.px(12);
    const auto length = static_cast<float>(bar.length_px);
    list.AddLine({left, bottom}, {left + length, bottom}, frame.theme.muted, frame.px(2));
    list.AddLine({left, bottom - frame.px(5)}, {left, bottom}, frame.theme.muted, frame.px(2));
    list.AddLine({left + length, bottom - frame.px(5)}, {left + length, bottom}, frame.theme.muted, frame.px(2));
    list.AddText({left + length + frame.px(8), bottom - ImGui::GetFontSize() + frame.px(3)}, frame.theme.muted,
                 bar.label.c_str());
    if (width > frame.px(560)) draw_legend(frame, at);
    std::string count = with_thousands(picture_->result.visible) + " on screen";
    if (points_->without_gps > 0) count += "   " + with_thousands(points_->without_gps) + " without GPS";
    const float count_x = at.x + width - text_width(count) - frame.px(12);
    if (count_x > left + length + frame.px(80))
        list.AddText({count_x, bottom - ImGui::GetFontSize() + frame.px(3)}, frame.theme.muted, count.c_str());
}

void MapView::draw_legend(const Frame& frame, ImVec2 at) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const map::MarkState order[] = {map::MarkState::open,    map::MarkState::warning,  map::MarkState::error,
                                    map::MarkState::held,    map::MarkState::approved, map::MarkState::rejected,
                                    map::MarkState::conflict};
    float total = frame.px(10);
    for (const auto state : order) total += text_width(word_of(state)) + frame.px(30);
    float x = at.x + static_cast<float>(camera_.width_px()) / 2 - total / 2;
    const float height = frame.px(26), y = at.y + static_cast<float>(camera_.height_px()) - height - frame.px(34);
    list.AddRectFilled({x, y}, {x + total, y + height}, with_alpha(frame.theme.raised, 0.92F), height / 2);
    x += frame.px(16);
    for (const auto state : order) {
        draw_mark(list, {x, y + height / 2}, frame.px(5), state, frame.theme);
        list.AddText({x + frame.px(9), y + (height - ImGui::GetFontSize()) / 2}, frame.theme.muted,
                     word_of(state).data());
        x += text_width(word_of(state)) + frame.px(30);
    }
}

}  // namespace linesman::ui
