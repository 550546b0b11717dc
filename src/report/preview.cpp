#include "report/preview.h"

#include <algorithm>

#include "report/format.h"
#include "report/text_writers.h"

namespace linesman::report {
namespace {

void take_first_rows(const Table& table, const Meta& meta, size_t most_rows, size_t most_columns, Preview& out) {
    const auto& columns = table.columns();
    const size_t shown = std::min(most_rows, table.row_count());
    std::vector<std::vector<std::string>> texts(shown);
    std::vector<bool> says(columns.size());
    std::vector<Cell> cells(columns.size());
    for (size_t row = 0; row < shown; ++row) {
        table.read(row, cells);
        for (size_t i = 0; i < columns.size(); ++i) {
            texts[row].push_back(cell_words(cells[i], columns[i], meta.utc_offset_minutes));
            says[i] = says[i] || !texts[row].back().empty();
        }
    }
    for (size_t i = 0; i < columns.size() && out.columns.size() < most_columns; ++i) {
        if (says[i]) out.columns.push_back(columns[i].title);
    }
    for (const auto& text : texts) {
        std::vector<std::string> row;
        for (size_t i = 0; i < columns.size() && row.size() < out.columns.size(); ++i) {
            if (says[i]) row.push_back(text[i]);
        }
        out.first_rows.push_back(std::move(row));
    }
}

}  // namespace

std::string cell_words(const Cell& cell, const Column& column, int utc_offset_minutes) {
    if (cell.is_empty) return {};
    std::string out;
    switch (column.type) {
        case CellType::text:
            return std::string(cell.text);
        case CellType::integer:
            return grouped(cell.integer);
        case CellType::number:
            append_number(out, cell.number, column.decimals);
            return out;
        case CellType::boolean:
            return cell.integer ? "yes" : "";
        case CellType::time:
            append_time(out, cell.integer, utc_offset_minutes);
            // The zone is said at the top of the page; seconds are in the other formats.
            if (out.size() >= 16 && out[10] == 'T') out = out.substr(0, 10) + " " + out.substr(11, 5);
            return out;
    }
    return out;
}

Preview preview_of(const Report& report, size_t most_rows, size_t most_columns) {
    Preview out;
    out.title = report.title;
    out.figures = report.figures;
    if (report.meta.kind != Kind::devices) {
        out.period = period_text(report.meta);
        out.captures = report.meta.filter;
    }
    out.note = report.meta.note;
    for (const auto& section : report.sections) {
        out.has_positions = out.has_positions || has_position(*section.table);
        const Preview::Part part{section.title, section.table->row_count()};
        if (!section.is_main) {
            out.parts.push_back(part);
            continue;
        }
        out.parts.insert(out.parts.begin(), part);
        out.rows = part.rows;
        take_first_rows(*section.table, report.meta, most_rows, most_columns, out);
    }
    return out;
}

}  // namespace linesman::report
