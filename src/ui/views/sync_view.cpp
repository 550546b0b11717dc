#include "ui/views/sync_view.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/sync_parts.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

void draw_controls(const Frame& frame, Intents& intents) {
    const app::SyncState& sync = frame.snapshot.sync;
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    const struct {
        CommandId id;
        const char *icon, *title;
    } buttons[] = {{CommandId::sync_now, icon::kRefresh, "Sync now"},
                   {CommandId::sync_pause, sync.paused ? icon::kPlay : icon::kPause, sync.paused ? "Resume" : "Pause"},
                   {CommandId::sync_offline, icon::kPlug, sync.work_offline ? "Go online" : "Work offline"}};
    bool first = true;
    for (const auto& button : buttons) {
        if (!first) {
            ImGui::SameLine();
            const float width = command_button_width(frame, button.id, button.icon, button.title);
            if (ImGui::GetCursorPosX() + width > right) ImGui::NewLine();
        }
        first = false;
        command_button(frame, intents, button.id, button.icon, ButtonLook::plain, button.title);
    }
}

std::string decimal(double value, const char* unit) {
    char text[48];
    std::snprintf(text, sizeof text, "%.0f %s", value, unit);
    return text;
}

std::string milliseconds(double ms) {
    if (ms <= 0) return "–";
    if (ms < 1000) return decimal(ms, "ms");
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", ms / 1000);
    return text;
}

const char* title_of(app::SyncRun::Kind kind) {
    switch (kind) {
        case app::SyncRun::Kind::first_sync:
            return "First sync";
        case app::SyncRun::Kind::pull:
            return "Asked for changes";
        case app::SyncRun::Kind::live:
            return "Listened";
    }
    return "";
}

std::string length_of(const app::SyncRun& run) {
    const int64_t seconds = (run.ended - run.began).us / base::kMicrosPerSecond;
    if (seconds < 1) return "< 1 s";
    if (seconds < 120) return std::to_string(seconds) + " s";
    return base::format_age(run.ended - run.began);
}

std::string outcome_of(const app::SyncRun& run) {
    if (!run.error.empty()) return run.error;
    if (run.open) return "under way";
    if (run.rounds > 1) return with_thousands(run.rounds) + " rounds, nothing new";
    return run.documents == 0 ? "nothing new" : "complete";
}

}  // namespace

void SyncView::draw(const Frame& frame, Intents& intents) {
    const app::SyncState& sync = frame.snapshot.sync;
    std::string state(word_of(sync.connection));
    if (!sync.connection_reason.empty()) state += ", " + sync.connection_reason;
    if (!sync.phase.empty()) state += "  ·  " + sync.phase;
    overlay_title(frame, "Sync", state);
    draw_queue_figures(frame);
    draw_progress_lines(frame);
    draw_controls(frame, intents);
    ImGui::Dummy({0, frame.px(4)});
    draw_pages(frame);
    switch (page_) {
        case Page::queue:
            return draw_queue(frame, intents);
        case Page::runs:
            return draw_runs(frame, intents);
        case Page::line:
            return draw_line(frame);
        case Page::disk:
            return draw_disk(frame, intents);
    }
}

void SyncView::draw_pages(const Frame& frame) {
    const auto& outbox = frame.snapshot.outbox;
    const uint32_t queued = outbox.unsent() + outbox.parked + outbox.conflicts;
    const std::pair<Page, const char*> pages[] = {
        {Page::queue, "Queue"}, {Page::runs, "Runs"}, {Page::line, "Line"}, {Page::disk, "Disk"}};
    for (const auto& [page, title] : pages) {
        const std::string count = page == Page::queue && queued > 0 ? with_thousands(queued)
                                  : page == Page::runs && !frame.snapshot.sync.runs->empty()
                                      ? with_thousands(frame.snapshot.sync.runs->size())
                                      : std::string();
        if (tab(frame, title, title, count, page_ == page)) page_ = page;
        ImGui::SameLine(0, frame.px(2));
    }
    ImGui::NewLine();
}

void SyncView::draw_queue(const Frame& frame, Intents& intents) {
    if (!frame.snapshot.outbox.refused_because.empty())
        text_wrapped(frame.snapshot.outbox.refused_because, frame.theme.error);
    draw_matter_list(frame, intents);
    draw_batch_lines(frame, intents);
    draw_latest(frame, intents);
}

void SyncView::draw_runs(const Frame& frame, Intents& intents) {
    const auto& runs = *frame.snapshot.sync.runs;
    if (runs.empty()) {
        empty_state(frame, intents, icon::kClock, "No run yet", "Each exchange with the server is listed here.",
                    CommandId::sync_now);
        return;
    }
    constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_ScrollX | ImGuiTableFlags_SizingFixedFit |
                                       ImGuiTableFlags_NoBordersInBody | ImGuiTableFlags_NoSavedSettings |
                                       ImGuiTableFlags_Resizable;
    constexpr std::pair<const char*, float> kColumns[] = {
        {"When", 110},    {"What", 140}, {"Took", 70}, {"Documents", 90}, {"Requests", 84},     {"Failed", 64},
        {"Received", 84}, {"p50", 66},   {"p95", 66},  {"p99", 66},       {"How it ended", 420}};
    // High enough for every row: the panel scrolls, not the table.
    const float height = ImGui::GetTextLineHeightWithSpacing() * static_cast<float>(runs.size() + 3);
    if (!ImGui::BeginTable("runs", static_cast<int>(std::size(kColumns)), kFlags, {0, height})) return;
    for (const auto& [title, width] : kColumns)
        ImGui::TableSetupColumn(title, ImGuiTableColumnFlags_WidthFixed, frame.px(width));
    table_headers(frame);
    auto cell = [](std::string_view text, ImU32 colour) {
        ImGui::TableNextColumn();
        text_fit(text, ImGui::GetContentRegionAvail().x, colour);
    };
    for (const auto& run : runs) {
        ImGui::TableNextRow();
        cell(short_time(run.began, frame.now), frame.theme.muted);
        cell(title_of(run.kind), frame.theme.text);
        cell(length_of(run), frame.theme.muted);
        cell(with_thousands(run.documents), run.documents > 0 ? frame.theme.text : frame.theme.faint);
        cell(with_thousands(run.requests), frame.theme.muted);
        cell(with_thousands(run.failed), run.failed > 0 ? frame.theme.warning : frame.theme.faint);
        cell(bytes_text(run.bytes), frame.theme.muted);
        cell(milliseconds(run.p50_ms), frame.theme.text);
        cell(milliseconds(run.p95_ms), frame.theme.text);
        cell(milliseconds(run.p99_ms), frame.theme.text);
        cell(outcome_of(run), !run.error.empty() ? frame.theme.warning
                              : run.open         ? frame.theme.accent
                                                 : frame.theme.muted);
    }
    ImGui::EndTable();
    text_wrapped("p50, p95, p99: half of the answers, 95 and 99 of 100 began within this time.", frame.theme.faint);
}

void SyncView::draw_line(const Frame& frame) {
    const app::SyncState& sync = frame.snapshot.sync;
    const app::SyncState best;
    auto line = [&](const char* name, const std::string& value, ImU32 colour) {
        const float start = ImGui::GetCursorPosX();
        text_line(name, frame.theme.muted);
        ImGui::SameLine(start + frame.px(190), 0);
        text_wrapped(value, colour);
    };
    section(frame, "THE LINE");
    line("Answer time", sync.latency_ms > 0 ? milliseconds(sync.latency_ms) : "not measured yet", frame.theme.text);
    line("Speed of one transfer",
         sync.bytes_per_s > 0 ? bytes_text(static_cast<uint64_t>(sync.bytes_per_s)) + "/s"
                              : std::string("not measured yet"),
         frame.theme.text);
    line("Requests that fail", decimal(sync.share_failing * 100, "%"),
         sync.share_failing > 0.05 ? frame.theme.warning : frame.theme.text);
    section(frame, "WHAT WAS MADE OF IT");
    auto adapted = [&](const char* name, int now, int at_best, const char* unit) {
        std::string words = with_thousands(static_cast<uint64_t>(std::max(now, 0))) + " " + unit;
        if (now < at_best) words += ", down from " + with_thousands(static_cast<uint64_t>(at_best)) + " on a good line";
        line(name, words, now < at_best ? frame.theme.warning : frame.theme.text);
    };
    adapted("At the same time", sync.transfers, best.transfers, "transfers");
    adapted("Asked for at once", sync.page_documents, best.page_documents, "documents");
    adapted("Photos fetched ahead", sync.prefetch_ahead, best.prefetch_ahead, "captures");
    section(frame, "USED TODAY");
    line("Reads, writes", with_thousands(sync.reads_today) + ", " + with_thousands(sync.writes_today),
         frame.theme.text);
    line("Received since the start", bytes_text(sync.bytes_received), frame.theme.text);
}

void SyncView::draw_disk(const Frame& frame, Intents& intents) {
    const auto disk = frame.desk.disk();
    if (disk == nullptr) {
        intents.pending = !frame.snapshot.first_run;
        empty_state(frame, intents, icon::kHourglass, "Measuring", "The files of this desk are being counted.");
        return;
    }
    for (const auto& part : disk->parts) {
        const float start = ImGui::GetCursorPosX();
        text_line(bytes_text(part.bytes), part.bytes > 0 ? frame.theme.text : frame.theme.faint);
        ImGui::SameLine(start + frame.px(90), 0);
        text_fit(part.what, frame.px(220), frame.theme.text);
        ImGui::SameLine(start + frame.px(320), 0);
        text_fit(part.advice, ImGui::GetContentRegionAvail().x, frame.theme.muted);
        if (ImGui::IsItemHovered()) tooltip(part.path + ", " + with_thousands(part.files) + " files");
    }
    text_line(bytes_text(disk->bytes) + " in all, of which " + bytes_text(disk->can_go) + " may go.",
              frame.theme.muted);
    if (!disk->trouble.empty()) text_wrapped(disk->trouble, frame.theme.error);
    if (disk->cleaned && !disk->cleaning) text_line(bytes_text(disk->freed) + " freed.", frame.theme.good);
    if (disk->cleaning) {
        text_line("Cleaning up ...", frame.theme.muted);
        intents.pending = true;
    } else if (!asks_to_clean_) {
        if (text_button(frame, "Clean up", disk->can_go > 0, "Nothing may go.")) asks_to_clean_ = true;
    } else {
        text_wrapped(
            "Deletes photos, thumbnails and set aside mirrors; they are fetched again when looked at, which "
            "needs the network. Decisions are never deleted.",
            frame.theme.text);
        if (text_button(frame, ("Delete " + bytes_text(disk->can_go)).c_str(), true, {}, true)) {
            intents.clean_disk = true;
            asks_to_clean_ = false;
        }
        ImGui::SameLine();
        if (text_button(frame, "Keep them")) asks_to_clean_ = false;
    }
}

}  // namespace linesman::ui
