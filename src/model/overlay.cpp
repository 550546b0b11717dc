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
