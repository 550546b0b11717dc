#include "ui/views/menu.h"

#include <algorithm>

#include "ui/icons.h"
#include "ui/widgets.h"

namespace linesman::ui {

namespace {

constexpr const char* kPopup = "menu of commands";

// Whether a command that switches something has it switched on.
bool is_on(const Frame& frame, CommandId id) {
    const Layout& layout = frame.state.layout;
    switch (id) {
        case CommandId::map_follow:
            return layout.map_follows;
        case CommandId::map_toggle_planned:
            return layout.map_shows_planned;
        case CommandId::map_toggle_heat:
            return layout.map_heat;
        case CommandId::map_toggle_lines:
            return layout.map_lines;
        case CommandId::map_toggle_accuracy:
            return layout.map_accuracy;
        case CommandId::photo_contrast:
            return frame.state.contrast;
        case CommandId::sync_pause:
            return frame.commands.paused;
        case CommandId::sync_offline:
            return frame.commands.work_offline;
        case CommandId::view_high_contrast:
            return layout.theme == ThemeKind::high_contrast;
        case CommandId::view_review:
            return layout.kind == LayoutKind::review;
        case CommandId::view_support:
            return layout.kind == LayoutKind::support;
        case CommandId::view_analyst:
            return layout.kind == LayoutKind::analyst;
        default:
            return false;
    }
}

void draw_entry(const Frame& frame, Intents& intents, const Command& entry) {
    const Availability available = availability(entry.id, frame.commands);
    const std::string title(entry.title), key = frame.keymap.first_label(entry.id);
    if (ImGui::MenuItem(title.c_str(), key.c_str(), is_on(frame, entry.id), available.yes)) intents.run(entry.id);
    if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled))
        tooltip(available.yes ? std::string(entry.help) : available.why_not);
}

}  // namespace

std::vector<std::string_view> command_categories() {
    std::vector<std::string_view> categories;
    for (const auto& entry : all_commands()) {
        if (std::find(categories.begin(), categories.end(), entry.category) == categories.end())
            categories.push_back(entry.category);
    }
    return categories;
}

void draw_menu(const Frame& frame, Intents& intents) {
    const bool open = ImGui::IsPopupOpen(kPopup);
    const char* glyph = frame.fonts.has_icons ? icon::kBars : "=";
    const ImVec2 below{ImGui::GetCursorScreenPos().x, ImGui::GetCursorScreenPos().y + frame.px(34)};
    if (icon_button(frame, "menu", glyph, "Menu: every command", open)) ImGui::OpenPopup(kPopup);
    ImGui::SetNextWindowPos(below);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {frame.px(8), frame.px(8)});
    if (ImGui::BeginPopup(kPopup)) {
        for (const auto category : command_categories()) {
            if (!ImGui::BeginMenu(std::string(category).c_str())) continue;
            for (const auto& entry : all_commands()) {
                // What belongs to an open strip has its keys there, and no meaning elsewhere.
                if (entry.category == category && entry.context != KeyContext::strip) draw_entry(frame, intents, entry);
            }
            ImGui::EndMenu();
        }
        ImGui::Separator();
        for (const auto id : {CommandId::palette, CommandId::settings_show, CommandId::help, CommandId::quit})
            draw_entry(frame, intents, command(id));
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar();
}

}  // namespace linesman::ui
