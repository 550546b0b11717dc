#define IMGUI_DEFINE_MATH_OPERATORS
#include "ui/views/overlays.h"

#include <algorithm>
#include <cmath>

#include "imgui_internal.h"
#include "ui/icons.h"
#include "ui/palette.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

void Overlays::draw(const Frame& frame, Intents& intents) {
    if (opened_ != frame.state.overlay_openings) {
        opened_ = frame.state.overlay_openings;
        fresh_ = true;
        query_.clear();
        form_.password.clear();
        chosen_ = 0;
        if (form_.email.empty()) form_.email = frame.snapshot.session.email;
    }
    switch (frame.state.overlay) {
        case Overlay::none:
            break;
        case Overlay::palette:
            draw_palette(frame, intents);
            break;
        case Overlay::help:
            draw_help(frame, intents);
            break;
        case Overlay::notices:
            draw_notices(frame, intents);
            break;
        case Overlay::matters:
            draw_matters(frame, intents);
            break;
        case Overlay::sign_in:
            draw_sign_in(frame, intents);
            break;
    }
    draw_toasts(frame);
    fresh_ = false;
}

bool Overlays::begin(const Frame& frame, const char* title, ImVec2 size, bool from_top) {
    const ImVec2 room = ImGui::GetMainViewport()->Size;
    size = {std::min(frame.px(size.x), room.x - frame.px(32)), std::min(frame.px(size.y), room.y - frame.px(90))};
    const float y = from_top ? frame.px(70) : (room.y - size.y) / 2;
    ImGui::SetNextWindowPos({std::floor((room.x - size.x) / 2), std::floor(y)});
    ImGui::SetNextWindowSize(size);
    if (fresh_) ImGui::SetNextWindowFocus();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {frame.px(16), frame.px(14)});
    const bool open = ImGui::Begin(title, nullptr,
                                   ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                       ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNavFocus);
    ImGui::PopStyleVar();
    return open;
}

void Overlays::end(const Frame& frame, Intents& intents) {
    const bool outside =
        !fresh_ && ImGui::IsMouseClicked(ImGuiMouseButton_Left) &&
        !ImGui::IsWindowHovered(ImGuiHoveredFlags_RootAndChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
    if (outside) intents.overlay = frame.state.overlay;  // showing it again closes it
    ImGui::End();
}

void Overlays::draw_palette(const Frame& frame, Intents& intents) {
    const auto ids = find_commands(query_);
    begin(frame, "palette", {620, 84 + 32 * static_cast<float>(std::clamp<size_t>(ids.size(), 1, 12))}, true);
    if (fresh_) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    if (input_text("##query", "Type a command", query_)) chosen_ = 0;
    const int last = static_cast<int>(ids.size()) - 1;
    if (ImGui::IsKeyPressed(ImGuiKey_DownArrow)) ++chosen_;
    if (ImGui::IsKeyPressed(ImGuiKey_UpArrow)) --chosen_;
    chosen_ = std::clamp(chosen_, 0, std::max(0, last));
    const bool enter = ImGui::IsKeyPressed(ImGuiKey_Enter, false) || ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false);
    ImGui::BeginChild("hits", {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {frame.px(8), frame.px(2)});
    const float height = frame.px(30);
    for (int i = 0; i <= last; ++i) {
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
    ImGui::PopStyleVar();
    if (ids.empty()) text_line("No command matches. Captures are searched with /.", frame.theme.muted);
    ImGui::EndChild();
    end(frame, intents);
}

void Overlays::draw_help(const Frame& frame, Intents& intents) {
    begin(frame, "help", {1020, 700}, false);
    {
        FontScope font(frame.fonts.bold, kTitleText);
        text_line("Keys", frame.theme.text);
    }
    text_line("Single keys are silent while you type. Escape closes.", frame.theme.muted);
    ImGui::Dummy({0, frame.px(4)});
    ImGui::BeginChild("keys");
    const int columns = ImGui::GetContentRegionAvail().x > frame.px(720)   ? 3
                        : ImGui::GetContentRegionAvail().x > frame.px(480) ? 2
                                                                           : 1;
    if (ImGui::BeginTable("columns", columns, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_NoSavedSettings)) {
        // Column by column: decide and photos first, since they are used most.
        const std::vector<std::vector<std::string_view>> plan = {
            {"Decide", "Photos"}, {"Queue", "Map"}, {"Sync", "View"}};
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

void draw_notice(const Frame& frame, Intents& intents, const app::Notice& notice) {
    ImGui::PushID(static_cast<int>(notice.id));
    const float start = ImGui::GetCursorPosX();
    if (frame.fonts.has_icons) text_line(icon_of(notice.level), colour_of(frame.theme, notice.level));
    ImGui::SameLine(start + frame.px(26), 0);
    ImGui::BeginGroup();
    text_wrapped(notice.text, frame.theme.text);
    if (!notice.cure.empty()) text_wrapped(notice.cure, frame.theme.muted);
    FontScope font(frame.fonts.regular, kSmallText);
    text_line(short_time(notice.at, frame.now), frame.theme.faint);
    if (!notice.staging_id.empty()) {
        ImGui::SameLine(0, frame.px(12));
        if (ImGui::TextLink("Show capture")) intents.select_id = notice.staging_id;
    }
    ImGui::SameLine(0, frame.px(12));
    if (ImGui::TextLink("Dismiss")) intents.dismiss.push_back(notice.id);
    ImGui::EndGroup();
    ImGui::Dummy({0, frame.px(4)});
    ImGui::PopID();
}

void Overlays::draw_notices(const Frame& frame, Intents& intents) {
    begin(frame, "notices", {560, 520}, false);
    {
        FontScope font(frame.fonts.bold, kTitleText);
        text_line("Messages", frame.theme.text);
    }
    ImGui::BeginChild("list");
    if (frame.snapshot.notices.empty() && frame.fonts.missing.empty()) {
        empty_state(frame, intents, icon::kBell, "No messages",
                    "What goes wrong, and what to do about it, is listed here.");
    }
    for (const auto words : frame.fonts.missing) text_wrapped(words, frame.theme.warning);
    for (auto it = frame.snapshot.notices.rbegin(); it != frame.snapshot.notices.rend(); ++it)
        draw_notice(frame, intents, *it);
    ImGui::EndChild();
    end(frame, intents);
}

void draw_matter(const Frame& frame, Intents& intents, const app::OpenMatter& matter) {
    const auto& operation = matter.pending.operation;
    ImGui::PushID(operation.op_id.c_str());
    {
        FontScope font(frame.fonts.bold, kBodyText);
        std::string title(word_of(operation.kind));
        title += "  " + (matter.pole_number.empty() ? operation.staging_id : matter.pole_number);
        text_line(title, frame.theme.text);
    }
    std::string when(word_of(matter.pending.state));
    when += "  ·  made " + short_time(operation.made_at, frame.now);
    text_line(when, matter.pending.state == model::OperationState::conflict ? frame.theme.error : frame.theme.warning);
    if (!matter.pending.error.empty()) text_wrapped(matter.pending.error, frame.theme.text);
    if (!matter.pending.cure.empty()) text_wrapped(matter.pending.cure, frame.theme.muted);
    auto choose = [&](const char* title, const char* explains, app::MatterChoice choice) {
        if (ImGui::Button(title)) intents.resolve.emplace_back(operation.op_id, choice);
        if (ImGui::IsItemHovered()) tooltip(explains);
        ImGui::SameLine();
    };
    if (matter.pending.state == model::OperationState::conflict) {
        choose("Keep mine",
               "Sends this decision over what changed on the server. The server's version stays in the history.",
               app::MatterChoice::keep_mine);
        choose("Take theirs", "Withdraws this decision and keeps what the server has.", app::MatterChoice::take_theirs);
    } else {
        choose("Retry", "Sends it again as it is.", app::MatterChoice::retry);
        choose("Withdraw", "Takes the decision back; the capture returns to the queue.",
               app::MatterChoice::take_theirs);
    }
    if (ImGui::Button("Show capture")) intents.select_id = operation.staging_id;
    ImGui::Dummy({0, frame.px(8)});
    ImGui::PopID();
}

void Overlays::draw_matters(const Frame& frame, Intents& intents) {
    begin(frame, "matters", {680, 520}, false);
    {
        FontScope font(frame.fonts.bold, kTitleText);
        text_line("Decisions that need a person", frame.theme.text);
    }
    ImGui::BeginChild("list");
    if (frame.snapshot.matters.empty()) {
        empty_state(frame, intents, icon::kCheckCircle, "Nothing needs you",
                    "Decisions that the server refuses, or that meet another change, are listed here.");
    }
    for (const auto& matter : frame.snapshot.matters) draw_matter(frame, intents, matter);
    ImGui::EndChild();
    end(frame, intents);
}

void Overlays::draw_toasts(const Frame& frame) const {
    if (frame.state.toasts.empty()) return;
    const ImVec2 room = ImGui::GetMainViewport()->Size;
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    // Below the top bar: there it hides neither the thumbnails nor the buttons.
    float y = frame.px(44 + 12);
    for (auto it = frame.state.toasts.rbegin(); it != frame.state.toasts.rend(); ++it) {
        const float most = std::min(frame.px(560), room.x - frame.px(60));
        const float indent = frame.fonts.has_icons ? frame.px(26) : 0;
        const char* end = it->text.data() + it->text.size();
        const ImVec2 size = ImGui::CalcTextSize(it->text.data(), end, false, most - indent - frame.px(28));
        const ImVec2 box{size.x + indent + frame.px(28), size.y + frame.px(18)};
        const ImVec2 at{std::floor((room.x - box.x) / 2), std::floor(y)};
        list.AddRectFilled(at, at + box, frame.theme.raised, frame.px(8));
        list.AddRect(at, at + box, frame.theme.line_strong, frame.px(8));
        const ImVec2 text{at.x + frame.px(14), at.y + frame.px(9)};
        if (indent > 0) list.AddText(text, colour_of(frame.theme, it->level), icon_of(it->level));
        list.AddText(ImGui::GetFont(), ImGui::GetFontSize(), {text.x + indent, text.y}, frame.theme.text,
                     it->text.data(), end, size.x + 1);
        y = at.y + box.y + frame.px(8);
    }
}

}  // namespace linesman::ui
