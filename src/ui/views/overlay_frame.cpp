#include "ui/views/overlay_frame.h"

#include <algorithm>
#include <cmath>

#include "ui/widgets.h"

namespace linesman::ui {

void begin_overlay(const Frame& frame, const char* title, ImVec2 size, bool fresh, bool from_top) {
    const ImVec2 room = ImGui::GetMainViewport()->Size;
    size = {std::min(frame.px(size.x), room.x - frame.px(32)), std::min(frame.px(size.y), room.y - frame.px(90))};
    const float y = from_top ? frame.px(70) : (room.y - size.y) / 2;
    ImGui::SetNextWindowPos({std::floor((room.x - size.x) / 2), std::floor(y)});
    ImGui::SetNextWindowSize(size);
    if (fresh) ImGui::SetNextWindowFocus();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {frame.px(16), frame.px(14)});
    ImGui::Begin(title, nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoNavFocus);
    ImGui::PopStyleVar();
}

void end_overlay(const Frame& frame, Intents& intents, bool fresh) {
    constexpr auto kHere = ImGuiHoveredFlags_RootAndChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem |
                           ImGuiHoveredFlags_AllowWhenBlockedByPopup;
    const bool popup = ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
    const bool outside =
        !fresh && !popup && ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !ImGui::IsWindowHovered(kHere);
    if (outside) intents.overlay = frame.state.overlay;  // showing it again closes it
    ImGui::End();
}

float list_width(const Frame& frame, float design) {
    return std::floor(std::min(frame.px(design), ImGui::GetContentRegionAvail().x * 0.36F));
}

void overlay_title(const Frame& frame, std::string_view title, std::string_view beside) {
    {
        FontScope font(frame.fonts.bold, kTitleText);
        text_line(title, frame.theme.text);
    }
    if (beside.empty()) return;
    ImGui::SameLine(0, frame.px(12));
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + frame.px(3));
    text_fit(beside, ImGui::GetContentRegionAvail().x, frame.theme.muted);
}

bool text_button(const Frame& frame, const char* title, bool enabled, std::string_view why_not, bool primary) {
    if (primary && enabled) {
        ImGui::PushStyleColor(ImGuiCol_Button, frame.theme.accent);
        ImGui::PushStyleColor(ImGuiCol_ButtonHovered, with_alpha(frame.theme.accent, 0.88F));
        ImGui::PushStyleColor(ImGuiCol_ButtonActive, frame.theme.accent);
        ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.accent_text);
    }
    ImGui::BeginDisabled(!enabled);
    const bool clicked = ImGui::Button(title);
    ImGui::EndDisabled();
    if (primary && enabled) ImGui::PopStyleColor(4);
    if (!enabled && !why_not.empty() && ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) tooltip(why_not);
    return clicked && enabled;
}

void flow_line(const Frame& frame, float width, float gap) {
    ImGui::SameLine(0, frame.px(gap));
    if (ImGui::GetContentRegionAvail().x < frame.px(width)) ImGui::NewLine();
}

void table_headers(const Frame& frame) {
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.faint);
    ImGui::PushFont(frame.fonts.regular, kSmallText);
    ImGui::TableHeadersRow();
    ImGui::PopFont();
    ImGui::PopStyleColor();
}

}  // namespace linesman::ui
