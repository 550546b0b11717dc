#include "base/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>

#include "base/time.h"

namespace linesman::base {
namespace {

constexpr off_t kTurnOverBytes = 4 << 20;

struct Sink {
    std::mutex mutex;
    std::string path;
    int fd = -1;
    LogLevel least = LogLevel::info;
    bool also_stderr = false;
};

Sink& sink() {
    static Sink instance;  // process-wide by nature: the log has no owner among the rooms
    return instance;
}

const char* name_of_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warning:
            return "warning";
        case LogLevel::error:
            return "error";
    }
    return "?";
}

void turn_over_if_large(Sink& s) {
    struct stat info {};
    if (s.fd < 0 || fstat(s.fd, &info) != 0 || info.st_size < kTurnOverBytes) return;
    close(s.fd);
    std::rename(s.path.c_str(), (s.path + ".1").c_str());
    s.fd = open(s.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

}  // namespace

void log(LogLevel level, std::string_view room, std::string_view message) {
    Sink& s = sink();
    {
        const std::lock_guard lock(s.mutex);
        if (level < s.least || (s.fd < 0 && !s.also_stderr)) return;
    }
    std::string line = format_rfc3339(SystemClock().now());
    line += ' ';
    line += name_of_level(level);
    line += ' ';
    line += room;
    line += ": ";
    line += redact(message);
    for (char& c : line) {
        if (c == '\n' || c == '\r') c = ' ';
    }
    line += '\n';
    const std::lock_guard lock(s.mutex);
    if (s.fd >= 0) {
        turn_over_if_large(s);
        // A log line that cannot be written (disk full) is dropped: the log must never stop the work.
        if (write(s.fd, line.data(), line.size()) < 0) { /* dropped, see above */
        }
    }
    if (s.also_stderr) std::fwrite(line.data(), 1, line.size(), stderr);
}

Status log_to(const std::string& path, LogLevel least, bool also_stderr) {
    Sink& s = sink();
    const std::lock_guard lock(s.mutex);
    if (s.fd >= 0) close(s.fd);
    s.fd = -1;
    s.path = path;
    s.least = least;
    s.also_stderr = also_stderr;
    if (path.empty()) return {};
    s.fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (s.fd < 0) return make_error(ErrorKind::io, "The log file " + path + " cannot be written.");
    fchmod(s.fd, 0600);  // a file that was there before may be readable by others
    return {};
}

}  // namespace linesman::base
