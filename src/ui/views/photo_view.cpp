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
            return {icon::kHourglass, "Loading", "The photo is being fetched."};
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
    const float strip = std::clamp(room.y * 0.17F, frame.px(64), frame.px(118));
    const ImVec2 stage{room.x, room.y - strip};
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
    draw_strip(frame, intents, {at.x, at.y + stage.y}, {room.x, strip});
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
    list.PopClipRect();
    // Within what is seen of the photo.
    const ImVec2 seen_a{std::max(a.x, at.x), std::max(a.y, at.y)},
        seen_b{std::min(b.x, at.x + size.x), std::min(b.y, at.y + size.y)};
    draw_caption(frame, shown, photo, seen_a, seen_b - seen_a);
    if (shown.staging_id == frame.selection.staging_id() && photo.state == app::PhotoState::ready &&
        frame.state.overlay == Overlay::none) {
        const float longest = std::max(std::min(placed.width, size.x), std::min(placed.height, size.y));
        intents.shown.push_back({shown.slot, photo.md5, static_cast<uint32_t>(longest)});
    }
}

void PhotoView::draw_caption(const Frame& frame, const Shown& shown, const app::PhotoView& photo, ImVec2 at,
                             ImVec2 size) const {
    FontScope font(frame.fonts.regular, kSmallText);
    std::string left = title_of(shown.slot) + "   ";
    if (shown.staging_id != frame.selection.staging_id()) {
        const auto other = frame.desk.detail(shown.staging_id);
        const std::string number = other != nullptr ? other->capture.pole_number : std::string();
        left += (number.empty() ? shown.staging_id : number) + "   ";
    }
    if (frame.state.contrast) left += "more contrast   ";
    left += photo.taken_at ? "taken " + base::format_local(*photo.taken_at, kSouthAfricaOffsetMinutes)
                           : std::string("time unknown");
    if (photo.damaged) left += "   cut short";
    if (photo.state == app::PhotoState::loading) left += "   loading";
    PhotoPose pose = frame.state.pose;
    pose.set_photo(static_cast<float>(photo.full_width), static_cast<float>(photo.full_height));
    char right[64] = "";
    if (photo.full_width > 0) {
        const float percent = pose.scale({stage_size_.x, stage_size_.y}) * 100;
        std::snprintf(right, sizeof right, "%d × %d   %.0f %%", photo.full_width, photo.full_height,
                      static_cast<double>(percent));
    }
    const float pad = frame.px(8), height = ImGui::GetFontSize() + frame.px(6);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    auto plate = [&](float x, std::string_view text) {
        // At the foot: messages show up at the top.
        const float width = text_width(text) + pad * 2, y = at.y + size.y - height - pad;
        list.AddRectFilled({x, y}, {x + width, y + height}, IM_COL32(10, 11, 14, 190), frame.px(5));
        list.AddText({x + pad, y + frame.px(3)}, IM_COL32(240, 242, 245, 255), text.data(), text.data() + text.size());
    };
    left = shortened(left, size.x - pad * 4);
    plate(at.x + pad, left);
    if (right[0] != 0 && size.x > text_width(left) + text_width(right) + pad * 6)
        plate(at.x + size.x - text_width(right) - pad * 3, right);
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
    const float gap = frame.px(6), pad = frame.px(8);
    const float width = std::min((size.x - pad * 2 - gap * 5) / 6, (size.y - pad * 2) * 1.5F);
    const float total = width * 6 + gap * 5;
    float x = at.x + std::max(pad, (size.x - total) / 2);
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
    FontScope font(frame.fonts.regular, kSmallText - 1);
    std::string name = shortened(std::to_string(index + 1) + "  " + title_of(slot), size.x - frame.px(18));
    const float y = at.y + picture.y + frame.px(2);
    list.AddText({at.x + frame.px(2), y}, active ? theme.text : theme.muted, name.c_str());
    if (frame.seen.is_seen(slot) && frame.fonts.has_icons) {
        list.AddText({at.x + size.x - frame.px(16), y}, theme.faint, icon::kEye);
    } else if (photo.state == app::PhotoState::failed && frame.fonts.has_icons) {
        list.AddText({at.x + size.x - frame.px(16), y}, theme.warning, icon::kWarning);
    }
}

}  // namespace linesman::ui
