// Words for what the desk shows: states, ages, times, distances. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/snapshot.h"
#include "map/mark.h"

namespace linesman::ui {

inline constexpr int kSouthAfricaOffsetMinutes = 120;  // SAST, no summer time

std::string_view word_of(map::MarkState state);         // "Error", "Approved"
std::string_view word_of(app::Connection connection);   // "Online"
std::string_view word_of(model::OperationKind kind);    // "Approve"
std::string_view word_of(model::OperationState state);  // "Waiting to be sent"
std::string title_of(model::Slot slot);                 // "Before"

// "30 Jan 10:15", with the year when it is not this one.
std::string short_time(base::Timestamp time, base::Timestamp now);
// "2025-01-30 10:15:00 SAST (3 h ago)".
std::string long_time(base::Timestamp time, base::Timestamp now);
std::string age_of(int64_t time_us, base::Timestamp now);  // "3 h"; "–" for kNoTime
// "-26.372100, 27.791200" and back; spaces, a comma or a semicolon part the two. nullopt for what no pole can be at.
std::string position_to_text(model::GeoPoint position);
std::optional<model::GeoPoint> position_from_text(const std::string& text);
std::string metres(double distance_m);        // "4.2 m", "1.3 km"
std::string with_thousands(uint64_t number);  // "12,345"
std::string short_count(uint64_t number);     // "12.3k"
std::string bytes_text(uint64_t bytes);       // "3.4 MB"
int photo_count(model::SlotMask mask);

// The session was refused for good: its person still decides, but must sign in before anything is sent.
bool is_session_over(const app::Snapshot& snapshot);
// What people say for an account: "Thandi Nkosi"; the account itself when nobody is known by it.
std::string name_of_person(const app::Snapshot& snapshot, const std::string& uid);
// "Thandi Nkosi, Crew 2".
std::string name_and_crew(const app::Snapshot& snapshot, const std::string& uid);

// Who else is at a capture now: "Thandi Nkosi", "Thandi Nkosi and 2 more"; empty when nobody is.
std::string others_at(const app::Snapshot& snapshot, std::string_view staging_id, base::Timestamp now);

}  // namespace linesman::ui
