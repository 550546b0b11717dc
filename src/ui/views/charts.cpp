#include "ui/views/charts.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

std::string ago(size_t days) {
    return days == 0 ? "today" : days == 1 ? "yesterday" : std::to_string(days) + " days ago";
}

void small_text(ImDrawList& list, ImVec2 at, ImU32 colour, std::string_view text) {
    list.AddText(at, colour, text.data(), text.data() + text.size());
}

// The bar under the cursor, or none.
size_t hovered_bar(ImVec2 at, float width, size_t count) {
    if (!ImGui::IsItemHovered() || count == 0) return count;
    const float x = (ImGui::GetIO().MousePos.x - at.x) / (width / static_cast<float>(count));
    return std::min(count, static_cast<size_t>(std::max(0.0F, x)));
}

// Colours of parts that stand side by side; told apart by place and legend as well.
ImU32 part_colour(const Theme& theme, size_t part) {
    const ImU32 colours[] = {theme.accent, theme.good, theme.warning, theme.error, theme.muted, theme.faint};
    return colours[std::min(part, std::size(colours) - 1)];
}

}  // namespace

void spark(const Frame& frame, std::span<const uint32_t> days, ImVec2 size, ImU32 colour, std::string_view what) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy(size);
    uint32_t most = 0;
    for (const uint32_t value : days) most = std::max(most, value);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float step = size.x / static_cast<float>(std::max<size_t>(1, days.size())), gap = std::max(1.0F, frame.px(1));
    for (size_t i = 0; i < days.size(); ++i) {
        const float x = at.x + step * static_cast<float>(i);
        const float share = most == 0 ? 0 : static_cast<float>(days[i]) / static_cast<float>(most);
        const float height = std::max(std::max(1.0F, frame.scale), std::round(share * size.y));
        list.AddRectFilled({x, at.y + size.y - height}, {x + step - gap, at.y + size.y},
                           days[i] == 0 ? frame.theme.line_strong : colour);
    }
    if (!ImGui::IsItemHovered()) return;
    std::string words(what);
    for (size_t i = 0; i < days.size(); ++i) {
        if (days[days.size() - 1 - i] > 0) words += "\n" + ago(i) + ": " + with_thousands(days[days.size() - 1 - i]);
    }
    tooltip(words);
}

void day_bars(const Frame& frame, const char* id, const DayBars& bars, float height) {
    const float width = ImGui::GetContentRegionAvail().x;
    const size_t count = bars.values.size();
    double most = 0;
    for (const double value : bars.values) most = std::max(most, value);
    FontScope font(frame.fonts.regular, kSmallText - 2);
    text_line(most > 0 ? "at most " + bars.word(most) : std::string("none"), frame.theme.faint);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(id);
    ImGui::InvisibleButton("bars", {std::max(1.0F, width), height});
    ImGui::PopID();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float step = width / static_cast<float>(std::max<size_t>(1, count)), gap = frame.px(3);
    const size_t hot = hovered_bar(at, width, count);
    for (size_t i = 0; i < count; ++i) {
        const float x = std::floor(at.x + step * static_cast<float>(i)), foot = at.y + height;
        const auto tall = [&](double value) { return most > 0 ? static_cast<float>(value / most) * height : 0.0F; };
        if (i == hot) list.AddRectFilled({x, at.y}, {x + step - gap, foot}, frame.theme.hover);
        list.AddRectFilled({x, foot - std::max(1.0F, tall(bars.values[i]))}, {x + step - gap, foot},
                           bars.values[i] > 0 ? bars.colour : frame.theme.line_strong);
        if (i < bars.parts.size() && bars.parts[i] > 0)
            list.AddRectFilled({x, foot - std::max(frame.px(2), tall(bars.parts[i]))}, {x + step - gap, foot},
                               bars.part_colour);
    }
    if (hot < count) {
        std::string words = ago(count - 1 - hot) + ": " + bars.word(bars.values[hot]);
        if (hot < bars.parts.size()) words += ", of these failed: " + bars.word(bars.parts[hot]);
        tooltip(words);
    }
    const ImVec2 below = ImGui::GetCursorScreenPos();
    small_text(list, {at.x, below.y}, frame.theme.faint, ago(count == 0 ? 0 : count - 1));
    const float today = text_width("today");
    small_text(list, {at.x + width - today, below.y}, frame.theme.faint, "today");
    ImGui::Dummy({1, ImGui::GetFontSize()});
}

void name_bars(const Frame& frame, std::span<const std::pair<std::string, int64_t>> items, ImU32 colour, size_t most,
               float name_width) {
    int64_t largest = 0;
    for (const auto& [name, value] : items) largest = std::max(largest, value);
    FontScope font(frame.fonts.regular, kSmallText);
    const float whole = ImGui::GetContentRegionAvail().x;
    name_width = std::min(name_width, whole * 0.5F);
    const float number = frame.px(64), room = std::max(frame.px(20), whole - name_width - number);
    for (size_t i = 0; i < std::min(most, items.size()); ++i) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        text_fit(items[i].first, name_width - frame.px(8), frame.theme.text);
        const float share = largest > 0 ? static_cast<float>(items[i].second) / static_cast<float>(largest) : 0;
        const float y = at.y + ImGui::GetFontSize() * 0.22F, tall = ImGui::GetFontSize() * 0.6F;
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.AddRectFilled({at.x + name_width, y}, {at.x + name_width + std::max(frame.px(2), share * room), y + tall},
                           colour, frame.px(2));
        const std::string words = with_thousands(static_cast<uint64_t>(std::max<int64_t>(0, items[i].second)));
        small_text(list, {at.x + whole - text_width(words), at.y}, frame.theme.muted, words);
    }
    if (items.size() > most) text_line("and " + std::to_string(items.size() - most) + " more", frame.theme.faint);
}

void hour_bars(const Frame& frame, const char* id, std::span<const std::map<std::string, uint32_t>> hours,
               float height) {
    std::set<std::string> names;
    uint32_t most = 0;
    for (const auto& hour : hours) {
        uint32_t sum = 0;
        for (const auto& [name, count] : hour) names.insert(name), sum += count;
        most = std::max(most, sum);
    }
    FontScope font(frame.fonts.regular, kSmallText - 2);
    size_t part = 0;
    for (const auto& name : names) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float side = ImGui::GetFontSize() * 0.7F;
        ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + side * 0.25F}, {at.x + side, at.y + side * 1.25F},
                                                  part_colour(frame.theme, part++));
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + side + frame.px(5));
        text_line(name, frame.theme.muted);
        ImGui::SameLine(0, frame.px(12));
    }
    ImGui::NewLine();
    const float width = ImGui::GetContentRegionAvail().x;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(id);
    ImGui::InvisibleButton("hours", {std::max(1.0F, width), height});
    ImGui::PopID();
    const size_t hot = hovered_bar(at, width, hours.size());
    const float step = width / static_cast<float>(std::max<size_t>(1, hours.size()));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({at.x, at.y + height - 1}, {at.x + width, at.y + height}, frame.theme.line_strong);
    for (size_t i = 0; i < hours.size(); ++i) {
        float y = at.y + height;
        part = 0;
        for (const auto& name : names) {
            const auto found = hours[i].find(name);
            const ImU32 colour = part_colour(frame.theme, part++);
            if (found == hours[i].end() || most == 0) continue;
            const float tall = height * static_cast<float>(found->second) / static_cast<float>(most);
            const float x = std::floor(at.x + step * static_cast<float>(i));
            list.AddRectFilled({x, y - tall}, {x + step - frame.px(2), y}, colour);
            y -= tall;
        }
    }
    if (hot < hours.size() && !hours[hot].empty()) {
        std::string words = std::to_string(hot) + ":00 to " + std::to_string(hot + 1) + ":00";
        for (const auto& [name, count] : hours[hot]) words += "\n" + name + ": " + std::to_string(count);
        tooltip(words);
    }
    const ImVec2 below = ImGui::GetCursorScreenPos();
    for (size_t hour = 0; hour < hours.size(); hour += 6)
        small_text(list, {at.x + step * static_cast<float>(hour), below.y}, frame.theme.faint,
                   std::to_string(hour) + ":00");
    ImGui::Dummy({1, ImGui::GetFontSize()});
}

void source_mark(const Frame& frame, bool reported) {
    ImGui::SameLine(0, frame.px(8));
    FontScope font(frame.fonts.regular, kSmallText - 2);
    text_line(reported ? "reported" : "inferred", frame.theme.faint);
    if (ImGui::IsItemHovered())
        tooltip(reported ? "The phones said so: in heartbeats and sync sessions."
                         : "Worked out from the captures that arrived here.");
}

}  // namespace linesman::ui
