#include "ui/views/welcome_view.h"

#include <algorithm>

#include "base/text.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"

namespace linesman::ui {

bool WelcomeView::field(const Frame& frame, const char* id, const char* label, const char* hint, const char* help,
                        std::string& text, float width) const {
    text_line(label, frame.theme.text);
    ImGui::SetNextItemWidth(width);
    const bool entered = input_text(id, hint, text, ImGuiInputTextFlags_EnterReturnsTrue);
    FontScope font(frame.fonts.regular, kSmallText);
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.faint);
    ImGui::TextUnformatted(help);
    ImGui::PopStyleColor();
    ImGui::PopTextWrapPos();
    ImGui::Dummy({0, frame.px(4)});
    return entered;
}

void WelcomeView::draw(const Frame& frame, Intents& intents) {
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float width = std::min(room.x - frame.px(40), frame.px(520));
    const float left = ImGui::GetCursorPosX() + (room.x - width) / 2;
    ImGui::SetCursorPos({left, ImGui::GetCursorPosY() + std::max(frame.px(8), (room.y - frame.px(560)) / 2)});
    ImGui::BeginGroup();
    if (const std::string& doing = frame.snapshot.sync.phase; !doing.empty()) {
        draw_progress(frame, intents, doing, width);
        ImGui::EndGroup();
        return;
    }
    {
        FontScope font(frame.fonts.bold, kTitleText + 4);
        text_line("Connect a project", frame.theme.text);
    }
    ImGui::PushTextWrapPos(left + width);
    text_line("The console of your Firebase project shows these values under Project settings.", frame.theme.muted);
    ImGui::PopTextWrapPos();
    ImGui::Dummy({0, frame.px(8)});
    draw_form(frame, intents, width);
    ImGui::Dummy({0, frame.px(14)});
    draw_demo(frame, intents, width);
    ImGui::EndGroup();
}

// What was entered the last time, when that could not be used.
void WelcomeView::take_up(const Frame& frame) {
    for (const auto& setting : frame.desk.settings()) {
        if (setting.key == "project_id") project_id_ = setting.value;
        if (setting.key == "api_key") api_key_ = setting.value;
        if (setting.key == "bucket") bucket_ = setting.value;
        if (setting.key == "projects") projects_ = setting.value;
    }
}

void WelcomeView::draw_form(const Frame& frame, Intents& intents, float width) {
    if (focus_) {
        take_up(frame);
        ImGui::SetKeyboardFocusHere();
    }
    focus_ = false;
    bool entered = field(frame, "##project_id", "Project ID", "my-poles-1234", "Needed. Small letters, digits, dashes.",
                         project_id_, width);
    entered |= field(frame, "##api_key", "Web API key", "AIza…",
                     "Needed to sign in; it names the project and is no secret.", api_key_, width);
    entered |=
        field(frame, "##bucket", "Storage bucket", "my-poles-1234.firebasestorage.app",
              "May stay empty where it is the project ID with .appspot.com, as in older projects.", bucket_, width);
    entered |= field(frame, "##projects", "Projects on this desk", "Law-001, Law-002",
                     "May stay empty: then every project is mirrored, at most 30.", projects_, width);
    const std::string& trouble = frame.snapshot.first_run_trouble;
    if (!trouble.empty()) text_wrapped(trouble, frame.theme.error);
    const bool ready = !base::trimmed(project_id_).empty() && !base::trimmed(api_key_).empty();
    if (text_button(frame, "Connect", ready, "Enter the project ID and the web API key.", true) || (entered && ready)) {
        auto& values = intents.first_run.emplace();
        values["project_id"] = std::string(base::trimmed(project_id_));
        values["api_key"] = std::string(base::trimmed(api_key_));
        if (!base::trimmed(bucket_).empty()) values["bucket"] = std::string(base::trimmed(bucket_));
        if (!base::trimmed(projects_).empty()) values["projects"] = std::string(base::trimmed(projects_));
    }
    ImGui::SameLine();
    if (text_button(frame, "Quit")) intents.run(CommandId::quit);
}

// While the demo is being set up.
void WelcomeView::draw_progress(const Frame& frame, Intents& intents, const std::string& doing, float width) const {
    {
        FontScope font(frame.fonts.bold, kTitleText + 4);
        text_line("Setting up the demo", frame.theme.text);
    }
    text_line(doing + "…", frame.theme.muted);
    ImGui::Dummy({0, frame.px(4)});
    ImGui::PushStyleColor(ImGuiCol_PlotHistogram, frame.theme.accent);
    const auto& sync = frame.snapshot.sync;
    const auto steps = static_cast<float>(std::max<uint64_t>(sync.documents_total, 1));
    ImGui::ProgressBar(static_cast<float>(sync.documents_done) / steps, {width, frame.px(6)}, "");
    ImGui::PopStyleColor();
    ImGui::Dummy({0, frame.px(6)});
    text_line("The first time it takes half a minute or so; it is kept for the next start.", frame.theme.muted);
    ImGui::Dummy({0, frame.px(6)});
    if (text_button(frame, "Cancel")) intents.run(CommandId::quit);
}

void WelcomeView::draw_demo(const Frame& frame, Intents& intents, float width) const {
    section(frame, "OR TRY THE DEMO");
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
    text_line(
        "It needs no project and no account: a stand-in for Firebase runs on this computer, with six phones that "
        "send captures.",
        frame.theme.muted);
    ImGui::PopTextWrapPos();
    if (text_button(frame, "Try the demo")) intents.first_run.emplace()["demo"] = "true";
}

}  // namespace linesman::ui
