// One desk of a simulation: the real outbox, sender, pull and cache on a manual queue, and a person who decides at
// random. Files stay when the desk is dropped and opened again.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/outbox_desk.h"
#include "app/remote_undo.h"
#include "base/ids.h"
#include "model/decision_policy.h"
#include "model/merge.h"
#include "model/overlay.h"
#include "model/undo.h"
#include "simulation/history.h"
#include "simulation/line.h"
#include "simulation/tally.h"
#include "support/temp_folder.h"
#include "sync/change_reader.h"
#include "sync/in_process.h"

namespace linesman::simulation {

using model::OperationKind;
using model::OperationState;

class SimDesk {
  public:
    // `listens`: live changes over a stream that is cut now and then; otherwise the windows are polled.
    SimDesk(sync::test::Backend& backend, History& history, Random& random, Tally& tally, std::string uid, bool listens)
        : backend_(backend),
          history_(history),
          random_(random),
          tally_(tally),
          uid_(std::move(uid)),
          listens_(listens),
          line(backend.server, backend.queue, random) {
        open();
    }
    ~SimDesk() { drop(); }
    SimDesk(const SimDesk&) = delete;
    SimDesk& operator=(const SimDesk&) = delete;

    const std::string& uid() const { return uid_; }
    base::ManualQueue& queue() { return *queue_; }

    void open() {
        queue_ = std::make_unique<base::ManualQueue>(backend_.clock);
        auto opened = store::Cache::open(folder_.file("cache.db"), backend_.clock);
        cache = std::make_unique<store::Cache>(std::move(opened->cache));
        outbox = std::move(
            app::OutboxDesk::open(folder_.file("outbox.db"), backend_.clock, *queue_, [](const app::OutboxView&) {
            }).value());
        client = sync::make_firestore(sync::test::Backend::endpoints(), line, backend_.tokens, *queue_);
        applier = std::make_unique<sync::CacheApplier>(*cache, [](const auto&) {});
        sync::PullOptions options;
        options.random_seed = random_.below(1'000'000);
        if (listens_) options.live = {&line, &backend_.tokens, {}};
        pull = std::make_unique<sync::Pull>(*client, *applier, *queue_, backend_.clock, options, sync::PullHooks{});
        sync::SenderOptions sending;
        sending.random_seed = random_.below(1'000'000);
        sync::SenderHooks hooks;
        hooks.store = [this](const std::string& collection, sync::RawDocument document) {
            if (!pull->take_document(collection, std::move(document))) history_.fault("the cache took nothing");
        };
        hooks.forget = [this](const std::string& collection, const std::string& id, base::Timestamp as_of) {
            if (!pull->forget(collection, id, as_of)) history_.fault("the cache forgot nothing");
        };
        reader = std::make_unique<sync::ChangeReader>(*client, backend_.names);
        outbox->on_undo_elsewhere([this](model::Operation undo, std::shared_ptr<app::OutboxTicket> ticket) {
            undo_from_server(std::move(undo), std::move(ticket));
        });
        sender = std::make_unique<sync::OutboxSender>(*client, cache->read(), outbox->file(), *queue_, *queue_,
                                                      backend_.clock, sending, hooks);
        pull->start();
        sender->set_person(uid_);
    }

    // As a crash does: nothing is finished, nothing is said.
    void drop() {
        line.hang_up();
        sender.reset();
        reader.reset();
        pull.reset();
        applier.reset();
        client.reset();
        queue_.reset();
        outbox.reset();
        cache.reset();
    }
    void restart() {
        tally_("restart");
        drop();
        open();
    }

    std::vector<std::string> captures() {
        auto ids = cache->read().names(sync::test::kStaging, {}, 10'000);
        return ids ? *ids : std::vector<std::string>{};
    }

    void act() {
        const size_t what = random_.below(100);
        if (what < 12) return settle_a_matter();
        if (what < 22) return undo();
        if (what < 27) return merge();
        decide(what);
    }

    void settle_a_matter() {
        auto open = outbox->file().pending(uid_);
        if (!open) return history_.fault(open.error().full());
        std::erase_if(*open, [](const auto& pending) {
            return pending.state != OperationState::parked && pending.state != OperationState::conflict;
        });
        if (!open->empty()) settle((*open)[random_.below(open->size())]);
    }

    // What is left, for whoever looks into a fault.
    std::string open_ones() {
        std::string out;
        const auto open = outbox->file().pending();
        for (size_t i = 0; open && i < open->size(); ++i) {
            const auto& [operation, state, attempts, next, kind, error, cure, committed] = (*open)[i];
            out += std::string(model::name_of(operation.kind)) + " " + operation.op_id + " on " + operation.staging_id +
                   " after [" + operation.predecessor + "] " + std::string(model::name_of(state)) + ", " +
                   std::to_string(attempts) + " attempts: " + error + "\n";
        }
        return out;
    }

    // Nothing is left to send or to settle.
    bool is_done() {
        auto open = outbox->file().pending();
        return open && open->empty();
    }

  private:
    struct Loaded {
        std::string update_time, fields;
        model::Capture remote, shown;
        std::vector<model::PendingOperation> operations;
    };

    static bool is_older(const std::string& update_time, const std::string& than) {
        const auto a = base::parse_rfc3339(update_time), b = base::parse_rfc3339(than);
        return a && b && *a < *b;
    }

    // The capture as the desk shows it: what the cache holds with what this desk made on top, our own commits whose
    // echo has not come yet included.
    std::optional<Loaded> load(const std::string& id, const std::string& before_op = {}) {
        auto found = cache->read().document(sync::test::kStaging, id);
        if (!found || !*found) return std::nullopt;
        return shown_on(id, (*found)->update_time, (*found)->fields, before_op);
    }
    // The same on top of a given version.
    Loaded shown_on(const std::string& id, const std::string& update_time, const std::string& fields,
                    const std::string& before_op = {}) {
        auto operations = outbox->file().for_capture(id);
        Loaded out;
        out.update_time = update_time;
        out.fields = fields;
        out.remote = out.shown = sync::decode_capture_or_unreadable(id, out.fields, out.update_time);
        if (!operations) {
            history_.fault(operations.error().full());
            return out;
        }
        for (const auto& pending : *operations) {
            if (pending.operation.op_id == before_op) break;
            if (pending.state == OperationState::done && is_older(out.update_time, pending.committed_update_time))
                out.shown = model::apply(std::move(out.shown), pending.operation);
            out.operations.push_back(pending);
        }
        out.shown = model::overlay(out.shown, out.operations);
        return out;
    }

    model::Operation made(OperationKind kind, const Loaded& loaded) {
        model::Operation out;
        out.op_id = base::uuid7(backend_.clock);
        out.kind = kind;
        out.staging_id = loaded.remote.staging_id;
        out.uid = uid_;
        out.by_name = uid_;
        out.made_at = backend_.clock.now();
        out.send_after = out.made_at + random_.up_to_ms(10'000);
        out.base_update_time = loaded.update_time;
        out.base_fields = loaded.fields;
        out.resubmission = loaded.shown.resubmission;
        return out;
    }

    bool may(const Loaded& loaded, const model::Operation& operation) const {
        model::Session session;
        session.uid = uid_;
        session.signed_in = true;
        session.role = model::Role::supervisor;
        return model::may({session, loaded.shown, {}, nullptr}, operation).allowed;
    }

    std::optional<Loaded> any_capture() {
        const auto ids = captures();
        if (ids.empty()) return std::nullopt;
        // Some are looked at more than others, by everybody.
        const size_t most = random_.chance(0.5) ? std::min<size_t>(6, ids.size()) : ids.size();
        return load(ids[random_.below(most)]);
    }

    void decide(size_t what) {
        const auto loaded = any_capture();
        if (!loaded) return;
        model::Operation operation = made(kind_of(what), *loaded);
        operation.reason = operation.kind == OperationKind::reject ? "photo_unclear" : "because";
        operation.comment = "because";
        operation.promote = operation.kind == OperationKind::approve && random_.chance(0.8);
        if (operation.kind == OperationKind::hold) operation.remind_at = operation.made_at + base::hours(3);
        if (operation.kind == OperationKind::correct) correct(operation.correction);
        if (!may(*loaded, operation)) return tally_("not allowed");
        enqueue(std::move(operation), *loaded);
    }
    OperationKind kind_of(size_t what) {
        if (what < 57) return OperationKind::approve;
        if (what < 67) return OperationKind::reject;
        if (what < 74) return OperationKind::hold;
        if (what < 80) return OperationKind::promote;
        if (what < 86) return OperationKind::requeue;
        return OperationKind::correct;
    }
    void correct(model::Correction& correction) {
        const size_t what = random_.below(4);
        if (what < 2) correction.pole_number = sync::test::numbered("LAW.P.A10", static_cast<int>(random_.below(8)));
        if (what == 2) correction.notes = base::uuid7(backend_.clock);
        if (what == 3) correction.gps = model::GeoPoint{-26.3 - 0.001 * static_cast<double>(random_.below(50)), 27.8};
        if (random_.chance(0.1)) correction.project_id = random_.chance(0.5) ? "Law-001" : "Moh-001";
    }

    void enqueue(model::Operation operation, const Loaded& loaded, const std::vector<std::string>& others = {}) {
        const std::string op_id = operation.op_id, kind(model::name_of(operation.kind));
        const auto written = outbox->file().enqueue(std::move(operation), others);
        if (!written) return history_.fault("not enqueued: " + written.error().full());
        history_.saw(op_id, loaded.shown);
        tally_(kind);
        sender->poke();
    }

    void undo() {
        const auto loaded = any_capture();
        if (!loaded) return;
        std::vector<std::string> mine;
        for (const auto& pending : loaded->operations) {
            const auto kind = pending.operation.kind;
            if (pending.state != OperationState::withdrawn && kind != OperationKind::undo)
                mine.push_back(pending.operation.op_id);
        }
        if (mine.empty()) return;
        auto operation = made(OperationKind::undo, *loaded);
        operation.undo_of = random_.chance(0.8) ? mine.back() : mine[random_.below(mine.size())];
        operation.reason = operation.comment = "a slip";
        operation.send_after = operation.made_at;
        if (!may(*loaded, operation)) return tally_("not allowed");
        const std::string op_id = operation.op_id;
        auto ticket = outbox->undo(std::move(operation));
        queue_->run_ready();
        const auto result = ticket->wait(0);
        if (!result) return tally_("undo of a merge asked for");  // the server is read first
        if (!result->status) return tally_("undo refused");
        tally_(result->withdrawn ? "undo in time" : "undo");
        if (!result->withdrawn) history_.saw(op_id, loaded->shown);
        sender->poke();
    }

    // As the engine does it: what the server keeps of the merge, on what the captures are now.
    void undo_from_server(model::Operation undo, std::shared_ptr<app::OutboxTicket> ticket) {
        const std::string staging_id = undo.staging_id, undone = undo.undo_of;
        reader->change(staging_id, undone, [this, undo = std::move(undo), ticket](auto found) {
            if (!found)
                return tally_("undo of a merge not answered: " + std::string(base::name_of(found.error().kind)));
            auto made = app::undo_from_server(undo, *found);
            if (!made) return tally_("undo of a merge refused");
            for (const auto& [id, concerned] : found->captures) {
                if (!concerned.now) continue;
                history_.saw(made->op_id, shown_on(id, concerned.now->update_time, concerned.now->fields_json).shown);
            }
            outbox->enqueue(std::move(*made), ticket);
            queue_->post([this] { sender->poke(); });
            tally_("undo of a merge");
        });
    }

    void merge() {
        std::vector<Loaded> loaded;
        std::vector<model::Capture> chosen;
        const size_t count = 2 + random_.below(2);
        for (size_t i = 0; i < 20 && chosen.size() < count; ++i) {
            auto one = any_capture();
            if (!one || std::any_of(chosen.begin(), chosen.end(),
                                    [&](const auto& capture) { return capture.staging_id == one->shown.staging_id; }))
                continue;
            chosen.push_back(one->shown);
            loaded.push_back(std::move(*one));
        }
        if (chosen.size() < count) return;
        const auto choices = model::default_merge_choices(chosen);
        const auto plan = model::merge_captures(chosen, choices);
        if (!plan) return tally_("not allowed");
        const Loaded& primary = loaded[choices.primary];
        auto operation = made(OperationKind::merge, primary);
        operation.target = operation.staging_id;
        operation.extra = plan->extra;
        operation.reason = operation.comment = "one pole";
        for (const auto& each : loaded)
            if (!may(each, operation)) return tally_("not allowed");
        for (const auto& each : loaded) history_.saw(operation.op_id, each.shown);
        enqueue(std::move(operation), primary, plan->superseded);
    }

    // A person looks at what stopped: takes it back, sends it again, or puts it on top of what was shown as theirs.
    void settle(const model::PendingOperation& matter) {
        const std::string op_id = matter.operation.op_id;
        const size_t what = random_.below(3);
        base::Status status;
        if (what == 0) {
            tally_("withdrawn by a person");
            status = outbox->file().withdraw(op_id);
        } else if (what == 1 && matter.state == OperationState::conflict) {
            status = keep_mine(matter);
        } else {
            tally_("sent again by a person");
            saw_all(matter.operation, matter.state == OperationState::parked);
            status = outbox->file().release(op_id);
        }
        if (!status && status.error().kind != base::ErrorKind::precondition_failed)
            history_.fault("not settled: " + status.error().full());
        sender->poke();
    }

    base::Status keep_mine(const model::PendingOperation& matter) {
        const auto& operation = matter.operation;
        const auto theirs = outbox->file().theirs(operation.op_id);
        const auto now = cache->read().document(sync::test::kStaging, operation.staging_id);
        const bool is_compared = theirs && *theirs && now && *now &&
                                 Json::parse((*now)->fields, nullptr, false) == Json::parse(**theirs, nullptr, false);
        if (!is_compared) {
            saw_all(operation, false);
            return outbox->file().release(operation.op_id);
        }
        Loaded theirs_now;
        theirs_now.shown =
            sync::decode_capture_or_unreadable(operation.staging_id, (*now)->fields, (*now)->update_time);
        if (!may(theirs_now, operation)) {
            tally_("mine not allowed on theirs");
            return outbox->file().withdraw(operation.op_id);
        }
        tally_("kept mine");
        saw_all(operation, false);
        saw_from(operation.op_id,
                 sync::decode_capture_or_unreadable(operation.staging_id, (*now)->fields, (*now)->update_time), true);
        return outbox->file().rebase(operation.op_id, (*now)->update_time, (*now)->fields);
    }

    // Whoever sends one again knows what else waits behind it.
    void saw_all(const model::Operation& operation, bool looked_again) {
        std::vector<std::string> touched = {operation.staging_id};
        if (const Json* others = base::find(operation.extra, "superseded")) {
            for (const auto& id : *others) touched.push_back(id.get<std::string>());
        }
        for (const auto& id : touched) {
            if (const auto loaded = load(id, operation.op_id)) saw_from(operation.op_id, loaded->shown, looked_again);
        }
    }
    void saw_from(const std::string& op_id, model::Capture shown, bool itself) {
        const auto all = outbox->file().for_capture(shown.staging_id);
        bool from_here = false;
        std::map<std::string, model::Capture> before;
        for (const auto& pending : *all) {
            const auto& operation = pending.operation;
            from_here = from_here || operation.op_id == op_id;
            if (!from_here || pending.state == OperationState::withdrawn) continue;
            if (itself || operation.op_id != op_id) history_.saw(operation.op_id, shown);
            before[operation.op_id] = shown;
            const auto undone = std::find_if(all->begin(), all->end(), [&](const auto& other) {
                return other.operation.op_id == operation.undo_of && before.contains(operation.undo_of);
            });
            if (undone != all->end()) {
                shown = model::undo_capture(shown, before[operation.undo_of], undone->operation).restored;
            } else {
                shown = model::apply(std::move(shown), operation);
            }
        }
    }

    sync::test::Backend& backend_;
    History& history_;
    Random& random_;
    Tally& tally_;
    std::string uid_;
    bool listens_;
    test::TempFolder folder_{place_for_files()};
    std::unique_ptr<base::ManualQueue> queue_;

  public:
    Line line;
    std::unique_ptr<store::Cache> cache;
    std::unique_ptr<app::OutboxDesk> outbox;
    std::unique_ptr<sync::Firestore> client;
    std::unique_ptr<sync::CacheApplier> applier;
    std::unique_ptr<sync::Pull> pull;
    std::unique_ptr<sync::ChangeReader> reader;
    std::unique_ptr<sync::OutboxSender> sender;
};

}  // namespace linesman::simulation
