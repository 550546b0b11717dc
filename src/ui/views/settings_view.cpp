#include "ui/views/settings_view.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

// What another source than the user's file sets cannot be changed by writing into that file.
bool overruled(const app::SettingView& setting) {
    return setting.origin.starts_with("LINESMAN_") || setting.origin == "the command line";
}

}  // namespace

void SettingsView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    if (fresh) editing_.clear();
    begin_overlay(frame, "settings", {1000, 640}, fresh);
    overlay_title(frame, "Settings", "Each value with where it comes from. Changes count from the next start.");
    draw_appearance(frame, intents);
    draw_settings(frame, intents);
    end_overlay(frame, intents, fresh);
}

void SettingsView::draw_appearance(const Frame& frame, Intents& intents) const {
    section(frame, "HOW IT LOOKS, AT ONCE");
    Layout layout = frame.state.layout;
    bool changed = false;
    // What has no room in this line begins the next one.
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    auto same_line = [&](float gap, float width) {
        ImGui::SameLine(0, frame.px(gap));
        if (ImGui::GetCursorPosX() + width > right) ImGui::NewLine();
    };
    constexpr std::pair<ThemeKind, const char*> themes[] = {
        {ThemeKind::dark, "Dark"}, {ThemeKind::light, "Light"}, {ThemeKind::high_contrast, "High contrast"}};
    for (const auto& [kind, title] : themes) {
        if (ImGui::RadioButton(title, layout.theme == kind)) layout.theme = kind, changed = true;
        ImGui::SameLine(0, frame.px(14));
    }
    for (const float zoom : {1.0F, 1.25F, 1.5F, 2.0F}) {
        char title[16];
        std::snprintf(title, sizeof title, "%.0f %%", static_cast<double>(zoom * 100));
        same_line(zoom < 1.1F ? 14 : 2, text_width(title) + frame.px(16));
        if (tab(frame, title, title, {}, std::abs(layout.zoom - zoom) < 0.02F)) layout.zoom = zoom, changed = true;
    }
    same_line(14, text_width("Change keys") + frame.px(20));
    if (text_button(frame, "Change keys")) intents.run(CommandId::keys_change);
    if (changed) intents.layout = layout;
    ImGui::Dummy({0, frame.px(4)});
}

void SettingsView::draw_settings(const Frame& frame, Intents& intents) {
    section(frame, "PROFILE");
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {frame.px(5), frame.px(5)});
    if (ImGui::BeginTable("settings", 3, kQuietTable | ImGuiTableFlags_BordersInnerH)) {
        const float room = ImGui::GetContentRegionAvail().x;
        ImGui::TableSetupColumn("Setting", ImGuiTableColumnFlags_WidthFixed, std::min(frame.px(180), room * 0.3F));
        ImGui::TableSetupColumn("Value", ImGuiTableColumnFlags_WidthStretch);
        ImGui::TableSetupColumn("Where from", ImGuiTableColumnFlags_WidthFixed, std::min(frame.px(240), room * 0.26F));
        table_headers(frame);
        for (const auto& setting : frame.desk.settings()) {
            ImGui::PushID(setting.key.c_str());
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            text_fit(setting.key, ImGui::GetContentRegionAvail().x, frame.theme.text);
            if (!setting.help.empty() && ImGui::IsItemHovered()) tooltip(setting.help);
            ImGui::TableNextColumn();
            draw_value(frame, intents, setting);
            ImGui::TableNextColumn();
            text_fit(setting.origin, ImGui::GetContentRegionAvail().x,
                     setting.origin == "default" ? frame.theme.faint : frame.theme.muted);
            ImGui::PopID();
        }
        ImGui::EndTable();
    }
    ImGui::PopStyleVar();
}

void SettingsView::draw_value(const Frame& frame, Intents& intents, const app::SettingView& setting) {
    if (editing_ != setting.key) {
        const std::string& value = setting.changed ? setting.next : setting.value;
        const float room = ImGui::GetContentRegionAvail().x - frame.px(74);
        text_fit(value.empty() ? std::string_view("empty") : std::string_view(value), room,
                 value.empty()     ? frame.theme.faint
                 : setting.changed ? frame.theme.accent
                                   : frame.theme.muted);
        if (setting.changed && ImGui::IsItemHovered())
            tooltip("From the next start on; now: " + (setting.value.empty() ? "empty" : setting.value));
        ImGui::SameLine(room + frame.px(8), 0);
        if (overruled(setting)) {
            text_line("fixed", frame.theme.faint);
            if (ImGui::IsItemHovered()) tooltip(setting.origin + " comes before the file; change it there.");
        } else if (ImGui::TextLink("Change")) {
            editing_ = setting.key;
            text_ = value;
            focus_ = true;
        }
        return;
    }
    if (focus_) ImGui::SetKeyboardFocusHere();
    focus_ = false;
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    if (input_text("##value", "Enter saves, Escape leaves it", text_, ImGuiInputTextFlags_EnterReturnsTrue)) {
        intents.change_setting = {setting.key, text_};
        editing_.clear();
    }
    text_wrapped(setting.help, frame.theme.faint);
}

}  // namespace linesman::ui
