#include "ui/icons.h"
#include "ui/views/side_views.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

void FindingsView::draw(const Frame& frame, Intents& intents) {
    if (!frame.selection.any()) return;
    ImGui::Dummy({0, frame.px(6)});
    if (frame.detail == nullptr) return;
    const auto& findings = frame.detail->findings;
    take_request(frame);
    if (findings.empty()) {
        section(frame, "FINDINGS");
        const bool running = frame.snapshot.rules_running;
        if (frame.fonts.has_icons) {
            text_line(running ? icon::kHourglass : icon::kCheckCircle, running ? frame.theme.faint : frame.theme.good);
            ImGui::SameLine();
        }
        text_line(running ? "The rules are still running." : "Every rule passes.", frame.theme.muted);
        return;
    }
    const std::string& project = frame.detail->capture.project_id;
    if (rules_from_.empty() || rules_of_ != project || rules_generation_ != frame.snapshot.generation) {
        rules_of_ = project;
        rules_generation_ = frame.snapshot.generation;
        const app::RulesInForce rules = frame.desk.rules_in_force(project);
        rules_from_ = rules.defaults ? "built-in defaults" : rules.origin;
    }
    section(frame, "FINDINGS  " + std::to_string(findings.size()));
    for (size_t i = 0; i < findings.size(); ++i) draw_finding(frame, intents, findings[i], i);
}

void FindingsView::take_request(const Frame& frame) {
    if (frame.detail->capture.staging_id != capture_) {
        capture_ = frame.detail->capture.staging_id;
        ignoring_.clear();
    }
    if (requests_ == frame.state.ignore_requests) return;
    requests_ = frame.state.ignore_requests;
    for (const auto& finding : frame.detail->findings) {
        if (finding.ignored || finding.severity == model::Severity::blocking) continue;
        ignoring_ = finding.id;
        reason_.clear();
        focus_ = true;
        return;
    }
}

// A reason is asked for in place; Enter ignores.
void FindingsView::draw_ignore(const Frame& frame, Intents& intents, const model::Finding& finding) {
    app::DecisionDraft draft;
    draft.staging_id = frame.detail->capture.staging_id;
    draft.target = finding.id;
    if (finding.ignored) {
        if (!ImGui::TextLink("Find it again")) return;
        draft.kind = model::OperationKind::unignore_finding;
        intents.acts.push_back({std::move(draft), "The finding counts again"});
        return;
    }
    if (finding.severity == model::Severity::blocking) return;
    if (ignoring_ != finding.id) {
        if (!ImGui::TextLink("Ignore…")) return;
        ignoring_ = finding.id;
        reason_.clear();
        focus_ = true;
        return;
    }
    if (focus_) ImGui::SetKeyboardFocusHere();
    focus_ = false;
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - frame.px(6));
    const bool entered = input_text("##why", "Why it can be ignored, then Enter", reason_,
                                    ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_EscapeClearsAll);
    if (ImGui::IsItemActive() && ImGui::IsKeyPressed(ImGuiKey_Escape, false)) ignoring_.clear();
    if (!entered) return;
    draft.kind = model::OperationKind::ignore_finding;
    draft.reason = reason_;
    intents.acts.push_back({std::move(draft), "Ignored; it stays ignored when the rules run again"});
    ignoring_.clear();
}

void FindingsView::draw_origin(const Frame& frame, const model::Finding& finding) const {
    std::string words;
    if (!finding.value.empty()) words = "Value " + finding.value;
    if (!finding.threshold.empty()) words += (words.empty() ? "Limit " : ", limit ") + finding.threshold;
    if (words.empty()) words = "Rule " + std::string(model::code_of(finding.rule));
    text_wrapped(words + ". From: " + rules_from_ + ".", frame.theme.faint);
    if (!ImGui::IsItemHovered()) return;
    tooltip("Rule " + std::string(model::code_of(finding.rule)) + ", field " + finding.field +
            ". \"Try other rules\" shows what another limit would change; an administrator sets it.");
}

void FindingsView::draw_finding(const Frame& frame, Intents& intents, const model::Finding& finding, size_t index) {
    const Theme& theme = frame.theme;
    const ImU32 colour = finding.ignored ? theme.faint : colour_of(theme, finding.severity);
    ImGui::PushID(static_cast<int>(index));
    const float indent = frame.px(24);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_mark(*ImGui::GetWindowDrawList(), {at.x + frame.px(8), at.y + ImGui::GetFontSize() / 2 + frame.px(1)},
              frame.px(6), finding.ignored ? map::MarkState::superseded : mark_of(finding.severity), theme);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + indent);
    ImGui::BeginGroup();
    {
        FontScope font(frame.fonts.bold, kBodyText - 1);
        text_line(model::title_of(finding.rule), theme.text);
        if (ImGui::IsItemHovered()) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
            tooltip("Click: queue and map show only captures with this finding.");
        }
        if (ImGui::IsItemClicked()) {
            model::Filter filter = frame.state.filter;
            filter.rules = model::bit(finding.rule);
            intents.filter = filter;
        }
    }
    {
        FontScope small(frame.fonts.regular, kSmallText);
        std::string kind(model::name_of(finding.severity));
        if (finding.ignored) kind = "ignored";
        // At the right edge where there is room behind the title, else on a line of its own.
        const float left = ImGui::GetWindowWidth() - text_width(kind) - frame.px(14);
        const float title_ends = ImGui::GetItemRectMax().x - ImGui::GetWindowPos().x;
        if (title_ends + frame.px(8) <= left) {
            ImGui::SameLine();
            ImGui::SetCursorPosX(left);
        }
        text_line(kind, colour);
    }
    FontScope font(frame.fonts.regular, kSmallText + 1);
    text_wrapped(finding.message, theme.muted);
    draw_origin(frame, finding);
    if (finding.ignored && !finding.ignore_reason.empty())
        text_wrapped("Ignored: " + finding.ignore_reason, theme.faint);
    for (const auto& other : finding.others) {
        ImGui::PushStyleColor(ImGuiCol_Text, theme.accent);
        const bool clicked = ImGui::TextLink(shortened(other, ImGui::GetContentRegionAvail().x - frame.px(8)).c_str());
        ImGui::PopStyleColor();
        if (clicked) intents.select_id = other;
    }
    draw_ignore(frame, intents, finding);
    ImGui::EndGroup();
    ImGui::PopID();
    ImGui::Dummy({0, frame.px(2)});
}

}  // namespace linesman::ui
