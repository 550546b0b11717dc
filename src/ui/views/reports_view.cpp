#include "ui/views/reports_view.h"

#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

constexpr float kTwoColumnsPx = 760;  // of the design: below, form and preview stand one above the other
constexpr float kFootPx = 46;

std::string seconds_words(double seconds) {
    if (seconds < 90) return std::to_string(std::max(1, static_cast<int>(std::ceil(seconds)))) + " s";
    return std::to_string(static_cast<int>(std::ceil(seconds / 60))) + " min";
}

}  // namespace

void ReportsView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    if (fresh) choices_.open(frame);
    begin_overlay(frame, "reports", {1180, 700}, fresh);
    const app::ReportJob job = frame.desk.report_job();
    if (job.state != app::ReportJob::State::none && job.id != put_away_) {
        overlay_title(frame, report::title_of(job.kind));
        draw_job(frame, intents, job);
    } else {
        overlay_title(frame, "Reports", "Files to hand on, with a manifest that proves them later.");
        draw_form(frame, intents);
    }
    end_overlay(frame, intents, fresh);
}

void ReportsView::draw_form(const Frame& frame, Intents& intents) {
    const auto request = choices_.previewed();
    const auto preview = request ? frame.desk.preview_report(*request) : nullptr;
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float foot = frame.px(kFootPx);
    if (room.x >= frame.px(kTwoColumnsPx)) {
        ImGui::BeginChild("choices", {frame.px(400), -foot}, ImGuiChildFlags_NavFlattened);
        choices_.draw(frame);
        ImGui::EndChild();
        ImGui::SameLine(0, frame.px(20));
        ImGui::BeginChild("preview", {0, -foot}, ImGuiChildFlags_NavFlattened);
        draw_preview(frame, intents, preview.get(), request.has_value());
        ImGui::EndChild();
    } else {
        ImGui::BeginChild("choices", {0, -foot}, ImGuiChildFlags_NavFlattened);
        choices_.draw(frame);
        draw_preview(frame, intents, preview.get(), request.has_value());
        ImGui::EndChild();
    }
    draw_start(frame, intents, preview.get());
}

void ReportsView::draw_preview(const Frame& frame, Intents& intents, const app::ReportPreview* preview, bool readable) {
    if (!readable) {
        empty_state(frame, intents, icon::kWarning, "This period cannot be read",
                    "Days are written 2026-11-22, times 2026-11-22T08:00:00+02:00.");
        return;
    }
    if (frame.snapshot.loading) {
        empty_state(frame, intents, icon::kHourglass, "Opening the cache",
                    "What a report would hold appears when the captures are read.");
        return;
    }
    if (preview == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Counting", "Working out what the report would hold.");
        intents.pending = true;
        return;
    }
    if (!preview->why.empty()) {
        empty_state(frame, intents, icon::kWarning, "There is nothing to report from",
                    preview->why + (preview->cure.empty() ? "" : " " + preview->cure));
        return;
    }
    const report::Preview& of = preview->of;
    section(frame, "IT WOULD HOLD");
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    bool first = true;
    for (const auto& fact : of.figures) {
        const float width = std::max(text_width(fact.name), frame.px(60));
        if (!first) {
            ImGui::SameLine(0, frame.px(26));
            if (ImGui::GetCursorPosX() + width > right) ImGui::NewLine();
        }
        first = false;
        ImGui::BeginGroup();
        {
            FontScope font(frame.fonts.bold, kTitleText);
            text_line(fact.value, frame.theme.text);
        }
        FontScope font(frame.fonts.regular, kSmallText);
        text_line(fact.name, frame.theme.muted);
        ImGui::EndGroup();
    }
    if (!of.period.empty()) text_wrapped("Period: " + of.period + ".", frame.theme.muted);
    if (!of.note.empty()) text_wrapped("Not covered: " + of.note + ".", frame.theme.warning);
    std::string parts;
    for (const auto& part : of.parts) {
        parts += parts.empty() ? "" : ", ";
        parts += part.title + " " + with_thousands(part.rows);
    }
    text_wrapped("Rows: " + parts + ". " +
                     (preview->request.kind == report::Kind::validation
                          ? "The rows for each finding are counted while it is made."
                          : ""),
                 frame.theme.muted);
    draw_rows(frame, of);
}

void ReportsView::draw_rows(const Frame& frame, const report::Preview& preview) {
    section(frame, "FIRST ROWS");
    if (preview.first_rows.empty() || preview.columns.empty()) {
        text_line("Nothing passes; the report would be empty.", frame.theme.muted);
        return;
    }
    const float height = ImGui::GetFrameHeight() * (static_cast<float>(preview.first_rows.size()) + 2);
    constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY |
                                       ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_NoBordersInBody |
                                       ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_Resizable;
    FontScope font(frame.fonts.regular, kSmallText);
    if (!ImGui::BeginTable("rows", static_cast<int>(preview.columns.size()), kFlags, {0, height})) return;
    for (const auto& column : preview.columns)
        ImGui::TableSetupColumn(column.c_str(), ImGuiTableColumnFlags_WidthFixed,
                                std::clamp(text_width(column) + frame.px(20), frame.px(80), frame.px(160)));
    table_headers(frame);
    for (const auto& row : preview.first_rows) {
        ImGui::TableNextRow();
        for (const auto& value : row) {
            ImGui::TableNextColumn();
            text_fit(value, ImGui::GetContentRegionAvail().x, frame.theme.text);
        }
    }
    ImGui::EndTable();
}

void ReportsView::draw_start(const Frame& frame, Intents& intents, const app::ReportPreview* preview) {
    ImGui::Dummy({0, frame.px(2)});
    const bool sound = preview != nullptr && preview->why.empty();
    std::string problem = choices_.problem(sound ? std::optional(preview->of.has_positions) : std::nullopt);
    if (problem.empty() && frame.snapshot.loading) problem = "The captures are still being read.";
    const bool pressed = ImGui::GetIO().KeyCtrl && ImGui::IsKeyPressed(ImGuiKey_Enter, false);
    const bool may = problem.empty();
    if ((text_button(frame, "Make the report", may, problem, true) || pressed) && may) {
        intents.start_report = choices_.order();
        put_away_ = frame.desk.report_job().id;  // the one before; the new one is shown
    }
    ImGui::SameLine(0, frame.px(12));
    ImGui::AlignTextToFramePadding();
    const std::string words = may ? "Ctrl+Enter. Tab and Space go through the choices." : problem;
    text_fit(words, ImGui::GetContentRegionAvail().x, may ? frame.theme.faint : frame.theme.warning);
}

void ReportsView::draw_progress(const Frame& frame, const app::ReportJob& job) {
    const bool writing = job.state == app::ReportJob::State::writing && job.rows_total > 0;
    std::string words = "Gathering captures, documents and findings";
    if (writing) {
        words = with_thousands(job.rows_done) + " of " + with_thousands(job.rows_total) + " rows, over all files";
        if (job.rows_per_s >= 1) words += ", " + with_thousands(static_cast<uint64_t>(job.rows_per_s)) + " a second";
        if (job.seconds_left > 0) words += ", " + seconds_words(job.seconds_left) + " left";
    }
    text_line(words + ".", frame.theme.text);
    const double share = writing ? static_cast<double>(job.rows_done) / static_cast<double>(job.rows_total) : 0;
    ImGui::PushStyleColor(ImGuiCol_PlotHistogram, frame.theme.accent);
    ImGui::ProgressBar(static_cast<float>(std::clamp(share, 0.0, 1.0)),
                       {std::min(frame.px(560), ImGui::GetContentRegionAvail().x), frame.px(6)}, "");
    ImGui::PopStyleColor();
    text_wrapped("It goes on when this is closed; you are told when it is done.", frame.theme.muted);
}

void ReportsView::draw_written(const Frame& frame, Intents& intents, const app::ReportJob& job) {
    badge(frame, icon::kCheckCircle, "Written, all of it", frame.theme.good);
    const std::string folder = job.manifest.substr(0, job.manifest.rfind('/'));
    text_wrapped("Folder: " + folder, frame.theme.text);
    if (text_button(frame, "Copy the folder's path")) intents.copy_text = folder;
    if (!job.note.empty()) text_wrapped("Not covered: " + job.note + ".", frame.theme.warning);
    section(frame, "FILES");
    const float height = ImGui::GetContentRegionAvail().y - frame.px(130);
    if (ImGui::BeginTable("files", 2, kQuietTable, {0, std::max(height, frame.px(80))})) {
        ImGui::TableSetupColumn("File", ImGuiTableColumnFlags_WidthStretch);
        ImGui::TableSetupColumn("Size", ImGuiTableColumnFlags_WidthFixed, frame.px(90));
        table_headers(frame);
        for (const auto& file : job.files) {
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            text_fit(file.name, ImGui::GetContentRegionAvail().x, frame.theme.text);
            if (ImGui::IsItemHovered()) tooltip("SHA-256 " + file.sha256);
            ImGui::TableNextColumn();
            text_line(bytes_text(file.bytes), frame.theme.muted);
        }
        ImGui::EndTable();
    }
    text_wrapped("Manifest: " + job.manifest, frame.theme.text);
    text_wrapped("Whether the files are still what was written, and what changed in the data since, says:",
                 frame.theme.muted);
    const std::string check = "linesmanctl verify-report " + job.manifest;
    text_fit(check, ImGui::GetContentRegionAvail().x, frame.theme.muted);
    if (text_button(frame, "Copy this command")) intents.copy_text = check;
    ImGui::SameLine();
}

void ReportsView::draw_job(const Frame& frame, Intents& intents, const app::ReportJob& job) {
    ImGui::Dummy({0, frame.px(4)});
    if (job.busy()) {
        draw_progress(frame, job);
        ImGui::Dummy({0, frame.px(4)});
        if (text_button(frame, "Cancel the report")) intents.cancel_report = true;
        return;
    }
    switch (job.state) {
        case app::ReportJob::State::done:
            draw_written(frame, intents, job);
            break;
        case app::ReportJob::State::cancelled:
            badge(frame, icon::kBan, "Cancelled", frame.theme.muted);
            text_wrapped("No file was written; what was in the folder is as it was.", frame.theme.muted);
            break;
        default:
            badge(frame, icon::kExclamation, "Not made", frame.theme.error);
            text_wrapped(job.why, frame.theme.text);
            if (!job.cure.empty()) text_wrapped(job.cure, frame.theme.muted);
            break;
    }
    const bool done = job.state == app::ReportJob::State::done;
    if (text_button(frame, done ? "Another report" : "Back to the choices", true, {}, true)) {
        put_away_ = job.id;
        intents.fresh_preview = true;
    }
}

}  // namespace linesman::ui
