// What a view sees while it draws: one immutable snapshot, the state of the desk, how things look. Views read a Frame
// and write Intents; they touch nothing else. Valid for one frame. Thread: main.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/desk.h"
#include "ui/commands.h"
#include "ui/device_state.h"
#include "ui/fonts.h"
#include "ui/keymap.h"
#include "ui/layout.h"
#include "ui/photo_pose.h"
#include "ui/photo_seen.h"
#include "ui/picks.h"
#include "ui/review_flow.h"
#include "ui/saved_filters.h"
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

enum class Overlay : uint8_t {
    none,
    palette,
    help,
    notices,
    matters,
    sign_in,
    bulk,
    batches,
    conflict,
    duplicates,
    history,
    rules,
    coverage,
    reports,
    my_day,
    settings,
    keys,
    save_filter,
    device,
    device_order,
    fleet,
};

// What the left column of a narrow window shows; a wide one shows all three.
enum class NarrowPane : uint8_t { queue, capture, map };

// State of the desk that is not in the snapshot. Changed by the shell only.
struct DeskState {
    Layout layout;
    model::Filter filter;
    model::SortOrder order;
    model::Slot slot = model::Slot::before;
    PhotoPose pose;
    bool contrast = false;
    // A second photo beside the first: of `capture`, blank = the one on the desk. Zoom and turn go for both.
    struct Compare {
        bool on = false;
        std::string capture;
        model::Slot slot = model::Slot::before;
    } compare;
    NarrowPane pane = NarrowPane::capture;
    Overlay overlay = Overlay::none;
    uint64_t overlay_openings = 0;  // counts, so that an overlay takes the keyboard once
    uint64_t search_requests = 0;   // counts, so that the search box takes the keyboard once
    uint64_t ignore_requests = 0;   // counts: the first finding that can be ignored asks for its reason
    uint64_t queue_reveals = 0;     // counts: scroll the queue to the selection
    struct MapWish {
        enum class Kind : uint8_t { none, capture, planned, fit, zoom_in, zoom_out } kind = Kind::none;
        uint64_t count = 0;
    } map_wish;
    uint64_t lasso_requests = 0;         // counts: the next drag on the map draws around captures
    std::vector<model::AreaPoint> area;  // drawn last, while its captures are selected
    // The bulk decision that is being prepared.
    struct Bulk {
        model::OperationKind kind = model::OperationKind::approve;
        std::shared_ptr<const std::vector<std::string>> ids;
        uint64_t plan = 0;          // of the last dry run; 0 = none
        std::string starting, why;  // batch that is being written; why it could not be
    } bulk;
    std::string matter;                 // op id shown by the conflict view
    std::vector<std::string> to_merge;  // captures that the duplicates view opens with; empty = its first group
    DevicesState devices;
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
    const Picks& picks;
    const ReviewFlow& review;
    const PhotoSeenTracker& seen;
    const CommandContext& commands;
    const Keymap& keymap;
    const SavedFilters& saved_filters;
    const Theme& theme;
    const Fonts& fonts;
    Textures& textures;
    float scale;  // device pixels per pixel of the design
    base::Timestamp now;
    double steady_s;

    float px(float design) const { return design * scale; }
};

}  // namespace linesman::ui
