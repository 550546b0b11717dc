#include "ui/views/queue_view.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "imgui_internal.h"
#include "ui/icons.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

// Columns carry their sort key as user id.
constexpr ImGuiID id_of(model::SortKey key) {
    return static_cast<ImGuiID>(key) + 1;
}

struct Column {
    const char* title;
    model::SortKey key;
    float width;        // design pixels; 0 = takes the rest
    float least_width;  // of the table, in design pixels: below, the column is left out
};
constexpr Column kColumns[] = {
    {"", model::SortKey::severity, 20, 0},       {"Pole", model::SortKey::pole_number, 0, 0},
    {"Photos", model::SortKey::photos, 58, 230}, {"Project", model::SortKey::project, 110, 800},
    {"Crew", model::SortKey::person, 130, 520},  {"Device", model::SortKey::device, 150, 960},
    {"GPS", model::SortKey::accuracy, 60, 640},  {"Sent", model::SortKey::submitted, 62, 290},
};

bool shown(const Column& column, float width) {
    return width >= column.least_width;
}

}  // namespace

void QueueView::draw(const Frame& frame, Intents& intents) {
    draw_scopes(frame, intents);
    draw_search(frame, intents);
    if (frame.snapshot.loading && frame.snapshot.columns.row_count() == 0) {
        empty_state(frame, intents, icon::kHourglass, "Opening the cache",
                    "The captures kept on this computer are being read.");
    } else if (frame.list == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Preparing the list", "It will be there in a moment.");
    } else if (frame.list->rows.empty()) {
        draw_nothing(frame, intents);
    } else {
        draw_table(frame, intents);
    }
}

void QueueView::draw_search(const Frame& frame, Intents& intents) {
    const bool was_active = ImGui::GetActiveID() == ImGui::GetID("##search");
    if (!was_active) search_ = frame.state.filter.search;
    const float filter_width = frame.px(32);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - filter_width - frame.px(4));
    if (focused_ != frame.state.search_requests) {
        focused_ = frame.state.search_requests;
        ImGui::SetKeyboardFocusHere();
    }
    const std::string hint = std::string(frame.fonts.has_icons ? icon::kSearch : "") + "  Number, notes, crew   " +
                             frame.keymap.first_label(CommandId::queue_search);
    const bool typed = input_text("##search", hint.c_str(), search_, ImGuiInputTextFlags_EscapeClearsAll);
    if (typed && !was_active && !ImGui::IsItemActive()) {
        // Cleared by a command while the caret was in it: what was typed before does not come back.
        search_ = frame.state.filter.search;
    } else if (typed) {
        model::Filter filter = frame.state.filter;
        filter.search = search_;
        intents.filter = filter;
    }
    if (ImGui::IsItemHovered() && !ImGui::IsItemActive()) tooltip(command(CommandId::queue_search).help);
    ImGui::SameLine(0, frame.px(4));
    draw_filter(frame, intents);
    draw_filter_plates(frame, intents);
    ImGui::Dummy({0, frame.px(2)});
}

void QueueView::draw_filter(const Frame& frame, Intents& intents) {
    model::Filter bare;
    bare.scope = frame.state.filter.scope;
    bare.search = frame.state.filter.search;
    const bool active = !(frame.state.filter == bare);
    if (icon_button(frame, "filters", icon::kList, active ? "Filters are set" : "Filter by finding, zone, PON, crew",
                    active))
        FilterPopup::open();
    filters_.draw(frame, intents);
}

void QueueView::draw_nothing(const Frame& frame, Intents& intents) {
    const model::Filter& filter = frame.state.filter;
    model::Filter bare;
    bare.scope = filter.scope;
    if (!(filter == bare)) {
        empty_state(frame, intents, icon::kSearch, "No capture matches",
                    "Change the search or the filter, or clear both.", CommandId::queue_clear_filters);
        return;
    }
    if (frame.snapshot.columns.row_count() == 0) {
        if (!frame.snapshot.session.signed_in) {
            empty_state(frame, intents, icon::kSignIn, "Sign in to begin",
                        "The captures of your projects appear here once you are signed in.", CommandId::sign_in);
        } else {
            empty_state(frame, intents, icon::kInbox, "No captures yet",
                        "The first captures appear here as soon as a phone has sent them.", CommandId::sync_now);
        }
        return;
    }
    if (filter.scope == model::QueueScope::open) {
        empty_state(frame, intents, icon::kCheckCircle, "Everything is judged",
                    std::to_string(frame.snapshot.my_day.decided_today) +
                        " decided today. New captures appear here by themselves.",
                    CommandId::scope_decided);
        return;
    }
    empty_state(frame, intents, icon::kInbox, "Nothing here", "No capture is in this list.", CommandId::scope_open);
}

void QueueView::take_sort(const Frame& frame, Intents& intents) {
    ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs();
    if (specs == nullptr || !specs->SpecsDirty) return;
    specs->SpecsDirty = false;
    if (specs->SpecsCount == 0 || specs->Specs[0].ColumnUserID == 0) return;
    model::SortOrder order;
    order.key = static_cast<model::SortKey>(specs->Specs[0].ColumnUserID - 1);
    order.descending = specs->Specs[0].SortDirection == ImGuiSortDirection_Descending;
    if (!(order == frame.state.order)) intents.order = order;
}

void QueueView::draw_table(const Frame& frame, Intents& intents) {
    const float width = ImGui::GetContentRegionAvail().x / frame.scale;
    const auto columns = static_cast<int>(
        std::count_if(std::begin(kColumns), std::end(kColumns), [&](const Column& c) { return shown(c, width); }));
    const auto& rows = frame.list->rows;
    // Tristate: when the column of the order has no room, ImGui must not choose another one by itself.
    const ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_Sortable | ImGuiTableFlags_SortTristate |
                                  ImGuiTableFlags_NoBordersInBody | ImGuiTableFlags_Resizable |
                                  ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_PadOuterX;
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {frame.px(5), frame.px(4)});
    // The header's column lines show only under the cursor.
    ImGui::PushStyleColor(ImGuiCol_TableBorderStrong, IM_COL32_BLACK_TRANS);
    ImGui::PushStyleColor(ImGuiCol_TableBorderLight, IM_COL32_BLACK_TRANS);
    if (ImGui::BeginTable(("captures" + std::to_string(columns)).c_str(), columns, flags, {0, -foot_height(frame)})) {
        for (const auto& column : kColumns) {
            if (!shown(column, width)) continue;
            ImGuiTableColumnFlags how =
                column.width > 0 ? ImGuiTableColumnFlags_WidthFixed : ImGuiTableColumnFlags_WidthStretch;
            if (column.key == frame.state.order.key) {
                how |= ImGuiTableColumnFlags_DefaultSort;
                if (frame.state.order.descending) how |= ImGuiTableColumnFlags_PreferSortDescending;
            }
            ImGui::TableSetupColumn(column.title, how, column.width > 0 ? frame.px(column.width) : 1.0F,
                                    id_of(column.key));
        }
        ImGui::TableSetupScrollFreeze(0, 1);
        ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.faint);
        ImGui::PushFont(frame.fonts.regular, kSmallText);
        ImGui::TableHeadersRow();
        ImGui::PopFont();
        ImGui::PopStyleColor();
        take_sort(frame, intents);
        const float row_height = ImGui::GetFontSize() + frame.px(8);
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(rows.size()), row_height);
        while (clipper.Step()) {
            for (int place = clipper.DisplayStart; place < clipper.DisplayEnd; ++place) {
                draw_row(frame, intents, static_cast<size_t>(place), width);
            }
        }
        clipper.End();
        if (revealed_ != frame.state.queue_reveals && frame.selection.place()) {
            revealed_ = frame.state.queue_reveals;
            const float top = static_cast<float>(*frame.selection.place()) * row_height,
                        view = ImGui::GetWindowHeight() - row_height * 2;
            const float scroll = ImGui::GetScrollY();
            if (top < scroll || top > scroll + view - row_height * 2)
                ImGui::SetScrollY(std::max(0.0F, top - view * 0.35F));
        }
        ImGui::EndTable();
    }
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar();
    draw_foot(frame, intents);
}

// Two lines when what can be done with the selection has no room beside it.
float QueueView::foot_height(const Frame& frame) {
    const bool two = frame.picks.any() && ImGui::GetContentRegionAvail().x < frame.px(320);
    return frame.px(two ? 48 : 24);
}

void QueueView::draw_foot(const Frame& frame, Intents& intents) const {
    FontScope font(frame.fonts.regular, kSmallText);
    const auto& rows = frame.list->rows;
    if (frame.picks.any()) {
        const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
        text_line(with_thousands(frame.picks.count()) + " selected", frame.theme.accent);
        auto link = [&](const char* title, CommandId id) {
            ImGui::SameLine(0, frame.px(10));
            if (ImGui::GetCursorPosX() + text_width(title) > right) ImGui::NewLine();
            const Availability available = availability(id, frame.commands);
            ImGui::BeginDisabled(!available.yes);
            if (ImGui::TextLink(title)) intents.run(id);
            ImGui::EndDisabled();
            if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) {
                tooltip(available.yes ? std::string(command(id).title) + "   " + frame.keymap.first_label(id)
                                      : available.why_not);
            }
        };
        link("Approve", CommandId::bulk_approve);
        link("Reject", CommandId::bulk_reject);
        link("Hold", CommandId::bulk_hold);
        link("Merge", CommandId::merge_selected);
        link("Clear", CommandId::select_none);
        if (frame.state.area.size() >= 3) {
            ImGui::SameLine(0, frame.px(10));
            if (ImGui::TextLink("Only this area")) {
                model::Filter filter = frame.state.filter;
                filter.area = frame.state.area;
                intents.filter = filter;
            }
        }
        return;
    }
    const auto place = frame.selection.place();
    const std::string total = with_thousands(rows.size()) + (rows.size() == 1 ? " capture" : " captures");
    text_line(place ? with_thousands(*place + 1) + " of " + total : total, frame.theme.faint);
}

void QueueView::draw_row(const Frame& frame, Intents& intents, size_t place, float width) {
    const auto& columns = frame.snapshot.columns;
    const model::Row row = frame.list->rows[place];
    if (row >= columns.row_count()) return;
    const model::Chunk& chunk = columns.chunk_of(row);
    const uint32_t i = row % model::kChunkRows;
    const Theme& theme = frame.theme;
    const bool selected = frame.selection.row() == row;
    ImGui::TableNextRow(0, ImGui::GetFontSize() + frame.px(8));
    ImGui::TableNextColumn();
    ImGui::PushID(static_cast<int>(row));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const auto mark = map::mark_state(chunk, i);
    const bool picked = frame.picks.has(row);
    if (picked) ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg1, theme.accent_soft);
    if (ImGui::Selectable("##row", selected, ImGuiSelectableFlags_SpanAllColumns)) {
        const ImGuiIO& io = ImGui::GetIO();
        if (io.KeyShift) {
            intents.pick = {Intents::Pick::How::range, row};
        } else if (io.KeyCtrl) {
            intents.pick = {Intents::Pick::How::toggle, row};
        } else {
            intents.select = row;
            intents.clear_picks = true;
        }
    }
    if (picked) {
        ImGui::GetWindowDrawList()->AddRectFilled({at.x - frame.px(5), at.y - frame.px(4)},
                                                  {at.x - frame.px(2), at.y + ImGui::GetFontSize() + frame.px(4)},
                                                  theme.accent);
    }
    if (ImGui::IsItemHovered() && ImGui::GetMousePos().x < at.x + frame.px(24)) tooltip(word_of(mark));
    draw_mark(*ImGui::GetWindowDrawList(), {at.x + frame.px(9), std::floor(at.y + ImGui::GetFontSize() / 2)},
              frame.px(5.5F), mark, theme);
    ImGui::PopID();

    ImGui::TableNextColumn();
    const std::string_view number = chunk.pole_number.at(i);
    const float room = ImGui::GetContentRegionAvail().x;
    const bool waits = (chunk.flags[i] & model::kFlagPending) != 0;
    const bool again = (chunk.flags[i] & model::kFlagResubmitted) != 0;
    const std::string others = others_at(frame.snapshot, columns.staging_id(row), frame.now);
    text_fit(number.empty() ? std::string_view("No number") : number,
             room - (waits ? frame.px(18) : 0) - (again ? frame.px(20) : 0) - (others.empty() ? 0 : frame.px(20)),
             number.empty() ? theme.error : theme.text);
    if (!others.empty()) {
        ImGui::SameLine(0, frame.px(4));
        text_line(frame.fonts.has_icons ? icon::kUser : "+", theme.accent);
        if (ImGui::IsItemHovered()) tooltip("Also looking at it: " + others + ".");
    }
    if (again) {
        ImGui::SameLine(0, frame.px(4));
        text_line(frame.fonts.has_icons ? icon::kRefresh : "2", theme.accent);
        if (ImGui::IsItemHovered()) tooltip("The crew corrected it and sent it again.");
    }
    if (waits) {
        ImGui::SameLine(0, frame.px(4));
        text_line(frame.fonts.has_icons ? icon::kClock : "~", theme.faint);
        if (ImGui::IsItemHovered()) tooltip("Decided here, not yet on the server.");
    }

    draw_cells(frame, chunk, i, width);
}

void QueueView::draw_cells(const Frame& frame, const model::Chunk& chunk, uint32_t i, float width) const {
    const Theme& theme = frame.theme;
    const auto& names = *frame.snapshot.columns.names;
    auto cell = [&](size_t column) {
        const bool there = shown(kColumns[column], width);
        if (there) ImGui::TableNextColumn();
        return there;
    };
    auto words = [&](const std::string& text) { text_fit(text, ImGui::GetContentRegionAvail().x, theme.muted); };
    if (cell(2)) {
        const int photos = photo_count(chunk.photos[i]);
        char text[16];
        std::snprintf(text, sizeof text, "%d/6", photos);
        text_line(text, photos < 6 ? theme.text : theme.faint);
        if (chunk.lost[i] != 0) {
            ImGui::SameLine(0, frame.px(5));
            text_line(frame.fonts.has_icons ? icon::kUnlink : "!", theme.warning);
            if (ImGui::IsItemHovered()) tooltip("The phone held photos that never arrived.");
        }
    }
    if (cell(3)) words(names.projects.at(chunk.project[i]));
    if (cell(4)) {
        const std::string& account = names.people.at(chunk.person[i]);
        words(name_of_person(frame.snapshot, account));
        if (ImGui::IsItemHovered() && !account.empty()) tooltip(name_and_crew(frame.snapshot, account));
    }
    if (cell(5)) words(names.devices.at(chunk.device[i]));
    if (cell(6)) {
        if ((chunk.flags[i] & model::kFlagHasGps) == 0) {
            text_line("none", theme.error);
        } else if (chunk.accuracy_dm[i] != model::kNoAccuracy) {
            text_line(metres(chunk.accuracy_dm[i] / 10.0), theme.muted);
        } else {
            text_line("–", theme.faint);
        }
    }
    if (cell(7)) text_line(age_of(chunk.submitted_at[i], frame.now), theme.muted);
}

}  // namespace linesman::ui
