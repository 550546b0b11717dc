#include "ui/views/fleet_view.h"

#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/views/charts.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

constexpr size_t kMostGroups = 12, kMostCauses = 10;

std::string count_word(double value) {
    return with_thousands(static_cast<uint64_t>(std::llround(std::max(0.0, value))));
}
std::string rate_word(double bytes_per_s) {
    return bytes_text(static_cast<uint64_t>(std::max(0.0, bytes_per_s))) + " a second";
}

std::string cause_words(const std::string& outcome) {
    const auto advice = model::advice_for(outcome);
    return advice.cause == "another fault" ? outcome : std::string(advice.cause);
}

}  // namespace

void FleetView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    begin_overlay(frame, "fleet", {1120, 640}, fresh);
    overlay_title(frame, "The fleet in two weeks", "What the captures tell first, then what the phones reported.");
    const float room = ImGui::GetContentRegionAvail().x;
    const bool beside = room >= frame.px(860);  // else one below the other
    ImGui::BeginChild("inferred", {beside ? room * 0.5F - frame.px(10) : 0, 0});
    draw_inferred(frame, intents);
    if (beside) {
        ImGui::EndChild();
        ImGui::SameLine(0, frame.px(20));
        ImGui::BeginChild("reported");
    } else {
        ImGui::Dummy({0, frame.px(12)});
    }
    draw_reported(frame, intents);
    ImGui::EndChild();
    end_overlay(frame, intents, fresh);
}

void FleetView::draw_inferred(const Frame& frame, Intents& intents) const {
    const auto figures = frame.desk.devices().figures();
    if (figures == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Counting", "The captures are being counted by day.");
        intents.pending = !frame.snapshot.loading;
        return;
    }
    if (figures->by_project.empty()) {
        empty_state(frame, intents, icon::kMobile, "No captures yet", "Figures appear with the first captures.",
                    CommandId::sync_now);
        return;
    }
    section(frame, "CAPTURES THAT ARRIVED, BY DAY");
    source_mark(frame, false);
    const std::vector<double> values(figures->arrived.begin(), figures->arrived.end());
    day_bars(frame, "arrived", {values, {}, frame.theme.accent, 0, count_word}, frame.px(96));
    ImGui::Dummy({0, frame.px(8)});
    section(frame, "BY PROJECT");
    source_mark(frame, false);
    draw_groups(frame, "projects", figures->by_project);
    ImGui::Dummy({0, frame.px(8)});
    section(frame, "BY CREW");
    source_mark(frame, false);
    draw_groups(frame, "crews", figures->by_crew);
}

void FleetView::draw_groups(const Frame& frame, const char* id, std::span<const model::GroupFigures> groups) const {
    if (!ImGui::BeginTable(id, 6, ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_NoBordersInBody)) return;
    constexpr std::pair<const char*, float> columns[] = {{"Name", 0},    {"14 days", 90},     {"Captures", 74},
                                                         {"Phones", 58}, {"Photos lost", 84}, {"Rejected", 70}};
    for (const auto& [title, width] : columns) {
        ImGui::TableSetupColumn(title,
                                width > 0 ? ImGuiTableColumnFlags_WidthFixed : ImGuiTableColumnFlags_WidthStretch,
                                width > 0 ? frame.px(width) : 1.0F);
    }
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.faint);
    ImGui::PushFont(frame.fonts.regular, kSmallText);
    ImGui::TableHeadersRow();
    ImGui::PopFont();
    ImGui::PopStyleColor();
    for (size_t i = 0; i < std::min(kMostGroups, groups.size()); ++i) {
        const auto& group = groups[i];
        const auto cell = [](const std::string& text, ImU32 colour) {
            ImGui::TableNextColumn();
            text_fit(text, ImGui::GetContentRegionAvail().x, colour);
        };
        ImGui::TableNextRow();
        cell(group.name.empty() ? "none" : group.name, group.name.empty() ? frame.theme.muted : frame.theme.text);
        ImGui::TableNextColumn();
        spark(frame, group.arrived, {ImGui::GetContentRegionAvail().x, ImGui::GetFontSize()}, frame.theme.accent,
              "Captures that arrived, by day");
        cell(with_thousands(group.captures), frame.theme.text);
        cell(with_thousands(group.devices), frame.theme.muted);
        cell(with_thousands(group.missing_photos), group.missing_photos > 0 ? frame.theme.warning : frame.theme.faint);
        cell(with_thousands(group.rejected), group.rejected > 0 ? frame.theme.warning : frame.theme.faint);
    }
    ImGui::EndTable();
    if (groups.size() > kMostGroups)
        text_line("and " + std::to_string(groups.size() - kMostGroups) + " more: linesmanctl export devices",
                  frame.theme.faint);
}

void FleetView::draw_reported(const Frame& frame, Intents& intents) {
    const auto sessions = frame.desk.devices().sessions();
    const auto reporting = std::count_if(frame.snapshot.devices.begin(), frame.snapshot.devices.end(),
                                         [](const auto& device) { return device.reported.has_value(); });
    text_wrapped(std::to_string(reporting) + " of " + std::to_string(frame.snapshot.devices.size()) +
                     " phones report. Of the others nothing stands in these charts.",
                 frame.theme.muted);
    if (text_button(frame, sessions->there ? "Read again" : "Read the sync sessions of two weeks", !sessions->asking,
                    "They are being read."))
        intents.devices.read_sessions = true;
    if (ImGui::IsItemHovered())
        tooltip("They are on the server: one read for each, " + with_thousands(app::kMaxFleetSessions) + " at most.");
    if (sessions->asking) {
        ImGui::SameLine(0, frame.px(10));
        text_line("Reading...", frame.theme.muted);
        intents.pending = true;
    } else if (sessions->there) {
        ImGui::SameLine(0, frame.px(10));
        text_fit("read " + short_time(sessions->read_at, frame.now), ImGui::GetContentRegionAvail().x,
                 frame.theme.faint);
    }
    if (!sessions->trouble.empty()) text_wrapped(sessions->trouble + " " + sessions->cure, frame.theme.warning);
    if (!sessions->there) return;
    if (sessions->figures.all.sessions == 0) {
        text_line("No phone reported a sync session in these two weeks.", frame.theme.muted);
        return;
    }
    draw_sessions(frame, *sessions);
}

// All phones, or those of one project or crew. A name that is gone falls back to all.
void FleetView::draw_choice(const Frame& frame, const app::SessionsView& sessions) {
    const auto name = [](const std::string& group, const char* none) { return group.empty() ? none : group.c_str(); };
    std::string shown = "All phones";
    if (part_ == Part::project) shown = std::string("Project ") + name(group_, "unknown");
    if (part_ == Part::crew) shown = std::string("Crew ") + name(group_, "unknown");
    ImGui::SetNextItemWidth(std::min(frame.px(320), ImGui::GetContentRegionAvail().x));
    if (!ImGui::BeginCombo("##part", shown.c_str())) return;
    if (ImGui::Selectable("All phones", part_ == Part::all)) part_ = Part::all;
    for (const auto& [project, figures] : sessions.figures.by_project) {
        const std::string title = std::string("Project ") + name(project, "unknown");
        if (ImGui::Selectable(title.c_str(), part_ == Part::project && group_ == project))
            part_ = Part::project, group_ = project;
    }
    for (const auto& [crew, figures] : sessions.figures.by_crew) {
        const std::string title = std::string("Crew ") + name(crew, "unknown");
        if (ImGui::Selectable(title.c_str(), part_ == Part::crew && group_ == crew)) part_ = Part::crew, group_ = crew;
    }
    ImGui::EndCombo();
}

const model::SessionFigures& FleetView::chosen(const app::SessionsView& sessions) const {
    if (part_ == Part::all) return sessions.figures.all;
    const auto& groups = part_ == Part::project ? sessions.figures.by_project : sessions.figures.by_crew;
    const auto found = groups.find(group_);
    return found == groups.end() ? sessions.figures.all : found->second;
}

void FleetView::draw_sessions(const Frame& frame, const app::SessionsView& sessions) {
    draw_choice(frame, sessions);
    if (ImGui::IsItemHovered())
        tooltip("A phone counts for the project that most of its captures name (inferred), and for its owner's crew.");
    const auto& figures = chosen(sessions);
    if (sessions.cut)
        text_wrapped("There are more than were read: the newest days are not complete.", frame.theme.warning);
    text_fit(with_thousands(static_cast<uint64_t>(figures.sessions)) + " sessions, " +
                 with_thousands(static_cast<uint64_t>(figures.attempts)) + " attempts, " +
                 with_thousands(static_cast<uint64_t>(figures.failed)) + " failed, " +
                 bytes_text(static_cast<uint64_t>(figures.bytes)) + " of photos",
             ImGui::GetContentRegionAvail().x, frame.theme.text);
    section(frame, "THROUGHPUT WHILE SENDING, BY DAY");
    source_mark(frame, true);
    day_bars(frame, "throughput", {figures.bytes_per_s, {}, frame.theme.accent, 0, rate_word}, frame.px(70));
    section(frame, "ATTEMPTS, AND THOSE THAT FAILED, BY DAY");
    source_mark(frame, true);
    const std::vector<double> all(figures.attempts_by_day.begin(), figures.attempts_by_day.end());
    const std::vector<double> failed(figures.failed_by_day.begin(), figures.failed_by_day.end());
    day_bars(frame, "attempts", {all, failed, frame.theme.good, frame.theme.error, count_word}, frame.px(70));
    section(frame, "FAILURES BY CAUSE");
    source_mark(frame, true);
    std::vector<std::pair<std::string, int64_t>> causes;
    for (const auto& [outcome, count] : figures.causes) causes.emplace_back(cause_words(outcome), count);
    if (causes.empty()) text_line("None failed.", frame.theme.good);
    name_bars(frame, causes, frame.theme.error, kMostCauses, frame.px(250));
    section(frame, "NETWORK OVER THE DAY, SESSIONS");
    source_mark(frame, true);
    hour_bars(frame, "network", figures.network_by_hour, frame.px(70));
    const auto failed_by = [&](const char* id, const auto& groups, const char* none) {
        std::vector<std::pair<std::string, int64_t>> bars;
        for (const auto& [name, part] : groups) {
            if (part.failed > 0) bars.emplace_back(name.empty() ? none : name, part.failed);
        }
        std::stable_sort(bars.begin(), bars.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
        section(frame, id);
        source_mark(frame, true);
        if (bars.empty()) text_line("None failed.", frame.theme.good);
        name_bars(frame, bars, frame.theme.error, kMostGroups, frame.px(250));
    };
    if (part_ != Part::all) return;
    failed_by("FAILED ATTEMPTS BY PROJECT", sessions.figures.by_project, "no project known");
    failed_by("FAILED ATTEMPTS BY CREW", sessions.figures.by_crew, "no crew known");
}

}  // namespace linesman::ui
