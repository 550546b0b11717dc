// The six photo slots of a capture, in the order in which the desk shows them and keys 1-6 choose them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace linesman::model {

enum class Slot : uint8_t { before, front, side, depth, concrete, compaction };

inline constexpr size_t kSlotCount = 6;
inline constexpr std::array<Slot, kSlotCount> kSlots = {Slot::before, Slot::front,    Slot::side,
                                                        Slot::depth,  Slot::concrete, Slot::compaction};

// A set of slots, bit i for Slot i.
using SlotMask = uint8_t;
inline constexpr SlotMask kAllSlots = 0x3F;
constexpr SlotMask bit(Slot slot) {
    return static_cast<SlotMask>(1U << static_cast<unsigned>(slot));
}
constexpr size_t index_of(Slot slot) {
    return static_cast<size_t>(slot);
}

// The key used on the wire ("before") and, capitalised, on the screen.
std::string_view name_of(Slot slot);

// Accepts the wire key and the aliases that other apps write: beforePhoto, frontView, sideAngle, depthPhoto,
// concretePhoto, compactionPhoto, ... (reference: domain facts, "slot keys"). nullopt for anything else.
std::optional<Slot> slot_from_key(std::string_view key);

}  // namespace linesman::model
