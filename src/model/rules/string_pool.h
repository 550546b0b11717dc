// Texts that many captures share, each kept once and known by a small number. Ids are dense from 0; id 0 is always the
// empty text. Texts are never dropped: what is held is bounded by the distinct texts seen by this process.
//
// Thread: one writer; reading from many threads is safe while nobody writes.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace linesman::model {

using TextId = uint32_t;
inline constexpr TextId kNoText = UINT32_MAX;

// The first eight bytes as a number: texts with different numbers sort as the numbers do, texts with equal ones have to
// be compared as a whole. Kept beside a reference to a text, it spares sorting nearly every look at the text itself.
uint64_t head_of(std::string_view text);

class StringPool {
  public:
    StringPool() { intern({}); }
    TextId intern(std::string_view text);
    TextId find(std::string_view text) const;  // kNoText when absent
    std::string_view at(TextId id) const {
        const Entry& e = entries_[id];
        return {blocks_[e.block].get() + e.offset, e.size};
    }
    TextId size() const { return static_cast<TextId>(entries_.size()); }

  private:
    static constexpr size_t kBlockBytes = 1U << 16;
    struct Entry {
        uint32_t block = 0;
        uint16_t offset = 0;
        uint32_t size = 0;
    };
    // Open addressing. The hash stands beside the id, so that passing by another text costs no look at it, and growing
    // none at all.
    struct Slot {
        uint32_t hash = 0;
        TextId next_id = 0;  // id + 1, 0 = free
    };
    static uint32_t hash_of(std::string_view text);
    size_t slot_of(std::string_view text, uint32_t hash) const;
    void grow();
    Entry store(std::string_view text);

    std::vector<Entry> entries_;
    std::vector<Slot> slots_;
    std::vector<std::unique_ptr<char[]>> blocks_;
    size_t open_block_ = SIZE_MAX;  // the block being filled
    size_t used_ = kBlockBytes;     // bytes of it in use
};

}  // namespace linesman::model
