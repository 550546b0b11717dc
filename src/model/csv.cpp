#include "model/csv.h"

#include <algorithm>

namespace linesman::model {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

char separator_of(std::string_view text) {
    size_t commas = 0, semicolons = 0, tabs = 0;
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '\n' || c == '\r') break;
        commas += c == ',';
        semicolons += c == ';';
        tabs += c == '\t';
    }
    if (semicolons > commas && semicolons >= tabs) return ';';
    return tabs > commas ? '\t' : ',';
}

void append(std::string& field, char c) {
    if (field.size() < kMaxCsvField) field += c;
}

}  // namespace

CsvReader::CsvReader(std::string_view text, char separator) : text_(text), separator_(separator) {
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
    if (separator_ == 0) separator_ = separator_of(text_);
}

bool CsvReader::skip_line_end() {
    if (at_ >= text_.size() || (text_[at_] != '\n' && text_[at_] != '\r')) return false;
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++line_;
    return true;
}

std::string CsvReader::read_field(bool& row_ends, bool& unclosed) {
    std::string field;
    if (at_ < text_.size() && text_[at_] == '"') {
        ++at_;
        for (;;) {
            if (at_ >= text_.size()) {
                unclosed = true;
                break;
            }
            const char c = text_[at_++];
            if (c == '"') {
                if (at_ >= text_.size() || text_[at_] != '"') break;
                ++at_;
            }
            if (c == '\n' || (c == '\r' && (at_ >= text_.size() || text_[at_] != '\n'))) ++line_;
            append(field, c);
        }
    }
    // What follows a closing quotation mark is taken as it stands, as spreadsheets do.
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r')
        append(field, text_[at_++]);
    if (at_ < text_.size() && text_[at_] == separator_) {
        ++at_;
    } else {
        skip_line_end();
        row_ends = true;
    }
    return field;
}

bool CsvReader::next(CsvRow& row) {
    while (skip_line_end()) {
    }
    row = {};
    if (at_ >= text_.size()) return false;
    row.line = line_;
    for (bool row_ends = false; !row_ends;) {
        std::string field = read_field(row_ends, row.unclosed_quote);
        if (row.fields.size() < kMaxCsvFields) row.fields.push_back(std::move(field));
    }
    return true;
}

}  // namespace linesman::model
