#include <algorithm>
#include <cmath>

#include "model/reasons.h"
#include "ui/icons.h"
#include "ui/views/side_views.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

using Mode = ReviewFlow::Mode;

namespace {

constexpr float kPadPx = 10, kButtonRowPx = 40, kReasonRowPx = 28;
constexpr size_t kMostOverridden = 4;

struct Remind {
    const char* title;
    int64_t hours;  // from now; 0 = none
    int days;       // > 0: at 08:00 of that many days on
};
constexpr Remind kReminds[] = {
    {"No reminder", 0, 0}, {"In 2 hours", 2, 0}, {"Tomorrow 08:00", 0, 1}, {"In a week", 0, 7}};

std::optional<base::Timestamp> remind_at(const Remind& remind, base::Timestamp now) {
    if (remind.hours > 0) return now + base::hours(remind.hours);
    if (remind.days == 0) return std::nullopt;
    constexpr int64_t kDayUs = 86'400'000'000;
    const int64_t offset_us = int64_t{kSouthAfricaOffsetMinutes} * 60'000'000;
    const int64_t midnight = (now.us + offset_us) / kDayUs * kDayUs;
    return base::Timestamp{midnight + remind.days * kDayUs + int64_t{8} * 3'600'000'000 - offset_us};
}

}  // namespace

// What is approved in spite of, in words, and how many more there are.
std::vector<std::string> DecisionBar::overridden_findings(const Frame& frame) {
    std::vector<std::string> lines;
    const auto& ids = frame.review.needs_override();
    for (const auto& id : ids) {
        if (lines.size() == kMostOverridden) {
            lines.push_back("and " + std::to_string(ids.size() - kMostOverridden) + " more");
            break;
        }
        std::string words = id;
        if (frame.detail != nullptr) {
            for (const auto& finding : frame.detail->findings) {
                if (finding.id == id) words = std::string(model::title_of(finding.rule)) + ": " + finding.message;
            }
        }
        lines.push_back(std::move(words));
    }
    return lines;
}

int DecisionBar::reason_columns(const Frame& frame, float room) {
    for (const int columns : {3, 2}) {
        if (room / static_cast<float>(columns) >= frame.px(310)) return columns;
    }
    return room >= frame.px(420) ? 2 : 1;
}

// The last row's number.
int DecisionBar::place(const Frame& frame, std::vector<Button>& buttons, float room, float gap) {
    float x = 0;
    int row = 0;
    for (auto& button : buttons) {
        const float width = command_button_width(frame, button.id, button.icon, button.title, button.face);
        if (x > 0 && x + width > room) x = 0, ++row;
        button.x = x;
        button.row = row;
        // Quiet buttons have no edge and need no room between them.
        x += width + (button.look == ButtonLook::quiet ? gap / 2 : gap);
    }
    return row;
}

std::vector<DecisionBar::Button> DecisionBar::placed_buttons(const Frame& frame, float room) {
    const bool ready = !frame.review.comment().empty();
    std::vector<Button> buttons = {
        {CommandId::decide_approve, icon::kCheck, ButtonLook::primary, {}},
        {CommandId::decide_reject, icon::kTimes, ButtonLook::plain, {}},
        {CommandId::decide_hold, icon::kPause, ButtonLook::plain, {}},
        {CommandId::decide_correct, icon::kPencil, ButtonLook::quiet, {}},
        {CommandId::decide_comment, icon::kComment, ButtonLook::quiet, ready ? "Comment ready" : "Comment"},
        {CommandId::decide_undo, icon::kUndo, ButtonLook::quiet, {}}};
    const std::vector<Button> whole = buttons;
    // What gives way: the icons, then the keys of the quiet buttons, then their words.
    for (const int step : {0, 1, 2, 3}) {
        for (size_t i = 0; i < buttons.size(); ++i) {
            const bool quiet = whole[i].look == ButtonLook::quiet;
            if (step >= 1) buttons[i].icon = quiet && step == 3 ? whole[i].icon : nullptr;
            if (quiet && step >= 2) buttons[i].face = step == 3 ? ButtonFace::icon_only : ButtonFace::without_key;
        }
        if (place(frame, buttons, room, frame.px(step == 0 ? 8 : step == 3 ? 2 : 4)) == 0) break;
    }
    auto& undo = buttons.back();
    undo.x = std::max(undo.x, room - command_button_width(frame, undo.id, undo.icon, undo.title, undo.face));
    return buttons;
}

float DecisionBar::height(const Frame& frame, float width, bool strip_here) const {
    const float room = width - frame.px(kPadPx * 2);
    const float buttons =
        frame.px(14) + frame.px(kButtonRowPx) * static_cast<float>(placed_buttons(frame, room).back().row + 1);
    return buttons + (strip_here ? strip_height(frame, room) : 0);
}

float DecisionBar::strip_height(const Frame& frame, float room) {
    switch (frame.review.mode()) {
        case Mode::idle:
            return 0;
        case Mode::rejecting: {
            const int columns = reason_columns(frame, room);
            const int rows = (static_cast<int>(model::kRejectReasons.size()) + columns - 1) / columns;
            return frame.px(32) + frame.px(kReasonRowPx) * static_cast<float>(rows);
        }
        case Mode::correcting:
            return frame.px(132);
        case Mode::holding:
            return frame.px(108);
        case Mode::commenting:
        case Mode::taking_back:
            return frame.px(74);
        case Mode::overriding: {
            float lines = 0;
            for (const auto& line : overridden_findings(frame))
                lines += ImGui::CalcTextSize(line.data(), line.data() + line.size(), false, room).y + frame.px(6);
            return frame.px(82) + lines;
        }
    }
    return 0;
}

void DecisionBar::open_strip(const Frame& frame) {
    if (opened_ == frame.review.openings()) return;
    opened_ = frame.review.openings();
    focus_ = true;
    remind_ = 0;
    text_ = frame.review.mode() == Mode::commenting ? frame.review.comment() : std::string();
    if (frame.review.mode() != Mode::correcting || frame.detail == nullptr) return;
    number_ = old_number_ = frame.detail->capture.pole_number;
    project_ = old_project_ = frame.detail->capture.project_id;
    notes_ = old_notes_ = frame.detail->capture.notes;
    position_ = old_position_ =
        frame.detail->capture.gps ? position_to_text(*frame.detail->capture.gps) : std::string();
}

void DecisionBar::draw(const Frame& frame, Intents& intents, bool strip_here) {
    if (strip_here) draw_strip(frame, intents);
    draw_buttons(frame, intents);
}

void DecisionBar::draw_strip_alone(const Frame& frame, Intents& intents) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string_view cancel = command(CommandId::strip_cancel).title;
    ImGui::SetCursorScreenPos({at.x + ImGui::GetContentRegionAvail().x - text_width(cancel), at.y});
    if (ImGui::TextLink(cancel.data())) intents.run(CommandId::strip_cancel);
    ImGui::SetCursorScreenPos(at);
    draw_strip(frame, intents);
    if (frame.review.mode() != Mode::rejecting)
        command_button(frame, intents, CommandId::strip_confirm, nullptr, ButtonLook::primary);
}

void DecisionBar::draw_strip(const Frame& frame, Intents& intents) {
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
        case Mode::taking_back:
            draw_text_strip(frame, intents);
            break;
    }
}

void DecisionBar::draw_buttons(const Frame& frame, Intents& intents) {
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    for (const auto& button : placed_buttons(frame, ImGui::GetContentRegionAvail().x)) {
        ImGui::SetCursorScreenPos(
            {origin.x + button.x, origin.y + frame.px(kButtonRowPx) * static_cast<float>(button.row)});
        command_button(frame, intents, button.id, button.icon, button.look, button.title, button.face);
    }
}

void DecisionBar::draw_reasons(const Frame& frame, Intents& intents) {
    section(frame, "REJECT BECAUSE");
    const int columns = reason_columns(frame, ImGui::GetContentRegionAvail().x);
    const size_t rows =
        (model::kRejectReasons.size() + static_cast<size_t>(columns) - 1) / static_cast<size_t>(columns);
    const float gap = frame.px(6), height = frame.px(kReasonRowPx - 2);
    const float cell =
        (ImGui::GetContentRegionAvail().x - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    FontScope font(frame.fonts.regular, kSmallText + 1);
    for (size_t i = 0; i < model::kRejectReasons.size(); ++i) {
        const size_t column = i / rows, row = i % rows;
        const ImVec2 at{origin.x + static_cast<float>(column) * (cell + gap),
                        origin.y + static_cast<float>(row) * (height + frame.px(2))};
        ImGui::SetCursorScreenPos(at);
        ImGui::PushID(static_cast<int>(i));
        if (ImGui::InvisibleButton("reason", {cell, height})) intents.reject_reason = i;
        ImGui::PopID();
        const bool last = i == frame.review.last_reason(), hovered = ImGui::IsItemHovered();
        const ImVec2 end{at.x + cell, at.y + height};
        if (hovered) list.AddRectFilled(at, end, frame.theme.active, frame.px(5));
        if (hovered) tooltip("The crew reads: " + std::string(model::kRejectReasons[i].advice));
        std::string key = frame.keymap.first_label(nth(CommandId::reason_1, i));
        if (last && cell > frame.px(250)) key += " Enter";
        const float cap = key_cap_width(frame, key);
        draw_key_cap(frame, list, {at.x + frame.px(4), at.y + frame.px(3)}, frame.px(20), key,
                     last ? frame.theme.accent : frame.theme.muted,
                     last ? frame.theme.accent : frame.theme.line_strong);
        const std::string words = shortened(model::kRejectReasons[i].title, cell - cap - frame.px(16));
        list.AddText({at.x + cap + frame.px(12), std::floor(at.y + (height - ImGui::GetFontSize()) / 2)},
                     frame.theme.text, words.c_str());
    }
    ImGui::SetCursorScreenPos(origin);
    ImGui::Dummy({cell, (height + frame.px(2)) * static_cast<float>(rows) - frame.px(2)});
}

void DecisionBar::draw_text_strip(const Frame& frame, Intents& intents) {
    const Mode mode = frame.review.mode();
    if (mode == Mode::overriding) {
        section(frame, "APPROVE IN SPITE OF");
        for (const auto& line : overridden_findings(frame)) text_wrapped(line, frame.theme.warning);
    } else {
        section(frame, mode == Mode::holding       ? "HOLD: WAITING FOR WHAT?"
                       : mode == Mode::taking_back ? "TAKE BACK: WHY?"
                                                   : "COMMENT ON THE DECISION");
    }
    const char* hint = mode == Mode::overriding    ? "Why it is good all the same, then Enter"
                       : mode == Mode::holding     ? "A note, or a reminder below, then Enter"
                       : mode == Mode::taking_back ? "Why it is taken back, then Enter"
                                                   : "Comment, then Enter";
    if (focus_) {
        ImGui::SetKeyboardFocusHere();
        focus_ = false;
    }
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    const bool changed = input_text("##strip", hint, text_);
    if (changed && mode == Mode::commenting) intents.comment = text_;
    if (mode == Mode::holding) {
        const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
        for (size_t i = 0; i < std::size(kReminds); ++i) {
            if (i > 0) ImGui::SameLine(0, frame.px(2));
            if (i > 0 && ImGui::GetCursorPosX() + text_width(kReminds[i].title) + frame.px(16) > right)
                ImGui::NewLine();
            if (tab(frame, kReminds[i].title, kReminds[i].title, {}, remind_ == i)) remind_ = i;
        }
    }
    ImGui::Dummy({0, frame.px(4)});
}

void DecisionBar::draw_correction(const Frame& frame, Intents& intents) {
    section(frame, "CORRECT");
    const float room = ImGui::GetContentRegionAvail().x;
    const bool beside = room >= frame.px(320);  // else one field below the other
    const float width = beside ? (room - frame.px(8)) / 2 : room;
    if (focus_) {
        ImGui::SetKeyboardFocusHere();
        focus_ = false;
    }
    auto field = [&](const char* id, const char* hint, std::string& text, bool right) {
        if (right && beside) ImGui::SameLine(0, frame.px(8));
        ImGui::SetNextItemWidth(width);
        input_text(id, hint, text);
    };
    field("##number", "Pole number", number_, false);
    field("##project", "Project", project_, true);
    field("##position", "Latitude, longitude", position_, false);
    field("##notes", "Notes", notes_, true);
    FontScope font(frame.fonts.regular, kSmallText);
    const bool wrong = position_ != old_position_ && !position_from_text(position_);
    text_wrapped(wrong ? "The position is latitude, then longitude, in degrees: -26.3721, 27.7912."
                       : "Enter saves, Escape closes. The old values are kept in the history.",
                 wrong ? frame.theme.warning : frame.theme.faint);
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
            intents.remind_at = remind_at(kReminds[remind_], frame.now);
            break;
        case Mode::overriding:
            intents.override_reason = text_;
            break;
        case Mode::taking_back:
            intents.take_back_reason = text_;
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
            if (position_ != old_position_) {
                correction.gps = position_from_text(position_);
                if (!correction.gps) break;  // the strip says what is wrong with it
            }
            intents.correction = correction;
            break;
        }
    }
}

}  // namespace linesman::ui
