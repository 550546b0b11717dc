#define IMGUI_DEFINE_MATH_OPERATORS
#include "ui/views/bars.h"

#include <algorithm>
#include <cmath>

#include "imgui_internal.h"
#include "ui/icons.h"
#include "ui/views/menu.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

const char* icon_of(app::Connection connection) {
    switch (connection) {
        case app::Connection::signed_out:
            return icon::kSignIn;
        case app::Connection::connecting:
            return icon::kRefresh;
        case app::Connection::online:
            return icon::kCloud;
        case app::Connection::poor:
            return icon::kWifi;
        case app::Connection::offline:
            return icon::kPlug;
        case app::Connection::paused:
            return icon::kPause;
    }
    return icon::kCloud;
}

ImU32 colour_of(const Theme& theme, app::Connection connection) {
    switch (connection) {
        case app::Connection::online:
            return theme.good;
        case app::Connection::poor:
        case app::Connection::offline:
            return theme.warning;
        case app::Connection::signed_out:
        case app::Connection::connecting:
        case app::Connection::paused:
            return theme.muted;
    }
    return theme.muted;
}

// Draws icon and words in a line, returns whether clicked.
bool bar_item(const Frame& frame, const char* id, const char* glyph, std::string_view words, ImU32 colour,
              std::string_view explains) {
    std::string label = glyph != nullptr && frame.fonts.has_icons ? std::string(glyph) + "  " : std::string();
    label.append(words);
    const ImVec2 size{text_width(label) + frame.px(16), ImGui::GetWindowHeight()};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton(id, size);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (ImGui::IsItemHovered()) {
        list.AddRectFilled(at, at + size, frame.theme.hover);
        if (!explains.empty()) tooltip(explains);
    }
    list.AddText({at.x + frame.px(8), std::floor(at.y + (size.y - ImGui::GetFontSize()) / 2)}, colour, label.data(),
                 label.data() + label.size());
    ImGui::SameLine(0, 0);
    return clicked;
}

void progress(const Frame& frame, const app::SyncState& sync) {
    const float width = frame.px(120), height = frame.px(4);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float y = at.y + ImGui::GetWindowHeight() / 2 - height / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({at.x + frame.px(4), y}, {at.x + frame.px(4) + width, y + height}, frame.theme.active,
                       height / 2);
    const double share = sync.documents_total > 0
                             ? static_cast<double>(sync.documents_done) / static_cast<double>(sync.documents_total)
                             : 0;
    list.AddRectFilled({at.x + frame.px(4), y},
                       {at.x + frame.px(4) + width * static_cast<float>(std::clamp(share, 0.0, 1.0)), y + height},
                       frame.theme.accent, height / 2);
    ImGui::Dummy({width + frame.px(8), 1});
    ImGui::SameLine(0, 0);
}

}  // namespace

void draw_top_bar(const Frame& frame, Intents& intents) {
    const Theme& theme = frame.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = ImGui::GetWindowHeight(), middle = ImGui::GetWindowPos().y + height / 2;
    const float left = ImGui::GetWindowPos().x;
    ImGui::SetCursorPos({frame.px(7), (height - frame.px(30)) / 2});
    draw_menu(frame, intents);
    // The mark: a pole with its cross arm and the wire.
    const float x = left + frame.px(56);
    list.AddLine({x, middle - frame.px(11)}, {x, middle + frame.px(11)}, theme.accent, frame.px(2.5F));
    list.AddLine({x - frame.px(7), middle - frame.px(6)}, {x + frame.px(7), middle - frame.px(6)}, theme.accent,
                 frame.px(2.5F));
    list.AddBezierQuadratic({x - frame.px(12), middle - frame.px(2)}, {x, middle + frame.px(5)},
                            {x + frame.px(12), middle - frame.px(2)}, theme.muted, frame.px(1.25F));
    ImGui::SetCursorPos({frame.px(76), (height - frame.px(30)) / 2});
    {
        FontScope font(frame.fonts.bold, kBodyText + 1);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        list.AddText({at.x, std::floor(middle - ImGui::GetFontSize() / 2)}, theme.text, "Linesman");
        ImGui::Dummy({text_width("Linesman"), frame.px(30)});
    }
    ImGui::SameLine(0, frame.px(10));
    const std::string profile = frame.snapshot.demo ? "Demo data" : frame.snapshot.profile;
    if (!profile.empty()) {
        ImGui::SetCursorPosY((height - frame.px(22)) / 2);
        badge(frame, nullptr, profile, frame.snapshot.demo ? theme.warning : theme.muted);
        ImGui::SameLine(0, frame.px(18));
    }
    ImGui::SetCursorPosY((height - frame.px(30)) / 2);
    const LayoutKind kinds[] = {LayoutKind::review, LayoutKind::support, LayoutKind::analyst};
    const char* titles[] = {"Review", "Support", "Analyst"};
    for (size_t i = 0; i < 3; ++i) {
        const CommandId id = nth(CommandId::view_review, i);
        if (tab(frame, titles[i], titles[i], {}, frame.state.layout.kind == kinds[i])) intents.run(id);
        if (ImGui::IsItemHovered()) tooltip(std::string(command(id).help) + "   " + frame.keymap.first_label(id));
        ImGui::SameLine(0, frame.px(2));
    }
    // From the right edge inwards.
    const auto& session = frame.snapshot.session;
    const std::string who =
        session.signed_in ? (session.name.empty() ? session.email : session.name) : std::string("Sign in");
    const float icons = frame.px(34) * 4;
    // In a narrow window the name gives way first, then the icons whose keys everyone has.
    const float room = ImGui::GetWindowWidth() - ImGui::GetCursorPosX() - icons - frame.px(48);
    const std::string shown = room < frame.px(40) ? std::string() : shortened(who, std::min(room, frame.px(180)));
    const float name = text_width(shown) + frame.px(40);
    float right = ImGui::GetWindowWidth() - icons - name - frame.px(8);
    if (right > ImGui::GetCursorPosX()) ImGui::SetCursorPosX(right);
    auto button = [&](const char* id, const char* glyph, CommandId run, bool active) {
        ImGui::SetCursorPosY((height - frame.px(30)) / 2);
        if (icon_button(frame, id, glyph, std::string(command(run).title) + "   " + frame.keymap.first_label(run),
                        active))
            intents.run(run);
        ImGui::SameLine(0, frame.px(4));
    };
    button("palette", icon::kSearch, CommandId::palette, false);
    button("notices", icon::kBell, CommandId::notices_show, frame.state.overlay == Overlay::notices);
    button("theme", icon::kAdjust, CommandId::view_theme, false);
    button("help", icon::kKeyboard, CommandId::help, frame.state.overlay == Overlay::help);
    ImGui::SetCursorPosY(0);
    const bool over = is_session_over(frame.snapshot);
    const std::string role =
        over                ? "The session of " + session.email + " has ended. Sign in again."
        : session.signed_in ? "Signed in as " + session.email + ", role " + std::string(model::name_of(session.role))
                            : "Sign in to decide and to sync.";
    if (bar_item(frame, "session", icon::kUser, shown, session.signed_in && !over ? theme.text : theme.accent, role)) {
        intents.overlay = Overlay::sign_in;
    }
}

void draw_status_bar(const Frame& frame, Intents& intents) {
    FontScope font(frame.fonts.regular, kSmallText);
    const Theme& theme = frame.theme;
    const app::SyncState& sync = frame.snapshot.sync;
    ImGui::SetCursorPos({frame.px(4), 0});
    std::string state(word_of(sync.connection));
    if (!sync.connection_reason.empty()) state += ": " + sync.connection_reason;
    std::string explains = sync.last_error;
    if (!sync.last_cure.empty()) explains += (explains.empty() ? "" : " ") + sync.last_cure;
    if (bar_item(frame, "connection", icon_of(sync.connection), state, colour_of(theme, sync.connection), explains))
        intents.run(CommandId::view_support);
    if (!sync.phase.empty()) {
        std::string phase = sync.phase;
        if (sync.documents_total > 0)
            phase += "  " + with_thousands(sync.documents_done) + " / " + with_thousands(sync.documents_total);
        if (sync.seconds_left > 0)
            phase += "  " + std::to_string(static_cast<int>(std::ceil(sync.seconds_left))) + " s left";
        bar_item(frame, "phase", nullptr, phase, theme.muted, {});
        if (sync.documents_total > sync.documents_done) progress(frame, sync);
    }
    const app::OutboxSummary& outbox = frame.snapshot.outbox;
    if (outbox.unsent() > 0) {
        std::string words =
            std::to_string(outbox.unsent()) + (outbox.unsent() == 1 ? " decision" : " decisions") + " to send";
        if (outbox.oldest) words += ", oldest " + base::format_age(frame.now - *outbox.oldest);
        bar_item(frame, "outbox", icon::kClock, words, theme.muted,
                 "Kept on this computer; sent as soon as the server can be reached.");
    }
    const uint32_t matters = outbox.parked + outbox.conflicts;
    if (matters > 0) {
        const std::string words =
            std::to_string(matters) + (matters == 1 ? " decision needs" : " decisions need") + " a person";
        if (bar_item(frame, "matters", icon::kExclamation, words, theme.error, "Click to see what can be done."))
            intents.run(CommandId::matters_show);
    }
    const auto due = std::count_if(frame.snapshot.reminders.begin(), frame.snapshot.reminders.end(),
                                   [&](const auto& reminder) { return reminder.at.us <= frame.now.us; });
    if (due > 0 && bar_item(frame, "reminders", icon::kClock,
                            std::to_string(due) + (due == 1 ? " reminder due" : " reminders due"), theme.warning,
                            "Held captures whose time has come; click to see them."))
        intents.run(CommandId::my_day_show);
    for (const auto& batch : frame.snapshot.batches) {
        if (batch.state != app::BatchState::running && batch.state != app::BatchState::paused) continue;
        const std::string words = std::string(batch.state == app::BatchState::paused ? "Batch paused: " : "Batch: ") +
                                  with_thousands(batch.done) + " of " + with_thousands(batch.total);
        if (bar_item(frame, "batch", icon::kList, words, theme.accent, batch.title))
            intents.run(CommandId::batches_show);
        break;
    }
    if (const app::ReportJob job = frame.desk.report_job(); job.busy()) {
        const std::string words =
            job.rows_total > 0 ? "Report: " + std::to_string(job.rows_done * 100 / job.rows_total) + " %" : "Report";
        if (bar_item(frame, "report", icon::kTable, words, theme.accent, "A report is being made; click to see it."))
            intents.run(CommandId::reports_show);
    }
    if (!outbox.refused_because.empty())
        bar_item(frame, "refused", icon::kBan, outbox.refused_because, theme.error, {});
    if (frame.review.waiting())
        bar_item(frame, "disk", icon::kHourglass, "Writing the decision to disk", theme.warning, {});

    std::string right;
    if (sync.last_pull) {
        const std::string age = base::format_age(frame.now - *sync.last_pull);
        right = age == "just now" ? "Pulled just now" : "Pulled " + age + " ago";
    }
    right += (right.empty() ? "" : "     ") + with_thousands(sync.reads_today) + " reads  " +
             with_thousands(sync.writes_today) + " writes today";
    if (frame.snapshot.my_day.decided_today > 0) {
        right += "     " + with_thousands(frame.snapshot.my_day.decided_today) + " decided";
        if (frame.snapshot.my_day.per_hour >= 1)
            right += ", " + std::to_string(static_cast<int>(std::lround(frame.snapshot.my_day.per_hour))) + " an hour";
    }
    const float x = ImGui::GetWindowWidth() - text_width(right) - frame.px(20);
    if (x > ImGui::GetCursorPosX()) {
        ImGui::SetCursorPosX(x);
        bar_item(frame, "usage", nullptr, right, theme.faint, {});
    }
}

}  // namespace linesman::ui
