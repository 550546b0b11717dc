#include "model/decision_policy.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "model/decision_checks.h"

namespace linesman::model {
namespace {

constexpr std::array<std::string_view, 6> kRoleNames = {"none", "supervisor", "support", "analyst", "admin", "device"};

bool may_decide(const Session& session) {
    if (session.role == Role::supervisor || session.role == Role::admin) return true;
    return session.role == Role::none && !session.roles_enforced;
}

std::optional<std::string> role_refusal(const Session& session, OperationKind kind) {
    if (!session.signed_in) return "You are not signed in. Sign in to decide.";
    if (may_decide(session)) return std::nullopt;
    switch (session.role) {
        case Role::support:
            if (kind == OperationKind::requeue) return std::nullopt;
            return "Support can put captures back into the queue but not decide. Ask a supervisor.";
        case Role::analyst:
            return "Analysts can read and export but not change captures. Ask a supervisor.";
        case Role::device:
            return "This sign-in belongs to a field device and cannot decide. Sign in as a supervisor.";
        case Role::none:
        case Role::supervisor:
        case Role::admin:
            break;
    }
    return "Your account has no role in this project. Ask an administrator to give you the role supervisor, then sign "
           "out and in again.";
}

std::optional<std::string> shape_refusal(const Capture& capture) {
    switch (capture.shape) {
        case SourceShape::staging:
            return std::nullopt;
        case SourceShape::unreadable:
            return "This document cannot be read, so it cannot be decided. Report it to the administrator; nothing of "
                   "it is lost.";
        case SourceShape::pole_plantings:
        case SourceShape::field_pole_captures:
            break;
    }
    return "This capture was written by another app and is read-only here. Decide it in that app.";
}

Permission may_approve(const PolicyInput& input, const Operation& operation) {
    const Capture& capture = input.capture;
    if (capture.synced_to_production)
        return Permission::no("This capture is in production already. Nothing is left to approve.");
    if (capture.decision() == Decision::approved && !capture.in_queue()) {
        return Permission::no(sentence({"Already approved by ", decider_of(capture), ". Nothing is left to do."}));
    }
    if (auto no = others_decision_refusal(input, operation)) return Permission::no(std::move(*no));
    if (auto no = unseen_photos_refusal(input, operation)) return Permission::no(std::move(*no));
    if (Permission p = check_findings(input, operation, {}); !p.allowed) return p;
    if (operation.promote) {
        if (auto no = promotion_refusal(input)) return Permission::no(std::move(*no));
    }
    return Permission::yes();
}

Permission may_reject(const PolicyInput& input, const Operation& operation) {
    const Capture& capture = input.capture;
    if (capture.synced_to_production) {
        return Permission::no(
            "This capture is in production. Undo its approval first, which takes the pole out of production; then "
            "reject it.");
    }
    if (capture.decision() == Decision::rejected && !capture.in_queue()) {
        return Permission::no(sentence({"Already rejected by ", decider_of(capture), ". Nothing is left to do."}));
    }
    if (auto no = rejection_reason_refusal(operation)) return Permission::no(std::move(*no));
    if (auto no = others_decision_refusal(input, operation)) return Permission::no(std::move(*no));
    return Permission::yes();
}

Permission may_hold(const PolicyInput& input, const Operation& operation) {
    const Capture& capture = input.capture;
    if (capture.synced_to_production)
        return Permission::no("This capture is in production. Undo its approval first; then hold it.");
    if (is_blank(operation.comment) && !operation.remind_at) {
        return Permission::no("Say in a note why you hold this capture, or set a reminder.");
    }
    if (operation.remind_at && *operation.remind_at <= operation.made_at) {
        return Permission::no("The reminder lies in the past. Choose a later time.");
    }
    if (capture.decision() == Decision::held && capture.resubmission <= capture.review->resubmission &&
        capture.review->comment == operation.comment && capture.review->remind_at == operation.remind_at) {
        return Permission::no("Already held with this note and reminder. Nothing is left to do.");
    }
    if (auto no = others_decision_refusal(input, operation)) return Permission::no(std::move(*no));
    return Permission::yes();
}

Permission may_requeue(const PolicyInput& input) {
    const Capture& capture = input.capture;
    if (capture.synced_to_production)
        return Permission::no("This capture is in production. Undo its approval to bring it back into the queue.");
    if (capture.decision() == Decision::approved) {
        return Permission::no("This capture is approved. Undo the approval to bring it back into the queue.");
    }
    if (capture.decision() == Decision::none && capture.validation_status == ValidationStatus::pending) {
        return Permission::no("This capture waits in the queue already.");
    }
    return Permission::yes();
}

Permission may_undo(const PolicyInput& input, const Operation& operation) {
    if (operation.undo_of.empty()) return Permission::no("There is no decision of this capture to undo.");
    const auto& review = input.capture.review;
    std::string by = base::string_at(operation.extra, "undone_by").value_or("");
    std::string name = by;
    if (review && review->op_id == operation.undo_of) {
        by = review->by;
        name = decider_of(input.capture);
    }
    if (by == input.session.uid && !by.empty()) return Permission::yes();
    if (is_blank(operation.reason) && is_blank(operation.comment)) {
        if (name.empty()) return Permission::no("Who made this change is not known here. Say why you undo it.");
        return Permission::no(sentence({"This decision was made by ", name, ". Say why you undo it."}));
    }
    return Permission::yes();
}

Permission may_promote(const PolicyInput& input, const Operation& operation) {
    const Capture& capture = input.capture;
    if (capture.synced_to_production) return Permission::no("This capture is in production already.");
    if (capture.decision() != Decision::approved)
        return Permission::no("This capture is not approved. Approve it first.");
    if (capture.in_queue()) {
        return Permission::no(
            "The crew has sent this capture again since it was approved. Look at it and approve it again.");
    }
    // What was overridden when it was approved stays overridden.
    if (Permission p = check_findings(input, operation, capture.review->overrides); !p.allowed) return p;
    if (auto no = promotion_refusal(input)) return Permission::no(std::move(*no));
    return Permission::yes();
}

Permission may_merge(const PolicyInput& input, const Operation& operation) {
    const Capture& capture = input.capture;
    if (operation.target.empty()) return Permission::no("Choose which capture the others are merged into.");
    if (capture.staging_id == operation.target) {
        const base::Json* others = base::find(operation.extra, "superseded");
        if (!others || !others->is_array() || others->empty())
            return Permission::no("Choose at least one other capture to merge.");
        return Permission::yes();
    }
    if (capture.synced_to_production) {
        return Permission::no(
            "This capture is in production and cannot be superseded. Make it the primary, or undo its approval first.");
    }
    if (auto no = others_decision_refusal(input, operation)) return Permission::no(std::move(*no));
    return Permission::yes();
}

Permission may_restore(const PolicyInput& input, const Operation& operation) {
    if (operation.target.empty() || !base::find(operation.extra, "set"))
        return Permission::no("Choose the version to restore.");
    if (input.capture.synced_to_production) {
        return Permission::no(
            "This capture is in production. Correct single fields, or undo its approval before restoring a version.");
    }
    return Permission::yes();
}

Permission may_ignore(const PolicyInput& input, const Operation& operation) {
    const auto found = std::find_if(input.findings.begin(), input.findings.end(),
                                    [&](const Finding& finding) { return finding.id == operation.target; });
    if (found == input.findings.end()) return Permission::no("This finding is no longer there.");
    if (found->ignored) return Permission::no("This finding is ignored already.");
    if (found->severity == Severity::blocking) {
        return Permission::no(sentence({"This finding blocks approval and cannot be ignored: ", found->message}));
    }
    if (is_blank(operation.reason) && is_blank(operation.comment))
        return Permission::no("Say why this finding can be ignored.");
    return Permission::yes();
}

Permission may_unignore(const PolicyInput& input, const Operation& operation) {
    const auto found = std::find_if(input.findings.begin(), input.findings.end(),
                                    [&](const Finding& finding) { return finding.id == operation.target; });
    if (operation.target.empty()) return Permission::no("Choose the ignored finding to take back.");
    // A finding that the rules no longer make can still be ignored for the day when they make it again.
    if (found != input.findings.end() && !found->ignored) return Permission::no("This finding is not ignored.");
    return Permission::yes();
}

}  // namespace

std::string_view name_of(Role role) {
    return kRoleNames[static_cast<size_t>(role)];
}

Role role_from_name(std::string_view name) {
    for (size_t i = 0; i < kRoleNames.size(); ++i) {
        if (kRoleNames[i] == name) return static_cast<Role>(i);
    }
    return Role::none;
}

Permission may(const PolicyInput& input, const Operation& operation) {
    if (auto no = role_refusal(input.session, operation.kind)) return Permission::no(std::move(*no));
    if (auto no = shape_refusal(input.capture)) return Permission::no(std::move(*no));
    if (input.capture.decision() == Decision::superseded && operation.kind != OperationKind::undo) {
        return Permission::no(sentence({"This capture was merged into ", input.capture.review->superseded_by,
                                        ". Decide that one, or undo the merge first."}));
    }
    switch (operation.kind) {
        case OperationKind::approve:
            return may_approve(input, operation);
        case OperationKind::reject:
            return may_reject(input, operation);
        case OperationKind::hold:
            return may_hold(input, operation);
        case OperationKind::undo:
            return may_undo(input, operation);
        case OperationKind::correct: {
            auto no = correction_refusal(input.capture, operation.correction);
            return no ? Permission::no(std::move(*no)) : Permission::yes();
        }
        case OperationKind::requeue:
            return may_requeue(input);
        case OperationKind::merge:
            return may_merge(input, operation);
        case OperationKind::restore:
            return may_restore(input, operation);
        case OperationKind::ignore_finding:
            return may_ignore(input, operation);
        case OperationKind::unignore_finding:
            return may_unignore(input, operation);
        case OperationKind::promote:
            return may_promote(input, operation);
    }
    return Permission::no("This program does not know this kind of change. Install the current version.");
}

}  // namespace linesman::model
