#define IMGUI_DEFINE_MATH_OPERATORS
#include "ui/views/photo_view.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

constexpr float kCaptionPx = 24;
// Below this height of the view the six slots keep only their names, so that the photo has the rest.
constexpr float kLowViewPx = 300, kLabelsPx = 28;

// Corners of the texture for the four corners of the drawn rectangle, turned by quarters to the right.
void add_turned(ImDrawList& list, ImTextureID texture, ImVec2 a, ImVec2 b, int turns) {
    const ImVec2 uv[4] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    auto corner = [&](int i) { return uv[static_cast<size_t>((i - turns % 4 + 8) % 4)]; };
    list.AddImageQuad(texture, a, {b.x, a.y}, b, {a.x, b.y}, corner(0), corner(1), corner(2), corner(3));
}

struct StateWords {
    const char* icon;
    const char* headline;
    std::string words;
};

StateWords words_of(const app::PhotoView& photo) {
    switch (photo.state) {
        case app::PhotoState::absent:
            return {icon::kCamera, "No photo in this slot",
                    "The phone sent none. Reject with \"Photo missing\" if it is needed."};
        case app::PhotoState::lost:
            return {icon::kUnlink, "This photo never arrived",
                    "The phone holds it, but it was lost on the way. The crew can send it again from the phone."};
        case app::PhotoState::loading:
            return {icon::kHourglass, "Loading", photo.why.empty() ? "The photo is being fetched." : photo.why};
        case app::PhotoState::failed:
            return {icon::kWarning, "The photo could not be shown", photo.why};
        case app::PhotoState::ready:
            break;
    }
    return {icon::kPicture, "", ""};
}

}  // namespace

PhotoView::PhotoView() : tone_([] { glfwPostEmptyEvent(); }) {}

void PhotoView::draw(const Frame& frame, Intents& intents) {
    const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
    if (!frame.selection.any()) {
        const bool empty = frame.list != nullptr && frame.list->rows.empty() && frame.snapshot.columns.row_count() > 0;
        model::Filter bare;
        bare.scope = frame.list ? frame.list->filter.scope : bare.scope;
        if (empty && !(frame.list->filter == bare)) {
            empty_state(frame, intents, icon::kSearch, "No capture passes the filter",
                        "Change the search, or clear it to see the whole list.", CommandId::queue_clear_filters);
            return;
        }
        const bool done = empty;
        empty_state(frame, intents, done ? icon::kCheckCircle : icon::kPicture,
                    done ? "Nothing left to judge" : "No capture selected",
                    done ? "Every capture of this list is decided. U takes the last decision back."
                         : "Choose a capture in the queue to see its photos.");
        return;
    }
    const bool low = room.y < frame.px(kLowViewPx);
    const float strip = std::floor(low ? frame.px(kLabelsPx) : std::clamp(room.y * 0.17F, frame.px(64), frame.px(118)));
    const float caption = std::floor(frame.px(kCaptionPx));
    const ImVec2 stage{room.x, room.y - strip - caption};
    const auto& compare = frame.state.compare;
    const std::string& here = frame.selection.staging_id();
    if (compare.on) {
        const bool other = !compare.capture.empty();
        const ImVec2 half{std::floor((stage.x - frame.px(4)) / 2), stage.y};
        draw_stage(frame, intents, {other ? compare.capture : here, other ? frame.state.slot : compare.slot, 1},
                   {at.x + half.x + frame.px(4), at.y}, half);
        draw_stage(frame, intents, {here, frame.state.slot, 0}, at, half);
    } else {
        draw_stage(frame, intents, {here, frame.state.slot, 0}, at, stage);
    }
    draw_strip(frame, intents, {at.x, at.y + stage.y + caption}, {room.x, strip});
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(room);
}

void PhotoView::draw_stage(const Frame& frame, Intents& intents, const Shown& shown, ImVec2 at, ImVec2 size) {
    stage_at_ = at;
    stage_size_ = size;
    if (size.x < 8 || size.y < 8) return;
    ImGui::SetCursorScreenPos(at);
    ImGui::PushID(shown.place);
    ImGui::InvisibleButton("stage", size);
    ImGui::PopID();
    const bool hovered = ImGui::IsItemHovered(), dragged = ImGui::IsItemActive();
    app::PhotoView photo = frame.desk.photo(shown.staging_id, shown.slot, app::PhotoSize::slot);
    if (photo.image == nullptr || photo.image->empty()) {
        draw_words(frame, intents, photo, at, size);
        draw_caption(frame, shown, photo, at, size);
        intents.photo_presented |= photo.state != app::PhotoState::loading && shown.place == 0;
        return;
    }
    PhotoPose pose = frame.state.pose;
    const auto known_width = static_cast<float>(photo.full_width > 0 ? photo.full_width : photo.image->width);
    const auto known_height = static_cast<float>(photo.full_height > 0 ? photo.full_height : photo.image->height);
    pose.set_photo(known_width, known_height);
    const PoseBox box{size.x, size.y};
    const ImGuiIO& io = ImGui::GetIO();
    if (hovered && io.MouseWheel != 0) {
        pose.zoom_at(box, io.MousePos.x - at.x, io.MousePos.y - at.y, io.MouseWheel);
        intents.pose = pose;
    }
    if (dragged && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) {
        pose.drag(box, io.MouseDelta.x, io.MouseDelta.y);
        intents.pose = pose;
    }
    if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) intents.run(CommandId::photo_one_to_one);
    if (dragged && !pose.fitted()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
    // The slot-sized image is enough until it would be enlarged.
    const PlacedPhoto placed = pose.place(box);
    const float drawn = std::max(placed.width, placed.height);
    if (drawn > static_cast<float>(std::max(photo.image->width, photo.image->height)) * 1.05F) {
        const app::PhotoView full = frame.desk.photo(shown.staging_id, shown.slot, app::PhotoSize::full);
        if (full.image != nullptr && !full.image->empty()) photo = full;
    }
    draw_picture(frame, intents, shown, photo, at, size);
}

void PhotoView::draw_picture(const Frame& frame, Intents& intents, const Shown& shown, const app::PhotoView& photo,
                             ImVec2 at, ImVec2 size) {
    PhotoPose pose = intents.pose.value_or(frame.state.pose);
    pose.set_photo(static_cast<float>(photo.full_width > 0 ? photo.full_width : photo.image->width),
                   static_cast<float>(photo.full_height > 0 ? photo.full_height : photo.image->height));
    const PlacedPhoto placed = pose.place({size.x, size.y});
    const auto toned = frame.state.contrast ? tone_.of(photo.image_id, photo.image) : nullptr;
    intents.pending |= frame.state.contrast && toned == nullptr;
    const ImTextureID texture = toned != nullptr ? frame.textures.photo(toned_id(photo.image_id), *toned, true)
                                                 : frame.textures.photo(photo.image_id, *photo.image, true);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(at, at + size, true);
    const ImVec2 a{std::floor(at.x + placed.x), std::floor(at.y + placed.y)};
    const ImVec2 b{std::floor(a.x + placed.width), std::floor(a.y + placed.height)};
    if (texture != ImTextureID_Invalid) add_turned(list, texture, a, b, pose.quarter_turns());
    intents.photo_presented |= texture != ImTextureID_Invalid && shown.place == 0;
    list.PopClipRect();
    draw_caption(frame, shown, photo, at, size);
    if (shown.staging_id == frame.selection.staging_id() && photo.state == app::PhotoState::ready &&
        frame.state.overlay == Overlay::none) {
        const float longest = std::max(std::min(placed.width, size.x), std::min(placed.height, size.y));
        intents.shown.push_back({shown.slot, photo.md5, static_cast<uint32_t>(longest)});
    }
}

void PhotoView::draw_caption(const Frame& frame, const Shown& shown, const app::PhotoView& photo, ImVec2 at,
                             ImVec2 size) const {
    FontScope font(frame.fonts.regular, kSmallText - 1);
    const std::string slot = title_of(shown.slot);
    std::string words;
    if (shown.staging_id != frame.selection.staging_id()) {
        const auto other = frame.desk.detail(shown.staging_id);
        const std::string number = other != nullptr ? other->capture.pole_number : std::string();
        words += (number.empty() ? shown.staging_id : number) + "   ";
    }
    if (frame.state.contrast) words += "more contrast   ";
    if (photo.image != nullptr) {
        words += photo.taken_at ? "taken " + base::format_local(*photo.taken_at, kSouthAfricaOffsetMinutes)
                                : std::string("time unknown");
    }
    if (photo.damaged) words += "   cut short";
    if (photo.state == app::PhotoState::loading) words += words.empty() ? "loading" : "   loading";
    PhotoPose pose = frame.state.pose;
    pose.set_photo(static_cast<float>(photo.full_width), static_cast<float>(photo.full_height));
    char right[64] = "";
    if (photo.full_width > 0 && photo.image != nullptr) {
        const float percent = pose.scale({stage_size_.x, stage_size_.y}) * 100;
        std::snprintf(right, sizeof right, "%d × %d   %.0f %%", photo.full_width, photo.full_height,
                      static_cast<double>(percent));
    }
    const float pad = frame.px(10), y = std::floor(at.y + size.y + (frame.px(kCaptionPx) - ImGui::GetFontSize()) / 2);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddText({at.x + pad, y}, frame.theme.text, slot.c_str());
    const float x = at.x + pad + text_width(slot) + frame.px(12);
    words = shortened(words, at.x + size.x - pad - x);
    list.AddText({x, y}, frame.theme.muted, words.c_str());
    const float right_x = at.x + size.x - text_width(right) - pad;
    if (right[0] != 0 && right_x > x + text_width(words) + pad) list.AddText({right_x, y}, frame.theme.muted, right);
}

void PhotoView::draw_words(const Frame& frame, Intents& intents, const app::PhotoView& photo, ImVec2 at,
                           ImVec2 size) const {
    const StateWords words = words_of(photo);
    ImGui::SetCursorScreenPos(at);
    ImGui::PushID(static_cast<int>(at.x));
    ImGui::BeginChild("words", size, 0, ImGuiWindowFlags_NoInputs | ImGuiWindowFlags_NoScrollbar);
    empty_state(frame, intents, words.icon, words.headline, words.words);
    ImGui::EndChild();
    ImGui::PopID();
}

void PhotoView::draw_strip(const Frame& frame, Intents& intents, ImVec2 at, ImVec2 size) {
    const bool low = size.y <= frame.px(kLabelsPx);
    const float gap = frame.px(6), pad = frame.px(low ? 2 : 8);
    const float most = low ? frame.px(110) : (size.y - pad * 2) * 1.5F;
    const float width = std::min((size.x - frame.px(16) - gap * 5) / 6, most);
    const float total = width * 6 + gap * 5;
    float x = at.x + std::max(frame.px(8), (size.x - total) / 2);
    for (size_t i = 0; i < model::kSlotCount; ++i) {
        draw_thumbnail(frame, intents, i, {std::floor(x), at.y + pad}, {std::floor(width), size.y - pad * 2});
        x += width + gap;
    }
}

void PhotoView::draw_thumbnail(const Frame& frame, Intents& intents, size_t index, ImVec2 at, ImVec2 size) {
    const model::Slot slot = model::kSlots[index];
    const app::PhotoView photo = frame.desk.photo(frame.selection.staging_id(), slot, app::PhotoSize::slot);
    const Theme& theme = frame.theme;
    const bool active = frame.state.slot == slot || (frame.state.compare.on && frame.state.compare.capture.empty() &&
                                                     frame.state.compare.slot == slot);
    ImGui::SetCursorScreenPos(at);
    ImGui::PushID(static_cast<int>(index));
    const bool beside = frame.state.compare.on && frame.state.compare.capture.empty();
    if (ImGui::InvisibleButton("slot", size))
        (beside && ImGui::GetIO().KeyShift ? intents.compare_slot : intents.slot) = slot;
    ImGui::PopID();
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float label = frame.px(20);
    const ImVec2 picture{size.x, size.y - label};
    if (picture.y < frame.px(12)) {
        if (active || hovered) list.AddRectFilled(at, at + size, active ? theme.accent_soft : theme.hover, frame.px(4));
        draw_label(frame, photo, index, active, {at.x, at.y + (size.y - label) / 2}, size.x);
        return;
    }
    list.AddRectFilled(at, at + picture, theme.hover, frame.px(4));
    const bool has_image = photo.image != nullptr && !photo.image->empty();
    const ImTextureID texture =
        has_image ? frame.textures.photo(photo.image_id, *photo.image, true) : ImTextureID_Invalid;
    if (texture != ImTextureID_Invalid) {
        // Fills the box: the longer side is cut evenly.
        const float want = picture.x / picture.y;
        const float have = static_cast<float>(photo.image->width) / static_cast<float>(photo.image->height);
        ImVec2 uv0{0, 0}, uv1{1, 1};
        if (have > want) {
            uv0.x = (1 - want / have) / 2, uv1.x = 1 - uv0.x;
        } else {
            uv0.y = (1 - have / want) / 2, uv1.y = 1 - uv0.y;
        }
        list.AddImageRounded(texture, at, at + picture, uv0, uv1, IM_COL32_WHITE, frame.px(4));
    } else {
        const StateWords words = words_of(photo);
        const ImU32 colour = photo.state == app::PhotoState::failed || photo.state == app::PhotoState::lost
                                 ? theme.warning
                                 : theme.faint;
        const char* text = frame.fonts.has_icons ? words.icon : "–";
        list.AddText({std::floor(at.x + (picture.x - text_width(text)) / 2),
                      std::floor(at.y + (picture.y - ImGui::GetFontSize()) / 2)},
                     colour, text);
        if (hovered) tooltip(std::string(words.headline) + ". " + words.words);
    }
    const float line = std::max(1.0F, frame.px(2));
    if (active) {
        list.AddRect(at, at + picture, theme.accent, frame.px(4), 0, line);
    } else if (hovered) {
        list.AddRect(at, at + picture, theme.line_strong, frame.px(4), 0, line);
    }
    draw_label(frame, photo, index, active, {at.x, at.y + picture.y}, size.x);
}

// Number and name of a slot, and whether its photo was seen, is missing or broken.
void PhotoView::draw_label(const Frame& frame, const app::PhotoView& photo, size_t index, bool active, ImVec2 at,
                           float width) const {
    FontScope font(frame.fonts.regular, kSmallText - 1);
    const model::Slot slot = model::kSlots[index];
    const Theme& theme = frame.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = at.y + frame.px(2);
    const bool broken = photo.state == app::PhotoState::failed || photo.state == app::PhotoState::lost;
    const char* glyph = broken ? words_of(photo).icon : frame.seen.is_seen(slot) ? icon::kEye : nullptr;
    const float room = width - frame.px(glyph != nullptr ? 20 : 4);
    const std::string name = shortened(std::to_string(index + 1) + "  " + title_of(slot), room);
    const bool there = photo.state == app::PhotoState::ready || photo.state == app::PhotoState::loading;
    list.AddText({at.x + frame.px(2), y}, active ? theme.text : there ? theme.muted : theme.faint, name.c_str());
    if (glyph != nullptr && frame.fonts.has_icons)
        list.AddText({at.x + width - frame.px(16), y}, broken ? theme.warning : theme.faint, glyph);
}

}  // namespace linesman::ui
