#include <algorithm>

#include "map/graticule.h"
#include "ui/icons.h"
#include "ui/views/side_views.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

void fact(const Frame& frame, std::string_view name, std::string_view value, ImU32 colour) {
    const float start = ImGui::GetCursorPosX(), label = frame.px(92);
    text_line(name, frame.theme.faint);
    ImGui::SameLine(start + label, 0);
    ImGui::PushTextWrapPos(0);
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::TextUnformatted(value.data(), value.data() + value.size());
    ImGui::PopStyleColor();
    ImGui::PopTextWrapPos();
    mark_unshaped(value, colour);
}

void fact(const Frame& frame, std::string_view name, std::string_view value) {
    fact(frame, name, value, frame.theme.text);
}

void fact_in_a_line(const Frame& frame, std::string_view name, std::string_view value, ImU32 colour) {
    const float start = ImGui::GetCursorPosX();
    text_line(name, frame.theme.faint);
    ImGui::SameLine(start + frame.px(92), 0);
    text_fit(value, ImGui::GetContentRegionAvail().x, colour);
}

// The short form with its age; the whole of it under the cursor.
void time_fact(const Frame& frame, std::string_view name, const std::optional<base::Timestamp>& time,
               std::string_view whose_clock) {
    if (!time) {
        fact(frame, name, "unknown", frame.theme.muted);
        return;
    }
    std::string words = short_time(*time, frame.now);
    const std::string age = base::format_age(frame.now - *time);
    words.append("  ·  ").append(age);
    if (time->us <= frame.now.us && age != "just now") words.append(" ago");
    fact(frame, name, words);
    if (ImGui::IsItemHovered()) tooltip(long_time(*time, frame.now).append(", ").append(whose_clock));
}

std::string name_of_project(const Frame& frame, const std::string& id) {
    if (id.empty()) return "none";
    for (const auto& project : frame.snapshot.reference->projects) {
        if (project.id == id && !project.name.empty()) return project.name;
    }
    return id;
}

map::MarkState mark_of_selected(const Frame& frame) {
    return frame.selection.row() < frame.snapshot.columns.row_count()
               ? map::mark_state(frame.snapshot.columns, frame.selection.row())
               : map::MarkState::open;
}

}  // namespace

void DetailsView::draw_rest(const Frame& frame, Intents& intents) const {
    if (!frame.selection.any()) return;
    if (frame.detail == nullptr) {
        text_line("Reading the capture…", frame.theme.muted);
        return;
    }
    ImGui::Dummy({0, frame.px(4)});
    section(frame, "CAPTURE");
    draw_facts(frame);
    draw_take_back(frame, intents);
    draw_operations(frame);
}

void DetailsView::draw_head(const Frame& frame, Intents& intents) const {
    if (!frame.selection.any()) {
        empty_state(frame, intents, icon::kInfo, "No capture selected",
                    "Its number, place, times and findings appear here.");
        return;
    }
    const auto& columns = frame.snapshot.columns;
    const std::string_view number = columns.pole_number(frame.selection.row());
    {
        FontScope font(frame.fonts.bold, kTitleText + 2);
        text_fit(number.empty() ? std::string_view("No number") : number, ImGui::GetContentRegionAvail().x,
                 number.empty() ? frame.theme.error : frame.theme.text);
    }
    const auto mark = mark_of_selected(frame);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_mark(*ImGui::GetWindowDrawList(), {at.x + frame.px(6), at.y + ImGui::GetFontSize() / 2 + frame.px(1)},
              frame.px(5.5F), mark, frame.theme);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + frame.px(19));
    const bool foreign = frame.detail != nullptr && frame.detail->capture.shape != model::SourceShape::staging;
    std::string line(foreign ? std::string_view("Read-only: written by another app") : word_of(mark));
    const uint16_t flags = columns.flags(frame.selection.row());
    if ((flags & model::kFlagResubmitted) != 0) line += "  ·  sent again by the crew";
    if ((flags & model::kFlagPending) != 0) line += "  ·  decision not yet on the server";
    if ((flags & model::kFlagInProduction) != 0) line += "  ·  in production";
    text_fit(line, ImGui::GetContentRegionAvail().x, foreign ? frame.theme.warning : frame.theme.muted);
    draw_present(frame);
    if (foreign) text_wrapped("It is shown and judged by the rules here, but decided in that app.", frame.theme.muted);
    ImGui::Dummy({0, frame.px(2)});
}

// Above everything else: two people who judge one capture is what it prevents.
void DetailsView::draw_present(const Frame& frame) const {
    const std::string others = others_at(frame.snapshot, frame.selection.staging_id(), frame.now);
    if (others.empty()) return;
    const char* glyph = frame.fonts.has_icons ? icon::kUser : nullptr;
    badge(frame, glyph, shortened("Also here: " + others, ImGui::GetContentRegionAvail().x - frame.px(40)),
          frame.theme.accent);
    if (ImGui::IsItemHovered()) tooltip("Also looking at this capture now: " + others + ".");
}

void DetailsView::draw_facts(const Frame& frame) const {
    const model::Capture& capture = frame.detail->capture;
    FontScope font(frame.fonts.regular, kSmallText + 1);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {frame.px(8), frame.px(3)});
    fact(frame, "Project", name_of_project(frame, capture.project_id),
         capture.project_id.empty() ? frame.theme.error : frame.theme.text);
    if (capture.gps) {
        fact(frame, "Position", map::position_text(*capture.gps));
        fact(frame, "Accuracy",
             capture.gps_accuracy_m ? "± " + metres(*capture.gps_accuracy_m) : std::string("unknown"));
    } else {
        fact(frame, "Position", "none: the phone sent no GPS", frame.theme.error);
    }
    if (frame.detail->planned) {
        std::string words = frame.detail->planned_distance_m >= 0 ? metres(frame.detail->planned_distance_m) + " away"
                                                                  : std::string("distance unknown");
        if (!frame.detail->planned->zone.empty()) words += ", zone " + frame.detail->planned->zone;
        if (!frame.detail->planned->pon.empty()) words += ", PON " + frame.detail->planned->pon;
        fact(frame, "Planned pole", words);
    } else {
        fact(frame, "Planned pole", "none with this number", frame.theme.muted);
    }
    fact(frame, "Crew",
         capture.captured_by.empty() ? std::string("unknown") : name_and_crew(frame.snapshot, capture.captured_by));
    fact_in_a_line(frame, "Device",
                   capture.device_id.empty() ? std::string_view("unknown") : std::string_view(capture.device_id),
                   frame.theme.muted);
    time_fact(frame, "Captured", capture.captured_at, "by the phone's clock");
    time_fact(frame, "Sent", capture.submitted_at, "by the server's clock");
    if (!capture.notes.empty()) fact(frame, "Notes", capture.notes);
    fact(frame, "Machine", model::name_of(capture.validation_status), frame.theme.muted);
    if (capture.review && capture.review->decision != model::Decision::none) {
        std::string person(model::name_of(capture.review->decision));
        person += " by " + (capture.review->by_name.empty() ? capture.review->by : capture.review->by_name);
        if (capture.review->at) person += ", " + short_time(*capture.review->at, frame.now);
        fact(frame, "Person", person);
        if (!capture.review->comment.empty()) fact(frame, "Comment", capture.review->comment);
        if (capture.review->remind_at) {
            const bool due = capture.review->remind_at->us <= frame.now.us;
            fact(frame, "Reminder", short_time(*capture.review->remind_at, frame.now) + (due ? ", due now" : ""),
                 due ? frame.theme.warning : frame.theme.text);
        }
    } else {
        fact(frame, "Person", "not judged yet", frame.theme.muted);
    }
    if (!capture.production_id.empty()) fact_in_a_line(frame, "Production", capture.production_id, frame.theme.muted);
    fact_in_a_line(frame, "Id", capture.staging_id, frame.theme.faint);
    ImGui::PopStyleVar();
}

void DetailsView::draw_take_back(const Frame& frame, Intents& intents) const {
    const model::Capture& capture = frame.detail->capture;
    const bool decided = capture.review && capture.review->decision != model::Decision::none &&
                         capture.review->decision != model::Decision::superseded;
    if (!decided || capture.shape != model::SourceShape::staging) return;
    const Availability available = availability(CommandId::decide_take_back, frame.commands);
    ImGui::BeginDisabled(!available.yes);
    if (ImGui::TextLink("Take this decision back…")) intents.run(CommandId::decide_take_back);
    ImGui::EndDisabled();
    if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
    tooltip(available.yes ? std::string(command(CommandId::decide_take_back).help) + "   " +
                                frame.keymap.first_label(CommandId::decide_take_back)
                          : available.why_not);
}

void DetailsView::draw_operations(const Frame& frame) const {
    if (frame.detail->operations.empty()) return;
    ImGui::Dummy({0, frame.px(4)});
    section(frame, "DECISIONS OF THIS DESK");
    FontScope font(frame.fonts.regular, kSmallText + 1);
    for (const auto& pending : frame.detail->operations) {
        std::string line(word_of(pending.operation.kind));
        line += "  ·  " + short_time(pending.operation.made_at, frame.now) + "  ·  ";
        line += word_of(pending.state);
        text_wrapped(line, frame.theme.muted);
        if (!pending.error.empty()) text_wrapped(pending.error, frame.theme.warning);
    }
}

}  // namespace linesman::ui
