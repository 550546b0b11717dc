#include "report/xlsx_writer.h"

#include <locale.h>
#include <sys/statvfs.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/format.h"
#include "report/strip.h"

namespace linesman::report {
namespace {

constexpr size_t kMaxCellBytes = 32'000;        // a cell holds 32,767 characters
constexpr uint64_t kReserveBytes = 8ULL << 20;  // more than libxlsxwriter writes between two looks at the disk
constexpr size_t kRowsBetweenLooks = 2000;
constexpr size_t kManyCells = 40'000'000;  // from here on a sheet's XML may pass 4 GB
constexpr int64_t kDay = 86'400'000'000;
constexpr double kExcelEpochDays = 25'569;  // 1970-01-01 as Excel counts days

// libxlsxwriter prints numbers by the locale.
class PlainLocale {
  public:
    PlainLocale() : plain_(newlocale(LC_ALL_MASK, "C", nullptr)), before_(plain_ ? uselocale(plain_) : nullptr) {}
    ~PlainLocale() {
        if (before_) uselocale(before_);
        if (plain_) freelocale(plain_);
    }
    PlainLocale(const PlainLocale&) = delete;
    PlainLocale& operator=(const PlainLocale&) = delete;

  private:
    locale_t plain_, before_;
};

std::string sheet_name(const std::string& key, size_t part) {
    std::string name = key;
    std::replace(name.begin(), name.end(), '-', ' ');
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 32);
    if (part > 1) name += " (" + std::to_string(part) + ")";
    return name.substr(0, 31);
}

double column_width(const Column& column) {
    switch (column.type) {
        case CellType::time:
            return 19;
        case CellType::integer:
        case CellType::boolean:
            return 11;
        case CellType::number:
            return 13;
        case CellType::text:
            break;
    }
    return 20;
}

class Workbook {
  public:
    Workbook(const Report& report, Making& making, std::string path)
        : report_(report), making_(making), path_(std::move(path)) {
        const auto slash = path_.rfind('/');
        folder_ = slash == std::string::npos ? "." : path_.substr(0, std::max<size_t>(slash, 1));
    }
    ~Workbook() {
        if (book_) workbook_close(book_);
    }
    Workbook(const Workbook&) = delete;
    Workbook& operator=(const Workbook&) = delete;

    base::Status run() {
        size_t cells = 0;
        for (const auto& section : report_.sections)
            cells = std::max(cells, section.table->row_count() * section.table->columns().size());
        lxw_workbook_options options = {};
        options.constant_memory = LXW_TRUE;
        options.tmpdir = folder_.data();
        options.use_zip64 = cells > kManyCells ? LXW_TRUE : LXW_FALSE;
        book_ = workbook_new_opt(path_.c_str(), &options);
        if (!book_) return failed("could not be begun");
        describe();
        LINESMAN_TRY(room());
        LINESMAN_TRY(facts());
        for (const auto& section : report_.sections) LINESMAN_TRY(this->section(section));
        LINESMAN_TRY(room());
        const lxw_error error = workbook_close(book_);
        book_ = nullptr;
        if (error != LXW_NO_ERROR) {
            // What it was is not told in every case; a disk without room is the usual one.
            if (auto status = room(); !status) return status;
            return failed(lxw_strerror(error));
        }
        return {};
    }

  private:
    base::Error failed(const std::string& detail) const {
        return base::make_error(base::ErrorKind::io, "The workbook " + path_ + " could not be written.", detail);
    }

    base::Status room() const {
        struct statvfs info {};
        if (statvfs(folder_.c_str(), &info) != 0) return {};
        if (uint64_t{info.f_bavail} * info.f_frsize >= kReserveBytes) return {};
        return base::make_error(base::ErrorKind::disk_full, "The disk is full: " + path_ +
                                                                " could not be written. Free some space and try "
                                                                "again.");
    }

    void describe() {
        lxw_doc_properties properties = {};
        std::string title = report_.title, made = "Linesman " + report_.meta.version;
        properties.title = title.data();
        properties.comments = made.data();
        // Never the present time: the same data give the same bytes.
        properties.created = static_cast<time_t>(std::max<int64_t>(report_.meta.as_of_us / 1'000'000, 1));
        workbook_set_properties(book_, &properties);
        head_ = workbook_add_format(book_);
        format_set_bold(head_);
        format_set_bg_color(head_, 0xE7ECF0);
        format_set_bottom(head_, LXW_BORDER_THIN);
        time_ = workbook_add_format(book_);
        format_set_num_format(time_, "yyyy-mm-dd hh:mm:ss");
        bold_ = workbook_add_format(book_);
        format_set_bold(bold_);
        for (int decimals = 0; decimals <= 9; ++decimals) {
            numbers_[decimals] = workbook_add_format(book_);
            const std::string zeros(static_cast<size_t>(decimals), '0');
            format_set_num_format(numbers_[decimals], decimals == 0 ? "0" : ("0." + zeros).c_str());
        }
    }

    base::Status facts() {
        lxw_worksheet* sheet = workbook_add_worksheet(book_, "About");
        if (!sheet) return failed("no sheet");
        worksheet_set_column(sheet, 0, 0, 34, nullptr);
        worksheet_set_column(sheet, 1, 1, 90, nullptr);
        lxw_row_t row = 0;
        worksheet_write_string(sheet, row++, 0, report_.title.c_str(), bold_);
        for (const auto* list : {&report_.figures, &report_.facts}) {
            ++row;
            for (const auto& fact : *list) {
                write_text(sheet, row, 0, fact.name, nullptr);
                write_text(sheet, row++, 1, fact.value, nullptr);
            }
        }
        return {};
    }

    base::Status section(const Section& section) {
        const size_t rows = section.table->row_count();
        size_t part = 1;
        for (size_t from = 0; from < rows || part == 1; from += report_.meta.sheet_rows, ++part)
            LINESMAN_TRY(sheet(section, part, from, std::min(rows, from + report_.meta.sheet_rows)));
        return {};
    }

    base::Status sheet(const Section& section, size_t part, size_t from, size_t to) {
        lxw_worksheet* sheet = workbook_add_worksheet(book_, sheet_name(section.key, part).c_str());
        if (!sheet) return failed("no sheet");
        const auto& columns = section.table->columns();
        const std::string zone = zone_name(report_.meta.utc_offset_minutes);
        for (size_t i = 0; i < columns.size(); ++i) {
            const auto column = static_cast<lxw_col_t>(i);
            worksheet_set_column(sheet, column, column, column_width(columns[i]), nullptr);
            const std::string title =
                columns[i].type == CellType::time ? columns[i].title + ", " + zone : columns[i].title;
            worksheet_write_string(sheet, 0, column, title.c_str(), head_);
        }
        worksheet_freeze_panes(sheet, 1, 0);
        worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(to - from),
                             static_cast<lxw_col_t>(std::max<size_t>(columns.size(), 1) - 1));
        std::vector<Cell> cells(columns.size());
        for (size_t row = from; row < to; ++row) {
            section.table->read(row, cells);
            const auto line = static_cast<lxw_row_t>(row - from + 1);
            for (size_t i = 0; i < cells.size(); ++i)
                write_cell(sheet, line, static_cast<lxw_col_t>(i), cells[i], columns[i]);
            if ((row - from) % kRowsBetweenLooks == kRowsBetweenLooks - 1) {
                LINESMAN_TRY(room());
                LINESMAN_TRY(making_.advance(kRowsBetweenLooks));
            }
        }
        return making_.advance((to - from) % kRowsBetweenLooks);
    }

    void write_text(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, std::string_view text, lxw_format* format) {
        text = without_tokens(text, stripped_);
        const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
        if (text.size() <= kMaxCellBytes && (plain || base::is_valid_utf8(text))) {
            text_.assign(text);
        } else {
            text_ = base::sanitize_utf8(text, kMaxCellBytes);
        }
        if (!plain) std::replace(text_.begin(), text_.end(), '\0', ' ');
        worksheet_write_string(sheet, row, column, text_.c_str(), format);
    }

    void write_cell(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const Cell& cell, const Column& of) {
        if (cell.is_empty) return;
        switch (of.type) {
            case CellType::text:
                return write_text(sheet, row, column, cell.text, nullptr);
            case CellType::integer:
                worksheet_write_number(sheet, row, column, static_cast<double>(cell.integer), nullptr);
                return;
            case CellType::boolean:
                worksheet_write_boolean(sheet, row, column, cell.integer != 0, nullptr);
                return;
            case CellType::number:
                if (std::isfinite(cell.number))
                    worksheet_write_number(sheet, row, column, rounded(cell.number, of.decimals),
                                           numbers_[std::clamp(of.decimals, 0, 9)]);
                return;
            case CellType::time:
                write_time(sheet, row, column, cell.integer);
        }
    }

    void write_time(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, int64_t us) {
        const double days =
            (static_cast<double>(us) + report_.meta.utc_offset_minutes * 60e6) / static_cast<double>(kDay) +
            kExcelEpochDays;
        // Excel has no dates before 1900-03-01 that everybody agrees on, and none after 9999.
        if (days < 61 || days > 2'958'465) {
            text_.clear();
            append_time(text_, us, report_.meta.utc_offset_minutes);
            worksheet_write_string(sheet, row, column, text_.c_str(), nullptr);
            return;
        }
        worksheet_write_number(sheet, row, column, days, time_);
    }

    const Report& report_;
    Making& making_;
    std::string path_, folder_, text_, stripped_;
    lxw_workbook* book_ = nullptr;
    lxw_format *head_ = nullptr, *time_ = nullptr, *bold_ = nullptr;
    lxw_format* numbers_[10] = {};
};

}  // namespace

base::Status write_xlsx(const Report& report, Making& making, const std::string& path) {
    const PlainLocale locale;
    return Workbook(report, making, path).run();
}

}  // namespace linesman::report
