#include "app/capture_book.h"

#include <algorithm>
#include <set>

#include "model/overlay.h"

namespace linesman::app {
namespace {

uint16_t operation_flags(std::span<const model::PendingOperation> operations) {
    unsigned flags = 0;
    for (const auto& pending : operations) {
        switch (pending.state) {
            case model::OperationState::waiting:
            case model::OperationState::ready:
            case model::OperationState::sending:
                flags |= model::kFlagPending;
                break;
            case model::OperationState::parked:
            case model::OperationState::conflict:
                flags |= model::kFlagConflict;
                break;
            case model::OperationState::done:
            case model::OperationState::withdrawn:
                break;
        }
    }
    return static_cast<uint16_t>(flags);
}

bool is_finished(model::OperationState state) {
    return state == model::OperationState::done || state == model::OperationState::withdrawn;
}

bool is_on_its_way(model::OperationState state) {
    return state == model::OperationState::waiting || state == model::OperationState::ready ||
           state == model::OperationState::sending;
}

bool is_about_finding(model::OperationKind kind) {
    return kind == model::OperationKind::ignore_finding || kind == model::OperationKind::unignore_finding;
}

}  // namespace

CaptureBook::CaptureBook(base::WorkerPool& pool, const base::Clock& clock, Loader loader)
    : clock_(clock), loader_(std::move(loader)), validator_(&pool) {}

void CaptureBook::start_from(model::Columns columns) {
    seen_.assign(columns.row_count(), false);
    builder_ = model::ColumnsBuilder(std::move(columns));
    changed_ = true;
}

void CaptureBook::set_reference(std::shared_ptr<const model::ReferenceData> reference) {
    reference_ = reference;
    validator_.set_reference(std::move(reference));
    for (const auto& [op_id, pending] : ignores_) put_ignore(pending);
    changed_ = true;
}

std::span<const model::PendingOperation> CaptureBook::pending(const std::string& staging_id) const {
    const auto it = pending_.find(staging_id);
    return it == pending_.end() ? std::span<const model::PendingOperation>() : std::span(it->second);
}

void CaptureBook::put(const model::Capture& remote) {
    const auto operations = pending(remote.staging_id);
    if (operations.empty()) {
        validator_.put(remote);
        put_row(remote, operations);
        return;
    }
    const model::Capture shown = model::overlay(remote, operations);
    validator_.put(shown);
    put_row(shown, operations);
}

void CaptureBook::put_row(const model::Capture& shown, std::span<const model::PendingOperation> operations) {
    model::Severity severity = model::Severity::none;
    model::RuleMask findings = 0;
    const model::Row before = builder_.row_of(shown.staging_id);
    // Until the rules have run, the last known findings stay on the row.
    if (before != model::kNoRow) {
        const auto known = builder_.findings_of(before);
        severity = known.first;
        findings = known.second;
    }
    const auto* planned = validator_.planned_pole(shown);
    const auto values =
        model::row_values(shown, severity, findings, operation_flags(operations),
                          planned ? planned->zone : std::string_view(), planned ? planned->pon : std::string_view());
    const model::Row row = builder_.put(values);
    if (shown.decision() == model::Decision::held && shown.in_queue() && shown.review->remind_at) {
        reminders_[shown.staging_id] = *shown.review->remind_at;
    } else {
        reminders_.erase(shown.staging_id);
    }
    if (seen_.size() <= row) seen_.resize(row + 1, false);
    seen_[row] = true;
    changed_ = true;
}

void CaptureBook::remove(const std::string& staging_id) {
    validator_.remove(staging_id);
    reminders_.erase(staging_id);
    if (builder_.remove(staging_id) != model::kNoRow) changed_ = true;
}

void CaptureBook::forget_unseen() {
    const model::Columns columns = builder_.publish();
    for (model::Row row = 0; row < columns.row_count(); ++row) {
        if (row < seen_.size() && seen_[row]) continue;
        if ((columns.flags(row) & model::kFlagGone) != 0) continue;
        builder_.remove(columns.staging_id(row));
        changed_ = true;
    }
}

bool CaptureBook::take(Operations& operations, const model::PendingOperation& changed) {
    const auto known = std::find_if(operations.begin(), operations.end(),
                                    [&](const auto& p) { return p.operation.op_id == changed.operation.op_id; });
    if (is_finished(changed.state)) {
        if (known == operations.end()) return false;
        operations.erase(known);
        return true;
    }
    if (known == operations.end()) {
        operations.push_back(changed);
        return true;
    }
    const bool same_fate = known->state == changed.state;
    *known = changed;
    return !same_fate;
}

void CaptureBook::put_ignore(const model::PendingOperation& pending) {
    const auto& operation = pending.operation;
    if (operation.kind == model::OperationKind::ignore_finding) {
        validator_.put_ignore(operation.staging_id, operation.target,
                              {operation.reason.empty() ? operation.comment : operation.reason, operation.uid});
    } else {
        validator_.remove_ignore(operation.staging_id, operation.target);
    }
}

void CaptureBook::take_ignore(const model::PendingOperation& changed) {
    const auto& operation = changed.operation;
    if (is_on_its_way(changed.state)) {
        ignores_[operation.op_id] = changed;
        return put_ignore(changed);
    }
    if (ignores_.erase(operation.op_id) == 0) return;
    // Done: the document of it comes with the reference data, which is read again at once.
    if (changed.state == model::OperationState::done) return;
    const auto known = reference_->ignores.find(operation.target);
    if (known == reference_->ignores.end()) {
        validator_.remove_ignore(operation.staging_id, operation.target);
    } else {
        validator_.put_ignore(operation.staging_id, operation.target, known->second);
    }
}

void CaptureBook::update_pending(std::vector<model::PendingOperation> changed, bool all) {
    std::set<std::string> due;
    if (all) {
        for (const auto& [id, operations] : pending_) due.insert(id);
        pending_.clear();
    }
    for (auto& pending : changed) {
        pending.operation.base_fields.clear();
        if (is_about_finding(pending.operation.kind)) take_ignore(pending);
        for (const auto& id : model::captures_of(pending.operation)) {
            auto& operations = pending_[id];
            if (take(operations, pending)) due.insert(id);
            if (operations.empty()) pending_.erase(id);
        }
    }
    for (const auto& id : due) {
        if (const auto remote = loader_(id)) put(*remote);
    }
}

size_t CaptureBook::judge() {
    const size_t before = judged_ids_.size();
    validator_.validate(clock_.now(), [this](std::string_view id, const model::Findings& findings) {
        judged_ids_.emplace_back(id);
        const model::Row row = builder_.row_of(id);
        if (row == model::kNoRow) return;
        model::RuleMask mask = 0;
        for (const auto& finding : findings) {
            if (!finding.ignored) mask |= model::bit(finding.rule);
        }
        builder_.set_findings(row, model::worst_of(findings), mask);
    });
    judged_ = true;
    if (judged_ids_.size() > before) changed_ = true;
    return judged_ids_.size() - before;
}

model::Findings CaptureBook::findings(const std::string& staging_id) const {
    if (judged_) return validator_.findings(staging_id);
    // The rules have not run in this session yet: what the last one found, without the particulars.
    model::Findings findings;
    const model::Row row = builder_.row_of(staging_id);
    if (row == model::kNoRow) return findings;
    const auto [severity, mask] = builder_.findings_of(row);
    for (size_t i = 0; i < model::kRuleCount; ++i) {
        const auto rule = static_cast<model::Rule>(i);
        if ((mask & model::bit(rule)) == 0) continue;
        model::Finding finding;
        finding.rule = rule;
        finding.severity = severity;  // the worst of them: never milder than it is
        finding.field = "general";
        finding.message = "Found in the last session; the rules are being run again.";
        finding.id = model::finding_id(staging_id, rule, "general", "");
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace linesman::app
