#include "report/text_writers.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "report/format.h"
#include "report/json_text.h"
#include "report/strip.h"

namespace linesman::report {
namespace {

constexpr std::array<bool, 256> special() {
    std::array<bool, 256> out{};
    for (const char c : {',', '"', '\n', '\r'}) out[static_cast<unsigned char>(c)] = true;
    return out;
}
constexpr auto kSpecial = special();

// U+FF0B, U+FF0D, U+FF1D, U+FF20: some spreadsheets take them as + - = @.
constexpr std::array<std::string_view, 4> kWideTriggers = {"\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\x9D",
                                                           "\xEF\xBC\xA0"};

bool starts_formula(std::string_view text) {
    switch (text[0]) {
        case '=':
        case '+':
        case '-':
        case '@':
        case '\t':
        case '\r':
            return true;
        case '\xEF':
            return std::any_of(kWideTriggers.begin(), kWideTriggers.end(),
                               [&](std::string_view trigger) { return text.starts_with(trigger); });
        default:
            return false;
    }
}

void append_csv_cell(std::string& out, const Cell& cell, const Column& column, int utc_offset_minutes) {
    if (cell.is_empty) return;
    switch (column.type) {
        case CellType::text:
            return append_csv_text(out, cell.text);
        case CellType::integer:
            return append_integer(out, cell.integer);
        case CellType::number:
            append_number(out, cell.number, column.decimals);
            return;
        case CellType::boolean:
            out += cell.integer ? "true" : "false";
            return;
        case CellType::time:
            return append_time(out, cell.integer, utc_offset_minutes);
    }
}

struct Position {
    size_t longitude, latitude;
};

Position position_of(const Table& table) {
    return {table.find("longitude"), table.find("latitude")};
}

// "key": for every column, made once.
std::vector<std::string> member_names(const Table& table) {
    std::vector<std::string> names;
    for (const auto& column : table.columns()) {
        std::string name;
        append_json_text(name, column.key);
        names.push_back(name + ":");
    }
    return names;
}

}  // namespace

void append_csv_text(std::string& out, std::string_view text) {
    if (text.empty()) return;
    std::string without;
    text = without_tokens(text, without);
    const bool formula = starts_formula(text);
    bool quote = false;
    for (const char c : text) quote |= kSpecial[static_cast<unsigned char>(c)];
    if (!quote) {
        if (formula) out += '\'';
        out += text;
        return;
    }
    out += '"';
    if (formula) out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

base::Status write_csv(const Table& table, const Meta& meta, Making& making, OutputFile& file) {
    const auto& columns = table.columns();
    std::string head = meta.csv_bom ? "\xEF\xBB\xBF" : "";
    for (size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) head += ',';
        append_csv_text(head, columns[i].key);
    }
    LINESMAN_TRY(file.append(head + "\r\n"));
    const auto render = [&columns, offset = meta.utc_offset_minutes](std::span<const Cell> cells, std::string& out) {
        for (size_t i = 0; i < cells.size(); ++i) {
            if (i > 0) out += ',';
            append_csv_cell(out, cells[i], columns[i], offset);
        }
        out += "\r\n";
    };
    return stream_rows(table, 0, table.row_count(), render, making, file);
}

base::Status write_jsonl(const Table& table, const Meta& meta, Making& making, OutputFile& file) {
    const auto& columns = table.columns();
    const auto names = member_names(table);
    const auto render = [&](std::span<const Cell> cells, std::string& out) {
        char before = '{';
        for (size_t i = 0; i < cells.size(); ++i) {
            if (cells[i].is_empty) continue;
            out += before;
            out += names[i];
            append_json_cell(out, cells[i], columns[i], meta.utc_offset_minutes);
            before = ',';
        }
        if (before == '{') out += '{';
        out += "}\n";
    };
    return stream_rows(table, 0, table.row_count(), render, making, file);
}

bool has_position(const Table& table) {
    const auto position = position_of(table);
    return position.longitude != SIZE_MAX && position.latitude != SIZE_MAX;
}

base::Status write_geojson(const Table& table, const Meta& meta, Making& making, OutputFile& file) {
    const auto& columns = table.columns();
    const auto names = member_names(table);
    const auto place = position_of(table);
    if (!has_position(table))
        return base::make_error(base::ErrorKind::invalid_argument, "This table has no positions.");
    LINESMAN_TRY(file.append("{\"type\":\"FeatureCollection\",\"features\":[\n"));
    const auto feature = [&](std::span<const Cell> cells, std::string& out) {
        out += "{\"type\":\"Feature\",\"geometry\":";
        const Cell &longitude = cells[place.longitude], &latitude = cells[place.latitude];
        if (longitude.is_empty || latitude.is_empty) {
            out += "null";
        } else {
            out += "{\"type\":\"Point\",\"coordinates\":[";
            append_number(out, longitude.number, 7);
            out += ',';
            append_number(out, latitude.number, 7);
            out += "]}";
        }
        out += ",\"properties\":";
        char before = '{';
        for (size_t i = 0; i < cells.size(); ++i) {
            if (cells[i].is_empty || i == place.longitude || i == place.latitude) continue;
            out += before;
            out += names[i];
            append_json_cell(out, cells[i], columns[i], meta.utc_offset_minutes);
            before = ',';
        }
        if (before == '{') out += '{';
        out += "}}";
    };
    const size_t rows = table.row_count();
    if (rows > 0) {
        // All but the last end with a comma.
        const auto with_comma = [&](std::span<const Cell> cells, std::string& out) {
            feature(cells, out);
            out += ",\n";
        };
        const auto last = [&](std::span<const Cell> cells, std::string& out) {
            feature(cells, out);
            out += "\n";
        };
        LINESMAN_TRY(stream_rows(table, 0, rows - 1, with_comma, making, file));
        LINESMAN_TRY(stream_rows(table, rows - 1, rows, last, making, file));
    }
    return file.append("]}\n");
}

}  // namespace linesman::report
