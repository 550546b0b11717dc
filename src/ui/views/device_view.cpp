#include "ui/views/device_view.h"

#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/views/charts.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

void figure(const Frame& frame, std::string_view name, std::string_view value, bool reported) {
    if (value.empty()) return;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    text_fit(name, ImGui::GetContentRegionAvail().x, frame.theme.muted);
    ImGui::TableNextColumn();
    text_fit(value, ImGui::GetContentRegionAvail().x, frame.theme.text);
    ImGui::TableNextColumn();
    text_line(reported ? "reported" : "inferred", frame.theme.faint);
}

std::string time_words(const std::optional<base::Timestamp>& time, base::Timestamp now) {
    return time ? long_time(*time, now) : std::string();
}

std::string count_word(double value) {
    return with_thousands(static_cast<uint64_t>(std::llround(std::max(0.0, value))));
}

void reported_figures(const Frame& frame, const model::DeviceSummary& device, base::Timestamp now) {
    if (!device.reported) return;
    const auto& beat = *device.reported;
    figure(frame, "Last seen", time_words(beat.last_seen, now), true);
    figure(frame, "App", beat.app_version + (beat.platform.empty() ? "" : " on " + beat.platform), true);
    figure(frame, "Network", beat.network, true);
    if (beat.battery)
        figure(frame, "Battery", std::to_string(static_cast<int>(std::lround(*beat.battery * 100))) + " %", true);
    if (beat.storage_left_bytes)
        figure(frame, "Storage left", bytes_text(static_cast<uint64_t>(std::max<int64_t>(0, *beat.storage_left_bytes))),
               true);
    for (const auto& [status, count] : beat.queue)
        figure(frame, "On the phone: " + status, std::to_string(count), true);
    figure(frame, "Last error", beat.last_error, true);
}

void inferred_figures(const Frame& frame, const model::DeviceSummary& device, base::Timestamp now) {
    figure(frame, "Captures, today / all",
           with_thousands(device.captures_today) + " / " + with_thousands(device.captures), false);
    figure(frame, "Waiting for judgement", with_thousands(device.open), false);
    figure(frame, "Rejected", with_thousands(device.rejected), false);
    figure(frame, "Last submitted", time_words(device.last_submitted, now), false);
    if (device.median_lag) figure(frame, "Capture to submit, median", base::format_age(*device.median_lag), false);
    if (device.clock_skew) figure(frame, "Clock ahead by at least", base::format_age(*device.clock_skew), false);
    figure(frame, "Missing photos", with_thousands(device.missing_photos), false);
    figure(frame, "Duplicate uploads", with_thousands(device.duplicate_uploads), false);
}

void session_figures(const Frame& frame, const app::DeviceFile& file) {
    const auto upload = model::upload_figures(file.sessions);
    if (upload.attempts == 0) return;
    figure(frame, "Attempts, of these failed", std::to_string(upload.attempts) + ", " + std::to_string(upload.failed),
           true);
    if (upload.median_ms)
        figure(frame, "Upload, median and 95 %",
               std::to_string(*upload.median_ms) + " and " + std::to_string(*upload.p95_ms) + " ms", true);
    if (upload.bytes_per_s > 0)
        figure(frame, "Throughput while sending", bytes_text(static_cast<uint64_t>(upload.bytes_per_s)) + " a second",
               true);
}

// Of a bundle, whose captures this desk need not have.
std::vector<double> arrived_by_day(const app::DeviceFile& file) {
    std::vector<double> days(model::kTrendDays, 0);
    const auto first = model::first_trend_day(file.as_of, file.utc_offset_minutes);
    for (const auto& capture : file.captures) {
        if (!capture.submitted_at || *capture.submitted_at < first) continue;
        const auto day = static_cast<size_t>((capture.submitted_at->us - first.us) / base::hours(24).us);
        if (day < days.size()) ++days[day];
    }
    return days;
}

}  // namespace

const model::DeviceSummary* DeviceView::summary(const Frame& frame, const app::DeviceView* view) const {
    if (is_bundle_) return view == nullptr ? nullptr : &view->file.summary;
    const auto& devices = frame.snapshot.devices;
    const auto found =
        std::find_if(devices.begin(), devices.end(), [&](const auto& device) { return device.device_id == device_; });
    return found == devices.end() ? nullptr : &*found;
}

void DeviceView::draw(const Frame& frame, Intents& intents) {
    const bool fresh = is_fresh(frame, opened_);
    const auto& asked = frame.state.devices;
    if (fresh || is_bundle_ != asked.bundle || (!is_bundle_ && device_ != asked.device)) {
        is_bundle_ = asked.bundle;
        page_ = asked.page;
        device_ = is_bundle_ ? std::string() : asked.device;
        capture_ = asked.capture;
        chosen_ = 0;
        only_state_.reset();
        choosing_.reset();
        if (fresh) linked_.clear();
    }
    begin_overlay(frame, "device", {1100, 640}, fresh);
    if (is_bundle_) {
        draw_bundle(frame, intents, fresh);
    } else {
        const auto view = device_.empty() ? nullptr : frame.desk.devices().device(device_);
        draw_head(frame, intents, view.get());
        ImGui::BeginChild("page");
        draw_page(frame, intents, view);
        ImGui::EndChild();
    }
    end_overlay(frame, intents, fresh);
}

void DeviceView::draw_page(const Frame& frame, Intents& intents, const View& view) {
    if (page_ == DevicePage::photos) return draw_photos(frame, intents);
    if (page_ == DevicePage::commands) return draw_commands(frame, intents, view.get());
    if (device_.empty() || (view == nullptr && summary(frame, nullptr) == nullptr))
        return empty_state(frame, intents, icon::kMobile, "No such phone here",
                           "The capture names no device, or one that this desk knows nothing of.");
    if (view == nullptr) {
        intents.pending = true;
        return empty_state(frame, intents, icon::kHourglass, "Reading the device", "It is there in a moment.");
    }
    if (page_ == DevicePage::captures) return draw_captures(frame, *view);
    if (page_ == DevicePage::figures) return draw_figures(frame, intents, *view);
    draw_attempts(frame, intents, view);
}

void DeviceView::draw_head(const Frame& frame, Intents& intents, const app::DeviceView* view) {
    const auto* device = summary(frame, view);
    std::string beside;
    if (view != nullptr) {
        beside = view->file.person_name.empty() ? view->file.summary.person : view->file.person_name;
        if (!view->file.crew.empty()) beside += (beside.empty() ? "" : ", ") + view->file.crew;
    }
    if (device != nullptr)
        beside += (beside.empty() ? "" : "  ·  ") + (device->health.empty() ? "in order" : device->health);
    overlay_title(frame, device_.empty() ? std::string_view("Unknown device") : std::string_view(device_), beside);
    const std::pair<DevicePage, const char*> pages[] = {
        {DevicePage::figures, "Figures"},
        {DevicePage::attempts, "Attempts"},
        {is_bundle_ ? DevicePage::captures : DevicePage::photos, is_bundle_ ? "Captures" : "Photos"},
        {DevicePage::commands, "Commands"}};
    for (const auto& [page, title] : pages) {
        if (tab(frame, title, title, {}, page_ == page)) page_ = page;
        ImGui::SameLine(0, frame.px(2));
    }
    if (is_bundle_) return;
    draw_orders(frame, intents, device);
}

void DeviceView::draw_orders(const Frame& frame, Intents& intents, const model::DeviceSummary* device) const {
    flow_line(frame, 220, 16);
    const char* unreachable =
        "It never reported, so its app reads no commands: cannot be reached from here. Call the "
        "worker; the dry run of \"Retry all failing devices\" has the steps.";
    const bool reachable = device != nullptr && device->reported.has_value();
    const char* why = device == nullptr ? "This desk knows nothing of it." : unreachable;
    app::FleetOrder order;
    order.device_ids = {device_};
    if (text_button(frame, "Send again what failed...", reachable, why)) intents.devices.prepare = order;
    flow_line(frame, 130);
    order.kind = "upload_log";
    if (text_button(frame, "Send its log...", reachable, why)) intents.devices.prepare = order;
    flow_line(frame, 80);
    if (text_button(frame, "Bundle", device != nullptr, why)) intents.devices.bundle = device_;
    if (ImGui::IsItemHovered())
        tooltip(
            "Writes all that is known of it to a file in your home folder, with pseudonyms for people, for another "
            "desk, which opens it with \"Open a device bundle\".");
    if (reachable || device == nullptr || page_ != DevicePage::figures) return;
    std::string words;
    const auto* person = app::person_called(*frame.snapshot.people, device->person);
    for (const auto& step : app::rescue_steps(person ? person->name : device->person, person ? person->phone : ""))
        words += (words.empty() ? "It never reported: it cannot be reached from here. " : " ") + step;
    text_wrapped(words, frame.theme.warning);
}

void DeviceView::draw_figures(const Frame& frame, Intents& intents, const app::DeviceView& view) const {
    const auto* known = summary(frame, &view);
    const auto& device = known != nullptr ? *known : view.file.summary;
    const bool beside = ImGui::GetContentRegionAvail().x >= frame.px(760);  // else one below the other
    if (beside) ImGui::BeginChild("figures", {ImGui::GetContentRegionAvail().x * 0.58F, 0});
    if (ImGui::BeginTable("figures", 3, ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_PadOuterX)) {
        ImGui::TableSetupColumn("Figure", ImGuiTableColumnFlags_WidthFixed, frame.px(220));
        ImGui::TableSetupColumn("Value", ImGuiTableColumnFlags_WidthStretch);
        ImGui::TableSetupColumn("Source", ImGuiTableColumnFlags_WidthFixed, frame.px(80));
        reported_figures(frame, device, now(frame, &view));
        session_figures(frame, view.file);
        inferred_figures(frame, device, now(frame, &view));
        ImGui::EndTable();
    }
    if (beside) {
        ImGui::EndChild();
        ImGui::SameLine(0, frame.px(18));
        ImGui::BeginChild("trends");
    }
    draw_trends(frame, intents, view);
    if (beside) ImGui::EndChild();
}

void DeviceView::draw_trends(const Frame& frame, Intents& intents, const app::DeviceView& view) const {
    section(frame, "CAPTURES THAT ARRIVED, BY DAY");
    source_mark(frame, false);
    const auto figures = is_bundle_ ? nullptr : frame.desk.devices().figures();
    if (is_bundle_) {
        const std::vector<double> values = arrived_by_day(view.file);
        day_bars(frame, "arrived", {values, {}, frame.theme.accent, 0, count_word}, frame.px(90));
    } else if (figures == nullptr) {
        text_line("Counting...", frame.theme.muted);
        intents.pending = !frame.snapshot.loading;
    } else if (const auto days = figures->by_device.find(device_); days != figures->by_device.end()) {
        const std::vector<double> values(days->second.begin(), days->second.end());
        day_bars(frame, "arrived", {values, {}, frame.theme.accent, 0, count_word}, frame.px(90));
    } else {
        text_line("None in two weeks.", frame.theme.muted);
    }
    ImGui::Dummy({0, frame.px(10)});
    section(frame, "ATTEMPTS, AND THOSE THAT FAILED, BY DAY");
    source_mark(frame, true);
    if (view.file.sessions.empty()) {
        text_wrapped(!view.trouble.empty() ? view.trouble + " " + view.cure : view.file.sessions_unknown,
                     view.trouble.empty() ? frame.theme.muted : frame.theme.warning);
    } else {
        const auto sessions =
            model::session_figures(view.file.sessions, {}, now(frame, &view), view.file.utc_offset_minutes);
        const std::vector<double> all(sessions.attempts_by_day.begin(), sessions.attempts_by_day.end());
        const std::vector<double> failed(sessions.failed_by_day.begin(), sessions.failed_by_day.end());
        day_bars(frame, "attempts", {all, failed, frame.theme.good, frame.theme.error, count_word}, frame.px(90));
    }
    if (view.asking) text_line("Asking the server for its sync sessions...", frame.theme.muted);
    if (view.file.same_person.empty()) return;
    ImGui::Dummy({0, frame.px(10)});
    section(frame, "OTHER DEVICES OF THE SAME PERSON");
    source_mark(frame, false);
    for (const auto& other : view.file.same_person) {
        if (is_bundle_) {
            text_fit(other, ImGui::GetContentRegionAvail().x, frame.theme.text);
        } else if (ImGui::TextLink(other.c_str())) {
            intents.devices.show = DeviceIntents::Show{other, {}, page_};
        }
    }
}

}  // namespace linesman::ui
