// SQLite's result codes as our closed set of errors, with words for the user.
#include <cerrno>

#include "store/sqlite_handles.h"

namespace linesman::store {

using base::Error;
using base::ErrorKind;

std::string words_for(ErrorKind kind, const std::string& path) {
    switch (kind) {
        case ErrorKind::disk_full:
            return "The disk is full: " + path + " could not be written. Free some space and try again.";
        case ErrorKind::corrupt:
            return "The file " + path + " is damaged.";
        case ErrorKind::unavailable:
            return "The file " + path + " is in use by another program. Try again in a moment.";
        case ErrorKind::already_exists:
            return "This entry is already in " + path + ".";
        case ErrorKind::too_large:
            return "An entry is too large for " + path + ".";
        case ErrorKind::cancelled:
            return "Reading " + path + " was stopped.";
        default:
            return "The file " + path + " could not be used.";
    }
}

namespace {

ErrorKind kind_of(int code, int system_errno) {
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return ErrorKind::disk_full;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorKind::corrupt;
        case SQLITE_CONSTRAINT:
            return ErrorKind::already_exists;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorKind::unavailable;
        case SQLITE_TOOBIG:
            return ErrorKind::too_large;
        case SQLITE_INTERRUPT:
            return ErrorKind::cancelled;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
            return system_errno == ENOSPC || system_errno == EDQUOT ? ErrorKind::disk_full : ErrorKind::io;
        default:
            return ErrorKind::io;
    }
}

Error error_of(sqlite3* handle, int code, const std::string& path, std::string_view sql) {
    const ErrorKind kind = kind_of(code, handle ? sqlite3_system_errno(handle) : 0);
    std::string detail = "sqlite ";
    detail += std::to_string(code);
    detail += " (";
    detail += handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    detail += ")";
    if (!sql.empty()) {
        detail += " in ";
        detail += sql.substr(0, 200);
    }
    return make_error(kind, words_for(kind, path), std::move(detail));
}

}  // namespace

Error Database::Impl::error(int code, std::string_view sql) const {
    return error_of(handle, code, path, sql);
}

}  // namespace linesman::store
