#include "app/outbox_tally.h"

#include <algorithm>

#include "sync/value_codec.h"

namespace linesman::app {
namespace {

constexpr size_t kMyDayItems = 200;

bool is_finished(model::OperationState state) {
    return state == model::OperationState::done || state == model::OperationState::withdrawn;
}

bool needs_person(model::OperationState state) {
    return state == model::OperationState::parked || state == model::OperationState::conflict;
}

std::string number_in(const std::string& fields_json) {
    const auto fields = sync::value::parse_fields(fields_json);
    return fields ? sync::value::text_at(*fields, "poleNumber") : std::string();
}

}  // namespace

void OutboxTally::clear() {
    unfinished_.clear();
    matters_.clear();
}

void OutboxTally::take(std::vector<model::PendingOperation>& changed) {
    for (auto& pending : changed) {
        const std::string& op_id = pending.operation.op_id;
        // Parsing a document costs more than everything else here, so each is read once.
        if (!numbers_.contains(op_id)) numbers_[op_id] = number_in(pending.operation.base_fields);
        matters_.erase(op_id);
        if (needs_person(pending.state)) {
            OpenMatter matter;
            matter.pending = pending;
            matter.pole_number = numbers_[op_id];
            matter.theirs_fields = theirs_(op_id);
            matters_.emplace(op_id, std::move(matter));
        }
        if (is_finished(pending.state)) {
            unfinished_.erase(op_id);
        } else {
            unfinished_[op_id] = {pending.state, pending.operation.made_at, pending.operation.send_after,
                                  pending.operation.predecessor};
        }
        pending.operation.base_fields.clear();  // kilobytes that no list shows
        count_today(pending);
    }
}

void OutboxTally::count_today(const model::PendingOperation& pending) {
    const auto& operation = pending.operation;
    if (uid_.empty() || operation.uid != uid_ || operation.made_at < day_begin_) return;
    const std::pair key(operation.made_at, operation.op_id);
    if (pending.state == model::OperationState::withdrawn) {
        today_.erase(key);
    } else {
        today_[key] = pending;
    }
}

void OutboxTally::start_day(std::string uid, base::Timestamp begin, std::vector<model::PendingOperation> made) {
    uid_ = std::move(uid);
    day_begin_ = begin;
    today_.clear();
    for (const auto& pending : made) count_today(pending);
}

const std::string& OutboxTally::number_of(const std::string& op_id) {
    const auto [it, is_new] = numbers_.try_emplace(op_id);
    if (is_new) it->second = number_in(document_(op_id));
    return it->second;
}

// Behind one that waits for a person, however far.
bool OutboxTally::is_blocked(const Fate& fate) const {
    const Fate* at = &fate;
    for (size_t steps = 0; steps <= unfinished_.size(); ++steps) {
        const auto before = unfinished_.find(at->predecessor);
        if (before == unfinished_.end()) return false;
        at = &before->second;
        if (needs_person(at->state)) return true;
    }
    return false;
}

OutboxSummary OutboxTally::summary(base::Timestamp now) const {
    OutboxSummary summary;
    for (const auto& [op_id, fate] : unfinished_) {
        switch (fate.state) {
            case model::OperationState::waiting:
                ++(fate.send_after > now ? summary.waiting : summary.ready);
                break;
            case model::OperationState::ready:
                ++summary.ready;
                break;
            case model::OperationState::sending:
                ++summary.sending;
                break;
            case model::OperationState::parked:
                ++summary.parked;
                break;
            case model::OperationState::conflict:
                ++summary.conflicts;
                break;
            case model::OperationState::done:
            case model::OperationState::withdrawn:
                continue;
        }
        const bool is_unsent =
            fate.state == model::OperationState::waiting || fate.state == model::OperationState::ready;
        if (is_unsent && is_blocked(fate)) ++summary.blocked;
        if (!summary.oldest || fate.made_at < *summary.oldest) summary.oldest = fate.made_at;
    }
    return summary;
}

MyDay OutboxTally::my_day(base::Timestamp now) {
    MyDay day;
    base::Timestamp first = now;
    for (auto it = today_.rbegin(); it != today_.rend(); ++it) {
        const auto& pending = it->second;
        const auto kind = pending.operation.kind;
        if (kind == model::OperationKind::approve) ++day.approved_today;
        if (kind == model::OperationKind::reject) ++day.rejected_today;
        if (kind == model::OperationKind::approve || kind == model::OperationKind::reject ||
            kind == model::OperationKind::hold) {
            ++day.decided_today;
            first = std::min(first, pending.operation.made_at);
        }
        if (day.latest.size() < kMyDayItems) {
            day.latest_numbers.push_back(number_of(pending.operation.op_id));
            day.latest.push_back(pending);
        }
    }
    const double hours = (now - first).seconds() / 3600;
    if (day.decided_today > 1 && hours > 0) day.per_hour = day.decided_today / std::max(hours, 1.0 / 60);
    return day;
}

std::vector<OpenMatter> OutboxTally::matters() const {
    std::vector<OpenMatter> out;
    out.reserve(matters_.size());
    for (const auto& [op_id, matter] : matters_) out.push_back(matter);
    return out;
}

}  // namespace linesman::app
