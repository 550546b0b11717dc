#include "ui/views/devices_view.h"

#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

void cell(std::string_view text, ImU32 colour) {
    ImGui::TableNextColumn();
    text_fit(text, ImGui::GetContentRegionAvail().x, colour);
}

std::string duration_words(const std::optional<base::Duration>& duration) {
    return duration ? base::format_age(*duration) : "–";
}

}  // namespace

void DevicesView::draw_row(const Frame& frame, const model::DeviceSummary& device) {
    const Theme& theme = frame.theme;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_mark(*ImGui::GetWindowDrawList(), {at.x + frame.px(8), at.y + ImGui::GetFontSize() / 2}, frame.px(5.5F),
              device.failing ? map::MarkState::error : map::MarkState::open, theme);
    ImGui::TableNextColumn();
    ImGui::PushID(device.device_id.c_str());
    const bool is_chosen = device.device_id == chosen_;
    if (ImGui::Selectable("##device", is_chosen,
                          ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowOverlap))
        chosen_ = is_chosen ? std::string() : device.device_id;
    ImGui::PopID();
    ImGui::SameLine(0, 0);
    text_fit(device.device_id, ImGui::GetContentRegionAvail().x, theme.text);
    cell(device.person.empty() ? std::string_view("unknown") : std::string_view(device.person), theme.muted);
    const bool reported = device.reported.has_value();
    const auto seen = reported && device.reported->last_seen ? device.reported->last_seen : device.last_submitted;
    cell(seen ? base::format_age(frame.now - *seen) : std::string("never"), theme.text);
    cell(reported ? "reported" : "inferred", theme.faint);
    int64_t queue = 0;
    if (reported) {
        for (const auto& [status, count] : device.reported->queue) queue += status == "synced" ? 0 : count;
    }
    cell(reported ? std::to_string(queue) : std::string("unknown"), reported ? theme.text : theme.faint);
    cell(with_thousands(device.captures_today) + " / " + with_thousands(device.captures), theme.text);
    cell(with_thousands(device.missing_photos), device.missing_photos > 0 ? theme.warning : theme.faint);
    cell(with_thousands(device.duplicate_uploads), device.duplicate_uploads > 0 ? theme.warning : theme.faint);
    cell(duration_words(device.median_lag), theme.muted);
    cell(device.clock_skew ? std::string(1, '+').append(base::format_age(*device.clock_skew)) : std::string("–"),
         device.clock_skew ? theme.warning : theme.faint);
    cell(reported && device.reported->battery
             ? std::to_string(static_cast<int>(std::lround(*device.reported->battery * 100))) + " %"
             : std::string("–"),
         theme.muted);
    cell(reported ? std::string_view(device.reported->app_version) : std::string_view("unknown"), theme.muted);
    cell(device.health.empty() ? std::string_view("in order") : std::string_view(device.health),
         device.failing ? theme.error : theme.muted);
}

// What is the matter with one phone, and what to tell the person who holds it.
void DevicesView::draw_details(const Frame& frame, Intents& intents, const model::DeviceSummary& device) const {
    const std::string person = device.person.empty() ? "whoever has it" : device.person;
    {
        FontScope font(frame.fonts.bold, kBodyText);
        text_fit(device.device_id + "   " + person, ImGui::GetContentRegionAvail().x, frame.theme.text);
    }
    auto advise = [&](bool applies, const std::string& words) {
        if (applies) text_wrapped(words, frame.theme.muted);
    };
    const bool reported = device.reported.has_value();
    advise(
        !reported,
        "This app sends no reports; every figure is worked out from its captures. How many still wait on the phone is "
        "not known: ask " +
            person + " to look at the app's list.");
    advise(
        device.failing,
        "Ask " + person + " to open the app where there is a network, and to leave it open until its list is empty.");
    if (reported) advise(!device.reported->last_error.empty(), "Its last error: " + device.reported->last_error);
    advise(
        device.missing_photos > 0,
        with_thousands(device.missing_photos) +
            " photos were taken and never arrived. Do not clear the phone: they are still on it. Reject those captures "
            "with \"Photo missing\", then the crew sends them again.");
    advise(device.clock_skew.has_value(),
           "Its clock is wrong: have the date and time set by the network. Times of its captures cannot be trusted.");
    advise(device.duplicate_uploads > 0, "It sent captures twice; D shows them side by side, to be merged.");
    if (ImGui::TextLink("Show its captures")) {
        model::Filter filter;
        filter.scope = model::QueueScope::all;
        filter.devices = {device.device_id};
        intents.filter = filter;
        intents.run(CommandId::view_review);
    }
}

void DevicesView::draw(const Frame& frame, Intents& intents) {
    const auto& devices = frame.snapshot.devices;
    const auto failing =
        std::count_if(devices.begin(), devices.end(), [](const auto& device) { return device.failing; });
    overlay_title(frame, "Devices",
                  std::to_string(devices.size()) + " phones, " + std::to_string(failing) + " failing");
    if (devices.empty()) {
        if (frame.snapshot.loading) {
            empty_state(frame, intents, icon::kHourglass, "Opening the cache",
                        "Devices appear when the captures are read.");
        } else {
            empty_state(frame, intents, icon::kMobile, "No devices yet", "A phone appears here with its first capture.",
                        CommandId::sync_now);
        }
        return;
    }
    ImGui::Checkbox("Only those that fail", &only_failing_);
    std::vector<size_t> shown;
    for (size_t i = 0; i < devices.size(); ++i) {
        if (!only_failing_ || devices[i].failing) shown.push_back(i);
    }
    const auto chosen =
        std::find_if(devices.begin(), devices.end(), [&](const auto& device) { return device.device_id == chosen_; });
    const float details =
        chosen != devices.end() ? std::min(frame.px(118), ImGui::GetContentRegionAvail().y * 0.5F) : 0;
    const ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_ScrollX | ImGuiTableFlags_Resizable |
                                  ImGuiTableFlags_NoBordersInBody | ImGuiTableFlags_NoSavedSettings |
                                  ImGuiTableFlags_SizingFixedFit;
    ImGui::PushStyleColor(ImGuiCol_TableBorderStrong, IM_COL32_BLACK_TRANS);
    ImGui::PushStyleColor(ImGuiCol_TableBorderLight, IM_COL32_BLACK_TRANS);
    const bool open = ImGui::BeginTable("devices", 14, flags, {0, -details});
    ImGui::PopStyleColor(2);
    if (!open) return;
    struct Column {
        const char* title;
        float width;
    };
    constexpr Column columns[] = {{"", 22},           {"Device", 210}, {"Person", 150},     {"Last seen", 80},
                                  {"Source", 76},     {"Queue", 72},   {"Today / all", 90}, {"Photos lost", 88},
                                  {"Sent twice", 84}, {"Lag", 66},     {"Clock ahead", 92}, {"Battery", 66},
                                  {"App", 80},        {"Health", 300}};
    for (const auto& column : columns)
        ImGui::TableSetupColumn(column.title, ImGuiTableColumnFlags_WidthFixed, frame.px(column.width));
    ImGui::TableSetupScrollFreeze(2, 1);
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.faint);
    ImGui::PushFont(frame.fonts.regular, kSmallText);
    ImGui::TableHeadersRow();
    ImGui::PopFont();
    ImGui::PopStyleColor();
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(shown.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
            draw_row(frame, devices[shown[static_cast<size_t>(i)]]);
    }
    ImGui::EndTable();
    if (chosen == devices.end()) return;
    ImGui::BeginChild("details", {0, details});
    draw_details(frame, intents, *chosen);
    ImGui::EndChild();
}

}  // namespace linesman::ui
