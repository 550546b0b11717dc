#include "report/json_text.h"

#include <array>

#include "base/text.h"
#include "report/format.h"
#include "report/strip.h"

namespace linesman::report {
namespace {

// 0: as it is; 1: needs an escape; 2: not ASCII.
constexpr std::array<uint8_t, 256> classes() {
    std::array<uint8_t, 256> out{};
    for (size_t c = 0; c < 256; ++c) out[c] = c < 0x20 || c == '"' || c == '\\' ? 1 : c >= 0x80 ? 2 : 0;
    return out;
}
constexpr auto kClass = classes();

void append_escape(std::string& out, unsigned char c) {
    constexpr char kHex[] = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += kHex[c >> 4];
            out += kHex[c & 15];
    }
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    std::string without, sane;
    text = without_tokens(text, without);
    unsigned seen = 0;
    for (const char c : text) seen |= kClass[static_cast<unsigned char>(c)];
    if ((seen & 2) != 0 && !base::is_valid_utf8(text)) {
        sane = base::sanitize_utf8(text);
        text = sane;
    }
    out += '"';
    if ((seen & 1) == 0) {
        out += text;
    } else {
        for (const char c : text) {
            if (kClass[static_cast<unsigned char>(c)] == 1) {
                append_escape(out, static_cast<unsigned char>(c));
            } else {
                out += c;
            }
        }
    }
    out += '"';
}

void append_json_cell(std::string& out, const Cell& cell, const Column& column, int utc_offset_minutes,
                      bool raw_times) {
    if (cell.is_empty) {
        out += "null";
        return;
    }
    switch (column.type) {
        case CellType::text:
            return append_json_text(out, cell.text);
        case CellType::integer:
            return append_integer(out, cell.integer);
        case CellType::number:
            if (!append_number(out, cell.number, column.decimals)) out += "null";
            return;
        case CellType::boolean:
            out += cell.integer ? "true" : "false";
            return;
        case CellType::time:
            if (raw_times) return append_integer(out, cell.integer);
            out += '"';
            append_time(out, cell.integer, utc_offset_minutes);
            out += '"';
    }
}

}  // namespace linesman::report
