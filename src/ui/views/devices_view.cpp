#include "ui/views/devices_view.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ui/icons.h"
#include "ui/views/charts.h"
#include "ui/views/device_columns.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

// (r): the phone reported it; (i): inferred from its captures. The two are never mixed.
struct Column {
    const char* title;
    float width;
};
constexpr Column kColumns[] = {{"", 26},
                               {"", 22},
                               {"Device", 210},
                               {"Health", 250},
                               {"Person (i)", 150},
                               {"Last seen", 84},
                               {"Source", 78},
                               {"Queue (r)", 150},
                               {"Failed (r)", 76},
                               {"Attempts / failed (r)", 140},
                               {"Upload (r)", 84},
                               {"Rate (r)", 90},
                               {"Today / all (i)", 104},
                               {"14 days (i)", 92},
                               {"Photos lost (i)", 104},
                               {"Sent twice (i)", 100},
                               {"Lag (i)", 66},
                               {"Clock ahead (i)", 108},
                               {"Battery (r)", 84},
                               {"Network (r)", 90},
                               {"App (r)", 90}};
static_assert(std::size(kColumns) == static_cast<size_t>(DeviceColumn::count_));

void cell(std::string_view text, ImU32 colour) {
    ImGui::TableNextColumn();
    text_fit(text, ImGui::GetContentRegionAvail().x, colour);
}

std::string duration_words(const std::optional<base::Duration>& duration) {
    return duration ? base::format_age(*duration) : "–";
}

void draw_headers() {
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    for (int i = 0; i < static_cast<int>(std::size(kColumns)); ++i) {
        if (!ImGui::TableSetColumnIndex(i)) continue;
        const std::string_view title = kColumns[i].title;
        ImGui::PushID(i);
        ImGui::TableHeader(kColumns[i].title);
        ImGui::PopID();
        if (!ImGui::IsItemHovered()) continue;
        if (title.ends_with("(r)")) tooltip("Reported by the phone; unknown of one that sends no reports.");
        if (title.ends_with("(i)")) tooltip("Inferred from the captures of this phone.");
        if (title == "Last seen") tooltip("The last report, else the last capture that arrived; Source says which.");
    }
}

std::string name_of(const Frame& frame, const std::string& person) {
    return name_of_person(frame.snapshot, person);
}

}  // namespace

void DevicesView::arrange(const Frame& frame) {
    const auto& devices = frame.snapshot.devices;
    arranged_for_ = frame.snapshot.generation;
    std::erase_if(picked_, [&](const std::string& id) {
        return std::none_of(devices.begin(), devices.end(), [&](const auto& d) { return d.device_id == id; });
    });
    shown_.clear();
    ids_of_.clear();
    const std::string wanted = base::fold(wanted_);
    for (size_t i = 0; i < devices.size(); ++i) {
        const auto& device = devices[i];
        if (!device.person.empty()) ++ids_of_[device.person];
        const std::string text = base::fold(device.device_id + "\n" + device.health + "\n" + device.person + "\n" +
                                            name_of(frame, device.person) + "\n" +
                                            (device.reported ? device.reported->app_version : std::string()));
        if ((!only_failing_ || device.failing) && text.find(wanted) != std::string::npos) shown_.push_back(i);
    }
    const auto sessions = frame.desk.devices().sessions();
    std::stable_sort(shown_.begin(), shown_.end(), [&](size_t a, size_t b) {
        if (!sorted_) return is_worse(devices[a], devices[b]);
        return descending_ ? before(*sessions, devices[b], devices[a], order_)
                           : before(*sessions, devices[a], devices[b], order_);
    });
    if (by_person_) group_by_person(frame);
}

// The devices of a person follow the one of them that comes first.
void DevicesView::group_by_person(const Frame& frame) {
    const auto& devices = frame.snapshot.devices;
    std::map<std::string, size_t> place;
    std::vector<std::vector<size_t>> groups;
    for (const size_t i : shown_) {
        const std::string& person = devices[i].person.empty() ? devices[i].device_id : devices[i].person;
        const auto [at, is_new] = place.emplace(person, groups.size());
        if (is_new) groups.emplace_back();
        groups[at->second].push_back(i);
    }
    shown_.clear();
    for (const auto& group : groups) shown_.insert(shown_.end(), group.begin(), group.end());
}

void DevicesView::draw_figures(const Frame& frame, const model::DeviceSummary& device) const {
    const Theme& theme = frame.theme;
    const bool reported = device.reported.has_value();
    const auto unknown = std::string_view("unknown");
    const int64_t contact = contact_us(device);
    cell(contact != INT64_MIN ? base::format_age(frame.now - base::Timestamp{contact}) : std::string("never"),
         theme.text);
    cell(reported ? "reported" : "inferred", theme.faint);
    cell(reported ? queue_words(*device.reported) : std::string(unknown), reported ? theme.text : theme.faint);
    const int64_t failed = failed_of(device);
    cell(reported ? std::to_string(failed) : std::string(unknown), failed > 0 ? theme.error : theme.faint);
    draw_uploads(frame, device);
    cell(with_thousands(device.captures_today) + " / " + with_thousands(device.captures), theme.text);
    ImGui::TableNextColumn();
    const auto figures = frame.desk.devices().figures();
    const auto days = figures ? figures->by_device.find(device.device_id) : decltype(figures->by_device.end()){};
    if (figures && days != figures->by_device.end())
        spark(frame, days->second, {ImGui::GetContentRegionAvail().x, ImGui::GetFontSize()}, theme.accent,
              "Captures that arrived, by day (inferred)");
    else
        text_line("–", theme.faint);
    cell(with_thousands(device.missing_photos), device.missing_photos > 0 ? theme.warning : theme.faint);
    cell(with_thousands(device.duplicate_uploads), device.duplicate_uploads > 0 ? theme.warning : theme.faint);
    cell(duration_words(device.median_lag), theme.muted);
    cell(device.clock_skew ? std::string(1, '+').append(base::format_age(*device.clock_skew)) : std::string("–"),
         device.clock_skew ? theme.warning : theme.faint);
    cell(reported && device.reported->battery
             ? std::to_string(static_cast<int>(std::lround(*device.reported->battery * 100))) + " %"
             : std::string("–"),
         theme.muted);
    cell(reported ? std::string_view(device.reported->network) : unknown, theme.muted);
    cell(reported ? std::string_view(device.reported->app_version) : unknown, theme.muted);
}

// Of the sync sessions, once a person has had them read.
void DevicesView::draw_uploads(const Frame& frame, const model::DeviceSummary& device) const {
    const auto sessions = frame.desk.devices().sessions();
    const auto* uploads = uploads_of(*sessions, device.device_id);
    const auto show = [&](const std::string& text, ImU32 colour) {
        cell(text, colour);
        if (!uploads && ImGui::IsItemHovered())
            tooltip(sessions->there ? "It reported no sync session in two weeks."
                                    : "Charts reads the sync sessions of two weeks; each is a read that is billed.");
    };
    const ImU32 quiet = uploads ? frame.theme.muted : frame.theme.faint;
    if (!uploads) {
        for (int i = 0; i < 3; ++i) show(device.reported ? "not read" : "unknown", quiet);
        return;
    }
    show(std::to_string(uploads->attempts) + " / " + std::to_string(uploads->failed),
         uploads->failed > 0 ? frame.theme.warning : quiet);
    show(uploads->median_ms ? with_thousands(static_cast<uint64_t>(*uploads->median_ms)) + " ms" : "–", quiet);
    show(uploads->bytes_per_s > 0 ? bytes_text(static_cast<uint64_t>(uploads->bytes_per_s)) + "/s" : "–", quiet);
}

void DevicesView::draw_row(const Frame& frame, Intents& intents, const model::DeviceSummary& device) {
    const Theme& theme = frame.theme;
    ImGui::TableNextRow();
    ImGui::PushID(device.device_id.c_str());
    ImGui::TableNextColumn();
    bool is_picked = picked_.contains(device.device_id);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, 0});
    if (ImGui::Checkbox("##pick", &is_picked)) {
        if (is_picked) picked_.insert(device.device_id);
        if (!is_picked) picked_.erase(device.device_id);
    }
    ImGui::PopStyleVar();
    ImGui::TableNextColumn();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_mark(*ImGui::GetWindowDrawList(), {at.x + frame.px(8), at.y + ImGui::GetFontSize() / 2}, frame.px(5.5F),
              device.failing ? map::MarkState::error : map::MarkState::open, theme);
    ImGui::TableNextColumn();
    const bool is_chosen = device.device_id == chosen_;
    if (ImGui::Selectable("##device", is_chosen,
                          ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowOverlap |
                              ImGuiSelectableFlags_AllowDoubleClick)) {
        if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
            intents.devices.show = DeviceIntents::Show{device.device_id, {}, DevicePage::figures};
        chosen_ = is_chosen && !intents.devices.show ? std::string() : device.device_id;
    }
    ImGui::PopID();
    ImGui::SameLine(0, 0);
    text_fit(device.device_id, ImGui::GetContentRegionAvail().x, theme.text);
    cell(device.health.empty() ? std::string_view("in order") : std::string_view(device.health),
         device.failing ? theme.error : theme.muted);
    std::string person = name_of(frame, device.person);
    const auto ids = ids_of_.find(device.person);
    const bool several = ids != ids_of_.end() && ids->second > 1;
    if (several) person += " (" + std::to_string(ids->second) + " ids)";
    cell(person.empty() ? std::string_view("unknown") : std::string_view(person), theme.muted);
    if (several && ImGui::IsItemHovered())
        tooltip("This person has " + std::to_string(ids->second) +
                " device ids (inferred): phones change theirs when browser data is cleared. \"By person\" puts them "
                "together.");
    draw_figures(frame, device);
}

// What is the matter with one phone, and what to tell the person who holds it.
void DevicesView::draw_details(const Frame& frame, Intents& intents, const model::DeviceSummary& device) const {
    const std::string person = device.person.empty() ? "whoever has it" : name_of(frame, device.person);
    {
        FontScope font(frame.fonts.bold, kBodyText);
        text_fit(device.device_id + "   " + person, ImGui::GetContentRegionAvail().x, frame.theme.text);
    }
    const auto open = [&](const char* title, DevicePage page) {
        if (ImGui::TextLink(title)) intents.devices.show = DeviceIntents::Show{device.device_id, {}, page};
        ImGui::SameLine(0, frame.px(14));
    };
    open("Figures", DevicePage::figures);
    open("Attempts", DevicePage::attempts);
    open("Photos", DevicePage::photos);
    open("Commands", DevicePage::commands);
    if (ImGui::TextLink("Send again what failed")) {
        app::FleetOrder order;
        order.device_ids = {device.device_id};
        intents.devices.prepare = std::move(order);
    }
    ImGui::SameLine(0, frame.px(14));
    if (ImGui::TextLink("Show its captures")) {
        model::Filter filter;
        filter.scope = model::QueueScope::all;
        filter.devices = {device.device_id};
        intents.filter = filter;
        intents.run(CommandId::view_review);
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
    advise(device.missing_photos > 0,
           with_thousands(device.missing_photos) +
               " photos were taken and never arrived. Do not clear the phone: they are still on it. Photos lists them, "
               "with the next step for each.");
    advise(device.clock_skew.has_value(),
           "Its clock is wrong: have the date and time set by the network. Times of its captures cannot be trusted.");
    advise(device.duplicate_uploads > 0, "It sent captures twice; D shows them side by side, to be merged.");
}

void DevicesView::draw_tools(const Frame& frame, Intents& intents) {
    ImGui::SetNextItemWidth(frame.px(190));
    if (input_text("##wanted", "Id, health, person or app", wanted_)) arranged_for_ = UINT64_MAX;
    flow_line(frame, 170);
    if (ImGui::Checkbox("Only those that fail", &only_failing_)) arranged_for_ = UINT64_MAX;
    flow_line(frame, 110);
    if (ImGui::Checkbox("By person", &by_person_)) arranged_for_ = UINT64_MAX;
    if (ImGui::IsItemHovered()) tooltip("Puts the device ids of one person together (inferred from their captures).");
    flow_line(frame, 190);
    if (text_button(frame, "Retry all that fail...")) intents.run(CommandId::devices_retry);
    if (ImGui::IsItemHovered()) tooltip("First a dry run: which phones are told, and which cannot be reached.");
    flow_line(frame, 170);
    const std::string chosen = picked_.empty() ? std::string("Tell the chosen...")
                                               : "Tell the " + std::to_string(picked_.size()) + " chosen...";
    if (text_button(frame, chosen.c_str(), !picked_.empty(), "Tick the phones in the first column.")) {
        app::FleetOrder order;
        order.device_ids.assign(picked_.begin(), picked_.end());
        intents.devices.prepare = std::move(order);
    }
    flow_line(frame, 100);
    if (text_button(frame, "Charts")) intents.run(CommandId::devices_charts);
    flow_line(frame, 120);
    if (text_button(frame, "Open a bundle...")) intents.run(CommandId::devices_open_bundle);
    if (ImGui::IsItemHovered()) tooltip("Shows a phone as another desk saw it, from the file that it handed on.");
    if (picked_.empty()) return;
    flow_line(frame, 110);
    if (ImGui::TextLink("Choose none")) picked_.clear();
}

void DevicesView::draw_table(const Frame& frame, Intents& intents, float height) {
    const ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_ScrollX | ImGuiTableFlags_Resizable |
                                  ImGuiTableFlags_NoBordersInBody | ImGuiTableFlags_NoSavedSettings |
                                  ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_Sortable |
                                  ImGuiTableFlags_SortTristate;
    ImGui::PushStyleColor(ImGuiCol_TableBorderStrong, IM_COL32_BLACK_TRANS);
    ImGui::PushStyleColor(ImGuiCol_TableBorderLight, IM_COL32_BLACK_TRANS);
    const bool open = ImGui::BeginTable("devices", static_cast<int>(std::size(kColumns)), flags, {0, height});
    ImGui::PopStyleColor(2);
    if (!open) return;
    for (size_t i = 0; i < std::size(kColumns); ++i) {
        const bool fixed = i <= static_cast<size_t>(DeviceColumn::mark);
        ImGui::TableSetupColumn(kColumns[i].title,
                                ImGuiTableColumnFlags_WidthFixed | (fixed ? ImGuiTableColumnFlags_NoSort : 0),
                                frame.px(kColumns[i].width));
    }
    ImGui::TableSetupScrollFreeze(3, 1);
    ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.faint);
    ImGui::PushFont(frame.fonts.regular, kSmallText);
    draw_headers();
    ImGui::PopFont();
    ImGui::PopStyleColor();
    if (ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs(); specs && specs->SpecsDirty) {
        specs->SpecsDirty = false;
        sorted_ = specs->SpecsCount > 0;
        if (sorted_) {
            order_ = static_cast<DeviceColumn>(specs->Specs[0].ColumnIndex);
            descending_ = specs->Specs[0].SortDirection == ImGuiSortDirection_Descending;
        }
        arrange(frame);
    }
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(shown_.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
            draw_row(frame, intents, frame.snapshot.devices[shown_[static_cast<size_t>(i)]]);
    }
    ImGui::EndTable();
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
    draw_tools(frame, intents);
    if (arranged_for_ != frame.snapshot.generation) arrange(frame);
    if (shown_.empty() && wanted_.empty()) text_line("No phone needs attention.", frame.theme.good);
    if (shown_.empty() && !wanted_.empty()) text_line("No phone has that in its row.", frame.theme.muted);
    const auto chosen =
        std::find_if(devices.begin(), devices.end(), [&](const auto& device) { return device.device_id == chosen_; });
    const float details =
        chosen != devices.end() ? std::min(frame.px(118), ImGui::GetContentRegionAvail().y * 0.5F) : 0;
    draw_table(frame, intents, -details);
    if (chosen == devices.end()) return;
    ImGui::BeginChild("details", {0, details});
    draw_details(frame, intents, *chosen);
    ImGui::EndChild();
}

}  // namespace linesman::ui
