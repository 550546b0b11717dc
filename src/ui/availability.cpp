// Which command can be used now, and if not, why not.
#include "model/merge.h"
#include "ui/commands.h"

namespace linesman::ui {

using enum CommandId;

namespace {

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
        case decide_take_back:
            return decision(context, context.take_back);
        case decide_comment:
            return when(context.has_selection, "No capture is selected.");
        case decide_undo:
            return when(context.anything_to_undo,
                        "Nothing was decided at this desk today. An older decision: select its capture and take "
                        "back its newest decision.");
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
        case select_toggle:
        case history_show:
        case capture_photos:
            return when(context.has_selection, "No capture is selected.");
        case select_next:
        case select_previous:
        case select_all:
            return when(context.has_rows, "The list is empty.");
        case select_none:
            return when(context.picked > 0, "Nothing is selected.");
        case bulk_approve:
        case bulk_reject:
        case bulk_hold:
            if (!context.refused_because.empty()) return no(context.refused_because);
            if (!context.signed_in) return no("Sign in to decide.");
            return when(context.picked > 0, "Select captures first: X, Shift with an arrow, Ctrl+A, or the lasso.");
        case bulk_requeue:
            if (!context.refused_because.empty()) return no(context.refused_because);
            if (!context.signed_in) return no("Sign in to decide.");
            return when(context.picked > 0 || context.has_selection, "No capture is selected.");
        case merge_selected:
            return when(context.picked >= 2 && context.picked <= model::kMaxMerge,
                        "Select two to eight captures of one pole first, with X.");
        case batches_show:
            return when(context.has_batches, "No batch was started at this desk yet.");
        case decide_ignore:
            if (!context.has_selection) return no("No capture is selected.");
            return when(context.has_finding, "This capture has no finding that can be ignored.");
        case queue_save_filter:
            return when(context.has_filter, "Set a search or a filter first.");
        case map_clear_area:
            return when(context.has_area, "No area is drawn.");
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
        case photo_contrast:
        case photo_compare:
        case photo_compare_capture:
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
            if (context.session_over) return no("Your session has ended. Sign in first.");
            return when(context.signed_in, "Sign in first.");
        case matters_show:
            return when(context.matters > 0, "No decision needs a person.");
        case sign_in:
            return when(!context.signed_in || context.session_over, "You are signed in.");
        case sign_out:
            return when(context.signed_in, "You are not signed in.");
        case view_pane:
            return when(context.narrow, "Queue, capture and map are all on the screen already.");
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
        case map_lasso:
        case map_toggle_heat:
        case map_toggle_lines:
        case map_toggle_accuracy:
        case coverage_show:
        case reports_show:
        case duplicates_show:
        case devices_retry:
        case devices_charts:
        case devices_open_bundle:
        case rules_show:
        case my_day_show:
        case settings_show:
        case keys_change:
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
