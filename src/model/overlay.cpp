#include "model/overlay.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace linesman::model {
namespace {

bool is_on_its_way(OperationState state) {
    switch (state) {
        case OperationState::waiting:
        case OperationState::ready:
        case OperationState::sending:
            return true;
        case OperationState::done:
        case OperationState::parked:
        case OperationState::conflict:
        case OperationState::withdrawn:
            break;
    }
    return false;
}

bool is_stopped(OperationState state) {
    return state == OperationState::parked || state == OperationState::conflict;
}

}  // namespace

std::vector<std::string> captures_of(const Operation& operation) {
    std::vector<std::string> ids = {operation.staging_id};
    const auto add = [&](const std::string& id) {
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    };
    const base::Json* superseded = base::find(operation.extra, "superseded");
    if (superseded && superseded->is_array()) {
        for (const auto& id : *superseded) {
            if (id.is_string()) add(id.get<std::string>());
        }
    }
    const base::Json* others = base::find(operation.extra, "others");
    if (others && others->is_object()) {
        for (const auto& [id, set] : others->items()) add(id);
    }
    return ids;
}

Capture overlay(const Capture& remote, std::span<const PendingOperation> pending) {
    Capture shown = remote;
    std::vector<std::string_view> stopped;  // op ids that do not apply, for those behind them
    for (const PendingOperation& p : pending) {
        const std::string& predecessor = p.operation.predecessor;
        const bool is_blocked =
            !predecessor.empty() && std::find(stopped.begin(), stopped.end(), predecessor) != stopped.end();
        if (is_stopped(p.state) || is_blocked) {
            stopped.push_back(p.operation.op_id);
        } else if (is_on_its_way(p.state)) {
            shown = apply(std::move(shown), p.operation);
        }
    }
    return shown;
}

}  // namespace linesman::model
