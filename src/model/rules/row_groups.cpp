#include "model/rules/row_groups.h"

#include <algorithm>

namespace linesman::model {
namespace {

// splitmix64's finisher (Steele, Lea, Flood 2014): cell numbers are far from random.
uint64_t mixed(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

}  // namespace

uint32_t GroupLists::new_list() {
    if (!free_.empty()) {
        const uint32_t list = free_.back();
        free_.pop_back();
        return list;
    }
    lists_.emplace_back();
    return static_cast<uint32_t>(lists_.size() - 1);
}

void GroupLists::append(GroupRef& ref, FactRow row) {
    if (ref.empty()) {
        ref = GroupRef::of_row(row);
        return;
    }
    if (!ref.is_list()) {
        const uint32_t list = new_list();
        lists_[list].push_back(ref.row());
        ref = GroupRef::of_list(list);
    }
    lists_[ref.list()].push_back(row);
}

void GroupLists::erase(GroupRef& ref, FactRow row) {
    if (ref.empty()) return;
    if (!ref.is_list()) {
        if (ref.row() == row) ref = GroupRef();
        return;
    }
    const uint32_t list = ref.list();
    auto& rows = lists_[list];
    // The list is ordered by a key that the row may no longer have, hence a plain search.
    rows.erase(std::remove(rows.begin(), rows.end(), row), rows.end());
    if (rows.size() > 1) return;
    ref = rows.empty() ? GroupRef() : GroupRef::of_row(rows.front());
    rows = {};
    free_.push_back(list);
}

size_t HashedGroups::slot_of(uint64_t key) const {
    const size_t mask = keys_.size() - 1;
    size_t slot = mixed(key) & mask;
    while (keys_[slot] != kFreeKey && keys_[slot] != key) slot = (slot + 1) & mask;
    return slot;
}

size_t HashedGroups::taken_slot(uint64_t key) {
    if ((used_ + 1) * 4 > keys_.size() * 3) grow();
    const size_t slot = slot_of(key);
    if (keys_[slot] == kFreeKey) {
        keys_[slot] = key;
        ++used_;
    }
    return slot;
}

void HashedGroups::grow() {
    const auto old_keys = std::move(keys_);
    const auto old_refs = std::move(refs_);
    const auto live = static_cast<size_t>(
        std::count_if(old_refs.begin(), old_refs.end(), [](const GroupRef& ref) { return !ref.empty(); }));
    size_t capacity = 64;
    while ((live + 1) * 2 > capacity) capacity *= 2;
    keys_.assign(capacity, kFreeKey);
    refs_.assign(capacity, GroupRef());
    used_ = live;
    for (size_t i = 0; i < old_keys.size(); ++i) {
        if (old_refs[i].empty()) continue;
        const size_t slot = slot_of(old_keys[i]);
        keys_[slot] = old_keys[i];
        refs_[slot] = old_refs[i];
    }
}

void HashedGroups::erase(uint64_t key, FactRow row) {
    if (keys_.empty()) return;
    const size_t slot = slot_of(key);
    if (keys_[slot] == key) lists_.erase(refs_[slot], row);
}

std::span<const FactRow> HashedGroups::rows(uint64_t key) const {
    if (keys_.empty()) return {};
    const size_t slot = slot_of(key);
    return keys_[slot] == key ? lists_.rows(refs_[slot]) : std::span<const FactRow>{};
}

}  // namespace linesman::model
