#include "field/item_status.h"

namespace linesman::field {

std::string_view name_of(ItemStatus status) {
    switch (status) {
        case ItemStatus::draft:
            return "draft";
        case ItemStatus::pending:
            return "pending";
        case ItemStatus::syncing:
            return "syncing";
        case ItemStatus::staged:
            return "staged";
        case ItemStatus::synced:
            return "synced";
        case ItemStatus::error:
            return "error";
    }
    return "error";
}

std::optional<ItemStatus> item_status_from_name(std::string_view name) {
    for (const auto status : kItemStatuses) {
        if (name_of(status) == name) return status;
    }
    return std::nullopt;
}

bool may_change(ItemStatus from, ItemStatus to) {
    using enum ItemStatus;
    switch (from) {
        case draft:
            return to == pending;
        case pending:
            return to == draft || to == syncing;
        case syncing:
            return to == staged || to == error || to == pending;
        case staged:
            return to == synced || to == draft || to == pending;
        case synced:
            return false;
        case error:
            return to == pending || to == draft;
    }
    return false;
}

}  // namespace linesman::field
