#include "model/slot.h"

#include <string>

namespace linesman::model {
namespace {

constexpr std::array<std::string_view, kSlotCount> kNames = {"before", "front",    "side",
                                                             "depth",  "concrete", "compaction"};
constexpr std::array<std::string_view, 6> kSuffixes = {"photo", "view", "angle", "image", "picture", "url"};

std::optional<Slot> slot_named(std::string_view name) {
    for (const Slot slot : kSlots) {
        if (kNames[index_of(slot)] == name) return slot;
    }
    return std::nullopt;
}

}  // namespace

std::string_view name_of(Slot slot) {
    return kNames[index_of(slot)];
}

std::optional<Slot> slot_from_key(std::string_view key) {
    if (const auto exact = slot_named(key)) return exact;
    // The longest alias is "compaction_picture"; anything far longer is not one.
    if (key.size() > 32) return std::nullopt;
    std::string plain;
    for (const char c : key) {
        if (c == '_' || c == '-' || c == ' ') continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    if (const auto folded = slot_named(plain)) return folded;
    for (const std::string_view suffix : kSuffixes) {
        if (!plain.ends_with(suffix)) continue;
        if (const auto alias = slot_named(std::string_view(plain).substr(0, plain.size() - suffix.size())))
            return alias;
    }
    return std::nullopt;
}

}  // namespace linesman::model
