// The validator of a simulation: a mirror of its own over a line of its own, the real rules, lease and write-back.
#pragma once

#include <memory>
#include <string>

#include "app/machine_desk.h"
#include "base/worker_pool.h"
#include "simulation/history.h"
#include "simulation/line.h"
#include "support/temp_folder.h"
#include "sync/in_process.h"

namespace linesman::simulation {

class SimValidator {
  public:
    SimValidator(sync::test::Backend& backend, History& history, Random& random, const std::string& folder)
        : backend_(backend),
          history_(history),
          random_(random),
          folder_(folder),
          line(backend.server, backend.queue, random) {
        open();
    }
    ~SimValidator() { drop(); }
    SimValidator(const SimValidator&) = delete;
    SimValidator& operator=(const SimValidator&) = delete;

    base::ManualQueue& queue() { return *queue_; }

    // As a crash does: the lease is not given back and runs out, as does a claim.
    void restart() {
        drop();
        open();
    }

    bool is_idle() const {
        const auto state = machine_->state();
        return state.finished();
    }
    app::MachineState state() const { return machine_->state(); }

    // Captures whose judgement at the server is not the one that the rules give, once everything is at rest.
    std::vector<std::string> differing() {
        std::vector<std::string> out;
        for (const auto& document : backend_.list(sync::test::kStaging)) {
            const std::string id = tail_of(document.name);
            const auto capture = sync::decode_capture_or_unreadable(id, base::to_text(document.fields), {});
            const auto write = sync::machine_write(document, capture, book_->findings(id));
            if (!write) continue;
            const auto held = cache_->read().document(sync::test::kStaging, id);
            std::string text = id + " of " + document.update_time + ", here " +
                               (held && *held ? (*held)->update_time : std::string("missing"));
            for (const auto& [field, content] : write->changes.set)
                text += ", " + field + " should be " + content.dump() + " and is " +
                        (document.fields.contains(field) ? document.fields[field].dump() : std::string("absent"));
            for (const auto& field : write->changes.removed) text += ", " + field + " should go";
            out.push_back(text);
        }
        return out;
    }

  private:
    static constexpr base::Duration kSettleAfter = base::milliseconds(25);

    void open() {
        queue_ = std::make_unique<base::ManualQueue>(backend_.clock);
        auto opened = store::Cache::open(folder_.file("cache.db"), backend_.clock);
        cache_ = std::make_unique<store::Cache>(std::move(opened->cache));
        client_ = sync::make_firestore(sync::test::Backend::endpoints(), line, backend_.tokens, *queue_);
        book_ = std::make_unique<app::CaptureBook>(pool_, backend_.clock, [this](const std::string& id) {
            const auto found = cache_->read().document(sync::test::kStaging, id);
            return found && *found
                       ? std::optional(sync::decode_capture_or_unreadable(id, (*found)->fields, (*found)->update_time))
                       : std::nullopt;
        });
        applier_ = std::make_unique<sync::CacheApplier>(
            *cache_, [this](std::shared_ptr<const sync::AppliedChanges> changes) { applied(*changes); });
        if (const auto ids = cache_->read().names(sync::test::kStaging, {}, 10'000)) {
            for (const auto& id : *ids) put(id);
        }
        sync::PullOptions options;
        options.random_seed = random_.below(1'000'000);
        sync::PullHooks hooks;
        hooks.on_progress = [this](const sync::PullProgress& progress) {
            if (progress.phase == sync::PullPhase::waiting && progress.mirrored && machine_) machine_->pulled();
        };
        pull_ = std::make_unique<sync::Pull>(*client_, *applier_, *queue_, backend_.clock, options, hooks);
        machine_ = std::make_unique<app::MachineDesk>(needs());
        pull_->start();
        settle_soon();
    }

    app::MachineDesk::Needs needs() {
        app::MachineDesk::Needs needs{*client_,
                                      *queue_,
                                      backend_.clock,
                                      backend_.names,
                                      {"machine/" + std::to_string(++starts_), "uid-machine", "Machine"},
                                      *book_,
                                      cache_->read(),
                                      base::minutes(5),
                                      [this] { return !settle_posted_ && book_->judged(); },
                                      [this] { return columns_; },
                                      [this](sync::RawDocument document) {
                                          if (!pull_->take_document(sync::test::kStaging, std::move(document)))
                                              history_.fault("the validator's cache took nothing");
                                      },
                                      [this](const std::string& id, base::Timestamp as_of) {
                                          if (!pull_->forget(sync::test::kStaging, id, as_of))
                                              history_.fault("the validator's cache forgot nothing");
                                      },
                                      [](const app::MachineState&) {}};
        needs.random_seed = random_.below(1'000'000);
        return needs;
    }

    void drop() {
        line.hang_up();
        machine_.reset();
        pull_.reset();
        applier_.reset();
        client_.reset();
        book_.reset();
        queue_.reset();
        cache_.reset();
        settle_posted_ = false;
    }

    void put(const std::string& id) {
        const auto found = cache_->read().document(sync::test::kStaging, id);
        if (found && *found)
            book_->put(sync::decode_capture_or_unreadable(id, (*found)->fields, (*found)->update_time));
    }

    void applied(const sync::AppliedChanges& changes) {
        std::vector<std::string> ids;
        for (const auto& document : changes.documents) {
            if (document.collection != sync::test::kStaging) continue;
            book_->put(sync::decode_capture_or_unreadable(document.id, document.fields, document.update_time));
            ids.push_back(document.id);
        }
        for (const auto& gone : changes.deletes) {
            if (gone.collection == sync::test::kStaging) book_->remove(gone.id);
        }
        if (machine_) machine_->offer(ids);
        settle_soon();
    }

    void settle_soon() {
        if (std::exchange(settle_posted_, true)) return;
        queue_->post_after(kSettleAfter, [this] {
            settle_posted_ = false;
            book_->judge();
            columns_ = book_->publish();
            machine_->offer(book_->take_judged());
            machine_->settled();
        });
    }

    sync::test::Backend& backend_;
    History& history_;
    Random& random_;
    test::TempFolder folder_;
    base::WorkerPool pool_{1};
    std::unique_ptr<base::ManualQueue> queue_;
    bool settle_posted_ = false;
    int starts_ = 0;
    model::Columns columns_;

  public:
    Line line;

  private:
    std::unique_ptr<store::Cache> cache_;
    std::unique_ptr<sync::Firestore> client_;
    std::unique_ptr<app::CaptureBook> book_;
    std::unique_ptr<sync::CacheApplier> applier_;
    std::unique_ptr<sync::Pull> pull_;
    std::unique_ptr<app::MachineDesk> machine_;
};

}  // namespace linesman::simulation
