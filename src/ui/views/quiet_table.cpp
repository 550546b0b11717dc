#include "ui/views/quiet_table.h"

#include <algorithm>

#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"

namespace linesman::ui {

namespace {
constexpr float kLeastRest = 120;   // design pixels of a column that takes what is left, when it does not say
constexpr float kCellPadding = 10;  // design pixels of both sides of a cell
constexpr float kLeastHeight = 84;  // design pixels: the header and two rows
}  // namespace

QuietTable::QuietTable(const Frame& frame, const char* id, std::span<const TableColumn> columns, ImVec2 outer,
                       int flags) {
    float needed = 0;
    for (const auto& column : columns) {
        const float rest = column.least > 0 ? column.least : kLeastRest;
        needed += frame.px((column.width > 0 ? column.width : rest) + kCellPadding);
    }
    // With an inner width of its own a table may scroll sideways and still give what is left to a column.
    const bool scrolls = needed > ImGui::GetContentRegionAvail().x;
    // Where less is left than two rows need, whatever holds the table is scrolled.
    if (outer.y <= 0) outer.y = std::max(ImGui::GetContentRegionAvail().y + outer.y, frame.px(kLeastHeight));
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {frame.px(kCellPadding / 2), frame.px(4)});
    open_ = ImGui::BeginTable(id, static_cast<int>(columns.size()),
                              kQuietTable | flags | (scrolls ? ImGuiTableFlags_ScrollX : 0), outer,
                              scrolls ? needed : 0.0F);
    if (!open_) return;
    for (const auto& column : columns) {
        const bool fixed = column.width > 0;
        ImGui::TableSetupColumn(column.title,
                                fixed ? ImGuiTableColumnFlags_WidthFixed : ImGuiTableColumnFlags_WidthStretch,
                                fixed ? frame.px(column.width) : 1.0F);
    }
    table_headers(frame);
}

QuietTable::~QuietTable() {
    if (open_) ImGui::EndTable();
    ImGui::PopStyleVar();
}

void QuietTable::text(std::string_view words, ImU32 colour) {
    ImGui::TableNextColumn();
    text_fit(words, ImGui::GetContentRegionAvail().x, colour);
}

bool clickable_row(int id, bool chosen) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::PushID(id);
    const bool clicked =
        ImGui::Selectable("##row", chosen, ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowOverlap);
    ImGui::PopID();
    ImGui::SameLine(0, 0);
    return clicked;
}

}  // namespace linesman::ui
