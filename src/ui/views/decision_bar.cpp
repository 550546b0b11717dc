#include <algorithm>
#include <cmath>

#include "model/reasons.h"
#include "ui/icons.h"
#include "ui/views/side_views.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

using Mode = ReviewFlow::Mode;

float DecisionBar::height(const Frame& frame) const {
    const float buttons = frame.px(54);
    switch (frame.review.mode()) {
        case Mode::idle:
            return buttons;
        case Mode::rejecting:
            return buttons + frame.px(116);
        case Mode::correcting:
            return buttons + frame.px(132);
        case Mode::holding:
        case Mode::commenting:
            return buttons + frame.px(74);
        case Mode::overriding:
            return buttons + frame.px(78) +
                   frame.px(22) * static_cast<float>(std::min<size_t>(4, frame.review.needs_override().size()));
    }
    return buttons;
}

void DecisionBar::open_strip(const Frame& frame) {
    if (opened_ == frame.review.openings()) return;
    opened_ = frame.review.openings();
    focus_ = true;
    text_ = frame.review.mode() == Mode::commenting ? frame.review.comment() : std::string();
    if (frame.review.mode() != Mode::correcting || frame.detail == nullptr) return;
    number_ = old_number_ = frame.detail->capture.pole_number;
    project_ = old_project_ = frame.detail->capture.project_id;
    notes_ = old_notes_ = frame.detail->capture.notes;
}

void DecisionBar::draw(const Frame& frame, Intents& intents) {
    open_strip(frame);
    switch (frame.review.mode()) {
        case Mode::idle:
            break;
        case Mode::rejecting:
            draw_reasons(frame, intents);
            break;
        case Mode::correcting:
            draw_correction(frame, intents);
            break;
        case Mode::holding:
        case Mode::overriding:
        case Mode::commenting:
            draw_text_strip(frame, intents);
            break;
    }
    draw_buttons(frame, intents);
}

void DecisionBar::draw_buttons(const Frame& frame, Intents& intents) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {frame.px(8), frame.px(6)});
    // What has no room here is still on its key and in the palette.
    const bool narrow = ImGui::GetWindowWidth()<frame.px(560), roomy = ImGui::GetWindowWidth()> frame.px(640);
    command_button(frame, intents, CommandId::decide_approve, narrow ? nullptr : icon::kCheck, ButtonLook::primary);
    ImGui::SameLine();
    command_button(frame, intents, CommandId::decide_reject, narrow ? nullptr : icon::kTimes, ButtonLook::plain);
    ImGui::SameLine();
    command_button(frame, intents, CommandId::decide_hold, narrow ? nullptr : icon::kPause, ButtonLook::plain);
    if (!narrow) {
        ImGui::SameLine(0, frame.px(roomy ? 20 : 8));
        command_button(frame, intents, CommandId::decide_correct, roomy ? icon::kPencil : nullptr, ButtonLook::quiet);
    }
    if (roomy) {
        ImGui::SameLine(0, 0);
        command_button(frame, intents, CommandId::decide_comment, icon::kComment, ButtonLook::quiet,
                       frame.review.comment().empty() ? "Comment" : "Comment ready");
    }
    const std::string key = frame.keymap.first_label(CommandId::decide_undo);
    const float width =
        text_width("Undo") + key_cap_width(frame, key) + frame.px(narrow ? 12 * 2 + 8 : 12 * 2 + 8 + 24);
    const float x = ImGui::GetWindowWidth() - width - frame.px(8);
    ImGui::SameLine();
    if (x > ImGui::GetCursorPosX()) ImGui::SetCursorPosX(x);
    command_button(frame, intents, CommandId::decide_undo, narrow ? nullptr : icon::kUndo, ButtonLook::quiet);
    ImGui::PopStyleVar();
}

void DecisionBar::draw_reasons(const Frame& frame, Intents& intents) {
    section(frame, "REJECT BECAUSE");
    const float gap = frame.px(6), cell = (ImGui::GetContentRegionAvail().x - gap * 2) / 3, height = frame.px(26);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    FontScope font(frame.fonts.regular, kSmallText + 1);
    for (size_t i = 0; i < model::kRejectReasons.size(); ++i) {
        const ImVec2 at{origin.x + static_cast<float>(i % 3) * (cell + gap),
                        origin.y + static_cast<float>(i / 3) * (height + frame.px(2))};
        ImGui::SetCursorScreenPos(at);
        ImGui::PushID(static_cast<int>(i));
        if (ImGui::InvisibleButton("reason", {cell, height})) intents.reject_reason = i;
        ImGui::PopID();
        const bool last = i == frame.review.last_reason(), hovered = ImGui::IsItemHovered();
        const ImVec2 end{at.x + cell, at.y + height};
        if (hovered) list.AddRectFilled(at, end, frame.theme.active, frame.px(5));
        if (hovered) tooltip("The crew reads: " + std::string(model::kRejectReasons[i].advice));
        const std::string key = last ? frame.keymap.first_label(nth(CommandId::reason_1, i)) + " Enter"
                                     : frame.keymap.first_label(nth(CommandId::reason_1, i));
        const float cap = key_cap_width(frame, key);
        draw_key_cap(frame, list, {at.x + frame.px(4), at.y + frame.px(3)}, frame.px(20), key,
                     last ? frame.theme.accent : frame.theme.muted,
                     last ? frame.theme.accent : frame.theme.line_strong);
        const std::string words = shortened(model::kRejectReasons[i].title, cell - cap - frame.px(16));
        list.AddText({at.x + cap + frame.px(12), std::floor(at.y + (height - ImGui::GetFontSize()) / 2)},
                     frame.theme.text, words.c_str());
    }
    ImGui::SetCursorScreenPos({origin.x, origin.y + (height + frame.px(2)) * 3 + frame.px(4)});
}

void DecisionBar::draw_text_strip(const Frame& frame, Intents& intents) {
    const Mode mode = frame.review.mode();
    if (mode == Mode::overriding) {
        section(frame, "APPROVE IN SPITE OF");
        const auto& ids = frame.review.needs_override();
        size_t shown = 0;
        for (const auto& id : ids) {
            if (shown++ == 4) break;
            std::string words = id;
            if (frame.detail != nullptr) {
                for (const auto& finding : frame.detail->findings) {
                    if (finding.id == id) words = std::string(model::title_of(finding.rule)) + ": " + finding.message;
                }
            }
            text_fit(words, ImGui::GetContentRegionAvail().x, frame.theme.warning);
        }
    } else {
        section(frame, mode == Mode::holding ? "HOLD: WHAT IS IT WAITING FOR?" : "COMMENT, SENT WITH THE DECISION");
    }
    const char* hint = mode == Mode::overriding ? "Why it is good all the same, then Enter"
                       : mode == Mode::holding  ? "A note (may be empty), then Enter"
                                                : "Comment, then Enter";
    if (focus_) {
        ImGui::SetKeyboardFocusHere();
        focus_ = false;
    }
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    const bool changed = input_text("##strip", hint, text_);
    if (changed && mode == Mode::commenting) intents.comment = text_;
    ImGui::Dummy({0, frame.px(4)});
}

void DecisionBar::draw_correction(const Frame& frame, Intents& intents) {
    section(frame, "CORRECT");
    const float half = (ImGui::GetContentRegionAvail().x - frame.px(8)) / 2;
    if (focus_) {
        ImGui::SetKeyboardFocusHere();
        focus_ = false;
    }
    ImGui::SetNextItemWidth(half);
    input_text("##number", "Pole number", number_);
    ImGui::SameLine();
    ImGui::SetNextItemWidth(half);
    input_text("##project", "Project", project_);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    input_text("##notes", "Notes", notes_);
    FontScope font(frame.fonts.regular, kSmallText);
    text_line("Enter saves, Escape closes. The old values are kept in the history.", frame.theme.faint);
    (void)intents;
}

void DecisionBar::confirm(const Frame& frame, Intents& intents) const {
    switch (frame.review.mode()) {
        case Mode::idle:
            break;
        case Mode::rejecting:
            intents.reject_reason = frame.review.last_reason();
            break;
        case Mode::holding:
            intents.hold_note = text_;
            break;
        case Mode::overriding:
            intents.override_reason = text_;
            break;
        case Mode::commenting:
            intents.comment = text_;
            intents.run(CommandId::strip_cancel);
            break;
        case Mode::correcting: {
            model::Correction correction;
            if (number_ != old_number_) correction.pole_number = number_;
            if (project_ != old_project_) correction.project_id = project_;
            if (notes_ != old_notes_) correction.notes = notes_;
            intents.correction = correction;
            break;
        }
    }
}

}  // namespace linesman::ui
