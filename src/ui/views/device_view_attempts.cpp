// One phone: its attempts in order, stepped through; and the commands it was sent.
#include <algorithm>

#include "ui/icons.h"
#include "ui/views/device_order_view.h"
#include "ui/views/device_view.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/quiet_table.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

void DeviceView::list_attempts(const app::DeviceView& view) {
    attempts_.clear();
    for (uint32_t s = 0; s < view.file.sessions.size(); ++s) {
        const auto& attempts = view.file.sessions[s].attempts;
        for (uint32_t a = static_cast<uint32_t>(attempts.size()); a-- > 0;) {
            if (!only_failed_ || attempts[a].failed()) attempts_.push_back({s, a});
        }
    }
    listed_failed_ = only_failed_;
    chosen_ = std::min(chosen_, attempts_.empty() ? 0 : attempts_.size() - 1);
}

void DeviceView::draw_attempts(const Frame& frame, Intents& intents, const View& shown) {
    const app::DeviceView& view = *shown;
    if (listed_ != shown || listed_failed_ != only_failed_) {
        listed_ = shown;
        list_attempts(view);
    }
    if (!view.trouble.empty()) {
        text_wrapped(view.trouble + " " + view.cure, frame.theme.warning);
        if (text_button(frame, "Ask again")) intents.devices.look_again = true;
    }
    if (view.asking) text_line("Asking the server for its sync sessions...", frame.theme.muted);
    if (view.file.sessions.empty()) {
        if (!view.asking && view.trouble.empty())
            empty_state(frame, intents, icon::kClock, "No attempts are known", view.file.sessions_unknown);
        intents.pending |= view.asking;
        return;
    }
    if (ImGui::Checkbox("Only those that failed", &only_failed_)) chosen_ = 0;
    ImGui::SameLine(0, frame.px(16));
    const bool any = !attempts_.empty();
    const bool typing = ImGui::GetIO().WantTextInput;
    if (text_button(frame, "Later", any && chosen_ > 0, "This is the latest one.") ||
        (!typing && any && chosen_ > 0 && ImGui::IsKeyPressed(ImGuiKey_UpArrow)))
        --chosen_, reveal_ = true;
    ImGui::SameLine();
    if (text_button(frame, "Earlier", any && chosen_ + 1 < attempts_.size(), "This is the earliest one.") ||
        (!typing && chosen_ + 1 < attempts_.size() && ImGui::IsKeyPressed(ImGuiKey_DownArrow)))
        ++chosen_, reveal_ = true;
    ImGui::SameLine(0, frame.px(12));
    std::string place = any ? std::to_string(chosen_ + 1) + " of " + std::to_string(attempts_.size()) +
                                  " attempts in " + std::to_string(view.file.sessions.size()) + " sync sessions"
                            : std::string("None failed.");
    text_fit(place, ImGui::GetContentRegionAvail().x, frame.theme.muted);
    if (!any) return;
    draw_attempt_rows(frame, view);
    draw_attempt(frame, view);
}

void DeviceView::draw_attempt_rows(const Frame& frame, const app::DeviceView& view) {
    constexpr TableColumn kColumns[] = {{"Session", 130}, {"Network", 80}, {"Capture", 0, 150}, {"Stage", 90},
                                        {"Outcome", 150}, {"Sent", 84},    {"Took", 84}};
    const QuietTable table(frame, "attempts", kColumns,
                           {0, std::max(ImGui::GetContentRegionAvail().y - frame.px(132), frame.px(120))});
    if (!table.open()) return;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(attempts_.size()));
    if (reveal_) clipper.IncludeItemByIndex(static_cast<int>(chosen_));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
            draw_attempt_row(frame, view, static_cast<size_t>(i));
    }
    reveal_ = false;
}

void DeviceView::draw_attempt_row(const Frame& frame, const app::DeviceView& view, size_t at) {
    const auto& session = view.file.sessions[attempts_[at].session];
    const auto& attempt = session.attempts[attempts_[at].attempt];
    if (clickable_row(static_cast<int>(at), at == chosen_)) chosen_ = at;
    if (reveal_ && at == chosen_) ImGui::SetScrollHereY(0.5F);
    // Attempts of one session stand together: its time once.
    const bool first = at == 0 || attempts_[at - 1].session != attempts_[at].session;
    text_fit(first && session.started_at ? short_time(*session.started_at, now(frame, &view)) : std::string(),
             ImGui::GetContentRegionAvail().x, frame.theme.text);
    QuietTable::text(first ? std::string_view(session.network) : std::string_view(), frame.theme.muted);
    QuietTable::text(attempt.offline_id, frame.theme.muted);
    QuietTable::text(attempt.stage, frame.theme.muted);
    QuietTable::text(attempt.outcome, attempt.failed() ? frame.theme.error : frame.theme.good);
    QuietTable::text(bytes_text(static_cast<uint64_t>(std::max<int64_t>(0, attempt.bytes))), frame.theme.muted);
    QuietTable::text(with_thousands(static_cast<uint64_t>(std::max<int64_t>(0, attempt.elapsed_ms))) + " ms",
                     frame.theme.muted);
}

void DeviceView::draw_attempt(const Frame& frame, const app::DeviceView& view) const {
    const auto& session = view.file.sessions[attempts_[chosen_].session];
    const auto& attempt = session.attempts[attempts_[chosen_].attempt];
    {
        FontScope font(frame.fonts.bold, kBodyText);
        text_fit(attempt.offline_id + ": " + attempt.outcome, ImGui::GetContentRegionAvail().x,
                 attempt.failed() ? frame.theme.error : frame.theme.good);
    }
    text_fit("Came as far as: " + (attempt.stage.empty() ? std::string("not said") : attempt.stage) + ", " +
                 bytes_text(static_cast<uint64_t>(std::max<int64_t>(0, attempt.bytes))) + " of photos sent",
             ImGui::GetContentRegionAvail().x, frame.theme.muted);
    if (attempt.failed()) {
        const auto advice = model::advice_for(attempt.outcome);
        text_wrapped("Error: " + (attempt.error.empty() ? std::string(advice.cause) : attempt.error), frame.theme.text);
        text_wrapped("Cause: " + std::string(advice.cause) + ".  What helps: " + std::string(advice.cure),
                     frame.theme.muted);
    }
    if (session.attempts_left_out > 0)
        text_line(std::to_string(session.attempts_left_out) + " earlier attempts of this session are not listed.",
                  frame.theme.faint);
}

void DeviceView::draw_commands(const Frame& frame, Intents& intents, const app::DeviceView* view) const {
    std::vector<const model::DeviceCommand*> mine;
    const auto& commands = is_bundle_ && view != nullptr ? view->file.commands : *frame.snapshot.commands;
    for (const auto& command : commands) {
        if (command.device_id == device_) mine.push_back(&command);
    }
    const base::Timestamp at = now(frame, view);
    if (mine.empty()) {
        empty_state(frame, intents, icon::kInbox, "No command was sent",
                    "What the office tells this phone is listed here, with its answers.");
        return;
    }
    constexpr TableColumn kColumns[] = {{"What", 240}, {"State", 90}, {"Sent", 120}, {"By", 140}, {"Answer", 0, 180}};
    const QuietTable table(frame, "commands", kColumns);
    if (!table.open()) return;
    for (const auto* command : mine) {
        const std::string state = app::state_at(*command, at);
        ImGui::TableNextRow();
        std::string what(title_of_command(command->kind));
        if (!command->staging_id.empty()) what += ": " + command->staging_id;
        QuietTable::text(what, frame.theme.text);
        QuietTable::text(word_of_command_state(state), colour_of_command_state(frame.theme, state));
        QuietTable::text(command->created_at ? short_time(*command->created_at, at) : std::string("unknown"),
                         frame.theme.muted);
        QuietTable::text(name_of_person(frame.snapshot, command->created_by), frame.theme.muted);
        QuietTable::text(command->result, frame.theme.muted);
    }
}

}  // namespace linesman::ui
