#include "report/inputs.h"

#include <algorithm>
#include <fstream>

#include "report/json_text.h"

namespace linesman::report {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

constexpr int kVersion = 1;
constexpr size_t kMaxLine = size_t{64} << 20;  // a page of thumbnails is the longest
constexpr size_t kMaxColumns = 256;

Json head_of(const NamedTable& named) {
    Json columns = Json::array();
    for (const auto& column : named.table->columns())
        columns.push_back({column.key, column.title, name_of(column.type), column.decimals});
    return {{"table", named.name}, {"columns", std::move(columns)}, {"rows", named.table->row_count()}};
}

// Lines of a file that was handed on: each may be wrong.
class Reader {
  public:
    Reader(std::istream& file, std::string path) : file_(file), path_(std::move(path)) {}

    base::Result<Inputs> run() {
        Json line;
        LINESMAN_TRY(next(line));
        const auto version = base::int_at(line, "linesman_inputs");
        if (!version) return wrong("it is no file of kept inputs");
        if (*version > kVersion)
            return make_error(ErrorKind::unsupported, path_ + " was written by a newer Linesman. Use that one.");
        const Json* meta = base::find(line, "meta");
        auto read_meta = meta_from_json(meta ? *meta : Json());
        if (!read_meta) return read_meta.error();
        inputs_.meta = std::move(*read_meta);
        while (more()) LINESMAN_TRY(read_table());
        return std::move(inputs_);
    }

  private:
    base::Error wrong(const std::string& why) const {
        return make_error(ErrorKind::corrupt, path_ + ", line " + std::to_string(number_) + ": " + why + ".");
    }
    bool more() { return file_.peek() != std::istream::traits_type::eof(); }

    base::Status next(Json& json) {
        ++number_;
        if (!std::getline(file_, text_)) return wrong("the file ends too early");
        if (text_.size() > kMaxLine) return wrong("the line is too long");
        auto parsed = base::parse_json(text_, path_);
        if (!parsed) return wrong("it is no JSON");
        json = std::move(*parsed);
        return {};
    }

    base::Status read_table() {
        Json head;
        LINESMAN_TRY(next(head));
        const auto name = base::string_at(head, "table");
        const auto rows = base::int_at(head, "rows");
        const Json* list = base::find(head, "columns");
        if (!name || !rows || *rows < 0 || !list || !list->is_array() || list->empty() || list->size() > kMaxColumns)
            return wrong("the heading of a table is expected");
        std::vector<Column> columns;
        for (const Json& entry : *list) {
            auto column = read_column(entry);
            if (!column) return wrong("a column is not described");
            columns.push_back(std::move(*column));
        }
        auto table = std::make_shared<MemoryTable>(columns);
        std::vector<Cell> cells(columns.size());
        Json line;
        for (int64_t row = 0; row < *rows; ++row) {
            LINESMAN_TRY(next(line));
            if (!line.is_array() || line.size() != columns.size()) return wrong("a row has too many or too few values");
            for (size_t i = 0; i < columns.size(); ++i) {
                if (!read_cell(line[i], columns[i], cells[i])) return wrong("a value has the wrong type");
            }
            table->add(cells);
        }
        inputs_.tables.push_back({*name, std::move(table)});
        return {};
    }

    static std::optional<Column> read_column(const Json& entry) {
        if (!entry.is_array() || entry.size() != 4 || !entry[0].is_string() || !entry[1].is_string() ||
            !entry[2].is_string() || !entry[3].is_number_integer())
            return std::nullopt;
        const auto decimals = entry[3].get<int64_t>();
        if (decimals < 0 || decimals > 9) return std::nullopt;
        Column column{entry[0].get<std::string>(), entry[1].get<std::string>(), CellType::text,
                      static_cast<int>(decimals)};
        const auto type = entry[2].get<std::string>();
        for (const auto candidate :
             {CellType::text, CellType::integer, CellType::number, CellType::boolean, CellType::time}) {
            if (name_of(candidate) != type) continue;
            column.type = candidate;
            return column;
        }
        return std::nullopt;
    }

    static bool read_cell(const Json& value, const Column& column, Cell& cell) {
        cell = Cell::none();
        if (value.is_null()) return true;
        switch (column.type) {
            case CellType::text:
                if (!value.is_string()) return false;
                cell = Cell::of(value.get_ref<const std::string&>());
                return true;
            case CellType::number:
                if (!value.is_number()) return false;
                cell = Cell::of_number(value.get<double>());
                return true;
            case CellType::boolean:
                if (!value.is_boolean()) return false;
                cell = Cell::of_bool(value.get<bool>());
                return true;
            case CellType::integer:
            case CellType::time:
                if (!value.is_number_integer()) return false;
                cell = Cell::of_integer(value.get<int64_t>());
                return true;
        }
        return false;
    }

    std::istream& file_;
    std::string path_, text_;
    size_t number_ = 0;
    Inputs inputs_;
};

}  // namespace

std::shared_ptr<const Table> Inputs::find(std::string_view name) const {
    for (const auto& named : tables) {
        if (named.name == name) return named.table;
    }
    return nullptr;
}

size_t Inputs::rows() const {
    size_t rows = 0;
    for (const auto& named : tables) rows += named.table->row_count();
    return rows;
}

base::Status write_inputs(const Inputs& inputs, Making& making, OutputFile& file) {
    LINESMAN_TRY(file.append(base::to_text({{"linesman_inputs", kVersion}, {"meta", to_json(inputs.meta)}}) + "\n"));
    for (const auto& named : inputs.tables) {
        LINESMAN_TRY(file.append(base::to_text(head_of(named)) + "\n"));
        const auto& columns = named.table->columns();
        const auto render = [&columns](std::span<const Cell> cells, std::string& out) {
            char before = '[';
            for (size_t i = 0; i < cells.size(); ++i) {
                out += before;
                append_json_cell(out, cells[i], columns[i], 0, true);
                before = ',';
            }
            out += "]\n";
        };
        LINESMAN_TRY(stream_rows(*named.table, 0, named.table->row_count(), render, making, file));
    }
    return {};
}

base::Result<Inputs> read_inputs(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return make_error(ErrorKind::not_found, path + " cannot be opened.");
    return read_inputs(file, path);
}

base::Result<Inputs> read_inputs(std::istream& text, const std::string& name) {
    return Reader(text, name).run();
}

}  // namespace linesman::report
