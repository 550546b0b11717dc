// The others who write in a simulation: phones of today and of ours, a machine that is not ours and judges at random,
// and an office that deletes.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "simulation/line.h"
#include "sync/in_process.h"

namespace linesman::simulation {

class Others {
  public:
    Others(sync::test::Backend& backend, Random& random) : backend_(backend), random_(random) {}

    void phone() {
        const size_t what = random_.below(100);
        if (made_.empty() || (what < 15 && made_.size() < 60)) return create();
        const std::string id = made_[random_.below(made_.size())];
        if (what < 50) return second_write(id);
        if (what < 75) return late_photo(id);
        resubmit(id);
    }

    void validator() {
        if (made_.empty()) return;
        const std::string id = made_[random_.below(made_.size())];
        const auto current = backend_.get(sync::test::kStaging, id);
        if (!current) return;
        sync::FieldChanges changes;
        static const char* const kStates[] = {"validating", "validated", "rejected", "pending"};
        // A person's decision stands: the machine repairs what a phone wrote over it.
        const auto decision =
            sync::decode_capture_or_unreadable(id, base::to_text(current->fields), current->update_time).decision();
        const char* state = kStates[random_.below(4)];
        if (decision == model::Decision::approved) state = "validated";
        if (decision == model::Decision::rejected) state = "rejected";
        changes.set.emplace_back("validation_status", sync::value::text(state));
        changes.set.emplace_back("validation_errors", kept_and_found(current->fields));
        changes.server_times = {"updated_at"};
        write(sync::update_write(current->name, changes, current->update_time));
    }

    // A capture that never was: removed, whatever a desk is about to decide on it. Not one that is in production.
    void office() {
        if (made_.size() < 12) return;
        const size_t index = random_.below(made_.size());
        const auto current = backend_.get(sync::test::kStaging, made_[index]);
        if (!current || sync::value::boolean_at(current->fields, "synced_to_production")) return;
        write(Json{{"delete", current->name}, {"currentDocument", {{"updateTime", current->update_time}}}});
        made_.erase(made_.begin() + static_cast<std::ptrdiff_t>(index));
    }

    void create() {
        const int n = created_++;
        auto capture =
            sync::test::phone_capture(sync::test::numbered("c", 100 + n), sync::test::numbered("LAW.P.A10", n % 24));
        // Now and then a lost reply makes a second document of one upload.
        capture.offline_id = sync::test::numbered("offline_", random_.chance(0.1) && n > 0 ? n - 1 : n);
        capture.gps = model::GeoPoint{-26.37 - 0.0001 * n, 27.81};
        made_.push_back(capture.staging_id);
        backend_.stage(capture);
    }

    const std::vector<std::string>& captures() const { return made_; }

  private:
    using Json = base::Json;

    // The phone of today says `validated` after it has uploaded, having run no rule.
    void second_write(const std::string& id) {
        sync::FieldChanges changes;
        changes.set.emplace_back("validation_status", sync::value::text("validated"));
        changes.server_times = {"validated_at"};
        write(sync::update_write(backend_.name(sync::test::kStaging, id), changes, {}));
    }

    void late_photo(const std::string& id) {
        const auto slot = std::string(model::name_of(model::kSlots[random_.below(model::kSlotCount)]));
        sync::FieldChanges changes;
        changes.set.emplace_back("photoUrls." + slot,
                                 sync::value::text(sync::test::photo_url(id, slot) + base::uuid7(backend_.clock)));
        changes.server_times = {"updated_at"};
        write(sync::update_write(backend_.name(sync::test::kStaging, id), changes, {}));
    }

    // Only its own, rejected and never promoted: with before-image, audit entry and precondition.
    void resubmit(const std::string& id) {
        const auto current = backend_.get(sync::test::kStaging, id);
        if (!current) return;
        const auto capture =
            sync::decode_capture_or_unreadable(id, base::to_text(current->fields), current->update_time);
        if (capture.decision() != model::Decision::rejected || capture.synced_to_production) return;
        model::Operation operation;
        operation.op_id = base::uuid7(backend_.clock);
        operation.kind = OperationKindOfDevice;
        operation.staging_id = id;
        operation.uid = "device-1";
        operation.made_at = backend_.clock.now();
        sync::FieldChanges changes;
        changes.set = {{"notes", sync::value::text(operation.op_id)},
                       {"resubmission", sync::value::integer(capture.resubmission + 1)},
                       {"revision", sync::value::integer(capture.revision + 1)}};
        changes.server_times = {"updated_at", "submitted_at"};
        sync::AuditDetails details;
        auto audit = sync::audit_write(sync::test::Backend::endpoints(), backend_.names, operation, details);
        audit["update"]["fields"]["kind"] = sync::value::text("resubmit");
        (void)backend_.commit(Json::array(
            {sync::update_write(current->name, changes, current->update_time),
             sync::before_image_write(backend_.names, operation, *current, capture.revision), std::move(audit)}));
    }
    static constexpr auto OperationKindOfDevice = model::OperationKind::requeue;

    Json kept_and_found(const Json& fields) {
        Json entries = Json::array();
        const Json* stored = sync::value::member(fields, "validation_errors");
        const Json* raw = stored ? sync::value::as_array(*stored) : nullptr;
        for (size_t i = 0; raw && i < raw->size(); ++i) {
            const Json* entry = sync::value::as_map((*raw)[i]);
            if (entry && sync::value::text_at(*entry, "rule") == "manual_rejection") entries.push_back((*raw)[i]);
        }
        if (random_.chance(0.5)) {
            entries.push_back(sync::value::map({{"field", sync::value::text("gpsAccuracy")},
                                                {"rule", sync::value::text("gps_accuracy")},
                                                {"severity", sync::value::text("warning")},
                                                {"message", sync::value::text("words")},
                                                {"code", sync::value::text("gps_accuracy")},
                                                {"id", sync::value::text("f1")}}));
        }
        return sync::value::array(std::move(entries));
    }
    void write(Json one) { (void)backend_.commit(Json::array({std::move(one)})); }

    sync::test::Backend& backend_;
    Random& random_;
    std::vector<std::string> made_;
    int created_ = 0;
};

}  // namespace linesman::simulation
