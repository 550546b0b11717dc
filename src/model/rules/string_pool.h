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
    size_t slot_of(std::string_view text) const;
    void grow();
    Entry store(std::string_view text);

    std::vector<Entry> entries_;
    std::vector<TextId> slots_;  // open addressing, id + 1, 0 = free
    std::vector<std::unique_ptr<char[]>> blocks_;
    size_t open_block_ = SIZE_MAX;  // the block being filled
    size_t used_ = kBlockBytes;     // bytes of it in use
};

}  // namespace linesman::model
