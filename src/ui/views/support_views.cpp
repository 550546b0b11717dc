#include "ui/views/support_views.h"

#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/overlays.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

void figure(const Frame& frame, std::string_view name, const std::string& value, ImU32 colour) {
    ImGui::BeginGroup();
    {
        FontScope font(frame.fonts.bold, kTitleText);
        text_line(value, colour);
    }
    FontScope font(frame.fonts.regular, kSmallText);
    text_line(name, frame.theme.muted);
    ImGui::EndGroup();
    ImGui::SameLine(0, frame.px(36));
}

void draw_queue_figures(const Frame& frame) {
    const app::OutboxSummary& outbox = frame.snapshot.outbox;
    auto count = [&](std::string_view name, uint32_t value, ImU32 hot) {
        figure(frame, name, with_thousands(value), value > 0 ? hot : frame.theme.faint);
    };
    count("can still be undone", outbox.waiting, frame.theme.text);
    count("to send", outbox.ready, frame.theme.text);
    count("being sent", outbox.sending, frame.theme.text);
    count("need a person", outbox.parked, frame.theme.warning);
    count("in conflict", outbox.conflicts, frame.theme.error);
    figure(frame, "reads today", with_thousands(frame.snapshot.sync.reads_today), frame.theme.text);
    figure(frame, "writes today", with_thousands(frame.snapshot.sync.writes_today), frame.theme.text);
    figure(frame, "received", bytes_text(frame.snapshot.sync.bytes_received), frame.theme.text);
    if (frame.snapshot.sync.latency_ms > 0) {
        figure(frame, "answer time",
               std::to_string(static_cast<int>(std::lround(frame.snapshot.sync.latency_ms))) + " ms", frame.theme.text);
    }
    ImGui::NewLine();
}

void draw_state_lines(const Frame& frame) {
    const app::SyncState& sync = frame.snapshot.sync;
    if (sync.documents_total > 0 && sync.documents_done < sync.documents_total) {
        std::string words =
            sync.phase + "  " + with_thousands(sync.documents_done) + " of " + with_thousands(sync.documents_total);
        if (sync.documents_per_s > 0)
            words += ", " + with_thousands(static_cast<uint64_t>(sync.documents_per_s)) + " a second";
        text_line(words, frame.theme.muted);
        const float share =
            static_cast<float>(static_cast<double>(sync.documents_done) / static_cast<double>(sync.documents_total));
        ImGui::PushStyleColor(ImGuiCol_PlotHistogram, frame.theme.accent);
        ImGui::ProgressBar(share, {frame.px(420), frame.px(6)}, "");
        ImGui::PopStyleColor();
    }
    if (!sync.last_error.empty()) {
        if (frame.fonts.has_icons) {
            text_line(icon::kWarning, frame.theme.warning);
            ImGui::SameLine();
        }
        text_wrapped(sync.last_error, frame.theme.text);
        if (!sync.last_cure.empty()) text_wrapped(sync.last_cure, frame.theme.muted);
    }
    if (sync.next_attempt && sync.next_attempt->us > frame.now.us) {
        text_line("Next attempt at " + base::format_local(*sync.next_attempt, kSouthAfricaOffsetMinutes, true),
                  frame.theme.muted);
    }
}

}  // namespace

void draw_sync_view(const Frame& frame, Intents& intents) {
    const app::SyncState& sync = frame.snapshot.sync;
    std::string state(word_of(sync.connection));
    if (!sync.connection_reason.empty()) state += ", " + sync.connection_reason;
    overlay_title(frame, "Sync", state);
    ImGui::Dummy({0, frame.px(2)});
    draw_queue_figures(frame);
    ImGui::Dummy({0, frame.px(2)});
    draw_state_lines(frame);
    command_button(frame, intents, CommandId::sync_now, icon::kRefresh, ButtonLook::plain);
    ImGui::SameLine();
    command_button(frame, intents, CommandId::sync_pause, sync.paused ? icon::kPlay : icon::kPause, ButtonLook::plain,
                   sync.paused ? "Resume" : "Pause");
    ImGui::SameLine();
    command_button(frame, intents, CommandId::sync_offline, icon::kPlug, ButtonLook::plain,
                   sync.work_offline ? "Go online" : "Work offline");
    ImGui::Dummy({0, frame.px(6)});
    if (!frame.snapshot.matters.empty()) {
        section(frame, "NEED A PERSON");
        const auto parked =
            std::count_if(frame.snapshot.matters.begin(), frame.snapshot.matters.end(),
                          [](const auto& m) { return m.pending.state == model::OperationState::parked; });
        const std::string all = "Retry all " + std::to_string(parked);
        if (parked > 1 && text_button(frame, all.c_str())) {
            for (const auto& matter : frame.snapshot.matters) {
                if (matter.pending.state == model::OperationState::parked)
                    intents.resolve.emplace_back(matter.pending.operation.op_id, app::MatterChoice::retry);
            }
        }
        for (const auto& matter : frame.snapshot.matters) draw_matter(frame, intents, matter);
    }
    section(frame, "LATEST DECISIONS OF THIS DESK");
    const auto& latest = frame.snapshot.my_day.latest;
    if (latest.empty()) text_line("Nothing was decided today.", frame.theme.muted);
    const size_t most = std::min<size_t>(latest.size(), 12);
    for (size_t i = 0; i < most; ++i) {
        const auto& pending = latest[i];
        const float start = ImGui::GetCursorPosX();
        text_line(short_time(pending.operation.made_at, frame.now), frame.theme.faint);
        ImGui::SameLine(start + frame.px(120), 0);
        text_line(word_of(pending.operation.kind), frame.theme.text);
        ImGui::SameLine(start + frame.px(200), 0);
        ImGui::PushID(static_cast<int>(i));
        const auto& numbers = frame.snapshot.my_day.latest_numbers;
        const bool has_number = i < numbers.size() && !numbers[i].empty();
        const std::string& shown = has_number ? numbers[i] : pending.operation.staging_id;
        if (ImGui::TextLink(shortened(shown, frame.px(260)).c_str())) {
            intents.select_id = pending.operation.staging_id;
            intents.run(CommandId::view_review);
        }
        ImGui::PopID();
        ImGui::SameLine(start + frame.px(480), 0);
        text_line(word_of(pending.state),
                  pending.state == model::OperationState::done ? frame.theme.good : frame.theme.muted);
    }
}

}  // namespace linesman::ui
