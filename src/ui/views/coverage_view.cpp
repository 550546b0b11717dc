#include "ui/views/coverage_view.h"

#include <algorithm>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/quiet_table.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

std::string csv_of(const std::vector<model::CoverageRow>& rows) {
    // For a spreadsheet by way of the clipboard: tabs part the columns there.
    std::string text = "Project\tZone\tPON\tPlanned\tCaptured\tApproved\tRejected\tWaiting\tNot yet captured\n";
    for (const auto& row : rows) {
        text += row.project + "\t" + row.zone + "\t" + row.pon;
        for (const uint32_t count :
             {row.planned, row.captured, row.approved, row.rejected, row.waiting(), row.missing()})
            text += "\t" + std::to_string(count);
        text += "\n";
    }
    return text;
}

// Approved, waiting, rejected and missing as shares of one bar.
void draw_bar(const Frame& frame, const model::CoverageRow& row) {
    const float width = ImGui::GetContentRegionAvail().x - frame.px(6), height = frame.px(8);
    const ImVec2 cursor = ImGui::GetCursorScreenPos();
    float x = cursor.x;
    const float y = cursor.y + (ImGui::GetFontSize() - height) / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({x, y}, {x + width, y + height}, frame.theme.active);
    auto part = [&](uint32_t count, ImU32 colour) {
        if (row.planned == 0 || count == 0) return;
        const float share = width * static_cast<float>(count) / static_cast<float>(row.planned);
        list.AddRectFilled({x, y}, {x + share, y + height}, colour);
        x += share;
    };
    part(row.approved, frame.theme.of(map::MarkState::approved));
    part(row.waiting(), frame.theme.of(map::MarkState::open));
    part(row.rejected, frame.theme.of(map::MarkState::rejected));
    ImGui::Dummy({width, ImGui::GetFontSize()});
}

}  // namespace

void CoverageView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    begin_overlay(frame, "coverage", {1000, 640}, fresh);
    overlay_title(frame, "Coverage", "Planned poles, and what became of them. Click a row to see its captures.");
    const auto coverage = frame.desk.coverage();
    if (coverage == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Counting", "Planned poles are being compared with captures.");
        intents.pending = !frame.snapshot.loading;
    } else if (coverage->rows.empty()) {
        empty_state(frame, intents, icon::kFlag, "No planned poles",
                    "An administrator imports them: linesmanctl import planned FILE --project P --apply");
    } else {
        if (coverage != coverage_) {
            coverage_ = coverage;
            rows_ = model::at_level(*coverage, level_);
        }
        draw_table(frame, intents);
    }
    end_overlay(frame, intents, fresh);
}

void CoverageView::draw_table(const Frame& frame, Intents& intents) {
    constexpr std::pair<model::CoverageLevel, const char*> levels[] = {{model::CoverageLevel::project, "Projects"},
                                                                       {model::CoverageLevel::zone, "Zones"},
                                                                       {model::CoverageLevel::pon, "PONs"}};
    for (const auto& [level, title] : levels) {
        if (tab(frame, title, title, {}, level_ == level)) {
            level_ = level;
            rows_ = model::at_level(*coverage_, level_);
        }
        ImGui::SameLine(0, frame.px(2));
    }
    ImGui::SameLine(0, frame.px(18));
    bool on_map = frame.state.layout.map_coverage;
    if (ImGui::Checkbox("On the map", &on_map)) {
        Layout layout = frame.state.layout;
        layout.map_coverage = on_map;
        layout.map_shows_planned |= on_map;
        intents.layout = layout;
    }
    if (ImGui::IsItemHovered())
        tooltip(
            "Each planned pole as what became of it: a square is not yet captured, a disc waits, a ring is approved, a "
            "cross is rejected.");
    ImGui::SameLine(0, frame.px(18));
    if (text_button(frame, "Copy table")) intents.copy_text = csv_of(rows_);
    if (coverage_->unplanned > 0)
        text_line(with_thousands(coverage_->unplanned) + " captures have no number, or one that is not planned.",
                  frame.theme.warning);
    constexpr TableColumn kColumns[] = {{"Project", 110}, {"Zone", 70},     {"PON", 60},     {"Planned", 70},
                                        {"Captured", 76}, {"Approved", 78}, {"Waiting", 68}, {"Rejected", 74},
                                        {"Missing", 70},  {"", 0, 120}};
    const QuietTable table(frame, "rows", kColumns);
    if (!table.open()) return;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(rows_.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
            draw_row(frame, intents, rows_[static_cast<size_t>(i)], i);
    }
}

void CoverageView::draw_row(const Frame& frame, Intents& intents, const model::CoverageRow& row, int id) {
    if (clickable_row(id, false)) {
        model::Filter filter;
        filter.scope = model::QueueScope::all;
        if (!row.project.empty()) filter.projects = {row.project};
        if (level_ != model::CoverageLevel::project) filter.zones = {row.zone};
        if (level_ == model::CoverageLevel::pon) filter.pons = {row.pon};
        intents.filter = filter;
        intents.overlay = Overlay::coverage;
    }
    text_fit(row.project.empty() ? "none" : row.project, ImGui::GetContentRegionAvail().x, frame.theme.text);
    const bool zones = level_ != model::CoverageLevel::project, pons = level_ == model::CoverageLevel::pon;
    QuietTable::text(zones ? row.zone.empty() ? "none" : row.zone : "all",
                     zones ? frame.theme.text : frame.theme.faint);
    QuietTable::text(pons ? row.pon.empty() ? "none" : row.pon : "all", pons ? frame.theme.text : frame.theme.faint);
    auto count = [&](uint32_t number, ImU32 colour) {
        QuietTable::text(with_thousands(number), number > 0 ? colour : frame.theme.faint);
    };
    count(row.planned, frame.theme.text);
    count(row.captured, frame.theme.text);
    count(row.approved, frame.theme.good);
    count(row.waiting(), frame.theme.text);
    count(row.rejected, frame.theme.warning);
    count(row.missing(), frame.theme.text);
    ImGui::TableNextColumn();
    draw_bar(frame, row);
}

}  // namespace linesman::ui
