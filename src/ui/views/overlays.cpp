#define IMGUI_DEFINE_MATH_OPERATORS
#include "ui/views/overlays.h"

#include <algorithm>
#include <cmath>

#include "imgui_internal.h"
#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
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
        default:
            draw_own(frame, intents);
            break;
    }
    draw_toasts(frame);
    fresh_ = false;
}

// The views that have a file of their own.
void Overlays::draw_own(const Frame& frame, Intents& intents) {
    switch (frame.state.overlay) {
        case Overlay::bulk:
            return bulk_.draw(frame, intents);
        case Overlay::batches:
            return batches_.draw(frame, intents);
        case Overlay::conflict:
            return conflict_.draw(frame, intents);
        case Overlay::duplicates:
            return duplicates_.draw(frame, intents);
        case Overlay::history:
            return history_.draw(frame, intents);
        case Overlay::rules:
            return rules_.draw(frame, intents);
        case Overlay::coverage:
            return coverage_.draw(frame, intents);
        case Overlay::reports:
            return reports_.draw(frame, intents);
        case Overlay::my_day:
            return my_day_.draw(frame, intents);
        case Overlay::settings:
            return settings_.draw(frame, intents);
        case Overlay::keys:
            return keys_.draw(frame, intents);
        case Overlay::save_filter:
            return save_filter_.draw(frame, intents);
        case Overlay::device:
            return device_.draw(frame, intents);
        case Overlay::device_order:
            return device_order_.draw(frame, intents);
        case Overlay::fleet:
            return fleet_.draw(frame, intents);
        default:
            return;
    }
}

void Overlays::begin(const Frame& frame, const char* title, ImVec2 size, bool from_top) {
    begin_overlay(frame, title, size, fresh_, from_top);
}

void Overlays::end(const Frame& frame, Intents& intents) {
    end_overlay(frame, intents, fresh_);
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
        if (frame.state.overlay != Overlay::conflict) {
            if (text_button(frame, "Compare", true, {}, true)) intents.show_matter = operation.op_id;
            if (ImGui::IsItemHovered())
                tooltip("What it was when you looked, what the server has now, and yours; choose field by field.");
            ImGui::SameLine();
        }
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
    // Over an overlay only the newest, in the top bar, where it hides nothing.
    const bool over = frame.state.overlay != Overlay::none;
    if (over) y = frame.px(4);
    for (auto it = frame.state.toasts.rbegin(); it != frame.state.toasts.rend(); ++it) {
        if (over && it != frame.state.toasts.rbegin()) break;
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
