// The tables of the page.
#include <algorithm>
#include <array>

#include "report/format.h"
#include "report/html_writer.h"
#include "report/preview.h"

namespace linesman::report {
namespace {

// For programs; the other formats have them.
constexpr std::array<std::string_view, 7> kForPrograms = {"finding_id", "op_id",  "hash",          "rules",
                                                          "field",      "reason", "decided_by_uid"};
constexpr size_t kShort = 30, kLong = 60;  // bytes: never broken; given room
constexpr size_t kManyColumns = 14;
constexpr size_t kShortRows = 20;
constexpr size_t kPaperRows = 100;  // of one table; a page that is printed is read, not searched

std::string cell_text(const Cell& cell, const Column& column, int utc_offset_minutes) {
    const std::string words = cell_words(cell, column, utc_offset_minutes);
    return column.type == CellType::text ? html_text(words) : words;
}

// What is known of a column from the rows that are shown.
struct Look {
    size_t index = 0, longest = 0;
    bool any = false;
    std::string css;
};

std::string css_of(const Column& column, size_t longest) {
    switch (column.type) {
        case CellType::integer:
        case CellType::number:
            return " class=\"n\"";
        case CellType::time:
            return " class=\"t\"";
        case CellType::boolean:
            return "";
        case CellType::text:
            break;
    }
    return longest > kLong ? " class=\"m\"" : longest <= kShort ? " class=\"w\"" : "";
}

std::vector<Look> looks_of(const Table& table, size_t shown) {
    const auto& columns = table.columns();
    std::vector<Look> looks(columns.size());
    std::vector<Cell> cells(columns.size());
    for (size_t row = 0; row < shown; ++row) {
        table.read(row, cells);
        for (size_t i = 0; i < cells.size(); ++i) {
            const bool says = !cells[i].is_empty && (columns[i].type != CellType::boolean || cells[i].integer != 0);
            looks[i].any = looks[i].any || says;
            looks[i].longest = std::max(looks[i].longest, cells[i].text.size());
        }
    }
    std::vector<Look> kept;
    for (size_t i = 0; i < looks.size(); ++i) {
        const bool for_programs =
            std::find(kForPrograms.begin(), kForPrograms.end(), columns[i].key) != kForPrograms.end();
        if (!looks[i].any || for_programs) continue;
        looks[i].index = i;
        looks[i].css = css_of(columns[i], looks[i].longest);
        kept.push_back(looks[i]);
    }
    return kept;
}

}  // namespace

std::string html_table(const Section& section, const Meta& meta) {
    const auto& columns = section.table->columns();
    const size_t rows = section.table->row_count(), shown = std::min(rows, meta.html_rows);
    const auto looks = looks_of(*section.table, shown);
    // On paper a table of many columns has a sheet that lies on its side.
    const bool is_wide = rows > 0 && looks.size() > kManyColumns;
    const bool is_short = !is_wide && rows <= kShortRows;  // not parted by the end of a page
    std::string out = is_wide ? "<section class=\"wide\">" : is_short ? "<section class=\"short\">" : "<section>";
    out += "<h2 id=\"" + html_text(section.key) + "\">" + html_text(section.title) + "</h2>\n";
    if (rows == 0) return out + "<p>None.</p></section>\n";
    out += "<div class=\"scroll\"><table";
    if (is_wide) out += " class=\"wide-table\"";
    out += "><caption>" + html_text(section.note);
    if (shown < rows)
        out += " The first " + grouped(static_cast<int64_t>(shown)) + " of " + grouped(static_cast<int64_t>(rows)) +
               " rows; the other formats have all of them.";
    if (looks.size() < columns.size()) out += " Columns without a value here, and ids for programs, are left out.";
    const bool is_cut_on_paper = shown > kPaperRows;
    if (is_cut_on_paper)
        out += "<span class=\"paper\"> On paper the first " + grouped(kPaperRows) + " of " +
               grouped(static_cast<int64_t>(rows)) +
               " rows; the page on the screen and the other formats have more.</span>";
    out += "</caption><thead><tr>";
    for (const auto& look : looks)
        out += "<th scope=\"col\"" + look.css + ">" + html_text(columns[look.index].title) + "</th>";
    out += "</tr></thead><tbody>\n";
    std::vector<Cell> cells(columns.size());
    for (size_t row = 0; row < shown; ++row) {
        section.table->read(row, cells);
        out += row < kPaperRows ? "<tr>" : "<tr class=\"x\">";
        for (const auto& look : looks)
            out += "<td" + look.css + ">" + cell_text(cells[look.index], columns[look.index], meta.utc_offset_minutes) +
                   "</td>";
        out += "</tr>\n";
    }
    return out + "</tbody></table></div></section>\n";
}

}  // namespace linesman::report
