#include "store/sqlite_handles.h"

namespace linesman::store {

using base::Result;
using base::Status;

Statement::Statement(Statement&& other) noexcept
    : prepared_(std::exchange(other.prepared_, nullptr)), bind_error_(std::exchange(other.bind_error_, 0)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    if (this != &other) {
        give_back();
        prepared_ = std::exchange(other.prepared_, nullptr);
        bind_error_ = std::exchange(other.bind_error_, 0);
    }
    return *this;
}

Statement::~Statement() {
    give_back();
}

void Statement::give_back() {
    if (!prepared_) return;
    sqlite3_reset(prepared_->handle);
    sqlite3_clear_bindings(prepared_->handle);
    prepared_->shelf->emplace_back(prepared_);
    prepared_ = nullptr;
}

Statement& Statement::bind(int index, std::nullptr_t) {
    if (const int code = sqlite3_bind_null(prepared_->handle, index)) bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int index, int64_t value) {
    if (const int code = sqlite3_bind_int64(prepared_->handle, index, value)) bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int index, double value) {
    if (const int code = sqlite3_bind_double(prepared_->handle, index, value)) bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
    // A view without data would bind NULL; an empty text is not NULL.
    const char* data = text.data() ? text.data() : "";
    if (const int code =
            sqlite3_bind_text64(prepared_->handle, index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8))
        bind_error_ = code;
    return *this;
}

Statement& Statement::bind_view(int index, std::string_view text) {
    const char* data = text.data() ? text.data() : "";
    if (const int code = sqlite3_bind_text64(prepared_->handle, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8))
        bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int index, Blob blob) {
    const char* data = blob.bytes.data() ? blob.bytes.data() : "";
    if (const int code = sqlite3_bind_blob64(prepared_->handle, index, data, blob.bytes.size(), SQLITE_TRANSIENT))
        bind_error_ = code;
    return *this;
}

Result<bool> Statement::step() {
    if (bind_error_ != 0) return prepared_->home->error(std::exchange(bind_error_, 0), *prepared_->sql);
    prepared_->home->progress = 0;
    const int code = sqlite3_step(prepared_->handle);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    auto error = prepared_->home->error(sqlite3_extended_errcode(prepared_->home->handle), *prepared_->sql);
    sqlite3_reset(prepared_->handle);
    return error;
}

Status Statement::run() {
    for (;;) {
        auto row = step();
        if (!row) return row.error();
        if (!*row) break;
    }
    sqlite3_reset(prepared_->handle);
    return {};
}

void Statement::reset() {
    sqlite3_reset(prepared_->handle);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(prepared_->handle, column) == SQLITE_NULL;
}

int64_t Statement::int64(int column) const {
    return sqlite3_column_int64(prepared_->handle, column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(prepared_->handle, column);
}

std::string_view Statement::text(int column) const {
    const auto* data = sqlite3_column_text(prepared_->handle, column);
    const int size = sqlite3_column_bytes(prepared_->handle, column);
    return data ? std::string_view(reinterpret_cast<const char*>(data), static_cast<size_t>(size)) : std::string_view();
}

std::string_view Statement::blob(int column) const {
    const void* data = sqlite3_column_blob(prepared_->handle, column);
    const int size = sqlite3_column_bytes(prepared_->handle, column);
    return data ? std::string_view(static_cast<const char*>(data), static_cast<size_t>(size)) : std::string_view();
}

std::optional<int64_t> Statement::optional_int64(int column) const {
    return is_null(column) ? std::nullopt : std::optional(int64(column));
}

std::optional<double> Statement::optional_real(int column) const {
    return is_null(column) ? std::nullopt : std::optional(real(column));
}

std::optional<std::string> Statement::optional_string(int column) const {
    return is_null(column) ? std::nullopt : std::optional(string(column));
}

}  // namespace linesman::store
