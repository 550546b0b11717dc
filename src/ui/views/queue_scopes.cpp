// The lists of the queue, with how many captures each has: tabs, or a choice in one line where there is little room.
#include "ui/views/queue_view.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

// Below this height of the queue the lists are a choice of one line, and rows have the rest.
constexpr float kLowQueuePx = 330;

struct ScopeTab {
    model::QueueScope scope;
    const char* title;
    CommandId command;
};
constexpr ScopeTab kScopes[] = {
    {model::QueueScope::open, "To judge", CommandId::scope_open},
    {model::QueueScope::held, "Held", CommandId::scope_held},
    {model::QueueScope::resubmitted, "Resent", CommandId::scope_resubmitted},
    {model::QueueScope::conflicts, "Conflicts", CommandId::scope_conflicts},
    {model::QueueScope::decided, "Decided", CommandId::scope_decided},
    {model::QueueScope::all, "All", CommandId::scope_all},
};

uint32_t count_of(const model::FilterCounts& counts, model::QueueScope scope) {
    switch (scope) {
        case model::QueueScope::open:
            return counts.open;
        case model::QueueScope::all:
            return counts.total;
        case model::QueueScope::held:
            return counts.held;
        case model::QueueScope::decided:
            return counts.decided;
        case model::QueueScope::conflicts:
            return counts.conflicts;
        case model::QueueScope::resubmitted:
            return counts.resubmitted;
        case model::QueueScope::to_judge:
            return counts.to_judge;
    }
    return 0;
}

}  // namespace

void QueueView::draw_scopes(const Frame& frame, Intents& intents) {
    if (ImGui::GetContentRegionAvail().y < frame.px(kLowQueuePx)) return draw_scope_choice(frame, intents);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {frame.px(2), frame.px(6)});
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    bool first = true;
    for (const auto& scope : kScopes) {
        const std::string count = short_count(count_of(frame.snapshot.counts, scope.scope));
        const float width = text_width(scope.title) + text_width(count) + frame.px(22);
        if (!first) {
            ImGui::SameLine();
            if (ImGui::GetCursorPosX() + width > right) ImGui::NewLine();
        }
        first = false;
        if (tab(frame, scope.title, scope.title, count, frame.state.filter.scope == scope.scope))
            intents.run(scope.command);
        if (ImGui::IsItemHovered()) tooltip(command(scope.command).help);
    }
    ImGui::PopStyleVar();
}

void QueueView::draw_scope_choice(const Frame& frame, Intents& intents) {
    auto title = [&](const ScopeTab& scope) {
        return std::string(scope.title) + "   " + short_count(count_of(frame.snapshot.counts, scope.scope));
    };
    std::string now;
    for (const auto& scope : kScopes) {
        if (scope.scope == frame.state.filter.scope) now = title(scope);
    }
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    if (!ImGui::BeginCombo("##scope", now.c_str())) return;
    for (const auto& scope : kScopes) {
        if (ImGui::Selectable(title(scope).c_str(), scope.scope == frame.state.filter.scope))
            intents.run(scope.command);
    }
    ImGui::EndCombo();
}

}  // namespace linesman::ui
