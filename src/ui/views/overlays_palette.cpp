// The command palette: any command or capture by typing.
#define IMGUI_DEFINE_MATH_OPERATORS
#include <algorithm>
#include <cmath>

#include "ui/palette.h"
#include "ui/views/overlays.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {
constexpr size_t kMostCaptures = 8;
constexpr size_t kLeastLetters = 2;  // one letter finds thousands
}  // namespace

// Captures whose number or id holds what was typed; worked out once for each change of the text.
void Overlays::find_captures(const Frame& frame) {
    if (found_for_ == query_ && found_generation_ == frame.snapshot.generation) return;
    found_for_ = query_;
    found_generation_ = frame.snapshot.generation;
    found_.clear();
    if (query_.size() < kLeastLetters) return;
    model::Filter filter;
    filter.scope = model::QueueScope::all;
    filter.search = query_;
    found_ = model::filter_rows(frame.snapshot.columns, filter);
    if (found_.size() > kMostCaptures) found_.resize(kMostCaptures);
}

void Overlays::draw_palette(const Frame& frame, Intents& intents) {
    const auto ids = find_commands(query_);
    find_captures(frame);
    const size_t hits = ids.size() + found_.size();
    begin(frame, "palette", {620, 84 + 32 * static_cast<float>(std::clamp<size_t>(hits, 1, 12))}, true);
    if (fresh_) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    if (input_text("##query", "Type a command, or a pole number", query_)) chosen_ = 0;
    const int commands = static_cast<int>(ids.size()), last = static_cast<int>(hits) - 1;
    if (ImGui::IsKeyPressed(ImGuiKey_DownArrow)) ++chosen_;
    if (ImGui::IsKeyPressed(ImGuiKey_UpArrow)) --chosen_;
    chosen_ = std::clamp(chosen_, 0, std::max(0, last));
    const bool enter = ImGui::IsKeyPressed(ImGuiKey_Enter, false) || ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false);
    ImGui::BeginChild("hits", {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {frame.px(8), frame.px(2)});
    const float height = frame.px(30);
    for (int i = 0; i < commands; ++i) {
        const CommandId id = ids[static_cast<size_t>(i)];
        const Availability available = availability(id, frame.commands);
        const ImVec2 at = ImGui::GetCursorScreenPos(), size{ImGui::GetContentRegionAvail().x, height};
        ImGui::PushID(i);
        const bool clicked = ImGui::InvisibleButton("hit", size);
        ImGui::PopID();
        const bool hovered = ImGui::IsItemHovered(), chosen = i == chosen_;
        ImDrawList& list = *ImGui::GetWindowDrawList();
        if (chosen || hovered)
            list.AddRectFilled(at, at + size, chosen ? frame.theme.selected : frame.theme.hover, frame.px(6));
        if (chosen && !ImGui::IsItemVisible()) ImGui::SetScrollHereY();
        const float y = std::floor(at.y + (height - ImGui::GetFontSize()) / 2);
        const auto title = command(id).title;
        list.AddText({at.x + frame.px(10), y}, available.yes ? frame.theme.text : frame.theme.faint, title.data(),
                     title.data() + title.size());
        const std::string why = available.yes ? std::string(command(id).category) : available.why_not;
        const std::string key = frame.keymap.first_label(id);
        const float cap = key.empty() ? 0 : key_cap_width(frame, key) + frame.px(10);
        {
            FontScope font(frame.fonts.regular, kSmallText);
            const std::string words = shortened(why, size.x - text_width(title) - cap - frame.px(70));
            list.AddText({at.x + frame.px(28) + text_width(title) * kBodyText / kSmallText, y + frame.px(1)},
                         frame.theme.faint, words.c_str());
        }
        if (!key.empty()) {
            draw_key_cap(frame, list, {at.x + size.x - cap, at.y + frame.px(5)}, frame.px(20), key, frame.theme.muted,
                         frame.theme.line_strong);
        }
        if ((chosen && enter) || clicked) {
            intents.overlay = Overlay::palette;
            intents.run(id);
        }
    }
    for (int i = commands; i <= last; ++i) {
        const model::Row row = found_[static_cast<size_t>(i - commands)];
        const std::string_view number = frame.snapshot.columns.pole_number(row);
        ImGui::PushID(i);
        const std::string title =
            (number.empty() ? std::string(frame.snapshot.columns.staging_id(row)) : std::string(number)) + "   " +
            std::string(word_of(map::mark_state(frame.snapshot.columns, row)));
        const bool clicked = ImGui::Selectable(title.c_str(), i == chosen_, 0, {0, height - frame.px(4)});
        ImGui::PopID();
        if (i == chosen_ && !ImGui::IsItemVisible()) ImGui::SetScrollHereY();
        if ((i == chosen_ && enter) || clicked) {
            intents.overlay = Overlay::palette;
            intents.select = row;
            if (frame.state.layout.kind == LayoutKind::support) intents.run(CommandId::view_review);
        }
    }
    ImGui::PopStyleVar();
    if (hits == 0) text_line("No command and no capture matches.", frame.theme.muted);
    ImGui::EndChild();
    end(frame, intents);
}

}  // namespace linesman::ui
