// The six statuses of the seed's offline queue, and which change into which. Pure.
//
//                edit                    crash, interrupted
//            ┌──────────┐            ┌───────────────────────┐
//            ▼          │            ▼                       │
//         draft ─────► pending ─► (queue) ─────────────► syncing ─────► staged ─────► synced
//            ▲  submit  ▲                                    │   document    production
//            │          │ retry                              │ failed, with its cause
//            └──────── error ◄───────────────────────────────┘
//              edit
//
// Two ways lead back from staged: to draft, when a supervisor rejected the capture and the crew corrects it; to
// pending, when the office asks for it once more.
//
// | from    | to                     |
// | draft   | pending                |
// | pending | draft, syncing         |
// | syncing | staged, error, pending |
// | staged  | synced, draft, pending |
// | error   | pending, draft         |
// | synced  | (nothing: production holds the pole) |
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace linesman::field {

enum class ItemStatus : uint8_t {
    draft,    // saved, not ready for sync
    pending,  // ready for sync
    syncing,  // being uploaded
    staged,   // in staging
    synced,   // in production
    error,    // sync failed; the cause is kept with the item
};

inline constexpr std::array<ItemStatus, 6> kItemStatuses = {ItemStatus::draft,   ItemStatus::pending,
                                                            ItemStatus::syncing, ItemStatus::staged,
                                                            ItemStatus::synced,  ItemStatus::error};

std::string_view name_of(ItemStatus status);
std::optional<ItemStatus> item_status_from_name(std::string_view name);

// Whether the table above allows it. A status does not change into itself.
bool may_change(ItemStatus from, ItemStatus to);

}  // namespace linesman::field
