// Every command of the desk in one table: menu, shortcut, tooltip, palette (Ctrl+K) and key help (?) are drawn from it.
// A command that cannot be used now says why; none is hidden. Pure; no drawing.
//
// To add a command: a value in CommandId, a line in the table of commands.cpp, its availability there, its act in
// shell_commands.cpp. The compiler names each place that is missing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/snapshot.h"
#include "model/decision_policy.h"
#include "ui/review_flow.h"

namespace linesman::ui {

enum class CommandId : uint8_t {
    queue_next,
    queue_previous,
    queue_first,
    queue_last,
    queue_page_down,
    queue_page_up,
    queue_search,
    queue_clear_filters,
    queue_save_filter,
    select_toggle,
    select_next,
    select_previous,
    select_all,
    select_none,
    scope_open,
    scope_all,
    scope_held,
    scope_decided,
    scope_conflicts,
    scope_resubmitted,
    photo_next,
    photo_1,
    photo_2,
    photo_3,
    photo_4,
    photo_5,
    photo_6,
    photo_one_to_one,
    photo_fit,
    photo_rotate_left,
    photo_rotate_right,
    photo_contrast,
    photo_compare,
    photo_compare_capture,
    decide_approve,
    decide_reject,
    decide_hold,
    decide_undo,
    decide_take_back,
    decide_correct,
    decide_comment,
    decide_ignore,
    bulk_approve,
    bulk_reject,
    bulk_hold,
    bulk_requeue,
    batches_show,
    duplicates_show,
    merge_selected,
    history_show,
    rules_show,
    my_day_show,
    strip_confirm,
    strip_cancel,
    reason_1,
    reason_2,
    reason_3,
    reason_4,
    reason_5,
    reason_6,
    reason_7,
    reason_8,
    reason_9,
    map_focus,
    map_go_to_planned,
    map_fit,
    map_follow,
    map_zoom_in,
    map_zoom_out,
    map_toggle_planned,
    map_lasso,
    map_clear_area,
    map_toggle_heat,
    map_toggle_lines,
    map_toggle_accuracy,
    coverage_show,
    reports_show,
    copy_position,
    sync_now,
    sync_pause,
    sync_offline,
    matters_show,
    devices_retry,
    devices_charts,
    devices_open_bundle,
    capture_photos,
    sign_in,
    sign_out,
    view_review,
    view_support,
    view_analyst,
    view_reset_layout,
    view_theme,
    view_high_contrast,
    view_zoom_in,
    view_zoom_out,
    view_zoom_reset,
    view_pane,
    notices_show,
    settings_show,
    palette,
    help,
    keys_change,
    quit,
    count_
};
inline constexpr size_t kCommandCount = static_cast<size_t>(CommandId::count_);

// Where a key counts. The same key may serve in `strip` and in `desk`: an open strip comes first.
enum class KeyContext : uint8_t {
    anywhere,  // also while typing, when the chord holds Ctrl or is a function key
    desk,      // single keys; silent while typing
    strip,     // while reasons, note, override, comment or correction are open
};

struct Command {
    CommandId id;
    std::string_view name;      // stable: "decide.approve", for the keymap file
    std::string_view title;     // menu, palette, tooltip
    std::string_view category;  // heading in key help
    KeyContext context;
    std::string_view keys;  // default chords, separated by spaces
    std::string_view help;  // one sentence
    bool repeats = false;   // while the key is held down
};

std::span<const Command> all_commands();
const Command& command(CommandId id);
std::optional<CommandId> command_from_name(std::string_view name);

// What availability depends on.
struct CommandContext {
    bool has_rows = false, has_selection = false, has_position = false, has_planned = false;
    size_t picked = 0;         // captures selected for bulk
    bool has_batches = false;  // of this desk, under way or finished
    bool has_finding = false;  // one that could be ignored
    bool has_area = false;     // the filter holds a lasso
    bool has_filter = false, signed_in = false, session_over = false, anything_to_undo = false,
         waiting_for_disk = false;
    uint32_t matters = 0;
    ReviewFlow::Mode mode = ReviewFlow::Mode::idle;
    bool paused = false, work_offline = false;
    std::string refused_because;  // of the outbox
    bool narrow = false;          // queue, capture and map share a column
    // For the selected capture; why_not says what is in the way.
    model::Permission approve, reject, hold, correct, take_back;
};

struct Availability {
    bool yes = true;
    std::string why_not;
};
Availability availability(CommandId id, const CommandContext& context);

inline CommandId nth(CommandId first, size_t n) {
    return static_cast<CommandId>(static_cast<size_t>(first) + n);
}

}  // namespace linesman::ui
