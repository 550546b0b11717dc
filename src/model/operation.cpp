#include "model/operation.h"

#include <algorithm>
#include <array>

#include "model/capture_fields.h"
#include "model/keys.h"
#include "model/reasons.h"

namespace linesman::model {
namespace {

constexpr std::array<std::string_view, 11> kKindNames = {
    "approve", "reject",  "hold",           "undo",    "correct",         "requeue",
    "merge",   "restore", "ignore_finding", "promote", "unignore_finding"};
constexpr std::array<std::string_view, 7> kStateNames = {"waiting", "ready",    "sending",  "done",
                                                         "parked",  "conflict", "withdrawn"};

Review review_by(const Capture& capture, const Operation& operation, Decision decision) {
    Review review;
    review.decision = decision;
    review.by = operation.uid;
    review.by_name = operation.by_name;
    review.at = operation.made_at;
    review.reason = operation.reason;
    review.comment = operation.comment;
    review.op_id = operation.op_id;
    review.rules = operation.rules_hash;
    // Judged is what was seen; a resubmission that arrived since must bring the capture back into the queue.
    review.resubmission = std::min(std::max(operation.resubmission, int64_t{0}), capture.resubmission);
    review.overrides = operation.overrides;
    review.photos_seen = operation.photos_seen;
    return review;
}

void promote(Capture& capture) {
    capture.synced_to_production = true;
    capture.production_id = production_id(upload_key(capture));
}

void requeue(Capture& capture) {
    capture.review.reset();
    capture.validation_status = ValidationStatus::pending;
    capture.validated_at.reset();
    std::erase_if(capture.validation_errors, is_manual_rejection);
}

// Photos that a correction links to their slots; it carries nothing else.
void link_photos(Capture& capture, const Operation& operation) {
    const base::Json* set = carried_fields(operation, capture);
    Capture carried = capture;
    if (!set || !set_fields(carried, *set)) return;
    capture.photos = std::move(carried.photos);
}

void correct(Capture& capture, const Operation& operation) {
    const Correction& correction = operation.correction;
    if (correction.pole_number) capture.pole_number = *correction.pole_number;
    if (correction.project_id) capture.project_id = *correction.project_id;
    if (correction.notes) capture.notes = *correction.notes;
    if (correction.gps) capture.gps = correction.gps;
    link_photos(capture, operation);
}

// Undo, restore and the primary of a merge carry the values to set with them.
void set_carried_fields(Capture& capture, const Operation& operation) {
    if (const base::Json* set = carried_fields(operation, capture)) {
        // A value that cannot be read leaves its field as it is: operation_from_json() refuses such operations
        // beforehand.
        (void)set_fields(capture, *set);
    }
}

void merge(Capture& capture, const Operation& operation) {
    if (capture.staging_id == operation.target) return set_carried_fields(capture, operation);
    capture.review = review_by(capture, operation, Decision::superseded);
    capture.review->resubmission = capture.resubmission;
    capture.review->superseded_by = operation.target;
}

}  // namespace

std::string_view name_of(OperationKind kind) {
    return kKindNames[static_cast<size_t>(kind)];
}
std::string_view name_of(OperationState state) {
    return kStateNames[static_cast<size_t>(state)];
}

std::optional<OperationKind> operation_kind_from_name(std::string_view name) {
    for (size_t i = 0; i < kKindNames.size(); ++i) {
        if (kKindNames[i] == name) return static_cast<OperationKind>(i);
    }
    return std::nullopt;
}

std::optional<OperationState> operation_state_from_name(std::string_view name) {
    for (size_t i = 0; i < kStateNames.size(); ++i) {
        if (kStateNames[i] == name) return static_cast<OperationState>(i);
    }
    return std::nullopt;
}

bool is_manual_rejection(const ValidationEntry& entry) {
    return entry.rule == kManualRejection;
}

ValidationEntry rejection_entry(const Operation& operation) {
    const RejectReason* reason = reject_reason(operation.reason);
    ValidationEntry entry;
    entry.field = "general";
    entry.rule = kManualRejection;
    entry.severity = "error";
    entry.code = operation.reason;
    entry.id = operation.op_id;
    if (!reason || reason->code == "other") {
        entry.message = operation.comment.empty() ? operation.reason : operation.comment;
    } else {
        entry.message = std::string(reason->title) + ". " + std::string(reason->advice);
        if (!operation.comment.empty()) entry.message += " " + operation.comment;
    }
    return entry;
}

Capture apply(Capture capture, const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::approve:
            capture.review = review_by(capture, operation, Decision::approved);
            capture.validation_status = ValidationStatus::validated;
            capture.validated_at = operation.made_at;
            if (operation.promote) promote(capture);
            break;
        case OperationKind::reject:
            capture.review = review_by(capture, operation, Decision::rejected);
            capture.validation_status = ValidationStatus::rejected;
            capture.validation_errors.push_back(rejection_entry(operation));
            break;
        case OperationKind::hold:
            capture.review = review_by(capture, operation, Decision::held);
            capture.review->remind_at = operation.remind_at;
            break;
        case OperationKind::correct:
            correct(capture, operation);
            break;
        case OperationKind::requeue:
            requeue(capture);
            break;
        case OperationKind::merge:
            merge(capture, operation);
            break;
        case OperationKind::undo:
        case OperationKind::restore:
            set_carried_fields(capture, operation);
            break;
        case OperationKind::promote:
            promote(capture);
            break;
        case OperationKind::ignore_finding:
        case OperationKind::unignore_finding:
            return capture;  // kept outside the staging document
    }
    capture.revision += 1;
    capture.updated_at = operation.made_at;
    return capture;
}

}  // namespace linesman::model
