#include "ui/shell.h"

#include <algorithm>

#include "base/log.h"
#include "imgui_internal.h"
#include "model/reasons.h"
#include "ui/tuning.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

int mod_of(ImGuiKey key) {
    switch (key) {
        case ImGuiMod_Ctrl:
            return ImGuiMod_Ctrl;
        case ImGuiMod_Shift:
            return ImGuiMod_Shift;
        case ImGuiMod_Alt:
            return ImGuiMod_Alt;
        default:
            return 0;
    }
}

bool is_modifier_key(ImGuiKey key) {
    return (key >= ImGuiKey_LeftCtrl && key <= ImGuiKey_RightSuper) || key == ImGuiMod_Super || mod_of(key) != 0;
}

model::Row row_of(const model::Columns& columns, std::string_view staging_id) {
    for (model::Row row = 0; row < columns.row_count(); ++row) {
        if (columns.staging_id(row) == staging_id) return row;
    }
    return model::kNoRow;
}

}  // namespace

Shell::Shell(app::Desk& desk, Layout layout, Keymap keymap, SavedFilters filters, Fonts fonts)
    : desk_(desk),
      keymap_(std::move(keymap)),
      saved_filters_(std::move(filters)),
      fonts_(std::move(fonts)),
      theme_(make_theme(layout.theme)) {
    state_.layout = layout;
}

void Shell::before_frame(float content_scale) {
    ImGuiIO& io = ImGui::GetIO();
    io.ConfigFlags = shows_form() ? io.ConfigFlags | ImGuiConfigFlags_NavEnableKeyboard
                                  : io.ConfigFlags & ~ImGuiConfigFlags_NavEnableKeyboard;
    scale_ = std::clamp(content_scale * state_.layout.zoom, kLeastScale, kMostScale);
    if (applied_scale_ == scale_ && applied_theme_ == state_.layout.theme) return;
    applied_scale_ = scale_;
    applied_theme_ = state_.layout.theme;
    theme_ = make_theme(applied_theme_);
    apply_theme(theme_, scale_);
}

// A form is gone through with Tab, Space and Enter; elsewhere every key has its command.
bool Shell::shows_form() const {
    if (state_.overlay == Overlay::none) return snapshot_ != nullptr && snapshot_->first_run;
    return state_.overlay == Overlay::reports || state_.overlay == Overlay::sign_in;
}

void Shell::frame(base::Duration steady_now) {
    steady_ = steady_now;
    textures_.begin_frame();
    take_news();
    if (review_.waiting()) after(review_.poll(desk_));
    tell_reminders();
    poll_bulk();
    poll_report();
    poll_acts();
    take_keys();
    take_intents();
    take_news();  // what the acts changed
    selection_moved();
    tell_presence();
    context_ = command_context();
    const Frame now = make_frame();
    grounds_.clear();
    draw(now);
    seen_.frame(intents_.shown, steady_);
    prefetch();
    photo_presented_ = intents_.photo_presented || !selection_.any();
    pending_ = intents_.pending;
    again_ = intents_.again || textures_.wants_frame() || !intents_.commands.empty();
    std::erase_if(state_.toasts, [&](const Toast& toast) { return toast.until_s <= steady_.seconds(); });
}

void Shell::take_news() {
    snapshot_ = desk_.snapshot();
    auto fresh = desk_.rows(state_.filter, state_.order);
    // While the list of a new filter is computed the last one stays: better than a flash of nothing.
    if (fresh != nullptr && fresh != list_) {
        list_ = std::move(fresh);
        ++list_version_;
        selection_.sync(*list_, snapshot_->columns);
        picks_.retain(*list_);
        if (selection_.place()) ++state_.queue_reveals;
        upcoming_.clear();
    }
    for (const auto& notice : snapshot_->notices) {
        if (notice.id <= last_notice_) continue;
        last_notice_ = notice.id;
        if (notices_seen_ && notice.level != app::NoticeLevel::info) toast(notice.level, notice.text);
    }
    notices_seen_ = true;
}

void Shell::take_keys() {
    const ImGuiIO& io = ImGui::GetIO();
    ImGuiContext& context = *ImGui::GetCurrentContext();
    for (const ImGuiInputEvent& event : context.InputEventsTrail) {
        if (event.Type == ImGuiInputEventType_Focus) mods_ = 0;
        if (event.Type != ImGuiInputEventType_Key) continue;
        if (const int mod = mod_of(event.Key.Key); mod != 0) {
            mods_ = event.Key.Down ? mods_ | mod : mods_ & ~mod;
            continue;
        }
        if (!event.Key.Down || is_modifier_key(event.Key.Key)) continue;
        if (event.Key.Key == ImGuiKey_Escape && context.OpenPopupStack.Size > 0) {
            ImGui::ClosePopupToLevel(0, false);
            continue;
        }
        const bool over = state_.overlay != Overlay::none || shows_form();
        if (state_.overlay == Overlay::keys && overlays_.keys().waits()) {
            overlays_.keys().take(keymap_, {event.Key.Key, mods_}, intents_);
            continue;
        }
        if (state_.overlay != Overlay::none && event.Key.Key == ImGuiKey_Escape) {
            show(Overlay::none);
            continue;
        }
        const bool popup = context.OpenPopupStack.Size > 0;
        const auto id = keymap_.find({event.Key.Key, mods_}, io.WantTextInput || over || popup,
                                     review_.mode() != ReviewFlow::Mode::idle);
        // Escape with nothing to close is a habit, not a command.
        if (id == CommandId::select_none && !picks_.any()) continue;
        if (id) execute(*id);
    }
    mods_ = io.KeyMods & (ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiMod_Alt);
    if (io.WantTextInput || state_.overlay != Overlay::none || shows_form()) return;
    if (review_.mode() != ReviewFlow::Mode::idle) return;
    for (const auto& entry : all_commands()) {
        if (!entry.repeats) continue;
        for (const auto& chord : keymap_.chords(entry.id)) {
            // The first press came through the queue above.
            if (chord.mods == mods_ && ImGui::GetKeyData(chord.key)->DownDuration > 0 &&
                ImGui::IsKeyPressed(chord.key, true))
                execute(entry.id);
        }
    }
}

void Shell::take_intents() {
    const Intents intents = std::exchange(intents_, {});
    if (intents.layout) state_.layout = *intents.layout;
    if (intents.slot) {
        if (state_.slot != *intents.slot) state_.pose = {};
        state_.slot = *intents.slot;
    } else if (intents.pose) {
        state_.pose = *intents.pose;
    }
    if (intents.compare_slot) state_.compare.slot = *intents.compare_slot;
    if (intents.filter) set_filter(*intents.filter);
    if (intents.order) {
        state_.order = *intents.order;
        ++state_.queue_reveals;
    }
    if (intents.select && selection_.select(*intents.select, list_.get(), snapshot_->columns)) ++state_.queue_reveals;
    if (intents.select_id) {
        const model::Row row = row_of(snapshot_->columns, *intents.select_id);
        if (row == model::kNoRow) {
            toast(app::NoticeLevel::warning, "That capture is not on this desk.");
        } else if (selection_.select(row, list_.get(), snapshot_->columns)) {
            ++state_.queue_reveals;
        }
    }
    take_picks(intents);
    if (intents.overlay) show(*intents.overlay);
    if (intents.pane) state_.pane = *intents.pane;
    if (intents.copy_text) {
        ImGui::SetClipboardText(intents.copy_text->c_str());
        const bool one_line = intents.copy_text->find('\n') == std::string::npos && intents.copy_text->size() < 80;
        toast(app::NoticeLevel::good, one_line ? "Copied: " + *intents.copy_text : "Copied to the clipboard.");
    }
    take_decisions(intents);
    take_bulk(intents);
    take_acts(intents);
    take_choices(intents);
    take_devices(intents.devices);
    for (const auto& [op_id, choice] : intents.resolve) desk_.resolve(op_id, choice);
    for (const uint64_t id : intents.dismiss) desk_.dismiss_notice(id);
    if (intents.sign_in && intents.sign_in->google) desk_.sign_in_google(intents.sign_in->remember);
    if (intents.sign_in && !intents.sign_in->google)
        desk_.sign_in(intents.sign_in->email, intents.sign_in->password, intents.sign_in->remember);
    for (const CommandId id : intents.commands) execute(id);
}

void Shell::take_decisions(const Intents& intents) {
    selection_moved();
    const PhotosSeen seen = seen_.seen(steady_);
    if (intents.comment) review_.set_comment(desk_, *intents.comment);
    if (intents.reject_reason) after(review_.reject(desk_, *intents.reject_reason, seen));
    if (intents.hold_note) after(review_.hold(desk_, *intents.hold_note, seen, intents.remind_at));
    if (intents.override_reason) after(review_.override_and_approve(desk_, *intents.override_reason, seen));
    if (intents.correction) after(review_.correct(desk_, *intents.correction));
    if (intents.take_back_reason) take_back(*intents.take_back_reason);
}

void Shell::after(const Step& step) {
    if (!step.said.empty()) toast(step.level, step.said);
    if (step.advance) {
        ++advances_;
        if (selection_.any()) recent_.emplace_back(selection_.staging_id(), selection_.row());
        selection_.advance(list_.get(), snapshot_->columns);
        ++state_.queue_reveals;
    }
    if (!step.go_to.empty()) {
        model::Row row = model::kNoRow;
        for (auto it = recent_.rbegin(); it != recent_.rend() && row == model::kNoRow; ++it) {
            if (it->first == step.go_to) row = it->second;
        }
        if (row == model::kNoRow) row = row_of(snapshot_->columns, step.go_to);
        selection_.unsettle(row);
        selection_.select(row, list_.get(), snapshot_->columns);
        ++state_.queue_reveals;
    }
    if (step.advance || !step.go_to.empty()) selection_moved();
}

void Shell::selection_moved() {
    if (moves_seen_ != selection_.moves()) {
        moves_seen_ = selection_.moves();
        looked_at_before_ = std::exchange(looking_at_, selection_.staging_id());
        if (!state_.compare.capture.empty()) state_.compare = {};
        state_.pose = {};
        state_.slot = model::Slot::before;
        if (selection_.any()) {
            const auto& chunk = snapshot_->columns.chunk_of(selection_.row());
            const model::SlotMask photos = chunk.photos[selection_.row() % model::kChunkRows];
            for (const auto slot : model::kSlots) {
                if ((photos & model::bit(slot)) == 0) continue;
                state_.slot = slot;
                break;
            }
        }
        review_.selected(desk_, selection_.staging_id());
        seen_.start(selection_.staging_id());
        upcoming_.clear();
    }
    detail_ = selection_.any() ? desk_.detail(selection_.staging_id()) : nullptr;
}

// At once when the capture changes; as long as it is the same one, now and then while the person does something.
void Shell::tell_presence() {
    const bool acts = ImGui::GetCurrentContext()->InputEventsTrail.Size > 0;
    const bool moved = told_at_ != selection_.staging_id();
    if (!moved && (!acts || steady_.seconds() - told_s_ < kPresenceEveryS)) return;
    told_at_ = selection_.staging_id();
    told_s_ = steady_.seconds();
    desk_.looking_at(told_at_);
}

void Shell::prefetch() {
    const auto& columns = snapshot_->columns;
    if (upcoming_.empty() && prefetch_) {
        upcoming_ = selection_.upcoming(list_.get(), kPrefetchCaptures);
        std::vector<std::string> ids;
        for (const auto row : upcoming_) ids.emplace_back(columns.staging_id(row));
        if (!ids.empty()) desk_.prefetch(std::move(ids));
    }
    const bool listed = list_ != nullptr && list_->filter == state_.filter && list_->order == state_.order;
    loading_ = snapshot_->loading || !listed || (selection_.any() && detail_ == nullptr);
    if (!selection_.any()) return;
    for (const auto slot : model::kSlots) {
        loading_ |= desk_.photo(selection_.staging_id(), slot, app::PhotoSize::slot).state == app::PhotoState::loading;
    }
    if (loading_) return;
    // What comes next is uploaded before it is needed, so that the key that leads to it costs nothing.
    for (size_t i = 0; i < std::min(kUploadAhead, upcoming_.size()); ++i) {
        const std::string id(columns.staging_id(upcoming_[i]));
        for (const auto slot : model::kSlots) {
            const app::PhotoView photo = desk_.photo(id, slot, app::PhotoSize::slot);
            if (photo.image != nullptr) textures_.photo(photo.image_id, *photo.image, false);
        }
    }
}

CommandContext Shell::command_context() const {
    CommandContext context;
    context.has_rows = list_ != nullptr && !list_->rows.empty();
    context.has_selection = selection_.any();
    context.has_position = detail_ != nullptr && detail_->capture.gps.has_value();
    context.has_planned = detail_ != nullptr && detail_->planned.has_value();
    model::Filter bare;
    bare.scope = state_.filter.scope;
    context.has_filter = !(state_.filter == bare);
    context.has_area = !state_.filter.area.empty();
    context.picked = picks_.count();
    context.has_batches = !snapshot_->batches.empty();
    context.has_finding =
        detail_ != nullptr && std::any_of(detail_->findings.begin(), detail_->findings.end(), [](const auto& finding) {
            return !finding.ignored && finding.severity != model::Severity::blocking;
        });
    context.signed_in = snapshot_->session.signed_in;
    context.session_over = is_session_over(*snapshot_);
    context.anything_to_undo = review_.decided() > 0 || !snapshot_->my_day.latest.empty();
    context.waiting_for_disk = review_.waiting();
    context.matters = static_cast<uint32_t>(snapshot_->matters.size());
    context.mode = review_.mode();
    context.narrow = narrow_;
    context.paused = snapshot_->sync.paused;
    context.work_offline = snapshot_->sync.work_offline;
    context.refused_because = snapshot_->outbox.refused_because;
    if (!selection_.any()) return context;
    auto ask = [this](model::OperationKind kind) {
        app::DecisionDraft draft;
        draft.kind = kind;
        draft.staging_id = selection_.staging_id();
        // A reason is asked for after the key; what is asked here is whether the key makes sense.
        if (kind == model::OperationKind::reject) draft.reason = model::kRejectReasons[0].code;
        if (kind == model::OperationKind::undo) draft.reason = "?";
        if (kind == model::OperationKind::hold) draft.comment = "?";
        if (kind == model::OperationKind::correct) draft.correction.notes = std::string(1, ' ');
        return desk_.may(draft);
    };
    context.approve = ask(model::OperationKind::approve);
    context.reject = ask(model::OperationKind::reject);
    context.hold = ask(model::OperationKind::hold);
    context.correct = ask(model::OperationKind::correct);
    context.take_back = ask(model::OperationKind::undo);
    return context;
}

Frame Shell::make_frame() {
    return Frame{*snapshot_, desk_,     list_.get(), list_version_, detail_.get(),    state_,         selection_,
                 picks_,     review_,   seen_,       context_,      keymap_,          saved_filters_, theme_,
                 fonts_,     textures_, scale_,      desk_.now(),   steady_.seconds()};
}

void Shell::toast(app::NoticeLevel level, std::string text) {
    const double seconds =
        level == app::NoticeLevel::error || level == app::NoticeLevel::warning ? kToastLongS : kToastShortS;
    // The same words again only stay longer.
    for (auto& shown : state_.toasts) {
        if (shown.text != text) continue;
        shown.until_s = steady_.seconds() + seconds;
        return;
    }
    if (state_.toasts.size() >= kMostToasts) state_.toasts.erase(state_.toasts.begin());
    state_.toasts.push_back({level, std::move(text), steady_.seconds() + seconds});
}

bool Shell::wants_frame() const {
    return again_ || review_.waiting() || !acts_under_way_.empty() || !state_.bulk.starting.empty();
}

double Shell::wants_frame_in_s() const {
    double soonest = kAgeRefreshS;
    for (const auto& toast : state_.toasts)
        soonest = std::min(soonest, std::max(0.02, toast.until_s - steady_.seconds()));
    for (const auto& reminder : snapshot_->reminders) {
        const double left = static_cast<double>(reminder.at.us - desk_.now().us) / 1e6;
        if (left <= 0) continue;
        soonest = std::min(soonest, left + 0.1);
        break;
    }
    for (const auto& [staging_id, people] : *snapshot_->people_here) {
        for (const auto& person : people) {
            const double left = static_cast<double>(person.until.us - desk_.now().us) / 1e6;
            if (left > 0) soonest = std::min(soonest, left + 0.1);
        }
    }
    return soonest;
}

bool Shell::idle() const {
    return !loading_ && !pending_ && !wants_frame();
}

}  // namespace linesman::ui
