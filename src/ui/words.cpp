#include "ui/words.h"

#include <bit>
#include <cmath>
#include <cstdio>

#include "app/fleet_orders.h"
#include "model/geo.h"

namespace linesman::ui {

std::string_view word_of(map::MarkState state) {
    switch (state) {
        case map::MarkState::superseded:
            return "Merged";
        case map::MarkState::approved:
            return "Approved";
        case map::MarkState::rejected:
            return "Rejected";
        case map::MarkState::open:
            return "Clean";
        case map::MarkState::held:
            return "Held";
        case map::MarkState::warning:
            return "Warning";
        case map::MarkState::error:
            return "Error";
        case map::MarkState::conflict:
            return "Conflict";
    }
    return "";
}

std::string_view word_of(app::Connection connection) {
    switch (connection) {
        case app::Connection::signed_out:
            return "Signed out";
        case app::Connection::connecting:
            return "Connecting";
        case app::Connection::online:
            return "Online";
        case app::Connection::poor:
            return "Poor network";
        case app::Connection::offline:
            return "Offline";
        case app::Connection::paused:
            return "Paused";
    }
    return "";
}

std::string_view word_of(model::OperationKind kind) {
    switch (kind) {
        case model::OperationKind::approve:
            return "Approve";
        case model::OperationKind::reject:
            return "Reject";
        case model::OperationKind::hold:
            return "Hold";
        case model::OperationKind::undo:
            return "Undo";
        case model::OperationKind::correct:
            return "Correct";
        case model::OperationKind::requeue:
            return "Requeue";
        case model::OperationKind::merge:
            return "Merge";
        case model::OperationKind::restore:
            return "Restore";
        case model::OperationKind::ignore_finding:
            return "Ignore finding";
        case model::OperationKind::unignore_finding:
            return "Take finding back";
        case model::OperationKind::promote:
            return "Promote";
    }
    return "";
}

std::string_view word_of(model::OperationState state) {
    switch (state) {
        case model::OperationState::waiting:
            return "Not sent yet: U takes it back";
        case model::OperationState::ready:
            return "Waiting to be sent";
        case model::OperationState::sending:
            return "Sending";
        case model::OperationState::done:
            return "On the server";
        case model::OperationState::parked:
            return "Needs a person";
        case model::OperationState::conflict:
            return "In conflict";
        case model::OperationState::withdrawn:
            return "Withdrawn";
    }
    return "";
}

std::string title_of(model::Slot slot) {
    std::string name(model::name_of(slot));
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
}

std::string short_time(base::Timestamp time, base::Timestamp now) {
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::string local = base::format_local(time, kSouthAfricaOffsetMinutes);  // "2025-01-30 10:15"
    const std::string today = base::format_local(now, kSouthAfricaOffsetMinutes);
    if (local.size() < 16 || local[0] == '-') return local;
    const int month = (local[5] - '0') * 10 + (local[6] - '0');
    if (month < 1 || month > 12) return local;
    const std::string day = (local[8] == '0' ? "" : local.substr(8, 1)) + local.substr(9, 1);
    if (local.substr(0, 10) == today.substr(0, 10)) return "today " + local.substr(11);
    if (local.substr(0, 4) == today.substr(0, 4)) return day + " " + kMonths[month - 1] + " " + local.substr(11);
    return day + " " + kMonths[month - 1] + " " + local.substr(0, 4);
}

std::string long_time(base::Timestamp time, base::Timestamp now) {
    const base::Duration age = now - time;
    std::string text = base::format_local(time, kSouthAfricaOffsetMinutes, true) + " SAST";
    const std::string words = base::format_age(age);
    if (age.us < 0) return text + " (" + words + ")";
    return text + (words == "just now" ? " (just now)" : " (" + words + " ago)");
}

std::string age_of(int64_t time_us, base::Timestamp now) {
    if (time_us == model::kNoTime) return "–";
    return base::format_age({now.us - time_us});
}

std::string position_to_text(model::GeoPoint position) {
    char text[64];
    std::snprintf(text, sizeof text, "%.6f, %.6f", position.latitude, position.longitude);
    return text;
}

std::optional<model::GeoPoint> position_from_text(const std::string& text) {
    model::GeoPoint place;
    char rest = 0;
    const int read = std::sscanf(text.c_str(), " %lf%*[, ;]%lf %c", &place.latitude, &place.longitude, &rest);
    if (read != 2 || !model::is_plausible(place)) return std::nullopt;
    return place;
}

std::string metres(double distance_m) {
    char text[32];
    if (distance_m >= 10'000) {
        std::snprintf(text, sizeof text, "%.0f km", distance_m / 1000);
    } else if (distance_m >= 1000) {
        std::snprintf(text, sizeof text, "%.1f km", distance_m / 1000);
    } else if (distance_m >= 100) {
        std::snprintf(text, sizeof text, "%.0f m", distance_m);
    } else {
        std::snprintf(text, sizeof text, "%.1f m", distance_m);
    }
    return text;
}

std::string with_thousands(uint64_t number) {
    std::string text = std::to_string(number);
    for (size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string short_count(uint64_t number) {
    char text[24];
    const auto value = static_cast<double>(number);
    if (number >= 1'000'000) {
        std::snprintf(text, sizeof text, "%.1fM", value / 1e6);
    } else if (number >= 10'000) {
        std::snprintf(text, sizeof text, "%.0fk", value / 1e3);
    } else if (number >= 1000) {
        std::snprintf(text, sizeof text, "%.1fk", value / 1e3);
    } else {
        return std::to_string(number);
    }
    return text;
}

std::string bytes_text(uint64_t bytes) {
    char text[24];
    const auto value = static_cast<double>(bytes);
    if (bytes >= 1'000'000'000) {
        std::snprintf(text, sizeof text, "%.1f GB", value / 1e9);
    } else if (bytes >= 1'000'000) {
        std::snprintf(text, sizeof text, "%.1f MB", value / 1e6);
    } else if (bytes >= 1000) {
        std::snprintf(text, sizeof text, "%.0f kB", value / 1e3);
    } else {
        return std::to_string(bytes) + " B";
    }
    return text;
}

int photo_count(model::SlotMask mask) {
    return std::popcount(static_cast<unsigned>(mask));
}

bool is_session_over(const app::Snapshot& snapshot) {
    return snapshot.session.signed_in && snapshot.sync.connection == app::Connection::signed_out;
}

std::string name_of_person(const app::Snapshot& snapshot, const std::string& uid) {
    const auto* person = app::person_called(*snapshot.people, uid);
    return person != nullptr && !person->name.empty() ? person->name : uid;
}

std::string name_and_crew(const app::Snapshot& snapshot, const std::string& uid) {
    const auto* person = app::person_called(*snapshot.people, uid);
    const std::string name = name_of_person(snapshot, uid);
    return person != nullptr && !person->crew.empty() ? name + ", " + person->crew : name;
}

std::string others_at(const app::Snapshot& snapshot, std::string_view staging_id, base::Timestamp now) {
    const auto found = snapshot.people_here->find(staging_id);
    if (found == snapshot.people_here->end()) return {};
    std::string first;
    size_t more = 0;
    for (const auto& person : found->second) {
        if (person.until.us <= now.us) continue;
        if (first.empty()) {
            first = person.name;
        } else {
            ++more;
        }
    }
    return more == 0 ? first : first + " and " + std::to_string(more) + " more";
}

}  // namespace linesman::ui
