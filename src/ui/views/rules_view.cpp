#include "ui/views/rules_view.h"

#include <algorithm>
#include <sstream>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

struct Threshold {
    const char* title;
    const char* unit;
    double model::RuleSet::*value;
    double step;
};
constexpr Threshold kThresholds[] = {
    {"GPS accuracy, at most", "%.1f m", &model::RuleSet::max_accuracy_m, 1},
    {"Planned pole, warning from", "%.0f m", &model::RuleSet::planned_warning_m, 5},
    {"Planned pole, error from", "%.0f m", &model::RuleSet::planned_error_m, 5},
    {"Near duplicate, within", "%.1f m", &model::RuleSet::duplicate_radius_m, 0.5},
    {"Photo width, at least", "%.0f px", &model::RuleSet::min_photo_width, 64},
    {"Photo height, at least", "%.0f px", &model::RuleSet::min_photo_height, 64},
    {"Photo time, off by at most", "%.0f min", &model::RuleSet::photo_time_slack_min, 5},
    {"Clock ahead, at most", "%.0f min", &model::RuleSet::future_slack_min, 5},
    {"Speed between captures, at most", "%.0f km/h", &model::RuleSet::max_speed_kmh, 10},
};

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
    return text;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

// Labels and fields side by side: with large text both give way.
float label_width(const Frame& frame) {
    return std::min(frame.px(230), ImGui::GetContentRegionAvail().x * 0.5F);
}
float field_width(const Frame& frame) {
    return std::min(frame.px(150), ImGui::GetContentRegionAvail().x * 0.48F);
}

}  // namespace

void RulesView::take(const Frame& frame, std::string project) {
    in_force_ = frame.desk.rules_in_force(project);
    in_force_.rules.project_id = std::move(project);  // the defaults are of no project
    candidate_ = in_force_.rules;
    patterns_ = joined(candidate_.number_patterns);
    wrong_.clear();
}

void RulesView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    const auto& projects = frame.snapshot.reference->projects;
    if (fresh) {
        const std::string here = frame.detail != nullptr ? frame.detail->capture.project_id : std::string();
        take(frame, !here.empty() ? here : !projects.empty() ? projects[0].id : std::string());
    }
    begin_overlay(frame, "rules", {1120, 660}, fresh);
    overlay_title(frame, "Try other rules", "Nothing is saved here: an administrator changes the rules of a project.");
    draw_projects(frame);
    ImGui::BeginChild("candidate", {ImGui::GetContentRegionAvail().x * 0.58F, 0});
    draw_thresholds(frame);
    draw_severities(frame);
    ImGui::EndChild();
    ImGui::SameLine(0, frame.px(16));
    ImGui::BeginChild("result");
    draw_result(frame, intents);
    ImGui::EndChild();
    end_overlay(frame, intents, fresh);
}

void RulesView::draw_projects(const Frame& frame) {
    ImGui::SetNextItemWidth(frame.px(260));
    const auto& projects = frame.snapshot.reference->projects;
    const std::string shown = candidate_.project_id.empty() ? "No project" : candidate_.project_id;
    if (ImGui::BeginCombo("##project", shown.c_str())) {
        for (const auto& project : projects) {
            const std::string title = project.name.empty() ? project.id : project.name + "  (" + project.id + ")";
            if (ImGui::Selectable(title.c_str(), project.id == candidate_.project_id)) take(frame, project.id);
        }
        ImGui::EndCombo();
    }
    ImGui::SameLine(0, frame.px(12));
    ImGui::AlignTextToFramePadding();
    text_fit("In force: " + in_force_.origin, ImGui::GetContentRegionAvail().x - frame.px(110), frame.theme.muted);
    ImGui::SameLine();
    if (text_button(frame, "Put back", !(candidate_ == in_force_.rules), "Nothing was changed."))
        take(frame, candidate_.project_id);
}

void RulesView::draw_thresholds(const Frame& frame) {
    section(frame, "THRESHOLDS");
    const float label = label_width(frame), field = field_width(frame);
    for (const auto& threshold : kThresholds) {
        const float start = ImGui::GetCursorPosX();
        double& value = candidate_.*threshold.value;
        const bool changed = value != in_force_.rules.*threshold.value;
        ImGui::AlignTextToFramePadding();
        text_fit(threshold.title, label - frame.px(8), changed ? frame.theme.accent : frame.theme.text);
        ImGui::SameLine(start + label, 0);
        ImGui::SetNextItemWidth(field);
        ImGui::PushID(threshold.title);
        ImGui::InputDouble("##value", &value, threshold.step, threshold.step * 10, threshold.unit);
        ImGui::PopID();
        if (changed) {
            ImGui::SameLine(0, frame.px(8));
            char was[48];
            std::snprintf(was, sizeof was, threshold.unit, in_force_.rules.*threshold.value);
            text_fit("now " + std::string(was), ImGui::GetContentRegionAvail().x, frame.theme.faint);
        }
    }
    ImGui::AlignTextToFramePadding();
    text_fit("Pole number looks like", label - frame.px(8), frame.theme.text);
    ImGui::SameLine(ImGui::GetCursorStartPos().x + label, 0);
    if (input_multiline("##patterns", patterns_, {ImGui::GetContentRegionAvail().x - frame.px(8), frame.px(46)}))
        candidate_.number_patterns = lines_of(patterns_);
    ImGui::Dummy({0, frame.px(6)});
}

void RulesView::draw_severities(const Frame& frame) {
    section(frame, "RULES");
    const float label = label_width(frame), field = field_width(frame);
    static constexpr const char* kNames[] = {"off", "warning", "error", "blocking"};
    const auto& counts = frame.snapshot.counts.by_rule;
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        const auto rule = static_cast<model::Rule>(i);
        const float start = ImGui::GetCursorPosX();
        const bool changed = candidate_.severities[i] != in_force_.rules.severities[i];
        ImGui::AlignTextToFramePadding();
        text_fit(model::title_of(rule), label - frame.px(8), changed ? frame.theme.accent : frame.theme.text);
        ImGui::SameLine(start + label, 0);
        ImGui::SetNextItemWidth(field);
        int severity = static_cast<int>(candidate_.severities[i]);
        ImGui::PushID(static_cast<int>(i));
        if (ImGui::Combo("##severity", &severity, kNames, 4))
            candidate_.severities[i] = static_cast<model::Severity>(severity);
        ImGui::PopID();
        const uint32_t found = i < counts.size() ? counts[i] : 0;
        ImGui::SameLine(0, frame.px(10));
        text_fit(found == 0 ? "none found" : with_thousands(found) + " found", ImGui::GetContentRegionAvail().x,
                 frame.theme.faint);
    }
}

void RulesView::look_up_numbers(const Frame& frame, const app::RulePreviewView& preview) {
    numbers_.clear();
    for (const auto* ids : {&preview.newly_failing, &preview.newly_passing}) {
        for (const auto& id : *ids) numbers_.emplace(id, std::string());
    }
    const auto& columns = frame.snapshot.columns;
    for (model::Row row = 0; row < columns.row_count() && !numbers_.empty(); ++row) {
        const auto found = numbers_.find(std::string(columns.staging_id(row)));
        if (found != numbers_.end()) found->second = columns.pole_number(row);
    }
}

void RulesView::draw_ids(const Frame& frame, Intents& intents, const char* id,
                         const std::vector<std::string>& ids) const {
    ImGui::BeginChild(id, {0, (ImGui::GetContentRegionAvail().y - frame.px(70)) / (id[0] == 'f' ? 2.0F : 1.0F)});
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(ids.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const std::string& staging_id = ids[static_cast<size_t>(i)];
            const auto number = numbers_.find(staging_id);
            const bool named = number != numbers_.end() && !number->second.empty();
            ImGui::PushID(i);
            if (ImGui::TextLink((named ? number->second : staging_id).c_str())) intents.select_id = staging_id;
            ImGui::PopID();
        }
    }
    ImGui::EndChild();
}

void RulesView::draw_result(const Frame& frame, Intents& intents) {
    if (candidate_ == in_force_.rules) {
        empty_state(frame, intents, icon::kList, "Change something",
                    "What newly fails and what newly passes appears here while you change the rules.");
        return;
    }
    const auto checked = model::rule_set_from_json(model::to_json(candidate_));
    if (!checked) {
        empty_state(frame, intents, icon::kWarning, "These rules cannot be used", checked.error().what);
        return;
    }
    const auto preview = frame.desk.preview_rules(candidate_);
    if (preview == nullptr || !preview->ready) {
        empty_state(frame, intents, icon::kHourglass, "Judging every capture", "It takes a moment.");
        intents.pending = true;
        return;
    }
    if (numbers_for_ == nullptr || numbers_for_->newly_failing != preview->newly_failing ||
        numbers_for_->newly_passing != preview->newly_passing) {
        numbers_for_ = preview;
        look_up_numbers(frame, *preview);
    }
    auto heading = [&](size_t count, const char* words, ImU32 colour) {
        FontScope font(frame.fonts.bold, kTitleText);
        text_line(with_thousands(count) + " " + words, count > 0 ? colour : frame.theme.faint);
    };
    heading(preview->newly_failing.size(), "newly fail", frame.theme.error);
    draw_ids(frame, intents, "failing", preview->newly_failing);
    heading(preview->newly_passing.size(), "newly pass", frame.theme.good);
    draw_ids(frame, intents, "passing", preview->newly_passing);
    char took[64];
    std::snprintf(took, sizeof took, "Worked out in %.0f ms.", preview->milliseconds);
    text_line(took, frame.theme.faint);
    if (text_button(frame, "Copy for an administrator")) intents.copy_text = base::to_text(model::to_json(candidate_));
    if (ImGui::IsItemHovered()) tooltip("The file for: linesmanctl rules set PROJECT FILE");
}

}  // namespace linesman::ui
