#include "ui/views/device_columns.h"

namespace linesman::ui {

int64_t contact_us(const model::DeviceSummary& device) {
    const auto seen =
        device.reported && device.reported->last_seen ? device.reported->last_seen : device.last_submitted;
    return seen ? seen->us : INT64_MIN;
}

int64_t queue_of(const model::DeviceSummary& device) {
    return device.reported ? app::on_phone(*device.reported, {"draft", "pending", "syncing", "error"}) : -1;
}
int64_t failed_of(const model::DeviceSummary& device) {
    return device.reported ? app::on_phone(*device.reported, {"error"}) : -1;
}

std::string queue_words(const model::Heartbeat& beat) {
    std::string words;
    for (const char* status : {"draft", "pending", "syncing", "error"}) {
        if (const int64_t count = app::on_phone(beat, {status}); count > 0)
            words += (words.empty() ? "" : ", ") + std::to_string(count) + " " + status;
    }
    return words.empty() ? "0" : words;
}

const model::UploadFigures* uploads_of(const app::SessionsView& sessions, const std::string& device_id) {
    const auto found = sessions.figures.by_device.find(device_id);
    return found == sessions.figures.by_device.end() ? nullptr : &found->second;
}

namespace {

// Names are compared elsewhere. What is not known comes first.
double number_of(const app::SessionsView& sessions, const model::DeviceSummary& device, DeviceColumn column) {
    const auto& beat = device.reported;
    const auto* uploads = uploads_of(sessions, device.device_id);
    switch (column) {
        case DeviceColumn::seen:
            return static_cast<double>(contact_us(device));
        case DeviceColumn::source:
            return beat ? 1 : 0;
        case DeviceColumn::queue:
            return static_cast<double>(queue_of(device));
        case DeviceColumn::failed:
            return static_cast<double>(failed_of(device));
        case DeviceColumn::attempts:
            return uploads ? static_cast<double>(uploads->attempts) : -1;
        case DeviceColumn::upload:
            return uploads && uploads->median_ms ? static_cast<double>(*uploads->median_ms) : -1;
        case DeviceColumn::rate:
            return uploads ? uploads->bytes_per_s : -1;
        case DeviceColumn::captures:
        case DeviceColumn::trend:
            return device.captures;
        case DeviceColumn::missing:
            return device.missing_photos;
        case DeviceColumn::twice:
            return device.duplicate_uploads;
        case DeviceColumn::lag:
            return device.median_lag ? device.median_lag->seconds() : -1;
        case DeviceColumn::clock:
            return device.clock_skew ? device.clock_skew->seconds() : -1;
        case DeviceColumn::battery:
            return beat && beat->battery ? *beat->battery : -1;
        default:
            return 0;
    }
}

const std::string& text_of(const model::DeviceSummary& device, DeviceColumn column) {
    static const std::string kNothing;
    switch (column) {
        case DeviceColumn::device:
            return device.device_id;
        case DeviceColumn::health:
            return device.health;
        case DeviceColumn::person:
            return device.person;
        case DeviceColumn::network:
            return device.reported ? device.reported->network : kNothing;
        case DeviceColumn::app:
            return device.reported ? device.reported->app_version : kNothing;
        default:
            return kNothing;
    }
}

}  // namespace

bool before(const app::SessionsView& sessions, const model::DeviceSummary& a, const model::DeviceSummary& b,
            DeviceColumn column) {
    const auto &x = text_of(a, column), &y = text_of(b, column);
    if (x != y) return x < y;
    return number_of(sessions, a, column) < number_of(sessions, b, column);
}

bool is_worse(const model::DeviceSummary& a, const model::DeviceSummary& b) {
    return a.failing != b.failing ? a.failing : contact_us(a) < contact_us(b);
}

}  // namespace linesman::ui
