#include "model/rules/string_pool.h"

#include <cstring>
#include <functional>

namespace linesman::model {

size_t StringPool::slot_of(std::string_view text) const {
    const size_t mask = slots_.size() - 1;
    size_t slot = std::hash<std::string_view>{}(text)&mask;
    while (slots_[slot] != 0 && at(slots_[slot] - 1) != text) slot = (slot + 1) & mask;
    return slot;
}

void StringPool::grow() {
    slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, 0);
    for (TextId id = 0; id < size(); ++id) slots_[slot_of(at(id))] = id + 1;
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
    const size_t slot = slot_of(text);
    if (slots_[slot] != 0) return slots_[slot] - 1;
    entries_.push_back(store(text));
    slots_[slot] = static_cast<uint32_t>(entries_.size());
    return size() - 1;
}

TextId StringPool::find(std::string_view text) const {
    const uint32_t found = slots_[slot_of(text)];
    return found == 0 ? kNoText : found - 1;
}

}  // namespace linesman::model
