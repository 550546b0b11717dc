#include "ui/views/bulk_view.h"

#include <algorithm>

#include "model/reasons.h"
#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/quiet_table.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

using Verdict = app::BulkPlanItem::Verdict;

const char* word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::will_change:
            return "Will change";
        case Verdict::needs_override:
            return "Need a reason";
        case Verdict::refused:
            return "Refused";
    }
    return "";
}

ImU32 colour_of(const Theme& theme, Verdict verdict) {
    return verdict == Verdict::will_change ? theme.good : verdict == Verdict::refused ? theme.error : theme.warning;
}

const char* icon_of(Verdict verdict) {
    return verdict == Verdict::will_change ? icon::kCheckCircle
           : verdict == Verdict::refused   ? icon::kBan
                                           : icon::kWarning;
}

}  // namespace

void BulkView::open(const Frame& frame) {
    choices_ = {};
    choices_.kind = frame.state.bulk.kind;
    choices_.reason = frame.review.last_reason();
    asked_ = choices_;
    only_.reset();
    shown_for_ = 0;
}

void BulkView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    if (fresh) open(frame);
    const size_t chosen = frame.state.bulk.ids ? frame.state.bulk.ids->size() : 0;
    begin_overlay(frame, "bulk", {900, 640}, fresh);
    overlay_title(
        frame, std::string(word_of(choices_.kind)) + " the selection",
        with_thousands(chosen) + (chosen == 1 ? " capture. " : " captures. ") + "Nothing is written before you start.");
    draw_choices(frame);
    if (fresh || (!(choices_ == asked_) && settled_)) ask(frame, intents);
    const auto plan = frame.desk.bulk_plan();
    const bool current = plan != nullptr && plan->id == frame.state.bulk.plan && choices_ == asked_;
    ImGui::Dummy({0, frame.px(4)});
    if (!current || !plan->ready) {
        std::string words = "Working out what would happen";
        if (current && plan->total > 0)
            words += ": " + with_thousands(plan->done) + " of " + with_thousands(plan->total);
        ImGui::BeginChild("plan", {0, -frame.px(52)});
        empty_state(frame, intents, icon::kHourglass, "Dry run", words + ".");
        ImGui::EndChild();
        intents.pending |= current;
    } else if (!plan->refused_because.empty()) {
        ImGui::BeginChild("plan", {0, -frame.px(52)});
        empty_state(frame, intents, icon::kBan, "This cannot be done", plan->refused_because);
        ImGui::EndChild();
    } else {
        draw_outcomes(frame, *plan);
        draw_items(frame, intents, *plan);
    }
    draw_start(frame, intents, current && plan->ready ? plan.get() : nullptr);
    end_overlay(frame, intents, fresh);
}

void BulkView::ask(const Frame& frame, Intents& intents) {
    asked_ = choices_;
    only_.reset();
    shown_for_ = 0;
    app::BulkRequest request;
    request.draft.kind = choices_.kind;
    if (choices_.kind == model::OperationKind::reject)
        request.draft.reason = model::kRejectReasons[choices_.reason].code;
    request.draft.comment = choices_.comment;
    if (choices_.kind == model::OperationKind::approve) request.override_reason = choices_.override_reason;
    intents.plan_bulk = std::move(request);
    (void)frame;
}

void BulkView::draw_choices(const Frame& frame) {
    constexpr model::OperationKind kinds[] = {model::OperationKind::approve, model::OperationKind::reject,
                                              model::OperationKind::hold, model::OperationKind::requeue};
    for (const auto kind : kinds) {
        const std::string title(word_of(kind));
        if (tab(frame, title.c_str(), title, {}, choices_.kind == kind)) choices_.kind = kind;
        ImGui::SameLine(0, frame.px(2));
    }
    ImGui::NewLine();
    settled_ = true;
    auto text = [&](const char* id, const char* hint, std::string& value) {
        ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
        input_text(id, hint, value);
        settled_ &= !ImGui::IsItemActive() || ImGui::IsKeyPressed(ImGuiKey_Enter, false);
    };
    if (choices_.kind == model::OperationKind::reject) {
        ImGui::SetNextItemWidth(frame.px(330));
        const std::string title(model::kRejectReasons[choices_.reason].title);
        if (ImGui::BeginCombo("##reason", title.c_str())) {
            for (size_t i = 0; i < model::kRejectReasons.size(); ++i) {
                if (ImGui::Selectable(std::string(model::kRejectReasons[i].title).c_str(), i == choices_.reason))
                    choices_.reason = i;
            }
            ImGui::EndCombo();
        }
        ImGui::SameLine();
        text("##comment", "Comment for the crews, then Enter", choices_.comment);
    } else if (choices_.kind == model::OperationKind::hold) {
        text("##comment", "What are they waiting for? Then Enter", choices_.comment);
    } else if (choices_.kind == model::OperationKind::requeue) {
        text("##comment", "Why they are judged anew, for the record; then Enter", choices_.comment);
    } else {
        text("##override", "To approve those with errors as well: why they are good all the same, then Enter",
             choices_.override_reason);
    }
}

void BulkView::draw_outcomes(const Frame& frame, const app::BulkPlan& plan) {
    const size_t all = plan.items.size();
    if (tab(frame, "all", "All", with_thousands(all), !only_)) only_.reset(), shown_for_ = 0;
    const std::pair<Verdict, size_t> counts[] = {{Verdict::will_change, plan.will_change},
                                                 {Verdict::needs_override, plan.need_override},
                                                 {Verdict::refused, plan.refused}};
    for (const auto& [verdict, count] : counts) {
        ImGui::SameLine(0, frame.px(2));
        if (tab(frame, word_of(verdict), word_of(verdict), with_thousands(count), only_ == verdict))
            only_ = verdict, shown_for_ = 0;
    }
    if (shown_for_ == plan.id) return;
    shown_for_ = plan.id;
    shown_.clear();
    for (uint32_t i = 0; i < plan.items.size(); ++i) {
        if (!only_ || plan.items[i].verdict == *only_) shown_.push_back(i);
    }
}

void BulkView::draw_items(const Frame& frame, Intents& intents, const app::BulkPlan& plan) {
    constexpr TableColumn kColumns[] = {{"Outcome", 140}, {"Pole", 150}, {"What would happen, or why not", 0, 320}};
    const QuietTable table(frame, "items", kColumns, {0, -frame.px(52)});
    if (!table.open()) return;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(shown_.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const auto& item = plan.items[shown_[static_cast<size_t>(i)]];
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            const ImU32 colour = colour_of(frame.theme, item.verdict);
            if (frame.fonts.has_icons) {
                text_line(icon_of(item.verdict), colour);
                ImGui::SameLine(0, frame.px(6));
            }
            text_line(word_of(item.verdict), colour);
            ImGui::TableNextColumn();
            ImGui::PushID(i);
            const std::string& name = item.pole_number.empty() ? item.staging_id : item.pole_number;
            if (ImGui::TextLink(shortened(name, ImGui::GetContentRegionAvail().x).c_str()))
                intents.select_id = item.staging_id;
            ImGui::PopID();
            std::string words = item.text;
            for (const auto& title : item.overridden) words += "  ·  in spite of " + title;
            QuietTable::text(words, frame.theme.muted);
        }
    }
}

void BulkView::draw_start(const Frame& frame, Intents& intents, const app::BulkPlan* plan) {
    ImGui::SetCursorPosY(ImGui::GetWindowHeight() - frame.px(46));
    const bool starting = !frame.state.bulk.starting.empty();
    const size_t count = plan != nullptr ? plan->will_change : 0;
    std::string title(word_of(choices_.kind));
    title += " " + with_thousands(count) + (count == 1 ? " capture" : " captures");
    const char* why = starting          ? "The batch is being written to disk."
                      : plan == nullptr ? "The dry run is not finished."
                                        : "Nothing would change.";
    if (text_button(frame, title.c_str(), count > 0 && !starting, why, true) && plan != nullptr)
        intents.start_bulk = plan->id;
    ImGui::SameLine();
    if (text_button(frame, "Cancel")) intents.overlay = Overlay::bulk;
    ImGui::SameLine(0, frame.px(14));
    ImGui::AlignTextToFramePadding();
    char rate[96];
    std::snprintf(rate, sizeof rate, "Sent at %.3g a second; it can be paused and cancelled.",
                  frame.snapshot.bulk_rate);
    const std::string& refused = frame.state.bulk.why;
    text_fit(refused.empty() ? std::string_view(rate) : std::string_view(refused), ImGui::GetContentRegionAvail().x,
             refused.empty() ? frame.theme.faint : frame.theme.error);
}

}  // namespace linesman::ui
