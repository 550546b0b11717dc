#include "app/history_builder.h"

#include <algorithm>
#include <set>

#include "sync/capture_codec.h"
#include "sync/commit_builder.h"

namespace linesman::app {
namespace {

void made_by(CaptureVersion& version, const model::Operation& operation) {
    version.kind = operation.kind;
    version.what = words_of_change(operation.kind, {});
    version.at = operation.made_at;
    version.by_uid = operation.uid;
    version.by_name = operation.by_name;
    version.op_id = operation.op_id;
    version.note = operation.comment.empty() ? operation.reason : operation.comment;
    version.via = operation.via;
}

void made_by(CaptureVersion& version, const sync::ChangeRecord& change) {
    version.kind = change.kind;
    version.what = words_of_change(change.kind, change.kind_name);
    version.at = change.at;
    version.by_uid = change.by;
    version.by_name = change.by_name;
    version.op_id = change.op_id;
    version.note = change.comment.empty() ? change.reason : change.comment;
    version.via = change.via;
}

void made_by_crew(CaptureVersion& version) {
    version.what = words_of_change(std::nullopt, {});
    version.by_name = version.capture.captured_by;
    version.at = version.capture.submitted_at;
    version.via = "field";
}

// The states before each operation of this desk that the server's history does not tell of.
void add_own(std::vector<CaptureVersion>& versions, std::span<const model::PendingOperation> own,
             const std::set<std::string>& known) {
    std::string last_base;
    model::Capture state;
    for (const auto& pending : own) {
        const auto& operation = pending.operation;
        if (pending.state == model::OperationState::withdrawn || sync::is_about_finding(operation.kind)) continue;
        // Operations made on one version of the document build on one another.
        if (operation.base_update_time != last_base || operation.predecessor.empty()) {
            state = sync::decode_capture_or_unreadable(operation.staging_id, operation.base_fields,
                                                       operation.base_update_time);
            last_base = operation.base_update_time;
        }
        CaptureVersion version;
        version.id = operation.op_id;
        version.n = state.revision;
        version.capture = state;
        version.sent = pending.state == model::OperationState::done;
        state = model::apply(std::move(state), operation);
        if (!known.contains(operation.op_id)) versions.push_back(std::move(version));
    }
}

}  // namespace

std::string words_of_change(std::optional<model::OperationKind> kind, const std::string& kind_name) {
    using enum model::OperationKind;
    if (!kind) {
        if (kind_name.empty()) return "Sent by the crew";
        return kind_name == "resubmit" ? "Sent again by the crew" : kind_name;
    }
    switch (*kind) {
        case approve:
            return "Approved";
        case reject:
            return "Rejected";
        case hold:
            return "Held";
        case undo:
            return "Decision undone";
        case correct:
            return "Corrected";
        case requeue:
            return "Put back into the queue";
        case merge:
            return "Merged";
        case restore:
            return "Older version restored";
        case promote:
            return "Taken into production";
        case ignore_finding:
            return "Finding ignored";
        case unignore_finding:
            return "Finding counts again";
    }
    return {};
}

std::vector<CaptureVersion> build_history(const model::Capture& now, const model::Capture& remote,
                                          std::span<const model::PendingOperation> own,
                                          const sync::ServerHistory* server) {
    std::vector<CaptureVersion> versions;
    std::set<std::string> known;
    if (server) {
        for (const auto& record : server->versions) {
            CaptureVersion version;
            version.id = record.id;
            version.n = record.n;
            version.capture = record.capture;
            version.sent = true;
            known.insert(record.id);
            versions.push_back(std::move(version));
        }
    }
    add_own(versions, own, known);
    CaptureVersion present;
    present.now = true;
    present.capture = now;
    present.n = now.revision;
    present.sent = now.revision == remote.revision;
    versions.push_back(std::move(present));
    for (size_t i = 0; i < versions.size(); ++i) {
        auto& version = versions[i];
        if (i == 0) {
            if (version.n == 0) made_by_crew(version);
            continue;
        }
        const std::string& op_id = versions[i - 1].id;
        version.op_id = op_id;
        const auto mine =
            std::find_if(own.begin(), own.end(), [&](const auto& p) { return p.operation.op_id == op_id; });
        if (mine != own.end()) {
            made_by(version, mine->operation);
        } else if (server && server->changes.contains(op_id)) {
            made_by(version, server->changes.at(op_id));
        } else {
            version.what = "Changed; the record of it is not readable";
        }
    }
    return versions;
}

}  // namespace linesman::app
