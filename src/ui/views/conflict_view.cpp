#include "ui/views/conflict_view.h"

#include <algorithm>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/overlays.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

using app::Side;

void ConflictView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    if (fresh || matter_ != frame.state.matter) {
        matter_ = frame.state.matter;
        chosen_.clear();
        comment_.clear();
        override_.clear();
    }
    begin_overlay(frame, "conflict", {1060, 640}, fresh);
    const auto& matters = frame.snapshot.matters;
    const auto open = std::find_if(matters.begin(), matters.end(),
                                   [&](const auto& m) { return m.pending.operation.op_id == matter_; });
    if (open == matters.end()) {
        empty_state(frame, intents, icon::kCheckCircle, "This is settled",
                    "The decision needs nobody any more. Escape closes.");
        end_overlay(frame, intents, fresh);
        return;
    }
    const auto& operation = open->pending.operation;
    overlay_title(frame,
                  std::string(word_of(operation.kind)) + "  " +
                      (open->pole_number.empty() ? operation.staging_id : open->pole_number),
                  open->pending.error);
    const auto detail = frame.desk.matter(matter_);
    if (detail == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Reading both versions", "They are there in a moment.");
        intents.pending = true;
    } else if (!detail->conflict || detail->deleted) {
        if (detail->deleted) text_wrapped("The capture was deleted on the server.", frame.theme.error);
        draw_matter(frame, intents, *open);
    } else {
        draw_fields(frame, *detail);
        draw_foot(frame, intents, *detail);
    }
    end_overlay(frame, intents, fresh);
}

void ConflictView::draw_side(const Frame& frame, const model::FieldDifference& field, Side side, bool choosable) {
    const std::string& text = side == Side::mine ? field.mine : field.theirs;
    const bool chosen = chosen_[field.field] == side;
    ImGui::TableNextColumn();
    ImGui::PushID(side == Side::mine ? 1 : 0);
    if (choosable) {
        if (ImGui::RadioButton("##choose", chosen)) chosen_[field.field] = side;
        ImGui::SameLine(0, frame.px(6));
    } else if (side == Side::theirs && frame.fonts.has_icons) {
        text_line(icon::kCheck, frame.theme.faint);
        ImGui::SameLine(0, frame.px(6));
    }
    const bool changed = side == Side::mine ? field.changed_by_me : field.changed_by_them;
    const ImU32 colour = chosen ? frame.theme.text : changed ? frame.theme.muted : frame.theme.faint;
    text_wrapped(text.empty() ? std::string_view("not set") : std::string_view(text), colour);
    if (choosable && ImGui::IsItemClicked()) chosen_[field.field] = side;
    ImGui::PopID();
}

void ConflictView::draw_fields(const Frame& frame, const app::MatterDetail& detail) {
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {frame.px(6), frame.px(5)});
    if (ImGui::BeginTable("fields", 4, kQuietTable | ImGuiTableFlags_BordersInnerH, {0, -frame.px(120)})) {
        ImGui::TableSetupColumn("Field", ImGuiTableColumnFlags_WidthFixed, frame.px(150));
        ImGui::TableSetupColumn("When I looked", ImGuiTableColumnFlags_WidthStretch);
        ImGui::TableSetupColumn("On the server now", ImGuiTableColumnFlags_WidthStretch);
        ImGui::TableSetupColumn("Mine", ImGuiTableColumnFlags_WidthStretch);
        table_headers(frame);
        for (const auto& field : detail.fields) {
            const bool choosable = detail.can_choose(field.field);
            // What I changed stays mine, everything else theirs, until somebody chooses.
            if (!chosen_.contains(field.field))
                chosen_[field.field] = choosable && field.changed_by_me ? Side::mine : Side::theirs;
            ImGui::PushID(static_cast<int>(field.field));
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            if (field.clash && frame.fonts.has_icons) {
                text_line(icon::kExclamation, frame.theme.error);
                if (ImGui::IsItemHovered()) tooltip("Both changed it.");
                ImGui::SameLine(0, frame.px(6));
            }
            text_line(model::title_of(field.field), frame.theme.text);
            ImGui::TableNextColumn();
            text_wrapped(field.base.empty() ? std::string_view("not set") : std::string_view(field.base),
                         frame.theme.faint);
            draw_side(frame, field, Side::theirs, choosable);
            draw_side(frame, field, Side::mine, choosable);
            ImGui::PopID();
        }
        ImGui::EndTable();
    }
    ImGui::PopStyleVar();
}

void ConflictView::draw_foot(const Frame& frame, Intents& intents, const app::MatterDetail& detail) {
    const auto review = chosen_.find(model::CaptureField::review);
    const bool keeps_decision = review == chosen_.end() || review->second == Side::mine;
    const auto& permission = detail.keep_mine;
    const bool may = !keeps_decision || permission.allowed || !permission.needs_override.empty();
    if (keeps_decision && !permission.allowed)
        text_fit(permission.why_not, ImGui::GetContentRegionAvail().x, frame.theme.warning);
    if (keeps_decision && !permission.needs_override.empty()) {
        ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
        input_text("##override", "Why it is good in spite of its findings", override_);
    }
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    input_text("##comment", "Comment (may be empty)", comment_);
    const bool needs_words = keeps_decision && !permission.needs_override.empty() && override_.empty();
    if (text_button(frame, "Apply the choice", may && !needs_words,
                    needs_words ? std::string_view("Say why the findings do not matter.")
                                : std::string_view(permission.why_not),
                    true)) {
        app::MatterResolution resolution;
        for (const auto& [field, side] : chosen_) {
            if (detail.can_choose(field)) resolution.fields[field] = side;
        }
        resolution.comment = comment_;
        if (keeps_decision) {
            for (const auto& id : permission.needs_override) resolution.overrides.push_back({id, override_});
        }
        intents.resolve_fields = {matter_, std::move(resolution)};
    }
    ImGui::SameLine();
    if (text_button(frame, "Take theirs")) {
        intents.resolve.emplace_back(matter_, app::MatterChoice::take_theirs);
        intents.overlay = Overlay::conflict;
    }
    if (ImGui::IsItemHovered()) tooltip("Withdraws this decision and keeps what the server has.");
    ImGui::SameLine();
    if (text_button(frame, "Show capture")) intents.select_id = detail.base.staging_id;
    ImGui::SameLine();
    if (text_button(frame, "Close")) intents.overlay = Overlay::conflict;
}

}  // namespace linesman::ui
