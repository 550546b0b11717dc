#include "ui/views/keys_view.h"

#include <algorithm>

#include "imgui_internal.h"
#include "ui/palette.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"

namespace linesman::ui {

void KeysView::take(const Keymap& keymap, Chord chord, Intents& intents) {
    if (!waits_for_) return;
    const CommandId id = *waits_for_;
    waits_for_.reset();
    // Escape closes things everywhere; it is not given away.
    if (chord.key == ImGuiKey_Escape && chord.mods == 0) return;
    if (text_of(chord).empty()) return;
    if (const auto other = keymap.clash_with(id, chord)) {
        clash_ = Clashing{id, *other, chord};
        return;
    }
    intents.rebind.push_back({id, {chord}});
}

void KeysView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    if (fresh) {
        waits_for_.reset();
        clash_.reset();
        query_.clear();
    }
    begin_overlay(frame, "change keys", {820, 640}, fresh);
    overlay_title(frame, "Change keys", "Click a key, then press the new one. Changes are kept.");
    if (fresh) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(frame.px(300));
    input_text("##query", "Find a command", query_);
    ImGui::SameLine(0, frame.px(12));
    if (text_button(frame, "Put all back")) intents.reset_keys = true;
    draw_clash(frame, intents);
    ImGui::BeginChild("commands");
    std::string_view category;
    for (const auto& entry : all_commands()) {
        if (match_score(query_, entry.title) == 0) continue;
        if (entry.category != category) {
            ImGui::Dummy({0, frame.px(6)});
            section(frame, entry.category);
            category = entry.category;
        }
        draw_command(frame, intents, entry);
    }
    ImGui::EndChild();
    end_overlay(frame, intents, fresh);
}

void KeysView::draw_clash(const Frame& frame, Intents& intents) {
    if (!clash_) return;
    text_wrapped(text_of(clash_->chord) + " means \"" + std::string(command(clash_->other).title) + "\" already.",
                 frame.theme.warning);
    const std::string give = "Give it to \"" + std::string(command(clash_->id).title) + "\"";
    if (text_button(frame, give.c_str(), true, {}, true)) {
        std::vector<Chord> left = frame.keymap.chords(clash_->other);
        std::erase(left, clash_->chord);
        intents.rebind.push_back({clash_->other, std::move(left)});
        intents.rebind.push_back({clash_->id, {clash_->chord}});
        clash_.reset();
        return;
    }
    ImGui::SameLine();
    if (text_button(frame, "Leave it")) clash_.reset();
}

void KeysView::draw_command(const Frame& frame, Intents& intents, const Command& entry) {
    ImGui::PushID(static_cast<int>(entry.id));
    const float start = ImGui::GetCursorPosX();
    ImGui::AlignTextToFramePadding();
    // The scrollbar stays free, and so does "Put back".
    const float name = std::min(frame.px(340), ImGui::GetContentRegionAvail().x - frame.px(220 + 90));
    text_fit(entry.title, name - frame.px(10), frame.theme.text);
    if (ImGui::IsItemHovered()) tooltip(entry.help);
    ImGui::SameLine(start + name, 0);
    const bool waiting = waits_for_ == entry.id;
    const std::string label = frame.keymap.label(entry.id);
    const std::string shown = waiting ? "Press the new key" : label.empty() ? "none" : label;
    if (ImGui::Button((shown + "##key").c_str(), {frame.px(220), 0})) {
        waits_for_ = entry.id;
        clash_.reset();
        ImGui::ClearActiveID();
    }
    static const Keymap defaults;
    if (frame.keymap.chords(entry.id) != defaults.chords(entry.id)) {
        ImGui::SameLine(0, frame.px(10));
        if (ImGui::TextLink("Put back")) intents.rebind.push_back({entry.id, defaults.chords(entry.id)});
    }
    ImGui::PopID();
}

}  // namespace linesman::ui
