#include "app/capture_book.h"

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

bool same_fate(const std::vector<model::PendingOperation>& a, const std::vector<model::PendingOperation>& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
        if (a[i].operation.op_id != b[i].operation.op_id || a[i].state != b[i].state) return false;
    }
    return true;
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
    if (seen_.size() <= row) seen_.resize(row + 1, false);
    seen_[row] = true;
    changed_ = true;
}

void CaptureBook::remove(const std::string& staging_id) {
    validator_.remove(staging_id);
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

void CaptureBook::set_pending(std::vector<model::PendingOperation> pending) {
    std::unordered_map<std::string, std::vector<model::PendingOperation>> next;
    for (auto& operation : pending) next[operation.operation.staging_id].push_back(std::move(operation));
    std::vector<std::string> due;
    for (const auto& [id, operations] : next) {
        const auto old = pending_.find(id);
        if (old == pending_.end() || !same_fate(old->second, operations)) due.push_back(id);
    }
    for (const auto& [id, operations] : pending_) {
        if (!next.contains(id)) due.push_back(id);
    }
    pending_ = std::move(next);
    for (const auto& id : due) {
        if (const auto remote = loader_(id)) put(*remote);
    }
}

size_t CaptureBook::judge() {
    const auto changed = validator_.validate(clock_.now());
    for (const auto& id : changed) {
        const model::Row row = builder_.row_of(id);
        if (row == model::kNoRow) continue;
        model::RuleMask mask = 0;
        const auto& findings = validator_.findings(id);
        for (const auto& finding : findings) {
            if (!finding.ignored) mask |= model::bit(finding.rule);
        }
        builder_.set_findings(row, model::worst_of(findings), mask);
    }
    judged_ = true;
    if (!changed.empty()) changed_ = true;
    judged_ids_.insert(judged_ids_.end(), changed.begin(), changed.end());
    return changed.size();
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
