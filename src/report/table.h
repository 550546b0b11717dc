// Tables: what every report is made of and what every writer writes. A table gives its rows cell by cell, so that a
// million of them need not be copied.
//
// Invariant: a column has one type; its cells are of that type or empty. Texts hold no photo token (strip.h). Numbers
// are rounded to their column's decimals (format.h), so that a table and what is read back of it are the same.
// Thread: any; read() is const and may be called from several threads at once. Views in a cell live as long as the
// table.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace linesman::report {

enum class CellType : uint8_t { text, integer, number, boolean, time };
std::string_view name_of(CellType type);

struct Column {
    std::string key;    // in CSV and JSON: "submitted_at"; stable
    std::string title;  // for people: "Submitted"
    CellType type = CellType::text;
    int decimals = 0;  // of a number, 0 to 9; values are rounded half away from zero
    bool operator==(const Column&) const = default;
};

// One value. `is_empty` cells hold nothing.
struct Cell {
    bool is_empty = true;
    int64_t integer = 0;  // integer; boolean as 0 or 1; time in microseconds since the epoch, UTC
    double number = 0;
    std::string_view text;

    static Cell of(std::string_view text) { return {text.empty(), 0, 0, text}; }
    static Cell of_integer(int64_t value) { return {false, value, 0, {}}; }
    static Cell of_number(double value) { return {false, 0, value, {}}; }
    static Cell of_time(int64_t us) { return {false, us, 0, {}}; }
    static Cell of_bool(bool value) { return {false, value ? 1 : 0, 0, {}}; }
    static Cell none() { return {}; }
};

class Table {
  public:
    virtual ~Table() = default;
    virtual const std::vector<Column>& columns() const = 0;
    virtual size_t row_count() const = 0;
    // `cells` has one entry per column.
    virtual void read(size_t row, std::span<Cell> cells) const = 0;

    // Index of a column, or SIZE_MAX.
    size_t find(std::string_view key) const;
};

// A table that holds its values. For everything that is not a million rows.
class MemoryTable final : public Table {
  public:
    explicit MemoryTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // One cell per column; texts are copied, without photo tokens.
    void add(std::span<const Cell> cells);
    void add(std::initializer_list<Cell> cells) { add(std::span(cells.begin(), cells.size())); }

    const std::vector<Column>& columns() const override { return columns_; }
    size_t row_count() const override { return columns_.empty() ? 0 : cells_.size() / columns_.size(); }
    void read(size_t row, std::span<Cell> cells) const override;

  private:
    struct Stored {
        int64_t integer = 0;  // text: its place in pool_
        double number = 0;
        uint32_t length = 0;  // of a text
        bool is_empty = true;
    };
    std::vector<Column> columns_;
    std::vector<Stored> cells_;
    std::string pool_;
};

// Reads one column of a row at a time. Convenient, not fast: for summaries use read().
class RowReader {
  public:
    explicit RowReader(const Table& table) : table_(table), cells_(table.columns().size()) {}
    void go_to(size_t row) { table_.read(row, cells_); }
    const Cell& at(size_t column) const { return column < cells_.size() ? cells_[column] : none_; }
    const Cell& at(std::string_view key) const { return at(table_.find(key)); }
    std::span<const Cell> cells() const { return cells_; }

  private:
    const Table& table_;
    std::vector<Cell> cells_;
    Cell none_;
};

}  // namespace linesman::report
