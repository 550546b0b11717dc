// Where the dividers stand, which layout, theme and zoom: kept in a small versioned file of the state folder. A file
// that is broken, of another version or out of range gives the defaults; it is never an error. Pure but for load and
// save.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ui/theme.h"

namespace linesman::ui {

enum class LayoutKind : uint8_t { review, support, analyst };
std::string_view name_of(LayoutKind kind);

inline constexpr int kLayoutVersion = 1;
inline constexpr float kLeastZoom = 0.75F, kMostZoom = 3.0F;

struct Layout {
    LayoutKind kind = LayoutKind::review;
    ThemeKind theme = ThemeKind::dark;
    float zoom = 1.0F;            // on top of the screen's own scale
    float queue_share = 0.27F;    // Review: width of the queue
    float side_share = 0.25F;     // Review: width of details and map
    float side_split = 0.56F;     // Review: height of the details above the map
    float analyst_map = 0.62F;    // Analyst: width of the map
    float support_split = 0.55F;  // Support: height of the devices above the sync
    bool map_follows = true, map_shows_planned = true;
    bool map_heat = false, map_lines = false, map_accuracy = false, map_coverage = false;
    int window_width = 1440, window_height = 900;
    bool operator==(const Layout&) const = default;

    void reset_dividers();
};

std::string to_text(const Layout& layout);
// Never fails: what cannot be used keeps its default.
Layout layout_from_text(std::string_view text);

Layout load_layout(const std::string& path);
base::Status save_layout(const std::string& path, const Layout& layout);

}  // namespace linesman::ui
