// What a view sees while it draws: one immutable snapshot, the state of the desk, how things look. Views read a Frame
// and write Intents; they touch nothing else. Valid for one frame. Thread: main.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/desk.h"
#include "ui/commands.h"
#include "ui/fonts.h"
#include "ui/keymap.h"
#include "ui/layout.h"
#include "ui/photo_pose.h"
#include "ui/photo_seen.h"
#include "ui/review_flow.h"
#include "ui/selection.h"
#include "ui/textures.h"
#include "ui/theme.h"

namespace linesman::ui {

// A message that shows for a few seconds.
struct Toast {
    app::NoticeLevel level = app::NoticeLevel::info;
    std::string text;
    double until_s = 0;  // steady
};

enum class Overlay : uint8_t { none, palette, help, notices, matters, sign_in };

// State of the desk that is not in the snapshot. Changed by the shell only.
struct DeskState {
    Layout layout;
    model::Filter filter;
    model::SortOrder order;
    model::Slot slot = model::Slot::before;
    PhotoPose pose;
    Overlay overlay = Overlay::none;
    uint64_t overlay_openings = 0;  // counts, so that an overlay takes the keyboard once
    uint64_t search_requests = 0;   // counts, so that the search box takes the keyboard once
    uint64_t queue_reveals = 0;     // counts: scroll the queue to the selection
    struct MapWish {
        enum class Kind : uint8_t { none, capture, planned, fit, zoom_in, zoom_out } kind = Kind::none;
        uint64_t count = 0;
    } map_wish;
    std::vector<Toast> toasts;
    std::vector<std::string> font_notices;
};

struct Frame {
    const app::Snapshot& snapshot;
    app::Desk& desk;                   // views only ask: detail(), photo(), now()
    const app::RowList* list;          // nullptr while it is computed for the first time
    uint64_t list_version;             // changes with every new list
    const app::CaptureDetail* detail;  // of the selected capture; nullptr while it is read
    const DeskState& state;
    const Selection& selection;
    const ReviewFlow& review;
    const PhotoSeenTracker& seen;
    const CommandContext& commands;
    const Keymap& keymap;
    const Theme& theme;
    const Fonts& fonts;
    Textures& textures;
    float scale;  // device pixels per pixel of the design
    base::Timestamp now;
    double steady_s;

    float px(float design) const { return design * scale; }
};

}  // namespace linesman::ui
