#include <algorithm>
#include <cmath>

#include "imgui_internal.h"
#include "map/graticule.h"
#include "ui/shell.h"

namespace linesman::ui {

using enum CommandId;

void Shell::execute(CommandId id) {
    selection_moved();
    context_ = command_context();
    const Availability available = availability(id, context_);
    if (!available.yes) {
        toast(app::NoticeLevel::warning, available.why_not);
        return;
    }
    const bool known = execute_queue(id) || execute_select(id) || execute_bulk(id) || execute_photo(id) ||
                       execute_decision(id) || execute_map(id) || execute_sync(id) || execute_devices(id) ||
                       execute_view(id);
    if (!known)
        toast(app::NoticeLevel::error, "This command does nothing in this version: " + std::string(command(id).title));
}

bool Shell::execute_queue(CommandId id) {
    const auto move = [&](int64_t steps) {
        selection_.move_by(steps, list_.get(), snapshot_->columns);
        ++state_.queue_reveals;
        return true;
    };
    constexpr int64_t kPage = 20;
    switch (id) {
        case queue_next:
            return move(1);
        case queue_previous:
            return move(-1);
        case queue_page_down:
            return move(kPage);
        case queue_page_up:
            return move(-kPage);
        case queue_first:
            return move(-static_cast<int64_t>(list_->rows.size()));
        case queue_last:
            return move(static_cast<int64_t>(list_->rows.size()));
        case queue_search:
            state_.pane = NarrowPane::queue;
            ++state_.search_requests;
            return true;
        case queue_clear_filters: {
            model::Filter bare;
            bare.scope = state_.filter.scope;
            set_filter(bare);
            ImGui::ClearActiveID();  // the caret leaves the search field, so that single keys decide again
            return true;
        }
        case queue_save_filter:
            show(Overlay::save_filter);
            return true;
        case scope_open:
            set_scope(model::QueueScope::open);
            return true;
        case scope_all:
            set_scope(model::QueueScope::all);
            return true;
        case scope_held:
            set_scope(model::QueueScope::held);
            return true;
        case scope_decided:
            set_scope(model::QueueScope::decided);
            return true;
        case scope_conflicts:
            set_scope(model::QueueScope::conflicts);
            return true;
        case scope_resubmitted:
            set_scope(model::QueueScope::resubmitted);
            return true;
        default:
            return false;
    }
}

void Shell::set_scope(model::QueueScope scope) {
    state_.pane = NarrowPane::queue;
    model::Filter filter = state_.filter;
    filter.scope = scope;
    set_filter(filter);
}

void Shell::set_filter(model::Filter filter) {
    if (filter == state_.filter) return;
    state_.filter = std::move(filter);
    selection_.restart_with_next_list();
    ++state_.queue_reveals;
}

bool Shell::execute_decision(CommandId id) {
    const PhotosSeen seen = seen_.seen(steady_);
    if (id >= reason_1 && id <= reason_9) {
        after(review_.reject(desk_, static_cast<size_t>(id) - static_cast<size_t>(reason_1), seen));
        return true;
    }
    switch (id) {
        case decide_approve:
            after(review_.approve(desk_, seen));
            return true;
        case decide_reject:
            review_.begin(ReviewFlow::Mode::rejecting);
            return true;
        case decide_hold:
            review_.begin(ReviewFlow::Mode::holding);
            return true;
        case decide_correct:
            review_.begin(ReviewFlow::Mode::correcting);
            return true;
        case decide_comment:
            review_.begin(ReviewFlow::Mode::commenting);
            return true;
        case decide_ignore:
            ++state_.ignore_requests;
            return true;
        case decide_undo:
            after(review_.undo(desk_));
            return true;
        case decide_take_back:
            review_.begin(ReviewFlow::Mode::taking_back);
            return true;
        case strip_cancel:
            review_.cancel();
            return true;
        case strip_confirm: {
            Intents confirmed;
            const Frame now = make_frame();
            decision_bar_.confirm(now, confirmed);
            take_decisions(confirmed);
            if (!confirmed.commands.empty()) review_.cancel();
            return true;
        }
        default:
            return false;
    }
}

bool Shell::execute_map(CommandId id) {
    using Kind = DeskState::MapWish::Kind;
    auto wish = [this](Kind kind) {
        state_.pane = NarrowPane::map;
        state_.map_wish.kind = kind;
        ++state_.map_wish.count;
        return true;
    };
    switch (id) {
        case map_focus:
            return wish(Kind::capture);
        case map_go_to_planned:
            return wish(Kind::planned);
        case map_fit:
            return wish(Kind::fit);
        case map_zoom_in:
            return wish(Kind::zoom_in);
        case map_zoom_out:
            return wish(Kind::zoom_out);
        case map_follow:
            state_.layout.map_follows = !state_.layout.map_follows;
            return true;
        case map_toggle_planned:
            state_.layout.map_shows_planned = !state_.layout.map_shows_planned;
            return true;
        case map_lasso:
            ++state_.lasso_requests;
            state_.pane = NarrowPane::map;
            if (state_.layout.kind == LayoutKind::support) state_.layout.kind = LayoutKind::analyst;
            return true;
        case map_clear_area: {
            model::Filter filter = state_.filter;
            filter.area.clear();
            set_filter(std::move(filter));
            return true;
        }
        case map_toggle_heat:
            state_.layout.map_heat = !state_.layout.map_heat;
            return true;
        case map_toggle_lines:
            state_.layout.map_lines = !state_.layout.map_lines;
            return true;
        case map_toggle_accuracy:
            state_.layout.map_accuracy = !state_.layout.map_accuracy;
            return true;
        case coverage_show:
            show(Overlay::coverage);
            return true;
        case reports_show:
            show(Overlay::reports);
            return true;
        case copy_position: {
            char text[64];
            const model::GeoPoint gps = *detail_->capture.gps;
            std::snprintf(text, sizeof text, "%.7f, %.7f", gps.latitude, gps.longitude);
            ImGui::SetClipboardText(text);
            toast(app::NoticeLevel::info, "Copied " + std::string(text));
            return true;
        }
        default:
            return false;
    }
}

bool Shell::execute_sync(CommandId id) {
    switch (id) {
        case sync_now:
            desk_.sync_now();
            return true;
        case sync_pause:
            desk_.set_paused(!snapshot_->sync.paused);
            return true;
        case sync_offline:
            desk_.set_work_offline(!snapshot_->sync.work_offline);
            return true;
        case matters_show: {
            const auto& matters = snapshot_->matters;
            const bool only_a_conflict =
                matters.size() == 1 && matters[0].pending.state == model::OperationState::conflict;
            if (only_a_conflict) state_.matter = matters[0].pending.operation.op_id;
            show(only_a_conflict ? Overlay::conflict : Overlay::matters);
            return true;
        }
        case sign_in:
            show(Overlay::sign_in);
            return true;
        case sign_out:
            desk_.sign_out();
            return true;
        default:
            return false;
    }
}

void Shell::show(Overlay overlay) {
    if (state_.overlay == Overlay::bulk) desk_.drop_bulk_plan();
    if (state_.overlay == Overlay::reports) desk_.drop_report_preview();
    state_.overlay = overlay == state_.overlay ? Overlay::none : overlay;
    if (state_.overlay != Overlay::none) ++state_.overlay_openings;
}

void Shell::zoom(float factor) {
    state_.layout.zoom = std::clamp(state_.layout.zoom * factor, kLeastZoom, kMostZoom);
}

bool Shell::execute_view(CommandId id) {
    Layout& layout = state_.layout;
    constexpr float kZoomStep = 1.1F;
    switch (id) {
        case view_review:
            layout.kind = LayoutKind::review;
            break;
        case view_support:
            layout.kind = LayoutKind::support;
            break;
        case view_analyst:
            layout.kind = LayoutKind::analyst;
            break;
        case view_reset_layout:
            layout.reset_dividers();
            break;
        case view_theme:
            layout.theme = layout.theme == ThemeKind::light ? ThemeKind::dark : ThemeKind::light;
            break;
        case view_high_contrast:
            layout.theme = layout.theme == ThemeKind::high_contrast ? ThemeKind::dark : ThemeKind::high_contrast;
            break;
        case view_zoom_in:
            zoom(kZoomStep);
            break;
        case view_zoom_out:
            zoom(1 / kZoomStep);
            break;
        case view_zoom_reset:
            layout.zoom = 1;
            break;
        case view_pane:
            state_.pane = static_cast<NarrowPane>((static_cast<int>(state_.pane) + 1) % 3);
            break;
        case notices_show:
            show(Overlay::notices);
            break;
        case settings_show:
            show(Overlay::settings);
            break;
        case keys_change:
            show(Overlay::keys);
            break;
        case palette:
            show(Overlay::palette);
            break;
        case help:
            show(Overlay::help);
            break;
        case quit:
            quit_ = true;
            break;
        default:
            return false;
    }
    return true;
}

}  // namespace linesman::ui
