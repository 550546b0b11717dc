// Buttons and tabs (ui/widgets.h).
#define IMGUI_DEFINE_MATH_OPERATORS
#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/widgets.h"

namespace linesman::ui {

namespace {

const char* end_of(std::string_view text) {
    return text.data() + text.size();
}

// What is drawn of a command's button, from left to right.
struct ButtonParts {
    const char* icon = nullptr;
    std::string_view words;
    std::string key;
};

ButtonParts parts_of(const Frame& frame, CommandId id, const char* icon, std::string_view title, ButtonFace face) {
    ButtonParts parts;
    if (icon != nullptr && frame.fonts.has_icons) parts.icon = icon;
    const bool icon_alone = face == ButtonFace::icon_only && parts.icon != nullptr;
    if (!icon_alone) parts.words = title.empty() ? command(id).title : title;
    if (face == ButtonFace::full) parts.key = frame.keymap.first_label(id);
    return parts;
}

float width_of(const Frame& frame, const ButtonParts& parts) {
    if (parts.words.empty()) return frame.px(30);
    return frame.px(24) + (parts.icon != nullptr ? frame.px(24) : 0) + text_width(parts.words) +
           (parts.key.empty() ? 0 : key_cap_width(frame, parts.key) + frame.px(8));
}

std::string explained(const Frame& frame, CommandId id, std::string_view title, ButtonFace face,
                      const Availability& available) {
    if (!available.yes) return available.why_not;
    const Command& entry = command(id);
    if (face == ButtonFace::full) return std::string(entry.help);
    std::string words(title.empty() ? entry.title : title);
    if (const std::string key = frame.keymap.first_label(id); !key.empty()) words += "   " + key;
    return words.append("\n").append(entry.help);
}

}  // namespace

float command_button_width(const Frame& frame, CommandId id, const char* icon, std::string_view title,
                           ButtonFace face) {
    return width_of(frame, parts_of(frame, id, icon, title, face));
}

bool command_button(const Frame& frame, Intents& intents, CommandId id, const char* icon, ButtonLook look,
                    std::string_view title, ButtonFace face) {
    const Availability available = availability(id, frame.commands);
    const ButtonParts parts = parts_of(frame, id, icon, title, face);
    const Theme& theme = frame.theme;
    const float height = frame.px(34), pad = frame.px(12), gap = frame.px(8);
    const ImVec2 size{width_of(frame, parts), height};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(static_cast<int>(id));
    const bool clicked = ImGui::InvisibleButton("##command", size, ImGuiButtonFlags_EnableNav) && available.yes;
    ImGui::PopID();
    const bool hovered = ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool primary = look == ButtonLook::primary && available.yes;
    if (primary) {
        list.AddRectFilled(at, at + size, hovered ? with_alpha(theme.accent, 0.88F) : theme.accent, frame.px(6));
    } else {
        if (hovered && available.yes) list.AddRectFilled(at, at + size, theme.active, frame.px(6));
        if (look != ButtonLook::quiet)
            list.AddRect(at, at + size, theme.line_strong, frame.px(6), 0, std::max(1.0F, frame.scale));
    }
    // A title of its own tells of a state; where there is no room for words its icon stands out.
    const bool tells = parts.words.empty() && !title.empty() && title != command(id).title;
    const ImU32 text = !available.yes ? theme.faint : primary ? theme.accent_text : tells ? theme.accent : theme.text;
    const float y = std::floor(at.y + (height - ImGui::GetFontSize()) / 2);
    float x = parts.words.empty() ? std::floor(at.x + (size.x - text_width(parts.icon)) / 2) : at.x + pad;
    if (parts.icon != nullptr) {
        list.AddText({x, y}, text, parts.icon);
        x += frame.px(16) + gap;
    }
    if (!parts.words.empty()) list.AddText({x, y}, text, parts.words.data(), end_of(parts.words));
    x += text_width(parts.words) + gap;
    if (!parts.key.empty()) {
        const ImU32 edge = with_alpha(primary ? theme.accent_text : theme.muted, 0.55F);
        draw_key_cap(frame, list, {x, at.y + frame.px(7)}, frame.px(20), parts.key, with_alpha(text, 0.85F), edge);
    }
    if (hovered) tooltip(explained(frame, id, title, face, available));
    if (clicked) intents.run(id);
    return clicked;
}

bool icon_button(const Frame& frame, const char* id, const char* icon, std::string_view words, bool active) {
    const float side = frame.px(30);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton(id, {side, side});
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (active || hovered)
        list.AddRectFilled(at, {at.x + side, at.y + side}, active ? frame.theme.accent_soft : frame.theme.active,
                           frame.px(6));
    const float width = text_width(icon);
    list.AddText({std::floor(at.x + (side - width) / 2), std::floor(at.y + (side - ImGui::GetFontSize()) / 2)},
                 active ? frame.theme.accent : frame.theme.muted, icon);
    if (hovered) tooltip(words);
    return clicked;
}

bool tab(const Frame& frame, const char* id, std::string_view title, std::string_view count, bool active) {
    const Theme& theme = frame.theme;
    const float height = frame.px(30), pad = frame.px(8), gap = frame.px(5);
    const float title_width = text_width(title);
    float count_width = 0;
    if (!count.empty()) {
        FontScope font(frame.fonts.regular, kSmallText - 1);
        count_width = text_width(count) + gap;
    }
    const ImVec2 size{pad * 2 + title_width + count_width, height}, at = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton(id, size, ImGuiButtonFlags_EnableNav);
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (active) {
        list.AddRectFilled(at, at + size, theme.accent_soft, frame.px(6));
    } else if (hovered) {
        list.AddRectFilled(at, at + size, theme.hover, frame.px(6));
    }
    const ImU32 colour = active || hovered ? theme.text : theme.muted;
    list.AddText({at.x + pad, std::floor(at.y + (height - ImGui::GetFontSize()) / 2)}, colour, title.data(),
                 end_of(title));
    if (!count.empty()) {
        FontScope font(frame.fonts.regular, kSmallText - 1);
        list.AddText(
            {at.x + pad + title_width + gap, std::floor(at.y + (height - ImGui::GetFontSize()) / 2) + frame.px(1)},
            active ? theme.accent : theme.faint, count.data(), end_of(count));
    }
    return clicked;
}

}  // namespace linesman::ui
