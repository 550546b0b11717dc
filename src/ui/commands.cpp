#include "ui/commands.h"

#include <array>

namespace linesman::ui {

namespace {

using enum CommandId;
using enum KeyContext;

constexpr std::array<Command, kCommandCount> kCommands = {{
    {queue_next, "queue.next", "Next capture", "Queue", desk, "J Down", "Goes to the next capture in the list.", true},
    {queue_previous, "queue.previous", "Previous capture", "Queue", desk, "K Up", "Goes back one capture.", true},
    {queue_first, "queue.first", "First capture", "Queue", desk, "Home", "Goes to the top of the list."},
    {queue_last, "queue.last", "Last capture", "Queue", desk, "End", "Goes to the end of the list."},
    {queue_page_down, "queue.page_down", "Page down", "Queue", desk, "PageDown", "Goes 20 captures on.", true},
    {queue_page_up, "queue.page_up", "Page up", "Queue", desk, "PageUp", "Goes 20 captures back.", true},
    {queue_search, "queue.search", "Search captures", "Queue", anywhere, "/ Ctrl+F",
     "Finds captures by pole number or id while you type."},
    {queue_clear_filters, "queue.clear_filters", "Clear search and filters", "Queue", anywhere, "Ctrl+Backspace",
     "Shows every capture of the chosen list again."},
    {queue_save_filter, "queue.save_filter", "Save this filter", "Queue", anywhere, "Ctrl+S",
     "Keeps search and filters under a name, to be chosen again later."},
    {select_toggle, "select.toggle", "Select", "Queue", desk, "X",
     "Adds the capture to the selection, or takes it out."},
    {select_next, "select.next", "Select down", "Queue", desk, "Shift+J Shift+Down",
     "Grows or shrinks the selection by the next capture.", true},
    {select_previous, "select.previous", "Select up", "Queue", desk, "Shift+K Shift+Up",
     "Grows or shrinks the selection by the capture above.", true},
    {select_all, "select.all", "Select all of the list", "Queue", desk, "Ctrl+A",
     "Selects every capture that passes the filter."},
    {select_none, "select.none", "Clear selection", "Queue", desk, "Escape", "Selects nothing."},
    {scope_open, "scope.open", "Show captures to judge", "Queue", anywhere, "Ctrl+1",
     "Captures that wait for a supervisor."},
    {scope_all, "scope.all", "Show all captures", "Queue", anywhere, "Ctrl+2", "Every capture this desk mirrors."},
    {scope_held, "scope.held", "Show held captures", "Queue", anywhere, "Ctrl+3",
     "Captures that were put aside with a note."},
    {scope_decided, "scope.decided", "Show decided captures", "Queue", anywhere, "Ctrl+4",
     "Approved and rejected captures."},
    {scope_conflicts, "scope.conflicts", "Show conflicts", "Queue", anywhere, "Ctrl+5",
     "Captures whose decision needs a person."},
    {scope_resubmitted, "scope.resubmitted", "Show resubmitted captures", "Queue", anywhere, "Ctrl+6",
     "Captures that the crew corrected and sent again."},

    {photo_next, "photo.next", "Next photo", "Photos", desk, "Space", "Shows the next photo that has arrived."},
    {photo_1, "photo.1", "Photo: before", "Photos", desk, "1", "Shows the photo of this slot."},
    {photo_2, "photo.2", "Photo: front", "Photos", desk, "2", "Shows the photo of this slot."},
    {photo_3, "photo.3", "Photo: side", "Photos", desk, "3", "Shows the photo of this slot."},
    {photo_4, "photo.4", "Photo: depth", "Photos", desk, "4", "Shows the photo of this slot."},
    {photo_5, "photo.5", "Photo: concrete", "Photos", desk, "5", "Shows the photo of this slot."},
    {photo_6, "photo.6", "Photo: compaction", "Photos", desk, "6", "Shows the photo of this slot."},
    {photo_one_to_one, "photo.one_to_one", "Real pixels", "Photos", desk, "Z",
     "One pixel of the photo on one of the screen, at the cursor; again to fit."},
    {photo_fit, "photo.fit", "Fit photo", "Photos", desk, "F", "Shows the whole photo."},
    {photo_rotate_left, "photo.rotate_left", "Rotate left", "Photos", desk, "[",
     "Turns the photo a quarter to the left."},
    {photo_rotate_right, "photo.rotate_right", "Rotate right", "Photos", desk, "]",
     "Turns the photo a quarter to the right."},
    {photo_contrast, "photo.contrast", "More contrast", "Photos", desk, "B",
     "Brightens dark photos and spreads their tones; the file is not changed."},
    {photo_compare, "photo.compare", "Compare two photos", "Photos", desk, "V",
     "Shows two slots of the capture side by side; again for one."},
    {photo_compare_capture, "photo.compare_capture", "Compare with another capture", "Photos", desk, "Shift+V",
     "The same slot of the duplicate, of the other selected capture, or of the one looked at before."},

    {decide_approve, "decide.approve", "Approve", "Decide", desk, "A",
     "Approves the capture and goes to the next one."},
    {decide_reject, "decide.reject", "Reject", "Decide", desk, "R",
     "Asks for the reason: 1 to 9, or Enter for the last one; then goes to the next capture."},
    {decide_hold, "decide.hold", "Hold", "Decide", desk, "H", "Puts the capture aside with a note."},
    {decide_undo, "decide.undo", "Undo", "Decide", desk, "U Ctrl+Z",
     "Takes back the last decision and goes back to its capture."},
    {decide_correct, "decide.correct", "Correct", "Decide", desk, "C",
     "Changes number, project or notes; the old values are kept."},
    {decide_comment, "decide.comment", "Comment", "Decide", desk, "Shift+C",
     "Writes a comment that goes with the decision."},
    {decide_ignore, "decide.ignore", "Ignore a finding", "Decide", desk, "I",
     "Waves a finding through, with a reason that survives every re-validation."},
    {bulk_approve, "bulk.approve", "Approve the selection", "Decide", desk, "Shift+A",
     "A dry run says what would happen to each capture, before anything is written."},
    {bulk_reject, "bulk.reject", "Reject the selection", "Decide", desk, "Shift+R",
     "A dry run says what would happen to each capture, before anything is written."},
    {bulk_hold, "bulk.hold", "Hold the selection", "Decide", desk, "Shift+H",
     "A dry run says what would happen to each capture, before anything is written."},
    {batches_show, "bulk.batches", "Batches and receipts", "Decide", anywhere, "Ctrl+B",
     "How far each batch is, with a receipt for every capture; pause and cancel."},
    {duplicates_show, "duplicates.show", "Duplicates", "Decide", desk, "D",
     "Captures that may be one pole, side by side, to be merged field by field."},
    {merge_selected, "duplicates.merge", "Merge the selection", "Decide", desk, "Shift+D",
     "Makes the selected captures into one, field by field."},
    {history_show, "history.show", "Version history", "Decide", anywhere, "Ctrl+H",
     "Every state of the capture; any two compared; an old one brought back."},
    {rules_show, "rules.show", "Try other rules", "Decide", anywhere, "Ctrl+E",
     "Changes thresholds and severities and shows which captures would newly fail or pass; nothing is saved."},
    {my_day_show, "my_day.show", "My day", "Decide", anywhere, "Ctrl+Y",
     "What I decided, how fast, what remains; each decision can be opened again."},
    {strip_confirm, "strip.confirm", "Confirm", "Decide", strip, "Enter",
     "Confirms what is open: last reason, note, correction."},
    {strip_cancel, "strip.cancel", "Cancel", "Decide", strip, "Escape", "Closes what is open; nothing is decided."},
    {reason_1, "reason.1", "Reason 1", "Decide", strip, "1", "Rejects for this reason."},
    {reason_2, "reason.2", "Reason 2", "Decide", strip, "2", "Rejects for this reason."},
    {reason_3, "reason.3", "Reason 3", "Decide", strip, "3", "Rejects for this reason."},
    {reason_4, "reason.4", "Reason 4", "Decide", strip, "4", "Rejects for this reason."},
    {reason_5, "reason.5", "Reason 5", "Decide", strip, "5", "Rejects for this reason."},
    {reason_6, "reason.6", "Reason 6", "Decide", strip, "6", "Rejects for this reason."},
    {reason_7, "reason.7", "Reason 7", "Decide", strip, "7", "Rejects for this reason."},
    {reason_8, "reason.8", "Reason 8", "Decide", strip, "8", "Rejects for this reason."},
    {reason_9, "reason.9", "Reason 9", "Decide", strip, "9", "Rejects for this reason."},

    {map_focus, "map.focus", "Centre map on capture", "Map", desk, "M", "Moves the map to the selected capture."},
    {map_go_to_planned, "map.go_to_planned", "Go to planned pole", "Map", desk, "G",
     "Moves the map to where the pole was planned."},
    {map_fit, "map.fit", "Show all on map", "Map", desk, "Shift+M", "Shows every capture of the list on the map."},
    {map_follow, "map.follow", "Map follows selection", "Map", desk, "Shift+F", "Keeps the selected capture in view."},
    {map_zoom_in, "map.zoom_in", "Zoom map in", "Map", desk, "=", "Shows less ground, larger.", true},
    {map_zoom_out, "map.zoom_out", "Zoom map out", "Map", desk, "-", "Shows more ground, smaller.", true},
    {map_toggle_planned, "map.planned", "Planned poles on map", "Map", desk, "P", "Shows or hides the planned poles."},
    {map_lasso, "map.lasso", "Lasso", "Map", desk, "L",
     "Draw around captures on the map to select them; Shift and drag draws a box."},
    {map_clear_area, "map.clear_area", "Clear the area", "Map", desk, "Shift+L",
     "Shows captures of every place again."},
    {map_toggle_heat, "map.heat", "Heat by failures", "Map", desk, "T",
     "Colours the ground by the share of captures with errors or rejections."},
    {map_toggle_lines, "map.lines", "Lines to planned poles", "Map", desk, "N",
     "Draws a line from each capture to where its pole was planned."},
    {map_toggle_accuracy, "map.accuracy", "Accuracy circles", "Map", desk, "O",
     "Draws how accurate the GPS of each capture was."},
    {coverage_show, "coverage.show", "Coverage", "Map", anywhere, "Ctrl+G",
     "Planned, captured, approved, rejected and not yet captured, by project, zone and PON."},
    {copy_position, "map.copy_position", "Copy position", "Map", desk, "Ctrl+Shift+C",
     "Copies latitude and longitude of the capture to the clipboard."},

    {sync_now, "sync.now", "Sync now", "Sync", anywhere, "Ctrl+R", "Asks the server for changes and sends what waits."},
    {sync_pause, "sync.pause", "Pause or resume sync", "Sync", anywhere, "Ctrl+P",
     "Stops sending and receiving until resumed."},
    {sync_offline, "sync.offline", "Work offline", "Sync", anywhere, "Ctrl+O",
     "Uses no network; decisions are kept on disk and sent later."},
    {matters_show, "matters.show", "Decisions that need a person", "Sync", anywhere, "Ctrl+M",
     "Lists parked decisions and conflicts with what can be done."},
    {sign_in, "session.sign_in", "Sign in", "Sync", anywhere, "", "Signs in with email and password."},
    {sign_out, "session.sign_out", "Sign out", "Sync", anywhere, "", "Signs out; what is cached stays readable."},

    {view_review, "view.review", "Review layout", "View", anywhere, "F5", "Queue, photos and decision."},
    {view_support, "view.support", "Support layout", "View", anywhere, "F6", "Devices and sync."},
    {view_analyst, "view.analyst", "Analyst layout", "View", anywhere, "F7", "Large map and table."},
    {view_reset_layout, "view.reset_layout", "Reset layout", "View", anywhere, "",
     "Puts every divider back to where it was."},
    {view_theme, "view.theme", "Light or dark", "View", anywhere, "Ctrl+T",
     "Changes between the light and the dark theme."},
    {view_high_contrast, "view.high_contrast", "High contrast", "View", anywhere, "Ctrl+Shift+T",
     "Turns high contrast on or off."},
    {view_zoom_in, "view.zoom_in", "Larger text", "View", anywhere, "Ctrl+= Ctrl+Shift+=", "Makes everything larger."},
    {view_zoom_out, "view.zoom_out", "Smaller text", "View", anywhere, "Ctrl+-", "Makes everything smaller."},
    {view_zoom_reset, "view.zoom_reset", "Normal text size", "View", anywhere, "Ctrl+0",
     "Goes back to the screen's own scale."},
    {notices_show, "notices.show", "Messages", "View", anywhere, "Ctrl+N", "Shows what happened, newest first."},
    {settings_show, "view.settings", "Settings", "View", anywhere, "Ctrl+Comma",
     "Every setting with its value and where it comes from."},
    {palette, "view.palette", "Command palette", "View", anywhere, "Ctrl+K", "Finds any command or capture by typing."},
    {help, "view.help", "Keys", "View", anywhere, "? F1", "Shows every key."},
    {keys_change, "view.keys_change", "Change keys", "View", anywhere, "",
     "Gives a command another key; clashes are told before anything is saved."},
    {quit, "app.quit", "Quit", "View", anywhere, "Ctrl+Q", "Closes the desk; nothing decided is lost."},
}};

}  // namespace

std::span<const Command> all_commands() {
    return kCommands;
}
const Command& command(CommandId id) {
    return kCommands[static_cast<size_t>(id)];
}

std::optional<CommandId> command_from_name(std::string_view name) {
    for (const auto& entry : kCommands) {
        if (entry.name == name) return entry.id;
    }
    return std::nullopt;
}

}  // namespace linesman::ui
