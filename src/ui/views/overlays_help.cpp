// The key help: every key by what it is for.
#include <algorithm>

#include "ui/views/menu.h"
#include "ui/views/overlays.h"
#include "ui/widgets.h"

namespace linesman::ui {

void Overlays::draw_help(const Frame& frame, Intents& intents) {
    begin(frame, "help", {1020, 700}, false);
    {
        FontScope font(frame.fonts.bold, kTitleText);
        text_line("Keys", frame.theme.text);
    }
    text_line("Single keys are silent while you type. Escape closes.", frame.theme.muted);
    ImGui::SameLine(0, frame.px(14));
    if (ImGui::TextLink("Change keys")) intents.run(CommandId::keys_change);
    ImGui::Dummy({0, frame.px(4)});
    ImGui::BeginChild("keys");
    const int columns = ImGui::GetContentRegionAvail().x > frame.px(720)   ? 3
                        : ImGui::GetContentRegionAvail().x > frame.px(480) ? 2
                                                                           : 1;
    if (ImGui::BeginTable("columns", columns, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_NoSavedSettings)) {
        // Column by column: decide and photos first, since they are used most.
        std::vector<std::vector<std::string_view>> plan = {{"Decide", "Photos"}, {"Queue", "Map"}, {}};
        for (const auto category : command_categories()) {
            const auto planned = [&](const auto& column) {
                return std::find(column.begin(), column.end(), category) != column.end();
            };
            if (std::none_of(plan.begin(), plan.end(), planned)) plan.back().push_back(category);
        }
        ImGui::TableNextRow();
        for (size_t c = 0; c < plan.size(); ++c) {
            if (static_cast<int>(c) < columns) ImGui::TableNextColumn();
            for (const auto category : plan[c]) {
                section(frame, category);
                for (const auto& entry : all_commands()) {
                    const bool reason = entry.id >= CommandId::reason_2 && entry.id <= CommandId::reason_9;
                    const bool slot = entry.id >= CommandId::photo_2 && entry.id <= CommandId::photo_6;
                    const std::string key = frame.keymap.label(entry.id);
                    if (entry.category != category || key.empty() || reason || slot) continue;
                    const std::string shown = entry.id == CommandId::reason_1  ? "1 – 9"
                                              : entry.id == CommandId::photo_1 ? "1 – 6"
                                                                               : key;
                    const std::string_view title = entry.id == CommandId::reason_1  ? "Reason, after Reject"
                                                   : entry.id == CommandId::photo_1 ? "Photo by slot"
                                                                                    : entry.title;
                    const float start = ImGui::GetCursorPosX();
                    key_cap(frame, shown);
                    ImGui::SameLine(0, 0);
                    ImGui::SetCursorPosX(start + frame.px(128));
                    FontScope font(frame.fonts.regular, kBodyText - 1);
                    text_fit(title, ImGui::GetContentRegionAvail().x - frame.px(8), frame.theme.text);
                    if (ImGui::IsItemHovered()) tooltip(entry.help);
                }
                ImGui::Dummy({0, frame.px(8)});
            }
        }
        ImGui::EndTable();
    }
    ImGui::EndChild();
    end(frame, intents);
}

}  // namespace linesman::ui
