// What was really shown of each photo before a decision (contract: loaded, unobscured, at least 200 px, at least 300 ms
// in total). Frames are drawn on events only, so time is counted from one frame to the next for what the earlier one
// showed. Pure logic; thread: main.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "ui/review_flow.h"

namespace linesman::ui {

inline constexpr uint32_t kSeenLeastPx = 200;
inline constexpr uint32_t kSeenLeastMs = 300;

struct ShownPhoto {
    model::Slot slot{};
    std::string md5;
    uint32_t longest_side_px = 0;  // as drawn
};

class PhotoSeenTracker {
  public:
    // Another capture is on the desk: starts anew.
    void start(const std::string& staging_id);
    // What this frame shows. Counts the time since the last call for what that one showed.
    void frame(const std::vector<ShownPhoto>& shown, base::Duration steady_now);
    // What counts as seen if the decision falls now.
    PhotosSeen seen(base::Duration steady_now) const;
    // Shown long enough already; for the small eye on the thumbnail.
    bool is_seen(model::Slot slot) const;

  private:
    static void add(PhotosSeen& seen, const std::vector<ShownPhoto>& shown, base::Duration passed);
    std::string staging_id_;
    PhotosSeen total_;
    std::vector<ShownPhoto> on_screen_;
    base::Duration since_{};
};

}  // namespace linesman::ui
