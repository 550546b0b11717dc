#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace linesman::cli {
namespace {

size_t width_of(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Control characters of a hostile document must not reach the terminal.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F ? '?' : c;
    return out;
}

void write_line(std::FILE* file, std::string_view text) {
    const std::string clean = printable(text);
    std::fwrite(clean.data(), 1, clean.size(), file);
    std::fputc('\n', file);
}

}  // namespace

Output::Output(bool json, bool quiet) : json_(json), quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

void Output::data(std::string_view text) const {
    if (!json_) write_line(stdout, text);
}

void Output::document(const base::Json& json) const {
    if (json_) write_line(stdout, json.dump(2, ' ', false, base::Json::error_handler_t::replace));
}

void Output::line(const base::Json& json) const {
    write_line(stdout, base::to_text(json));
}

void Output::message(std::string_view text) const {
    if (!quiet_) write_line(stderr, text);
}

void Output::problem(const base::Error& error) const {
    write_line(stderr, error.detail.empty() ? error.what : error.what + " [" + error.detail + "]");
}

void Output::progress(std::string_view text) {
    if (!terminal_ || quiet_) return;
    std::fprintf(stderr, "\r\033[K%.*s", static_cast<int>(text.size()), text.data());
    std::fflush(stderr);
    in_progress_ = true;
}

void Output::end_progress() {
    if (!in_progress_) return;
    std::fputs("\r\033[K", stderr);
    in_progress_ = false;
}

std::string Output::table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
        }
        text += line + "\n";
    }
    if (!text.empty()) text.pop_back();
    return text;
}

}  // namespace linesman::cli
