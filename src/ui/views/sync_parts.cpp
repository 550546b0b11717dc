#include "ui/views/sync_parts.h"

#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/overlays.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

constexpr size_t kMostLatest = 12;

void figure(const Frame& frame, std::string_view name, const std::string& value, ImU32 colour, bool first) {
    const float width = std::max(text_width(name), frame.px(40));
    if (!first) {
        const float right = ImGui::GetWindowWidth() - frame.px(14);
        ImGui::SameLine(0, frame.px(30));
        if (ImGui::GetCursorPosX() + width > right) ImGui::NewLine();
    }
    ImGui::BeginGroup();
    {
        FontScope font(frame.fonts.bold, kTitleText);
        text_line(value, colour);
    }
    FontScope font(frame.fonts.regular, kSmallText);
    text_line(name, frame.theme.muted);
    ImGui::EndGroup();
}

void bar(const Frame& frame, double done, double total) {
    ImGui::PushStyleColor(ImGuiCol_PlotHistogram, frame.theme.accent);
    ImGui::ProgressBar(static_cast<float>(std::clamp(total > 0 ? done / total : 0, 0.0, 1.0)),
                       {std::min(frame.px(420), ImGui::GetContentRegionAvail().x), frame.px(6)}, "");
    ImGui::PopStyleColor();
}

std::string left_words(double seconds) {
    if (seconds < 0) return {};
    if (seconds < 90) return ", " + std::to_string(static_cast<int>(std::ceil(seconds))) + " s left";
    return ", " + std::to_string(static_cast<int>(std::ceil(seconds / 60))) + " min left";
}

}  // namespace

void draw_queue_figures(const Frame& frame) {
    const app::OutboxSummary& outbox = frame.snapshot.outbox;
    auto count = [&](std::string_view name, uint32_t value, ImU32 hot, bool first = false) {
        figure(frame, name, with_thousands(value), value > 0 ? hot : frame.theme.faint, first);
    };
    count("can still be undone", outbox.waiting, frame.theme.text, true);
    count("to send", outbox.ready, frame.theme.text);
    count("being sent", outbox.sending, frame.theme.text);
    count("need a person", outbox.parked, frame.theme.warning);
    count("in conflict", outbox.conflicts, frame.theme.error);
    if (outbox.oldest)
        figure(frame, "the oldest waits", base::format_age(frame.now - *outbox.oldest), frame.theme.text, false);
    figure(frame, "reads today", with_thousands(frame.snapshot.sync.reads_today), frame.theme.text, false);
    figure(frame, "writes today", with_thousands(frame.snapshot.sync.writes_today), frame.theme.text, false);
}

void draw_progress_lines(const Frame& frame) {
    const app::SyncState& sync = frame.snapshot.sync;
    if (sync.documents_total > 0 && sync.documents_done < sync.documents_total) {
        std::string words =
            sync.phase + "  " + with_thousands(sync.documents_done) + " of " + with_thousands(sync.documents_total);
        if (sync.documents_per_s > 0)
            words += ", " + with_thousands(static_cast<uint64_t>(sync.documents_per_s)) + " a second";
        text_line(words + left_words(sync.seconds_left), frame.theme.muted);
        bar(frame, static_cast<double>(sync.documents_done), static_cast<double>(sync.documents_total));
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
        text_line("Next attempt at " + base::format_local(*sync.next_attempt, kSouthAfricaOffsetMinutes, true) +
                      "; \"Sync now\" does not wait.",
                  frame.theme.muted);
    }
}

void draw_matter_list(const Frame& frame, Intents& intents) {
    const auto& matters = frame.snapshot.matters;
    if (matters.empty()) return;
    section(frame, "NEED A PERSON");
    const auto is_parked = [](const app::OpenMatter& matter) {
        return matter.pending.state == model::OperationState::parked;
    };
    const auto parked = std::count_if(matters.begin(), matters.end(), is_parked);
    const std::string all = "Retry all " + std::to_string(parked);
    if (parked > 1 && text_button(frame, all.c_str())) {
        for (const auto& matter : matters) {
            if (is_parked(matter))
                intents.resolve.emplace_back(matter.pending.operation.op_id, app::MatterChoice::retry);
        }
    }
    for (const auto& matter : matters) draw_matter(frame, intents, matter);
}

void draw_batch_lines(const Frame& frame, Intents& intents) {
    for (const auto& batch : frame.snapshot.batches) {
        if (batch.state != app::BatchState::running && batch.state != app::BatchState::paused) continue;
        ImGui::PushID(batch.batch_id.c_str());
        section(frame, "BATCH");
        std::string words =
            batch.title + ": " + with_thousands(batch.done) + " of " + with_thousands(batch.total) + " done";
        if (batch.state == app::BatchState::paused) {
            words += ", paused";
        } else {
            char rate[32];
            std::snprintf(rate, sizeof rate, ", at most %.3g a second", batch.per_second);
            words += rate + left_words(batch.seconds_left);
        }
        text_wrapped(words, frame.theme.text);
        bar(frame, static_cast<double>(batch.done), static_cast<double>(batch.total));
        if (ImGui::TextLink("Receipts")) intents.run(CommandId::batches_show);
        ImGui::PopID();
    }
}

void draw_latest(const Frame& frame, Intents& intents) {
    section(frame, "LATEST DECISIONS OF THIS DESK");
    const auto& latest = frame.snapshot.my_day.latest;
    if (latest.empty()) text_line("Nothing was decided today.", frame.theme.muted);
    for (size_t i = 0; i < std::min(latest.size(), kMostLatest); ++i) {
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
        const bool is_done = pending.state == model::OperationState::done;
        std::string state(word_of(pending.state));
        // What failed and goes on by itself: why, and when it is tried again.
        if (!is_done && !pending.error.empty()) {
            state += ": " + pending.error;
            if (pending.attempts > 1) state += " " + std::to_string(pending.attempts) + " attempts.";
            if (pending.next_attempt_at && pending.next_attempt_at->us > frame.now.us)
                state += " Again at " +
                         base::format_local(*pending.next_attempt_at, kSouthAfricaOffsetMinutes, true).substr(11) + ".";
        }
        text_fit(state, ImGui::GetContentRegionAvail().x, is_done ? frame.theme.good : frame.theme.muted);
        if (!is_done && !pending.cure.empty() && ImGui::IsItemHovered()) tooltip(pending.cure);
    }
}

}  // namespace linesman::ui
