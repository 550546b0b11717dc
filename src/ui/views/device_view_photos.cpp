// The photo ledger of a phone's captures, or of one capture: what became of every photo, and the next step for each.
#include <algorithm>
#include <array>

#include "ui/icons.h"
#include "ui/views/device_view.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/quiet_table.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

using State = model::LedgerState;

constexpr std::array kStates = {State::orphaned, State::never_uploaded, State::unreadable, State::unknown,
                                State::linked};

const char* title_of(State state) {
    switch (state) {
        case State::linked:
            return "Linked";
        case State::orphaned:
            return "Orphaned";
        case State::never_uploaded:
            return "Never uploaded";
        case State::unreadable:
            return "Unreadable";
        case State::unknown:
            return "Not known";
    }
    return "";
}

const char* meaning_of(State state) {
    switch (state) {
        case State::linked:
            return "The capture names it, and Storage has it.";
        case State::orphaned:
            return "No capture names it, but Storage has objects that may be it. Which one is right is for a person to "
                   "say; none is ever linked by itself.";
        case State::never_uploaded:
            return "Storage has nothing that may be it: it is still on the phone, or lost.";
        case State::unreadable:
            return "The capture names it, but Storage does not have it any more.";
        case State::unknown:
            return "Storage was not asked.";
    }
    return "";
}

ImU32 colour_of(const Theme& theme, State state) {
    return state == State::linked ? theme.good : state == State::unknown ? theme.muted : theme.warning;
}

const char* next_step(State state, bool reachable) {
    switch (state) {
        case State::linked:
            return "Nothing to do.";
        case State::unknown:
            return "Ask again when there is a connection.";
        case State::orphaned:
            return reachable ? "Look at the candidates and link the right one, or ask the phone to send it again."
                             : "Look at the candidates and link the right one, or have the worker send it again.";
        case State::never_uploaded:
            return reachable
                       ? "Ask the phone to send it again."
                       : "Call the worker: open the app with a network. Gone there too? Reject: \"Photo missing\".";
        case State::unreadable:
            return reachable ? "Ask the phone to send it again; else reject with \"Photo missing\"."
                             : "Have the worker send it again, or reject with \"Photo missing\".";
    }
    return "";
}

}  // namespace

void DeviceView::draw_photos(const Frame& frame, Intents& intents) {
    const app::LedgerWish wish{device_, capture_};
    const auto view = frame.desk.devices().photos(wish);
    if (view == nullptr) {
        empty_state(frame, intents, icon::kHourglass, "Reading the captures", "Their photos are listed in a moment.");
        intents.pending = true;
        return;
    }
    if (!capture_.empty()) {
        text_line("Of the capture " + capture_ + " only.", frame.theme.muted);
        ImGui::SameLine(0, frame.px(12));
        if (!device_.empty() && ImGui::TextLink("All of this phone")) capture_.clear();
    }
    if (view->asking) {
        text_line("Asking Storage what it holds...", frame.theme.muted);
        intents.pending = true;
    }
    if (!view->trouble.empty()) {
        text_wrapped(view->trouble + " " + view->cure + " Meanwhile only what the documents say is shown.",
                     frame.theme.warning);
        if (text_button(frame, "Ask again")) intents.devices.look_again = true;
    }
    if (!view->asking && view->trouble.empty()) {
        if (ImGui::TextLink("Look again")) intents.devices.look_again = true;
        if (ImGui::IsItemHovered()) tooltip("Asks Storage anew what it holds.");
    }
    if (!view->ledger.incomplete.empty()) text_wrapped(view->ledger.incomplete, frame.theme.muted);
    if (view->ledger.entries.empty()) {
        empty_state(frame, intents, icon::kPicture, "No photo is expected", "No capture of this phone is here.");
        return;
    }
    draw_ledger(frame, intents, *view);
}

void DeviceView::draw_ledger(const Frame& frame, Intents& intents, const app::LedgerView& view) {
    const auto& entries = view.ledger.entries;
    const auto count_of = [&](State state) {
        return static_cast<uint64_t>(
            std::count_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.state == state; }));
    };
    if (tab(frame, "all", "All", with_thousands(entries.size()), !only_state_)) only_state_.reset();
    for (const State state : kStates) {
        const uint64_t count = count_of(state);
        if (count == 0 && only_state_ != state) continue;
        ImGui::SameLine(0, frame.px(2));
        if (tab(frame, title_of(state), title_of(state), with_thousands(count), only_state_ == state))
            only_state_ = state;
        if (ImGui::IsItemHovered()) tooltip(meaning_of(state));
    }
    std::vector<const model::LedgerEntry*> shown;
    for (const State state : kStates) {  // what needs a person first
        for (const auto& entry : entries) {
            if (entry.state == state && (!only_state_ || *only_state_ == state)) shown.push_back(&entry);
        }
    }
    const float below = choosing_ ? std::min(frame.px(290), ImGui::GetContentRegionAvail().y * 0.7F) : 0;
    constexpr TableColumn kColumns[] = {{"Pole", 150}, {"Slot", 96}, {"State", 120}, {"Next step", 0, 320}, {"", 130}};
    if (const QuietTable table(frame, "ledger", kColumns, {0, -below}); table.open()) {
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(shown.size()));
        while (clipper.Step()) {
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
                ImGui::PushID(i);
                draw_entry(frame, intents, *shown[static_cast<size_t>(i)]);
                ImGui::PopID();
            }
        }
    }
    if (!choosing_) return;
    ImGui::BeginChild("candidates", {0, below});
    draw_candidates(frame, intents, view);
    ImGui::EndChild();
}

void DeviceView::draw_entry(const Frame& frame, Intents& intents, const model::LedgerEntry& entry) {
    const auto& devices = frame.snapshot.devices;
    const auto device =
        std::find_if(devices.begin(), devices.end(), [&](const auto& d) { return d.device_id == device_; });
    const bool reachable = device != devices.end() && device->reported.has_value();
    const auto fit = [](std::string_view text, ImU32 colour) {
        text_fit(text, ImGui::GetContentRegionAvail().x, colour);
    };
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const std::string& name = entry.pole_number.empty() ? entry.staging_id : entry.pole_number;
    if (ImGui::TextLink(shortened(name, ImGui::GetContentRegionAvail().x).c_str())) {
        intents.select_id = entry.staging_id;
        intents.overlay = Overlay::device;  // closes it
        intents.run(CommandId::view_review);
    }
    ImGui::TableNextColumn();
    fit(title_of(entry.slot), frame.theme.text);
    ImGui::TableNextColumn();
    const bool is_linked_now = linked_.contains({entry.staging_id, entry.slot}) && entry.state == State::orphaned;
    fit(is_linked_now ? "Linked by you" : title_of(entry.state),
        is_linked_now ? frame.theme.good : colour_of(frame.theme, entry.state));
    if (ImGui::IsItemHovered()) tooltip(meaning_of(entry.state));
    ImGui::TableNextColumn();
    std::string step = is_linked_now ? "It is on its way; look again to see it linked. U takes it back."
                                     : next_step(entry.state, reachable);
    if (!entry.candidates.empty() && !is_linked_now) {
        step = std::to_string(entry.candidates.size()) +
               (entry.candidates.size() == 1 ? " candidate. " : " candidates. ") + step;
    }
    fit(step, frame.theme.muted);
    if (!entry.candidates.empty() && ImGui::IsItemHovered()) {
        std::string words = step + "\n\nIn Storage, by slot and time, nearest first:";
        for (const auto& path : entry.candidates) words += "\n" + path;
        tooltip(words);
    }
    ImGui::TableNextColumn();
    if (entry.state == State::linked || entry.state == State::unknown || is_linked_now) return;
    if (entry.state == State::orphaned) {
        if (text_button(frame, "Candidates...")) choosing_ = Gap{entry.staging_id, entry.slot};
        return;
    }
    const char* why = device_.empty() ? "The capture names no device."
                                      : "The phone never reported, so its app reads no commands. Call the worker.";
    if (text_button(frame, "Ask the phone...", reachable, why)) {
        app::FleetOrder order;
        order.kind = "resend_photos";
        order.staging_id = entry.staging_id;
        order.device_ids = {device_};
        intents.devices.prepare = std::move(order);
    }
}

}  // namespace linesman::ui
