#include "base/file.h"
#include "base/text.h"
#include "store/cache.h"
#include "store/cache_schema.h"
#include "store/sqlite.h"

namespace linesman::store {

using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;

namespace {

// FTS5 query of all words as prefixes: "pole"* "lean"*. Quoted, so that nothing typed is taken for an operator.
std::string match_expression(std::string_view text) {
    std::string out;
    std::string word;
    const auto flush = [&] {
        if (!word.empty()) out += (out.empty() ? "\"" : " \"") + word + "\"*";
        word.clear();
    };
    for (const char c : text) {
        const bool separator = static_cast<unsigned char>(c) <= ' ' || c == '"';
        if (separator) {
            flush();
        } else {
            word += c;
        }
    }
    flush();
    return out;
}

// `select` limited to the range. Parameters: 1 from, 2 to, 3 scope; each clause is left out when it is not needed,
// because an OR over parameters would keep SQLite from using the index for the upper end.
Result<Statement> prepare_range(Database& database, std::string select, const NameRange& range, std::string_view rest) {
    select += " WHERE id>=?1";
    if (!range.to.empty()) select += " AND id<?2";
    if (range.scope && range.scope->empty()) select += " AND scope=''";
    if (range.scope && !range.scope->empty())
        select += " AND scope=?3 AND scope<>''";  // the second names the partial index
    select += rest;
    auto statement = database.prepare(select);
    if (!statement) return statement;
    statement->bind(1, range.from);
    if (!range.to.empty()) statement->bind(2, range.to);
    if (range.scope && !range.scope->empty()) statement->bind(3, *range.scope);
    return statement;
}

}  // namespace

CacheReader::CacheReader(Database& shared) : database_(&shared) {}
CacheReader::CacheReader(std::unique_ptr<Database> own) : own_(std::move(own)), database_(own_.get()) {}
CacheReader::CacheReader(CacheReader&&) noexcept = default;
CacheReader& CacheReader::operator=(CacheReader&&) noexcept = default;
CacheReader::~CacheReader() = default;

Result<CacheReader> CacheReader::open(const std::string& path) {
    auto database = Database::open(path, {.read_only = true, .cache_kib = kCacheKib});
    if (!database) return database.error();
    return CacheReader(std::make_unique<Database>(std::move(database).value()));
}

Result<std::optional<int64_t>> CacheReader::table_of(std::string_view collection) {
    if (const auto known = tables_.find(collection); known != tables_.end()) return std::optional(known->second);
    auto number = database_->int64("SELECT number FROM collections WHERE name=?", collection);
    if (number && *number) tables_.emplace(collection, **number);
    return number;
}

Result<std::optional<CachedDocument>> CacheReader::document(std::string_view collection, std::string_view id) {
    const auto table = table_of(collection);
    if (!table) return table.error();
    std::optional<CachedDocument> out;
    if (!*table) return out;
    auto status = database_->each(
        for_table("SELECT update_time, scope, fields FROM $ WHERE id=?", **table),
        [&](Statement& row) {
            out = CachedDocument{std::string(collection), std::string(id), row.string(0), row.string(2), row.string(1)};
        },
        id);
    if (!status) return status.error();
    return out;
}

Status CacheReader::for_each(std::string_view collection, const std::function<bool(const DocumentView&)>& on_document,
                             Part part, bool with_fields) {
    const auto table = table_of(collection);
    if (!table) return table.error();
    if (!*table) return {};
    const auto first = database_->int64(for_table("SELECT min(number) FROM $", **table));
    const auto last = database_->int64(for_table("SELECT max(number) FROM $", **table));
    if (!first) return first.error();
    if (!last) return last.error();
    if (!*first || !*last) return {};
    const auto count = static_cast<int64_t>(std::max(1U, part.count));
    const int64_t step = (**last - **first) / count + 1;
    const int64_t from = **first + step * static_cast<int64_t>(part.index);
    const bool is_last = static_cast<int64_t>(part.index) + 1 == count;
    // The last part is open at its end: rows added since max() was read are not left out.
    const int64_t to = is_last ? INT64_MAX : from + step;
    auto statement = database_->prepare(
        for_table(with_fields ? "SELECT id, update_time, update_us, fields FROM $ WHERE number>=? AND number<?"
                              : "SELECT id, update_time, update_us FROM $ WHERE number>=? AND number<?",
                  **table));
    if (!statement) return statement.error();
    statement->bind_all(from, to);
    for (;;) {
        const auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return {};
        const DocumentView view{statement->text(0),
                                statement->text(1),
                                with_fields ? statement->text(3) : std::string_view(),
                                {statement->int64(2)}};
        if (!on_document(view)) return {};
    }
}

Result<int64_t> CacheReader::count(std::string_view collection, const NameRange& range) {
    const auto table = table_of(collection);
    if (!table) return table.error();
    if (!*table) return int64_t{0};
    auto statement = prepare_range(*database_, for_table("SELECT count(*) FROM $", **table), range, "");
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    return statement->int64(0);
}

Result<std::vector<std::string>> CacheReader::names(std::string_view collection, const NameRange& range,
                                                    int64_t limit) {
    std::vector<std::string> out;
    const auto table = table_of(collection);
    if (!table) return table.error();
    if (!*table) return out;
    auto statement = prepare_range(*database_, for_table("SELECT id FROM $", **table), range, " ORDER BY id LIMIT ?4");
    if (!statement) return statement.error();
    statement->bind(4, limit);
    for (;;) {
        const auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return out;
        out.push_back(statement->string(0));
    }
}

Result<std::vector<std::string>> CacheReader::collections() {
    std::vector<std::string> out;
    auto status = database_->each("SELECT name FROM collections ORDER BY name",
                                  [&](Statement& row) { out.push_back(row.string(0)); });
    if (!status) return status.error();
    return out;
}

Result<std::optional<std::string>> CacheReader::value(std::string_view key) {
    return database_->text("SELECT value FROM meta WHERE key=?", key);
}

Result<int64_t> CacheReader::generation() {
    auto value = database_->int64("SELECT CAST(value AS INTEGER) FROM meta WHERE key=?", kGenerationKey);
    if (!value) return value.error();
    return value->value_or(0);
}

Result<std::vector<std::string>> CacheReader::search_notes(std::string_view text, int64_t limit) {
    std::vector<std::string> out;
    const auto stale = value(kNotesStaleKey);
    if (!stale) return stale.error();
    if (*stale)
        return make_error(ErrorKind::unavailable, "Notes can be searched once the first download has ended.",
                          "index not built");
    const std::string expression = match_expression(base::sanitize_utf8(text));
    if (expression.empty()) return out;
    const auto collection = value("store.searched_collection");
    if (!collection) return collection.error();
    const auto table = table_of(collection->value_or(""));
    if (!table) return table.error();
    if (!*table) return out;
    auto status = database_->each(
        for_table(
            "SELECT d.id FROM notes n JOIN $ d ON d.number=n.rowid WHERE notes MATCH ? ORDER BY n.rank, d.id LIMIT ?",
            **table),
        [&](Statement& row) { out.push_back(row.string(0)); }, expression, limit);
    if (!status) return status.error();
    return out;
}

uint64_t CacheReader::size_bytes() const {
    return base::file_size(database_->path()) + base::file_size(database_->path() + "-wal");
}

}  // namespace linesman::store
