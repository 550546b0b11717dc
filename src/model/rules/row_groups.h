// Which captures share a key (a number, an upload key, a cell of ground, a photo). Nearly every key has one capture, so
// a lone row is kept in place of a list. Lists are sorted by `less`, so that their order does not depend on the order
// of arrival.
//
// Thread: one writer; reading from many threads is safe while nobody writes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace linesman::model {

using FactRow = uint32_t;
inline constexpr FactRow kNoFactRow = 0x7FFFFFFF;

// The rows of one key: nothing, one row, or a list elsewhere.
class GroupRef {
  public:
    bool empty() const { return value_ == kNoFactRow; }
    bool is_list() const { return (value_ & kListBit) != 0; }
    uint32_t list() const { return value_ & ~kListBit; }
    FactRow row() const { return value_; }
    const FactRow* address() const { return &value_; }
    static GroupRef of_row(FactRow row) { return GroupRef(row); }
    static GroupRef of_list(uint32_t index) { return GroupRef(index | kListBit); }
    GroupRef() = default;

  private:
    static constexpr uint32_t kListBit = 0x80000000;
    explicit GroupRef(uint32_t value) : value_(value) {}
    uint32_t value_ = kNoFactRow;
};

class GroupLists {
  public:
    template <typename Less>
    void insert(GroupRef& ref, FactRow row, const Less& less);
    // Without order, for loading; sort_all() before anything is read.
    void append(GroupRef& ref, FactRow row);
    template <typename Less>
    void sort_all(const Less& less) {
        for (auto& rows : lists_) std::sort(rows.begin(), rows.end(), less);
    }
    void erase(GroupRef& ref, FactRow row);
    std::span<const FactRow> rows(const GroupRef& ref) const {
        if (ref.empty()) return {};
        if (!ref.is_list()) return {ref.address(), 1};
        return lists_[ref.list()];
    }

  private:
    uint32_t new_list();
    std::vector<std::vector<FactRow>> lists_;
    std::vector<uint32_t> free_;
};

// Groups by a dense id (an interned text).
class DenseGroups {
  public:
    template <typename Less>
    void insert(uint32_t key, FactRow row, const Less& less) {
        if (key >= refs_.size()) refs_.resize(key + 1 + key / 4);
        lists_.insert(refs_[key], row, less);
    }
    void append(uint32_t key, FactRow row) {
        if (key >= refs_.size()) refs_.resize(key + 1 + key / 4);
        lists_.append(refs_[key], row);
    }
    template <typename Less>
    void sort_all(const Less& less) {
        lists_.sort_all(less);
    }
    void erase(uint32_t key, FactRow row) { lists_.erase(refs_[key], row); }
    std::span<const FactRow> rows(uint32_t key) const {
        return key < refs_.size() ? lists_.rows(refs_[key]) : std::span<const FactRow>{};
    }

  private:
    std::vector<GroupRef> refs_;
    GroupLists lists_;
};

// Groups by any 64-bit key but kFreeKey.
class HashedGroups {
  public:
    static constexpr uint64_t kFreeKey = UINT64_MAX;
    template <typename Less>
    void insert(uint64_t key, FactRow row, const Less& less) {
        lists_.insert(refs_[taken_slot(key)], row, less);
    }
    void append(uint64_t key, FactRow row) { lists_.append(refs_[taken_slot(key)], row); }
    template <typename Less>
    void sort_all(const Less& less) {
        lists_.sort_all(less);
    }
    void erase(uint64_t key, FactRow row);
    std::span<const FactRow> rows(uint64_t key) const;

  private:
    size_t slot_of(uint64_t key) const;
    size_t taken_slot(uint64_t key);
    void grow();
    std::vector<uint64_t> keys_;
    std::vector<GroupRef> refs_;
    size_t used_ = 0;  // keys with a slot, emptied ones included until the next grow()
    GroupLists lists_;
};

template <typename Less>
void GroupLists::insert(GroupRef& ref, FactRow row, const Less& less) {
    if (ref.empty()) {
        ref = GroupRef::of_row(row);
        return;
    }
    if (!ref.is_list()) {
        const uint32_t list = new_list();
        lists_[list].push_back(ref.row());
        ref = GroupRef::of_list(list);
    }
    auto& rows = lists_[ref.list()];
    size_t from = 0, to = rows.size();
    while (from < to) {
        const size_t middle = (from + to) / 2;
        if (less(rows[middle], row)) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(from), row);
}

}  // namespace linesman::model
