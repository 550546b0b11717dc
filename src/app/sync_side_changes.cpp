// What comes in from the cache and the outbox, and how it reaches the board.
#include "app/decode_captures.h"
#include "app/sync_side_state.h"
#include "base/ids.h"
#include "base/log.h"
#include "model/device_metrics.h"
#include "model/overlay.h"
#include "store/columns_file.h"
#include "sync/device_commands.h"

#include <algorithm>

namespace linesman::app {
namespace {

constexpr base::Duration kSettleAfter =
    base::milliseconds(25);  // gathers the changes of one snapshot; below what a person notices
constexpr base::Duration kReferenceAfter = base::milliseconds(300);

}  // namespace

void SyncSide::State::applied(const sync::AppliedChanges& changes) {
    bool reference_due = false;
    std::vector<std::string> for_machine;
    std::vector<const store::CachedDocument*> captures;
    for (const auto& document : changes.documents) {
        if (document.collection == needs.profile.staging) {
            if (machine) for_machine.push_back(document.id);
            // While the loader runs it reads an older view of the cache; what is applied meanwhile is read again
            // afterwards.
            if (loader) {
                load_again = true;
                continue;
            }
            captures.push_back(&document);
        } else if (is_reference_collection(document.collection, needs.profile)) {
            reference_due = true;
        } else if (document.collection == sync::CollectionNames{}.commands && !commands_posted) {
            commands_posted = true;
            needs.queue.post_after(kSettleAfter, [this] {
                commands_posted = false;
                reload_commands();
            });
        }
    }
    decode_captures(needs.pool, captures, [this](const model::Capture& capture) { book->put(capture); });
    for (const auto& gone : changes.deletes) {
        if (gone.collection == needs.profile.staging) {
            book->remove(gone.id);
            if (!book->pending(gone.id).empty())
                needs.board.notify(NoticeLevel::warning,
                                   "A capture with a decision of yours that is not sent yet was deleted on the server.",
                                   "Look at it under Matters.", gone.id);
        } else if (is_reference_collection(gone.collection, needs.profile)) {
            reference_due = true;
        }
    }
    if (machine) machine->offer(for_machine);
    if (reference_due && !reference_posted) {
        reference_posted = true;
        report_busy();
        needs.queue.post_after(kReferenceAfter, [this] {
            reference_posted = false;
            reload_reference();
        });
    }
    settle_soon();
}

void SyncSide::State::reload_reference() {
    if (!cache) return;
    auto loaded_reference = load_reference(cache->read(), needs.profile);
    if (!loaded_reference) {
        base::log(base::LogLevel::error, "app", loaded_reference.error());
        return;
    }
    for (const auto& problem : loaded_reference->problems) base::log(base::LogLevel::warning, "app", problem);
    keep_good_rules(*loaded_reference);
    const auto& before = book->reference().planned;
    const auto& after = loaded_reference->data->planned;
    // Zones and PONs stand in the rows: they follow the planned poles.
    const bool zones_changed =
        before.size() != after.size() ||
        !std::equal(before.begin(), before.end(), after.begin(), [](const auto& a, const auto& b) {
            return a.id == b.id && a.pole_number == b.pole_number && a.project_id == b.project_id && a.zone == b.zone &&
                   a.pon == b.pon;
        });
    heartbeats = std::move(loaded_reference->heartbeats);
    book->set_reference(loaded_reference->data);
    auto people = std::make_shared<const std::vector<model::Person>>(std::move(loaded_reference->people));
    needs.board.update([&](Snapshot& s) {
        s.reference = loaded_reference->data;
        s.people = people;
    });
    if (zones_changed && book->row_count() > 0) {
        if (loader) {
            load_again = true;
        } else {
            begin_loading();
        }
    }
    settle_soon();
}

void SyncSide::State::reload_commands() {
    if (!cache) return;
    auto commands = std::make_shared<std::vector<model::DeviceCommand>>();
    const auto now = needs.clock.now();
    const auto read =
        cache->read().for_each(sync::CollectionNames{}.commands, [&](const store::DocumentView& document) {
            auto command = sync::decode_command(document.id, document.fields, now);
            if (command) commands->push_back(std::move(*command));
            return true;
        });
    if (!read) return base::log(base::LogLevel::warning, "app", read.error());
    std::sort(commands->begin(), commands->end(), [](const auto& a, const auto& b) {
        return a.created_at != b.created_at ? a.created_at > b.created_at : a.id > b.id;
    });
    if (commands->size() > kMaxCommands) commands->resize(kMaxCommands);
    needs.board.update([&](Snapshot& s) { s.commands = commands; });
}

// Scripts must not read findings that are about to change.
void SyncSide::State::report_busy() {
    const bool busy = loader || reference_posted || settle_posted || !book->judged();
    if (needs.board.snapshot()->rules_running == busy) return;
    needs.board.update([busy](Snapshot& s) { s.rules_running = busy; });
}

void SyncSide::State::settle_soon() {
    if (settle_posted) return;
    settle_posted = true;
    report_busy();
    needs.queue.post_after(kSettleAfter, [this] {
        settle_posted = false;
        settle();
    });
}

void SyncSide::State::settle() {
    if (!book) return;
    if (!loader) book->judge();  // while captures are still being read the rules would run over half of them
    if (book->changed()) publish();
    report_busy();
    const auto judged = book->take_judged();
    if (machine) machine->offer(judged);
    if (machine) machine->settled();
}

namespace {

std::vector<Reminder> reminders_of(const CaptureBook& book, const model::Columns& columns) {
    std::vector<Reminder> reminders;
    for (const auto& [staging_id, at] : book.reminders()) {
        const model::Row row = book.row_of(staging_id);
        const std::string_view number = row < columns.row_count() ? columns.pole_number(row) : std::string_view();
        reminders.push_back({at, staging_id, std::string(number)});
    }
    std::sort(reminders.begin(), reminders.end(), [](const auto& a, const auto& b) {
        return a.at.us != b.at.us ? a.at.us < b.at.us : a.staging_id < b.staging_id;
    });
    return reminders;
}

}  // namespace

void SyncSide::State::publish() {
    book->clear_changed();
    auto columns = book->publish();
    auto reminders = reminders_of(*book, columns);
    auto counts = model::count_rows(columns);
    auto devices = model::summarize_devices(columns, heartbeats, needs.clock.now(), device_limits_of(needs.profile));
    const auto alert = device_alerts.look(devices, pulled && !reference_posted);
    needs.board.update(
        [&](Snapshot& s) {
            s.columns = std::move(columns);
            s.counts = std::move(counts);
            s.reminders = std::move(reminders);
            s.devices = std::move(devices);
            s.loading = false;
            rows_generation = s.rows_generation + 1;
        },
        true);
    if (alert) needs.board.notify(NoticeLevel::warning, alert->text, alert->cure);
}

// What the rows depend on besides the documents: the program and its rules' defaults. Rule sets of projects are
// documents.
uint64_t SyncSide::State::producer() const {
    return base::fnv1a(model::hash_of(model::RuleSet{}) + needs.profile.staging);
}

void SyncSide::State::save_columns() {
    // Rows with operations on top are no copy of the cache; the next start puts these captures anew, so they may be in
    // the file.
    if (!cache || !book || !book->judged() || loader || reference_posted || settle_posted) return;
    const auto generation = cache->read().generation();
    if (!generation) return;
    if (auto status = store::write_columns_file(columns_path, book->publish(), {*generation, producer()}); !status)
        base::log(base::LogLevel::warning, "app", status.error());
}

// When the desk last saw everything: shown at the next start before the first pull.
void SyncSide::State::remember_pull() {
    pulled = true;
    const auto steady = needs.clock.steady();
    if (remembered_at && steady.us - remembered_at->us < base::seconds(30).us) return;
    remembered_at = steady;
    store::CacheBatch batch;
    batch.values[kLastPullKey] = base::format_rfc3339(needs.clock.now());
    batch.values[kUsageKey] = usage.text();
    batch.values[kRunsKey] = runs.text(needs.clock.now());
    if (auto applied_batch = cache->apply(batch); !applied_batch)
        base::log(base::LogLevel::warning, "app", applied_batch.error());
}

std::optional<model::Capture> SyncSide::State::remote(const std::string& staging_id) {
    if (!cache) return std::nullopt;
    auto document = cache->read().document(needs.profile.staging, staging_id);
    if (!document || !*document) return std::nullopt;
    return sync::decode_capture_or_unreadable(staging_id, (*document)->fields, (*document)->update_time);
}

std::shared_ptr<const LoadedCapture> SyncSide::State::build_detail(const std::string& staging_id) {
    if (!cache) return nullptr;
    auto document = cache->read().document(needs.profile.staging, staging_id);
    if (!document || !*document) return nullptr;
    auto loaded_capture = std::make_shared<LoadedCapture>();
    loaded_capture->remote_fields = std::move((*document)->fields);
    loaded_capture->remote_update_time = (*document)->update_time;
    auto detail = std::make_shared<CaptureDetail>();
    const auto capture = sync::decode_capture_or_unreadable(staging_id, loaded_capture->remote_fields,
                                                            loaded_capture->remote_update_time);
    const auto operations = book->pending(staging_id);
    detail->capture = operations.empty() ? capture : model::overlay(capture, operations);
    detail->operations.assign(operations.begin(), operations.end());
    detail->findings = book->findings(staging_id);
    detail->generation = rows_generation;
    detail->pending = std::any_of(operations.begin(), operations.end(), [](const auto& p) {
        return p.state == model::OperationState::waiting || p.state == model::OperationState::ready ||
               p.state == model::OperationState::sending;
    });
    if (const auto* planned = book->planned_pole(detail->capture)) {
        detail->planned = *planned;
        if (detail->capture.gps)
            detail->planned_distance_m = model::distance_m(*detail->capture.gps, planned->position);
    }
    model::RuleSet rules;
    for (const auto& project : book->reference().projects) {
        if (project.id == detail->capture.project_id) loaded_capture->project = project;
    }
    for (const auto& set : book->reference().rule_sets) {
        if (set.project_id == detail->capture.project_id) rules = set;
    }
    loaded_capture->rules_hash = model::hash_of(rules);
    loaded_capture->detail = std::move(detail);
    return loaded_capture;
}

}  // namespace linesman::app
