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
    {queue_search, "queue.search", "Search captures", "Queue", desk, "/ Ctrl+F",
     "Finds captures by pole number or id while you type."},
    {queue_clear_filters, "queue.clear_filters", "Clear search and filters", "Queue", anywhere, "Ctrl+Backspace",
     "Shows every capture of the chosen list again."},
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
    {palette, "view.palette", "Command palette", "View", anywhere, "Ctrl+K", "Finds any command or capture by typing."},
    {help, "view.help", "Keys", "View", desk, "? F1", "Shows every key."},
    {quit, "app.quit", "Quit", "View", anywhere, "Ctrl+Q", "Closes the desk; nothing decided is lost."},
}};

Availability no(std::string why) {
    return {false, std::move(why)};
}

Availability decision(const CommandContext& context, const model::Permission& permission) {
    if (!context.has_selection) return no("No capture is selected.");
    if (context.waiting_for_disk) return no("The last decision is still being written to disk.");
    if (!context.refused_because.empty()) return no(context.refused_because);
    if (!permission.allowed && permission.needs_override.empty()) return no(permission.why_not);
    return {};
}

Availability when(bool condition, std::string_view why) {
    return condition ? Availability{} : no(std::string(why));
}

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

Availability availability(CommandId id, const CommandContext& context) {
    const auto mode = context.mode;
    switch (id) {
        case decide_approve:
            return decision(context, context.approve);
        case decide_reject:
            return decision(context, context.reject);
        case decide_hold:
            return decision(context, context.hold);
        case decide_correct:
            return decision(context, context.correct);
        case decide_comment:
            return when(context.has_selection, "No capture is selected.");
        case decide_undo:
            return when(context.anything_to_undo, "Nothing was decided at this desk today.");
        case strip_confirm:
        case strip_cancel:
            return when(mode != ReviewFlow::Mode::idle, "Nothing is open.");
        case reason_1:
        case reason_2:
        case reason_3:
        case reason_4:
        case reason_5:
        case reason_6:
        case reason_7:
        case reason_8:
        case reason_9:
            return when(mode == ReviewFlow::Mode::rejecting, "Press R first.");
        case queue_next:
        case queue_previous:
        case queue_first:
        case queue_last:
        case queue_page_down:
        case queue_page_up:
            return when(context.has_rows, "The list is empty.");
        case queue_clear_filters:
            return when(context.has_filter, "No search or filter is set.");
        case photo_next:
        case photo_1:
        case photo_2:
        case photo_3:
        case photo_4:
        case photo_5:
        case photo_6:
        case photo_one_to_one:
        case photo_fit:
        case photo_rotate_left:
        case photo_rotate_right:
            return when(context.has_selection, "No capture is selected.");
        case map_focus:
        case copy_position:
            if (!context.has_selection) return no("No capture is selected.");
            return when(context.has_position, "This capture has no GPS position.");
        case map_go_to_planned:
            if (!context.has_selection) return no("No capture is selected.");
            return when(context.has_planned, "No planned pole has the number of this capture.");
        case sync_now:
            if (context.work_offline) return no("The desk works offline. Switch \"Work offline\" off first.");
            return when(context.signed_in, "Sign in first.");
        case matters_show:
            return when(context.matters > 0, "No decision needs a person.");
        case sign_in:
            return when(!context.signed_in, "You are signed in.");
        case sign_out:
            return when(context.signed_in, "You are not signed in.");
        case queue_search:
        case scope_open:
        case scope_all:
        case scope_held:
        case scope_decided:
        case scope_conflicts:
        case scope_resubmitted:
        case map_fit:
        case map_follow:
        case map_zoom_in:
        case map_zoom_out:
        case map_toggle_planned:
        case sync_pause:
        case sync_offline:
        case view_review:
        case view_support:
        case view_analyst:
        case view_reset_layout:
        case view_theme:
        case view_high_contrast:
        case view_zoom_in:
        case view_zoom_out:
        case view_zoom_reset:
        case notices_show:
        case palette:
        case help:
        case quit:
            return {};
        case count_:
            return no("Unknown command.");
    }
    return {};
}

}  // namespace linesman::ui
