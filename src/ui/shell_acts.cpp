// The shell's acts beside the flow of review: selecting, bulk, and decisions made in overlays.
#include "app/bulk.h"
#include "model/merge.h"
#include "ui/shell.h"
#include "ui/words.h"

namespace linesman::ui {

using enum CommandId;

bool Shell::execute_select(CommandId id) {
    auto grow = [this](int64_t steps) {
        const model::Row from = selection_.row();
        if (!selection_.move_by(steps, list_.get(), snapshot_->columns)) return true;
        picks_.range(*list_, from, selection_.row());
        ++state_.queue_reveals;
        return true;
    };
    switch (id) {
        case select_toggle:
            picks_.toggle(selection_.row());
            if (list_ != nullptr) picks_.retain(*list_);
            return true;
        case select_next:
            return grow(1);
        case select_previous:
            return grow(-1);
        case select_all:
            picks_.all(*list_);
            return true;
        case select_none:
            picks_.clear();
            return true;
        default:
            return false;
    }
}

bool Shell::execute_bulk(CommandId id) {
    auto begin = [this](model::OperationKind kind) {
        state_.bulk = {};
        state_.bulk.kind = kind;
        // One more than can be done, so that the dry run says that it is too many.
        auto ids = picks_.ids(*list_, snapshot_->columns, app::kMaxBulk + 1);
        if (ids.empty() && selection_.any()) ids = {selection_.staging_id()};
        state_.bulk.ids = std::make_shared<const std::vector<std::string>>(std::move(ids));
        if (state_.overlay != Overlay::bulk) show(Overlay::bulk);
        return true;
    };
    switch (id) {
        case bulk_approve:
            return begin(model::OperationKind::approve);
        case bulk_reject:
            return begin(model::OperationKind::reject);
        case bulk_hold:
            return begin(model::OperationKind::hold);
        case bulk_requeue:
            return begin(model::OperationKind::requeue);
        case batches_show:
            show(Overlay::batches);
            return true;
        case duplicates_show:
            state_.to_merge.clear();
            show(Overlay::duplicates);
            return true;
        case merge_selected:
            state_.to_merge = picks_.ids(*list_, snapshot_->columns, model::kMaxMerge);
            if (state_.overlay != Overlay::duplicates) show(Overlay::duplicates);
            return true;
        case history_show:
            show(Overlay::history);
            return true;
        case rules_show:
            show(Overlay::rules);
            return true;
        case my_day_show:
            show(Overlay::my_day);
            return true;
        default:
            return false;
    }
}

void Shell::take_picks(const Intents& intents) {
    if (list_ == nullptr) return;
    if (intents.clear_picks) picks_.clear();
    if (intents.lassoed) {
        const size_t before = picks_.count();
        picks_.add(*list_, intents.lassoed->rows);
        state_.area = intents.lassoed->area;
        const size_t added = picks_.count() - before;
        toast(app::NoticeLevel::info,
              added == 0 ? std::string("No capture of the list lies in there.") : with_thousands(added) + " selected.");
    }
    if (!intents.pick) return;
    if (intents.pick->how == Intents::Pick::How::toggle) {
        picks_.toggle(intents.pick->row);
        return;
    }
    picks_.range(*list_, selection_.row(), intents.pick->row);
    selection_.select(intents.pick->row, list_.get(), snapshot_->columns);
}

void Shell::take_bulk(const Intents& intents) {
    if (intents.plan_bulk && state_.bulk.ids) {
        app::BulkRequest request = *intents.plan_bulk;
        request.staging_ids = *state_.bulk.ids;
        state_.bulk.plan = desk_.plan_bulk(std::move(request));
        state_.bulk.why.clear();
    }
    if (intents.start_bulk && state_.bulk.starting.empty()) {
        const app::BulkStart start = desk_.start_bulk(*intents.start_bulk);
        state_.bulk.why = start.why;
        if (start.state != app::BulkStart::State::refused) state_.bulk.starting = start.batch_id;
    }
    for (const auto& act : intents.batch_acts) {
        switch (act.what) {
            case Intents::BatchAct::What::pause:
                desk_.pause_batch(act.batch_id);
                break;
            case Intents::BatchAct::What::resume:
                desk_.resume_batch(act.batch_id);
                break;
            case Intents::BatchAct::What::cancel:
                desk_.cancel_batch(act.batch_id);
                break;
        }
    }
    if (intents.bulk_rate) desk_.set_bulk_rate(*intents.bulk_rate);
}

void Shell::poll_bulk() {
    if (state_.bulk.starting.empty()) return;
    const app::BulkStart start = desk_.bulk_start_state(state_.bulk.starting);
    if (start.state == app::BulkStart::State::waiting) return;
    state_.bulk.starting.clear();
    state_.bulk.why = start.why;
    if (start.state == app::BulkStart::State::refused) return;
    toast(app::NoticeLevel::good, "Started: " + with_thousands(start.items) +
                                      (start.items == 1 ? " capture." : " captures.") + " Each gets a receipt.");
    picks_.clear();
    if (state_.overlay == Overlay::bulk) show(Overlay::batches);
}

void Shell::take_acts(const Intents& intents) {
    for (const auto& act : intents.acts) started(desk_.decide(act.draft), act.said);
    if (intents.merge) started(desk_.merge(*intents.merge), "Merged");
    if (intents.resolve_fields) {
        const auto& [op_id, resolution] = *intents.resolve_fields;
        started(desk_.resolve_fields(op_id, resolution), "Settled as you chose");
    }
    if (intents.show_matter) {
        state_.matter = *intents.show_matter;
        if (state_.overlay != Overlay::conflict) show(Overlay::conflict);
    }
}

// The newest decision on the selected capture, whoever made it: the server is asked when this desk does not know it.
void Shell::take_back(const std::string& reason) {
    if (reason.empty()) {
        toast(app::NoticeLevel::warning, "Write why the decision is taken back, then press Enter.");
        return;
    }
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::undo;
    draft.staging_id = selection_.staging_id();
    draft.reason = reason;
    const app::DecisionOutcome outcome = desk_.decide(std::move(draft));
    if (outcome.state != app::DecisionOutcome::State::refused) review_.cancel();
    started(outcome, "Taken back; the capture waits again");
}

// Reminders that came due since the last frame; at the start, how many are.
void Shell::tell_reminders() {
    const base::Timestamp now = desk_.now();
    if (snapshot_->loading) return;
    size_t due = 0;
    std::string named;
    for (const auto& reminder : snapshot_->reminders) {
        if (reminder.at.us > now.us) break;
        if (reminded_ && reminder.at.us <= reminded_->us) continue;
        ++due;
        named = reminder.pole_number.empty() ? reminder.staging_id : reminder.pole_number;
    }
    reminded_ = now;
    if (due == 1) toast(app::NoticeLevel::warning, "Reminder: " + named + " was held until now.");
    if (due > 1) toast(app::NoticeLevel::warning, with_thousands(due) + " held captures are due.");
}

// A report that ended while its view was closed is told of.
void Shell::poll_report() {
    const app::ReportJob job = desk_.report_job();
    const bool ended = std::exchange(report_busy_, job.busy()) && !job.busy();
    if (!ended || state_.overlay == Overlay::reports) return;
    if (job.state == app::ReportJob::State::done) {
        toast(app::NoticeLevel::good,
              std::string(report::title_of(job.kind)) + " written: " + job.manifest.substr(0, job.manifest.rfind('/')));
    } else if (job.state == app::ReportJob::State::failed) {
        toast(app::NoticeLevel::error, std::string(report::title_of(job.kind)) + " not made. " + job.why);
    }
}

// What is kept for this person: filters, keys, settings. Reports and the disk.
void Shell::take_choices(const Intents& intents) {
    if (intents.fresh_preview) desk_.drop_report_preview();
    if (intents.start_report && desk_.start_report(*intents.start_report) == 0)
        toast(app::NoticeLevel::warning, "Another report is being made; wait for it or cancel it.");
    if (intents.cancel_report) desk_.cancel_report();
    if (intents.clean_disk) desk_.clean_disk();
    if (intents.save_filter &&
        saved_filters_.put({*intents.save_filter, state_.filter, span_of(state_.filter, desk_.now())}))
        toast(app::NoticeLevel::good, "Saved: " + *intents.save_filter + ".");
    if (intents.forget_filter) saved_filters_.remove(*intents.forget_filter);
    if (intents.change_setting) desk_.change_setting(intents.change_setting->first, intents.change_setting->second);
    if (intents.first_run) {
        for (const auto& [key, value] : *intents.first_run) desk_.change_setting(key, value);
        quit_ = true;  // main starts the desk with them
    }
    if (intents.reset_keys) keymap_ = {};
    for (const auto& rebinding : intents.rebind) keymap_.bind(rebinding.id, rebinding.chords);
    if (intents.reset_keys || !intents.rebind.empty()) ++keymap_changes_;
}

void Shell::started(const app::DecisionOutcome& outcome, std::string said) {
    switch (outcome.state) {
        case app::DecisionOutcome::State::refused:
            toast(app::NoticeLevel::warning, outcome.why);
            return;
        case app::DecisionOutcome::State::waiting:
            acts_under_way_.emplace_back(outcome.op_id, std::move(said));
            return;
        case app::DecisionOutcome::State::durable:
            finished_act(said);
            return;
    }
}

void Shell::finished_act(const std::string& said) {
    if (!said.empty()) toast(app::NoticeLevel::good, said + ".");
    // What was decided about is settled: its overlay has nothing left to show.
    if (state_.overlay == Overlay::conflict) show(snapshot_->matters.size() > 1 ? Overlay::matters : Overlay::none);
}

void Shell::poll_acts() {
    for (size_t i = 0; i < acts_under_way_.size();) {
        const app::DecisionOutcome outcome = desk_.decision_state(acts_under_way_[i].first);
        if (outcome.state == app::DecisionOutcome::State::waiting) {
            ++i;
            continue;
        }
        const std::string said = acts_under_way_[i].second;
        acts_under_way_.erase(acts_under_way_.begin() + static_cast<ptrdiff_t>(i));
        started(outcome, said);
    }
}

}  // namespace linesman::ui
