// Result<T>: a value or an Error. Every fallible function of ours returns one; exceptions are caught where a third
// party throws them and never cross a room.
//
// Error::what is a sentence for the person at the desk: it names the item and what to do. Error::detail is for the log.
// Neither ever holds a secret (token, password, signed URL).
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace linesman::base {

// The closed set of reasons for a failure. Firestore's canonical status names map onto these one to one
// (google/rpc/code.proto); the rest are local.
enum class ErrorKind {
    offline,              // no connection could be made
    timed_out,            // no answer in time, or DEADLINE_EXCEEDED
    rate_limited,         // RESOURCE_EXHAUSTED: honour retry_after
    unavailable,          // UNAVAILABLE
    aborted,              // ABORTED: lock contention, try again
    internal,             // INTERNAL / UNKNOWN on the server
    unauthenticated,      // UNAUTHENTICATED: sign in again
    permission_denied,    // PERMISSION_DENIED
    not_found,            // NOT_FOUND
    already_exists,       // ALREADY_EXISTS
    precondition_failed,  // FAILED_PRECONDITION
    invalid_argument,     // INVALID_ARGUMENT, or bad input of ours
    corrupt,              // data that cannot be understood: malformed document, file or reply
    too_large,            // a limit was exceeded
    disk_full,            // ENOSPC, SQLITE_FULL
    io,                   // any other file error
    cancelled,            // the caller dropped the handle or asked to stop
    configuration,        // a setting is missing or wrong
    unsupported,          // UNIMPLEMENTED, or a format we do not read
};

// Stable lower-case name, e.g. "permission_denied". For logs, --json and tests.
std::string_view name_of(ErrorKind kind);

// Whether the same request may succeed later without anyone changing anything. The one place that decides this.
bool is_retryable(ErrorKind kind);

struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string what;
    std::string detail;
    double retry_after_s = 0;  // > 0 when the server named a delay (Retry-After)

    bool retryable() const { return is_retryable(kind); }
    // "what (kind: detail)", for logs.
    std::string full() const;
};

inline Error make_error(ErrorKind kind, std::string what, std::string detail = {}) {
    return Error{kind, std::move(what), std::move(detail), 0};
}

template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & { return assert(ok()), std::get<0>(state_); }
    const T& value() const& { return assert(ok()), std::get<0>(state_); }
    T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T value_or(T fallback) const& { return ok() ? value() : std::move(fallback); }

    const Error& error() const& { return assert(!ok()), std::get<1>(state_); }
    Error&& error() && { return assert(!ok()), std::get<1>(std::move(state_)); }

  private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

    bool ok() const { return !error_; }
    explicit operator bool() const { return ok(); }
    const Error& error() const { return assert(error_), *error_; }

  private:
    std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace linesman::base

// Returns the error of `expr` (a Status or Result) from the enclosing function when it failed.
#define LINESMAN_TRY(expr)                                                                               \
    do {                                                                                                 \
        if (auto linesman_try_result = (expr); !linesman_try_result) return linesman_try_result.error(); \
    } while (false)
