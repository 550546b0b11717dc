#include "image/tiff_reader.h"

#include <algorithm>

#include "base/text.h"
#include "image/limits.h"

namespace linesman::image {
namespace {

// Bytes per value of the TIFF 6.0 types 1 to 12; 0 = unknown.
constexpr uint8_t kTypeBytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

}  // namespace

TiffReader::TiffReader(std::string_view block) : block_(block) {
    if (block.size() < 8) return;
    const std::string_view order = block.substr(0, 2);
    if (order != "II" && order != "MM") return;
    little_ = order == "II";
    if (read(block_, 2, 2) != 42U) return;
    first_ = read(block_, 4, 4).value_or(0);
    valid_ = true;
}

std::optional<uint32_t> TiffReader::read(std::string_view from, size_t at, size_t bytes) const {
    if (at > from.size() || bytes > from.size() - at) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i) {
        const auto byte = static_cast<uint8_t>(from[at + (little_ ? bytes - 1 - i : i)]);
        value = value << 8 | byte;
    }
    return value;
}

std::vector<TiffEntry> TiffReader::directory(uint32_t offset) const {
    std::vector<TiffEntry> entries;
    const size_t count = std::min<size_t>(read(block_, offset, 2).value_or(0), kMaxExifEntries);
    for (size_t i = 0; i < count; ++i) {
        const size_t at = size_t{offset} + 2 + i * 12;
        const auto tag = read(block_, at, 2);
        const auto type = read(block_, at + 2, 2);
        const auto values = read(block_, at + 4, 4);
        if (!tag || !type || !values) break;
        if (*type == 0 || *type >= std::size(kTypeBytes)) continue;
        const uint64_t bytes = uint64_t{*values} * kTypeBytes[*type];
        const uint64_t data_at = bytes <= 4 ? at + 8 : read(block_, at + 8, 4).value_or(UINT32_MAX);
        if (bytes > block_.size() || data_at > block_.size() - bytes) continue;
        entries.push_back({static_cast<uint16_t>(*tag), static_cast<uint16_t>(*type), *values,
                           block_.substr(static_cast<size_t>(data_at), static_cast<size_t>(bytes))});
    }
    return entries;
}

std::optional<uint32_t> TiffReader::unsigned_at(const TiffEntry& entry, size_t index) const {
    switch (entry.type) {
        case 1:
        case 7:
            return read(entry.data, index, 1);
        case 3:
            return read(entry.data, index * 2, 2);
        case 4:
            return read(entry.data, index * 4, 4);
        default:
            return std::nullopt;
    }
}

std::optional<double> TiffReader::rational_at(const TiffEntry& entry, size_t index) const {
    if (entry.type != 5 && entry.type != 10) return std::nullopt;
    const auto above = read(entry.data, index * 8, 4);
    const auto below = read(entry.data, index * 8 + 4, 4);
    if (!above || !below || *below == 0) return std::nullopt;
    if (entry.type == 10) return static_cast<double>(static_cast<int32_t>(*above)) / static_cast<int32_t>(*below);
    return static_cast<double>(*above) / *below;
}

std::optional<std::string> TiffReader::text(const TiffEntry& entry) const {
    if (entry.type != 2) return std::nullopt;
    std::string_view data = entry.data.substr(0, kMaxExifText);
    data = data.substr(0, data.find('\0'));
    std::string out = base::sanitize_utf8(base::trimmed(data), kMaxExifText);  // what is broken grows threefold
    std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
    if (out.empty()) return std::nullopt;
    return out;
}

}  // namespace linesman::image
