#include "ui/views/history_view.h"

#include <algorithm>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

std::string name_of_version(const Frame& frame, const app::CaptureVersion& version) {
    std::string name = version.now ? "Now" : "Version " + std::to_string(version.n + 1);
    if (version.at) name += ", " + short_time(*version.at, frame.now);
    return name;
}

}  // namespace

void HistoryView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    if (fresh || capture_ != frame.selection.staging_id()) {
        capture_ = frame.selection.staging_id();
        chosen_ = false;
        comment_.clear();
    }
    begin_overlay(frame, "history", {1040, 620}, fresh);
    const auto history = capture_.empty() ? nullptr : frame.desk.history(capture_);
    const std::string number =
        frame.selection.any() ? std::string(frame.snapshot.columns.pole_number(frame.selection.row())) : std::string();
    overlay_title(frame, "Version history", number.empty() ? capture_ : number);
    if (capture_.empty()) {
        empty_state(frame, intents, icon::kInfo, "No capture selected",
                    "Choose one in the queue; its versions appear here.");
        end_overlay(frame, intents, fresh);
        return;
    }
    if (history == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Reading the versions", "They are there in a moment.");
        intents.pending = true;
        end_overlay(frame, intents, fresh);
        return;
    }
    if (!chosen_ && !history->versions.empty()) {
        chosen_ = true;
        right_.clear();
        left_ = history->versions.size() > 1 ? history->versions[history->versions.size() - 2].id : std::string();
    }
    if (history->loading) text_line("Asking the server for older versions…", frame.theme.muted);
    if (!history->incomplete.empty()) text_wrapped(history->incomplete, frame.theme.warning);
    ImGui::BeginChild("versions", {list_width(frame, 330), 0});
    draw_versions(frame, *history);
    ImGui::EndChild();
    ImGui::SameLine(0, frame.px(14));
    ImGui::BeginChild("compare");
    draw_comparison(frame, *history);
    draw_acts(frame, intents, *history);
    ImGui::EndChild();
    end_overlay(frame, intents, fresh);
}

void HistoryView::draw_versions(const Frame& frame, const app::CaptureHistory& history) {
    section(frame, "LEFT   RIGHT");
    for (auto it = history.versions.rbegin(); it != history.versions.rend(); ++it) {
        const auto& version = *it;
        const std::string id = version.now ? std::string() : version.id;
        ImGui::PushID(static_cast<int>(it - history.versions.rbegin()));
        if (ImGui::RadioButton("##left", left_ == id)) left_ = id;
        ImGui::SameLine(0, frame.px(12));
        if (ImGui::RadioButton("##right", right_ == id)) right_ = id;
        ImGui::SameLine(0, frame.px(12));
        ImGui::BeginGroup();
        std::string what = version.what.empty() ? std::string(version.now ? "Now" : "Changed") : version.what;
        if (version.now) what += "  (now)";
        text_fit(what, ImGui::GetContentRegionAvail().x, frame.theme.text);
        FontScope font(frame.fonts.regular, kSmallText);
        std::string who = version.by_name.empty() ? name_and_crew(frame.snapshot, version.by_uid) : version.by_name;
        if (version.at) who += (who.empty() ? "" : ", ") + short_time(*version.at, frame.now);
        if (!version.via.empty()) who += "  ·  " + version.via;
        if (version.now && !version.sent && history.versions.size() > 1) who += "  ·  not all sent yet";
        text_fit(who, ImGui::GetContentRegionAvail().x, frame.theme.muted);
        if (!version.note.empty()) text_wrapped(version.note, frame.theme.muted);
        ImGui::EndGroup();
        ImGui::Dummy({0, frame.px(4)});
        ImGui::PopID();
    }
}

void HistoryView::draw_comparison(const Frame& frame, const app::CaptureHistory& history) {
    const auto *left = history.find(left_), *right = history.find(right_);
    if (left == nullptr || right == nullptr) return;
    const auto pairs = app::compare_versions(history, left_, right_);
    if (pairs.empty()) {
        text_line(left == right ? "This is the only version, or both sides are the same one."
                                : "These two versions do not differ.",
                  frame.theme.muted);
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {frame.px(6), frame.px(5)});
    if (ImGui::BeginTable("fields", 3, kQuietTable | ImGuiTableFlags_BordersInnerH, {0, -frame.px(124)})) {
        ImGui::TableSetupColumn("Field", ImGuiTableColumnFlags_WidthFixed, frame.px(140));
        ImGui::TableSetupColumn(name_of_version(frame, *left).c_str(), ImGuiTableColumnFlags_WidthStretch);
        ImGui::TableSetupColumn((name_of_version(frame, *right) + " ").c_str(), ImGuiTableColumnFlags_WidthStretch);
        table_headers(frame);
        for (const auto& pair : pairs) {
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            text_line(model::title_of(pair.field), frame.theme.text);
            for (const auto* text : {&pair.left, &pair.right}) {
                ImGui::TableNextColumn();
                text_wrapped(text->empty() ? std::string_view("not set") : std::string_view(*text),
                             text->empty() ? frame.theme.faint : frame.theme.muted);
            }
        }
        ImGui::EndTable();
    }
    ImGui::PopStyleVar();
}

void HistoryView::draw_acts(const Frame& frame, Intents& intents, const app::CaptureHistory& history) {
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    input_text("##comment", "Why it is brought back, or taken back", comment_);
    draw_restore(frame, intents, history);
    draw_undo(frame, intents, history);
}

void HistoryView::draw_restore(const Frame& frame, Intents& intents, const app::CaptureHistory& history) const {
    const std::string wanted = !left_.empty() ? left_ : right_;
    const auto* version = history.find(wanted);
    if (version == nullptr || version->now) {
        text_line("Choose an older version on the left to bring it back.", frame.theme.faint);
        return;
    }
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::restore;
    draft.staging_id = capture_;
    draft.target = wanted;
    draft.comment = comment_;
    const model::Permission permission = frame.desk.may(draft);
    const std::string title = "Bring back: " + name_of_version(frame, *version);
    if (text_button(frame, title.c_str(), permission.allowed, permission.why_not, true))
        intents.acts.push_back({std::move(draft), "Brought back as a new revision; U takes it back"});
    ImGui::SameLine();
    text_fit("The present state stays in the history.", ImGui::GetContentRegionAvail().x, frame.theme.faint);
}

void HistoryView::draw_undo(const Frame& frame, Intents& intents, const app::CaptureHistory& history) const {
    const auto* version = history.find(right_);
    if (version == nullptr || version->op_id.empty()) return;  // what the crew sent is not undone here
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::undo;
    draft.staging_id = capture_;
    draft.undo_of = version->op_id;
    draft.reason = comment_;
    const model::Permission permission = frame.desk.may(draft);
    std::string title = "Take back: " + version->what;
    const std::string who =
        version->by_name.empty() ? name_of_person(frame.snapshot, version->by_uid) : version->by_name;
    if (!who.empty()) title += ", " + who;
    if (text_button(frame, title.c_str(), permission.allowed, permission.why_not))
        intents.acts.push_back({std::move(draft), "Taken back"});
    ImGui::SameLine();
    text_fit("Undoes the change that led to the version on the right.", ImGui::GetContentRegionAvail().x,
             frame.theme.faint);
}

}  // namespace linesman::ui
