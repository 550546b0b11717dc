#include "ui/views/my_day_view.h"

#include <algorithm>
#include <cmath>

#include "model/reasons.h"
#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/quiet_table.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

bool may_be_taken_back(const model::PendingOperation& pending) {
    using enum model::OperationKind;
    const auto kind = pending.operation.kind;
    return kind != undo && kind != ignore_finding && kind != unignore_finding && kind != promote &&
           pending.state != model::OperationState::withdrawn;
}

// The reason of a rejection, or the comment.
std::string words_of(const model::Operation& operation) {
    std::string words;
    if (const auto* reason = model::reject_reason(operation.reason)) words = reason->title;
    if (!operation.comment.empty()) words += (words.empty() ? "" : ": ") + operation.comment;
    return words;
}

}  // namespace

void MyDayView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    begin_overlay(frame, "my day", {900, 620}, fresh);
    overlay_title(frame, "My day");
    draw_figures(frame);
    draw_reminders(frame, intents);
    if (frame.snapshot.my_day.latest.empty()) {
        empty_state(frame, intents, icon::kClock, "Nothing decided today",
                    "Each decision of yours is listed here and can be opened again.");
    } else {
        draw_decisions(frame, intents);
    }
    end_overlay(frame, intents, fresh);
}

void MyDayView::draw_figures(const Frame& frame) const {
    const app::MyDay& day = frame.snapshot.my_day;
    auto figure = [&](std::string_view name, const std::string& value) {
        ImGui::BeginGroup();
        {
            FontScope font(frame.fonts.bold, kTitleText);
            text_line(value, frame.theme.text);
        }
        FontScope font(frame.fonts.regular, kSmallText);
        text_line(name, frame.theme.muted);
        ImGui::EndGroup();
        ImGui::SameLine(0, frame.px(34));
    };
    figure("decided", with_thousands(day.decided_today));
    figure("approved", with_thousands(day.approved_today));
    figure("rejected", with_thousands(day.rejected_today));
    figure("an hour", day.per_hour >= 1 ? with_thousands(static_cast<uint64_t>(std::llround(day.per_hour))) : "–");
    const uint32_t left = frame.snapshot.counts.to_judge;
    const uint32_t held = frame.snapshot.counts.open - std::min(frame.snapshot.counts.open, left);
    figure(held > 0 ? "still to judge, " + with_thousands(held) + " held besides" : std::string("still to judge"),
           with_thousands(left));
    if (day.per_hour >= 1 && left > 0) {
        const double hours = left / day.per_hour;
        figure("at this rate", hours < 1.5
                                   ? std::to_string(std::max(1, static_cast<int>(std::lround(hours * 60)))) + " min"
                                   : std::to_string(static_cast<int>(std::lround(hours))) + " h");
    }
    ImGui::NewLine();
    ImGui::Dummy({0, frame.px(4)});
}

void MyDayView::draw_reminders(const Frame& frame, Intents& intents) const {
    const auto& reminders = frame.snapshot.reminders;
    if (reminders.empty()) return;
    section(frame, "HELD, WITH A REMINDER");
    constexpr size_t kMost = 6;
    for (size_t i = 0; i < std::min(kMost, reminders.size()); ++i) {
        const auto& reminder = reminders[i];
        const bool due = reminder.at.us <= frame.now.us;
        ImGui::PushID(static_cast<int>(i));
        const float start = ImGui::GetCursorPosX();
        text_line(short_time(reminder.at, frame.now), due ? frame.theme.warning : frame.theme.muted);
        ImGui::SameLine(start + frame.px(120), 0);
        if (ImGui::TextLink((reminder.pole_number.empty() ? reminder.staging_id : reminder.pole_number).c_str())) {
            intents.select_id = reminder.staging_id;
            intents.overlay = Overlay::my_day;
        }
        if (due) {
            ImGui::SameLine(0, frame.px(10));
            text_line("due", frame.theme.warning);
        }
        ImGui::PopID();
    }
    if (reminders.size() > kMost)
        text_line("and " + with_thousands(reminders.size() - kMost) + " more in the list Held", frame.theme.faint);
    section(frame, "DECIDED TODAY");
}

void MyDayView::draw_decisions(const Frame& frame, Intents& intents) const {
    constexpr TableColumn kColumns[] = {{"When", 100},   {"Pole", 130},  {"What", 80},
                                        {"Why", 0, 160}, {"State", 150}, {"", 80}};
    const QuietTable table(frame, "decisions", kColumns);
    if (!table.open()) return;
    for (size_t i = 0; i < frame.snapshot.my_day.latest.size(); ++i) {
        ImGui::PushID(static_cast<int>(i));
        draw_decision(frame, intents, i);
        ImGui::PopID();
    }
}

void MyDayView::draw_decision(const Frame& frame, Intents& intents, size_t i) const {
    const app::MyDay& day = frame.snapshot.my_day;
    const auto& pending = day.latest[i];
    const auto& operation = pending.operation;
    ImGui::TableNextRow();
    QuietTable::text(short_time(operation.made_at, frame.now), frame.theme.muted);
    ImGui::TableNextColumn();
    const bool named = i < day.latest_numbers.size() && !day.latest_numbers[i].empty();
    const std::string name =
        shortened(named ? day.latest_numbers[i] : operation.staging_id, ImGui::GetContentRegionAvail().x);
    if (ImGui::TextLink(name.c_str())) {
        intents.select_id = operation.staging_id;
        intents.overlay = Overlay::my_day;
    }
    if (ImGui::IsItemHovered()) tooltip("Goes back to this capture.");
    QuietTable::text(word_of(operation.kind), frame.theme.text);
    QuietTable::text(words_of(operation), frame.theme.muted);
    QuietTable::text(word_of(pending.state),
                     pending.state == model::OperationState::done ? frame.theme.good : frame.theme.muted);
    ImGui::TableNextColumn();
    if (!may_be_taken_back(pending) || !ImGui::TextLink("Take back")) return;
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::undo;
    draft.staging_id = operation.staging_id;
    draft.undo_of = operation.op_id;
    intents.acts.push_back({std::move(draft), "Taken back; the capture waits again"});
    intents.select_id = operation.staging_id;
}

}  // namespace linesman::ui
