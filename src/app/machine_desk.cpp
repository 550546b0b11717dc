#include "app/machine_desk.h"

#include <random>

#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

bool is_document_id(const std::string& id) {
    const bool reserved = id.size() >= 4 && id.starts_with("__") && id.ends_with("__");
    return !id.empty() && id.size() <= 1500 && id.find('/') == std::string::npos && id != "." && id != ".." &&
           !reserved;
}

}  // namespace

MachineDesk::MachineDesk(Needs needs) : needs_(std::move(needs)) {
    sync::WriteBackHooks hooks;
    hooks.judge = [this](const std::string& id) { return judge(id); };
    hooks.ready = needs_.settled;
    hooks.server_now = [this] {
        for (const auto& [id, held] : leases_) {
            if (held.lease->held()) return held.lease->server_now();
        }
        return needs_.clock.now();
    };
    hooks.store = needs_.store;
    hooks.forget = needs_.forget;
    hooks.changed = [this] { report(); };
    writer_ = std::make_unique<sync::WriteBack>(needs_.firestore, needs_.queue, needs_.clock, needs_.holder.holder,
                                                needs_.writing, std::move(hooks), seed());
}

uint64_t MachineDesk::seed() {
    return needs_.random_seed ? (*needs_.random_seed)++ : std::random_device{}();
}

std::string MachineDesk::lease_of(const std::string& project_id) const {
    if (!is_document_id(project_id) || project_id == kNoProjectLease) return kNoProjectLease;
    const auto& reference = needs_.book.reference();
    if (!reference.projects_known) return project_id;
    for (const auto& project : reference.projects) {
        if (project.id == project_id) return project_id;
    }
    return kNoProjectLease;
}

std::map<std::string, std::vector<std::string>> MachineDesk::captures_by_lease() const {
    const model::Columns columns = needs_.columns();
    const auto& projects = columns.names->projects;
    std::vector<std::string> leases;
    for (uint32_t i = 0; i < projects.size(); ++i) leases.push_back(lease_of(projects.at(i)));
    std::map<std::string, std::vector<std::string>> out;
    for (model::Row row = 0; row < columns.row_count(); ++row) {
        if ((columns.flags(row) & model::kFlagGone) != 0) continue;
        const auto project = columns.chunk_of(row).project[row % model::kChunkRows];
        out[leases[project < leases.size() ? project : 0]].emplace_back(columns.staging_id(row));
    }
    return out;
}

void MachineDesk::pulled() {
    if (releasing_) return;
    pulled_at_ = needs_.clock.steady();
    take_leases();
    offer_held();
    report();
}

void MachineDesk::take_leases() {
    for (const auto& [id, captures] : captures_by_lease()) {
        if (leases_.contains(id)) continue;
        auto lease = std::make_unique<sync::ValidatorLease>(
            needs_.firestore, needs_.queue, needs_.clock, needs_.names, id, needs_.holder, needs_.lease,
            [this] { lease_changed(); }, seed());
        leases_[id].lease = std::move(lease);
        leases_[id].lease->start();
    }
}

void MachineDesk::lease_changed() {
    // Not from inside the lease: offering may come back to it.
    needs_.queue.post([this, weak = std::weak_ptr<bool>(alive_)] {
        if (!weak.lock()) return;
        offer_held();
        report();
    });
}

// Everything once for each lease taken: what its last holder did and did not do is unknown.
void MachineDesk::offer_held() {
    if (releasing_ || !is_mirrored()) return;
    std::map<std::string, std::vector<std::string>> captures;
    for (auto& [id, held] : leases_) {
        if (!held.lease->held()) {
            held.offered = false;
        } else if (!held.offered) {
            if (captures.empty()) captures = captures_by_lease();
            held.offered = true;
            writer_->offer(captures[id]);
        }
    }
}

void MachineDesk::offer(const std::vector<std::string>& ids) {
    if (releasing_ || ids.empty()) return;
    writer_->offer(ids);
}

void MachineDesk::settled() {
    if (releasing_) return;
    // The pull may have ended before its captures stood in the columns.
    if (pulled_at_) take_leases();
    offer_held();
    writer_->poke();
    report();
}

bool MachineDesk::is_mirrored() const {
    return pulled_at_ && needs_.clock.steady().us - pulled_at_->us < needs_.fresh_for.us;
}

sync::JudgedCapture MachineDesk::judge(const std::string& id) {
    sync::JudgedCapture out;
    auto document = needs_.cache.document(needs_.names.staging, id);
    if (!document || !*document) return out;
    out.capture = sync::decode_capture_or_unreadable(id, (*document)->fields, (*document)->update_time);
    const auto lease = leases_.find(lease_of(out.capture.project_id));
    if (releasing_ || lease == leases_.end() || !lease->second.lease->held() || !is_mirrored()) {
        out.state = sync::JudgedCapture::State::not_ours;
        // The writer forgets it: once the lease and a fresh mirror are here again, everything is offered again.
        if (lease != leases_.end()) lease->second.offered = false;
        return out;
    }
    if (!needs_.book.pending(id).empty()) {
        out.state = sync::JudgedCapture::State::later;
        return out;
    }
    auto fields = sync::value::parse_fields((*document)->fields);
    if (!fields) return out;
    out.current = {needs_.firestore.endpoints().document_name(needs_.names.staging, id), (*document)->update_time,
                   std::move(*fields)};
    out.findings = needs_.book.findings(id);
    out.state = sync::JudgedCapture::State::judged;
    return out;
}

void MachineDesk::release(std::function<void()> done) {
    releasing_ = true;
    auto left = std::make_shared<size_t>(leases_.size() + 1);
    auto finished = [left, done = std::move(done)] {
        if (--*left == 0) done();
    };
    for (auto& [id, held] : leases_) held.lease->release([finished](base::Status) { finished(); });
    finished();
}

MachineState MachineDesk::state() const {
    MachineState out;
    out.on = true;
    out.mirrored = is_mirrored() && needs_.settled();
    for (const auto& [id, held] : leases_) {
        const auto& lease = *held.lease;
        MachineLease entry;
        entry.project = id;
        entry.held = lease.held();
        entry.settled =
            held.offered || lease.state() == sync::LeaseState::elsewhere || lease.state() == sync::LeaseState::refused;
        entry.other = lease.other();
        entry.other_until = lease.other_until();
        if (lease.last_error()) entry.problem = lease.last_error()->what;
        out.leases.push_back(std::move(entry));
    }
    const auto& status = writer_->status();
    out.judged = status.judged;
    out.written = status.written;
    out.repaired = status.repaired;
    out.unchanged = status.unchanged;
    out.retried = status.retried;
    out.due = status.due;
    out.waiting = status.waiting;
    out.idle = status.idle;
    if (status.last_error) out.last_error = status.last_error->what;
    return out;
}

void MachineDesk::report() {
    if (needs_.changed && writer_) needs_.changed(state());
}

}  // namespace linesman::app
