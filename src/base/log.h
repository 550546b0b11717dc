// The log: one line per event to a file in the state directory and, when asked, to stderr. Every line passes redact(),
// so that a token can reach neither file nor terminal.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace linesman::base {

enum class LogLevel { debug, info, warning, error };

// Removes bearer tokens, "token=", "key=", refresh and id tokens, and passwords from a line.
std::string redact(std::string_view line);

// Thread: any. `room` is the room that speaks ("sync").
void log(LogLevel level, std::string_view room, std::string_view message);
inline void log(LogLevel level, std::string_view room, const Error& error) {
    log(level, room, error.full());
}

// Where lines go from now on. An empty path means no file. Files are 0600, turned over at 4 MiB (one old one is kept).
Status log_to(const std::string& path, LogLevel least, bool also_stderr);

}  // namespace linesman::base
