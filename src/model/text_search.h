// Finds the rows of a chunk whose text holds a needle, upper and lower case alike. Works on the whole pool at once
// instead of row by row.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/columns.h"

namespace linesman::model {

class TextSearch {
  public:
    // The needle is trimmed and folded (base/text.h). An empty one matches everything.
    explicit TextSearch(std::string_view needle);
    bool matches_everything() const { return needle_.empty(); }
    size_t letters() const { return needle_.size(); }  // bytes of the folded needle
    // Whether one text holds the needle.
    bool is_in(std::string_view text) const;

    // Sets hit[i] = 1 for every row i of the column that holds the needle; leaves the others alone. Thread: any.
    void mark(const TextColumn& text, uint32_t size, std::array<uint8_t, kChunkRows>& hit) const;

  private:
    void mark_ascii(const TextColumn& text, uint32_t size, std::array<uint8_t, kChunkRows>& hit) const;
    void mark_folded(const TextColumn& text, uint32_t size, std::array<uint8_t, kChunkRows>& hit) const;

    std::string needle_;
    bool ascii_ = true;
};

}  // namespace linesman::model
