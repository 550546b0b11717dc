#include "model/rules/string_pool.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <utility>

namespace linesman::model {

uint64_t head_of(std::string_view text) {
    uint64_t head = 0;
    if (!text.empty()) std::memcpy(&head, text.data(), std::min(text.size(), sizeof head));
    return std::endian::native == std::endian::little ? __builtin_bswap64(head) : head;
}

uint32_t StringPool::hash_of(std::string_view text) {
    const uint64_t hash = std::hash<std::string_view>{}(text);
    return static_cast<uint32_t>(hash ^ (hash >> 32));
}

size_t StringPool::slot_of(std::string_view text, uint32_t hash) const {
    const size_t mask = slots_.size() - 1;
    size_t slot = hash & mask;
    while (slots_[slot].next_id != 0 && (slots_[slot].hash != hash || at(slots_[slot].next_id - 1) != text))
        slot = (slot + 1) & mask;
    return slot;
}

void StringPool::grow() {
    const auto old = std::exchange(slots_, std::vector<Slot>(slots_.empty() ? 64 : slots_.size() * 2));
    const size_t mask = slots_.size() - 1;
    for (const Slot& entry : old) {
        if (entry.next_id == 0) continue;
        size_t slot = entry.hash & mask;
        while (slots_[slot].next_id != 0) slot = (slot + 1) & mask;
        slots_[slot] = entry;
    }
}

StringPool::Entry StringPool::store(std::string_view text) {
    if (text.size() > kBlockBytes / 4) {  // a block of its own, so that little is wasted
        blocks_.push_back(std::make_unique<char[]>(text.size()));
        std::memcpy(blocks_.back().get(), text.data(), text.size());
        return {static_cast<uint32_t>(blocks_.size() - 1), 0, static_cast<uint32_t>(text.size())};
    }
    if (used_ + text.size() >= kBlockBytes) {
        blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
        open_block_ = blocks_.size() - 1;
        used_ = 0;
    }
    if (!text.empty()) std::memcpy(blocks_[open_block_].get() + used_, text.data(), text.size());
    const Entry entry{static_cast<uint32_t>(open_block_), static_cast<uint16_t>(used_),
                      static_cast<uint32_t>(text.size())};
    used_ += text.size();
    return entry;
}

TextId StringPool::intern(std::string_view text) {
    if ((entries_.size() + 1) * 4 > slots_.size() * 3) grow();
    const uint32_t hash = hash_of(text);
    Slot& slot = slots_[slot_of(text, hash)];
    if (slot.next_id != 0) return slot.next_id - 1;
    entries_.push_back(store(text));
    slot = {hash, size()};
    return size() - 1;
}

TextId StringPool::find(std::string_view text) const {
    const TextId found = slots_[slot_of(text, hash_of(text))].next_id;
    return found == 0 ? kNoText : found - 1;
}

}  // namespace linesman::model
