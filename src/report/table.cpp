#include "report/table.h"

#include "report/format.h"
#include "report/strip.h"

namespace linesman::report {

std::string_view name_of(CellType type) {
    switch (type) {
        case CellType::text:
            return "text";
        case CellType::integer:
            return "integer";
        case CellType::number:
            return "number";
        case CellType::boolean:
            return "boolean";
        case CellType::time:
            return "time";
    }
    return "text";
}

size_t Table::find(std::string_view key) const {
    const auto& all = columns();
    for (size_t i = 0; i < all.size(); ++i) {
        if (all[i].key == key) return i;
    }
    return SIZE_MAX;
}

void MemoryTable::add(std::span<const Cell> cells) {
    std::string buffer;
    for (size_t i = 0; i < columns_.size(); ++i) {
        Stored stored;
        if (i < cells.size() && !cells[i].is_empty) {
            stored.is_empty = false;
            stored.integer = cells[i].integer;
            stored.number = rounded(cells[i].number, columns_[i].decimals);
            if (columns_[i].type == CellType::text) {
                const std::string_view text = without_tokens(cells[i].text, buffer);
                stored.integer = static_cast<int64_t>(pool_.size());
                stored.length = static_cast<uint32_t>(text.size());
                pool_ += text;
            }
        }
        cells_.push_back(stored);
    }
}

void MemoryTable::read(size_t row, std::span<Cell> cells) const {
    const Stored* from = cells_.data() + row * columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i) {
        const Stored& stored = from[i];
        Cell cell{stored.is_empty, stored.integer, stored.number, {}};
        if (columns_[i].type == CellType::text && !stored.is_empty) {
            cell.text = std::string_view(pool_).substr(static_cast<size_t>(stored.integer), stored.length);
            cell.integer = 0;
        }
        cells[i] = cell;
    }
}

}  // namespace linesman::report
