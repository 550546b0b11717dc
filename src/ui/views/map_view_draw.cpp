// What is drawn over the map's picture: labels, clusters, the selected capture, the card, the furniture.
#define IMGUI_DEFINE_MATH_OPERATORS
#include "ui/views/map_view.h"

#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {
double grid_spacing(const Frame& frame) {
    return static_cast<double>(frame.px(kGridSpacingPx));
}
}  // namespace

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

// What is being drawn, or what was drawn while its captures are still selected; the area of the filter.
void MapView::draw_area(const Frame& frame, ImVec2 at) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    auto outline = [&](const auto& corners, ImU32 colour, bool closed) {
        if (corners.size() < 2) return;
        for (const auto& corner : corners) list.PathLineTo(on_screen({corner.x, corner.y}, at));
        list.PathStroke(colour, closed ? ImDrawFlags_Closed : 0, frame.px(2));
    };
    outline(drawn_, frame.theme.accent, drawing_ == Drawing::box);
    if (frame.picks.any() && drawn_.empty()) outline(frame.state.area, with_alpha(frame.theme.accent, 0.6F), true);
    outline(frame.state.filter.area, frame.theme.accent, true);
    if (drawing_ != Drawing::lasso_next) return;
    plate_at_top(frame, "Draw around captures; Escape to leave it", at);
}

// Words in the middle of the upper edge.
void MapView::plate_at_top(const Frame& frame, std::string_view words, ImVec2 at) const {
    FontScope font(frame.fonts.regular, kSmallText);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto width = static_cast<float>(camera_.width_px());
    const std::string text = shortened(words, width - frame.px(120));
    const ImVec2 corner{at.x + (width - text_width(text)) / 2, at.y + frame.px(24)};
    list.AddRectFilled({corner.x - frame.px(10), corner.y - frame.px(5)},
                       {corner.x + text_width(text) + frame.px(10), corner.y + ImGui::GetFontSize() + frame.px(5)},
                       frame.theme.raised, frame.px(6));
    list.AddText(corner, frame.theme.text, text.c_str());
}

void MapView::draw_hover_card(const Frame& frame) const {
    if (!hovered_ || *hovered_ >= points_->size() || ImGui::IsMouseDown(ImGuiMouseButton_Left)) return;
    const model::Row row = points_->row[*hovered_];
    const auto& columns = frame.snapshot.columns;
    if (row >= columns.row_count()) return;
    const model::Chunk& chunk = columns.chunk_of(row);
    const uint32_t i = row % model::kChunkRows;
    if (!ImGui::BeginTooltip()) return;
    draw_hover_photo(frame, std::string(columns.staging_id(row)), chunk.photos[i]);
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
        const std::string& account = columns.names->people.at(chunk.person[i]);
        if (!account.empty()) text_line(name_and_crew(frame.snapshot, account), frame.theme.muted);
    }
    ImGui::EndTooltip();
}

// The first photo there is.
void MapView::draw_hover_photo(const Frame& frame, const std::string& staging_id, model::SlotMask photos) const {
    for (const auto slot : model::kSlots) {
        if ((photos & model::bit(slot)) == 0) continue;
        const app::PhotoView photo = frame.desk.photo(staging_id, slot, app::PhotoSize::slot);
        const float height = frame.px(96);
        if (photo.image == nullptr || photo.image->empty()) {
            ImGui::Dummy({height * 4 / 3, height});
            return;
        }
        const ImTextureID texture = frame.textures.photo(photo.image_id, *photo.image, false);
        const float share = static_cast<float>(photo.image->width) / static_cast<float>(photo.image->height);
        if (texture != ImTextureID_Invalid) ImGui::Image(texture, {height * share, height});
        return;
    }
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
        {"planned", icon::kFlag, CommandId::map_toggle_planned, frame.state.layout.map_shows_planned},
        {"lasso", icon::kPencil, CommandId::map_lasso, drawing_ != Drawing::none},
        {"heat", icon::kAdjust, CommandId::map_toggle_heat, frame.state.layout.map_heat},
        {"lines", icon::kExchange, CommandId::map_toggle_lines, frame.state.layout.map_lines}};
    for (const auto& button : buttons) {
        if (y + side > at.y + height - frame.px(40)) break;  // no room: the keys and the menu still have them
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
    // The map is never turned: north is up.
    const ImVec2 north{left + length + frame.px(14) + text_width(bar.label) + frame.px(14), bottom};
    list.AddTriangleFilled({north.x, north.y - frame.px(12)}, {north.x - frame.px(4), north.y},
                           {north.x + frame.px(4), north.y}, frame.theme.muted);
    list.AddText({north.x + frame.px(7), bottom - ImGui::GetFontSize() + frame.px(3)}, frame.theme.muted, "N");
    if (width > frame.px(560)) draw_legend(frame, at);
    draw_attribution(frame, at);
    std::string count = with_thousands(picture_->result.visible) + " on screen";
    if (points_->without_gps > 0) count += "   " + with_thousands(points_->without_gps) + " without GPS";
    const float count_x = at.x + width - text_width(count) - frame.px(12);
    if (count_x > north.x + frame.px(30))
        list.AddText({count_x, bottom - ImGui::GetFontSize() + frame.px(3)}, frame.theme.muted, count.c_str());
}

// Who made the base map is always shown; what is wrong with it below.
void MapView::draw_attribution(const Frame& frame, ImVec2 at) const {
    const app::BaseMap base = frame.desk.base_map();
    FontScope font(frame.fonts.regular, kSmallText - 2);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    float y = at.y + frame.px(20);
    auto plate = [&](const std::string& words, ImU32 colour) {
        if (words.empty()) return;
        const std::string text = shortened(words, static_cast<float>(camera_.width_px()) - frame.px(60));
        const ImVec2 corner{at.x + frame.px(6), y};
        list.AddRectFilled({corner.x - frame.px(3), corner.y},
                           {corner.x + text_width(text) + frame.px(3), corner.y + ImGui::GetFontSize()},
                           with_alpha(frame.theme.raised, 0.8F));
        list.AddText(corner, colour, text.c_str());
        y += ImGui::GetFontSize();
    };
    if (base.there) plate(base.attribution, frame.theme.muted);
    plate(base.trouble, frame.theme.warning);
}

void MapView::draw_legend(const Frame& frame, ImVec2 at) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const map::MarkState order[] = {map::MarkState::open,    map::MarkState::warning,  map::MarkState::error,
                                    map::MarkState::held,    map::MarkState::approved, map::MarkState::rejected,
                                    map::MarkState::conflict};
    constexpr std::string_view kMissing = "Not yet captured";
    const bool coverage = frame.state.layout.map_coverage && frame.state.layout.map_shows_planned;
    float total = frame.px(10);
    for (const auto state : order) total += text_width(word_of(state)) + frame.px(30);
    if (coverage) total += text_width(kMissing) + frame.px(30);
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
    if (!coverage) return;
    const float side = frame.px(4);
    list.AddRect({x - side, y + height / 2 - side}, {x + side, y + height / 2 + side}, frame.theme.map.planned, 0, 0,
                 std::max(1.0F, frame.px(1.5F)));
    list.AddText({x + frame.px(9), y + (height - ImGui::GetFontSize()) / 2}, frame.theme.muted, kMissing.data());
}

// Nothing to show: why, and what to do about it.
void MapView::draw_nothing(const Frame& frame, ImVec2 at) const {
    if (points_->size() > 0 || frame.list == nullptr) return;
    const bool has_planned = frame.state.layout.map_shows_planned && planned_ != nullptr && !planned_->world.empty();
    std::string_view words = "No capture is in this list.";
    if (frame.snapshot.loading) {
        words = "The captures are being read.";
    } else if (points_->without_gps > 0) {
        words = "No capture of this list has a GPS position.";
    } else if (frame.commands.has_filter) {
        words = "No capture passes the filter.";
    } else if (has_planned) {
        words = "No capture is in this list; these are the planned poles.";
    }
    plate_at_top(frame, words, at);
}

}  // namespace linesman::ui
