// Bounded reads in a TIFF block of either byte order. Internal to the image room. Nothing here trusts an offset.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linesman::image {

struct TiffEntry {
    uint16_t tag = 0;
    uint16_t type = 0;
    uint32_t count = 0;
    std::string_view data;  // exactly the bytes of the value
};

class TiffReader {
  public:
    explicit TiffReader(std::string_view block);
    bool valid() const { return valid_; }
    uint32_t first_directory() const { return first_; }

    // The entries of the directory at `offset`; empty when it lies outside the block. Entries with values outside are
    // left out.
    std::vector<TiffEntry> directory(uint32_t offset) const;

    // nullopt when the type does not fit or there are too few values.
    std::optional<uint32_t> unsigned_at(const TiffEntry& entry, size_t index) const;
    std::optional<double> rational_at(const TiffEntry& entry, size_t index) const;
    // Printable text up to the first NUL, without white space at the ends; nullopt when nothing is left.
    std::optional<std::string> text(const TiffEntry& entry) const;

  private:
    std::optional<uint32_t> read(std::string_view from, size_t at, size_t bytes) const;
    std::string_view block_;
    bool little_ = true;
    bool valid_ = false;
    uint32_t first_ = 0;
};

}  // namespace linesman::image
