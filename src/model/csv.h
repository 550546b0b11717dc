// Reads CSV as RFC 4180 has it, and as spreadsheets really write it: a byte order mark, LF, CRLF or CR, quoted fields
// with doubled quotation marks and line ends inside, `;` or tab instead of `,`.
//
// It keeps a view of the text, which must outlive it. Thread: one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace linesman::model {

struct CsvRow {
    size_t line = 0;  // in the file, from 1; of the row's first line
    std::vector<std::string> fields;
    bool unclosed_quote =
        false;  // a quotation mark was never closed: the rest of the file is in the last field, cut to kMaxCsvField
};

inline constexpr size_t kMaxCsvField = size_t{64} * 1024;  // longer fields are cut
inline constexpr size_t kMaxCsvFields = 1024;              // further fields of a row are left out

class CsvReader {
  public:
    // `separator` 0 = the one of `,` `;` tab that occurs most in the first line, outside quotation marks.
    explicit CsvReader(std::string_view text, char separator = 0);

    // False at the end. Empty lines are skipped.
    bool next(CsvRow& row);
    char separator() const { return separator_; }

  private:
    std::string read_field(bool& row_ends, bool& unclosed);
    bool skip_line_end();

    std::string_view text_;
    size_t at_ = 0;
    size_t line_ = 1;
    char separator_;
};

}  // namespace linesman::model
