#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/ids.h"

namespace linesman::base {
namespace {

struct Descriptor {
    int fd;
    ~Descriptor() {
        if (fd >= 0) close(fd);
    }
};

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

std::string xdg(const char* variable, const char* below_home) {
    const char* value = std::getenv(variable);
    if (value && value[0] == '/') return value;
    const char* home = std::getenv("HOME");
    return std::string(home ? home : "/tmp") + below_home;
}

}  // namespace

Error file_error(int error_number, const std::string& path, std::string_view action) {
    const bool full = error_number == ENOSPC || error_number == EDQUOT;
    const auto kind = full ? ErrorKind::disk_full : error_number == ENOENT ? ErrorKind::not_found : ErrorKind::io;
    std::string what = full ? "The disk is full: " + path + " could not be written. Free some space and try again."
                            : "Could not " + std::string(action) + " " + path + ".";
    return make_error(kind, std::move(what), std::strerror(error_number));
}

Result<std::string> read_file(const std::string& path, uint64_t max_bytes) {
    const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.fd < 0) return file_error(errno, path, "open");
    struct stat info {};
    if (fstat(file.fd, &info) != 0) return file_error(errno, path, "read");
    if (S_ISDIR(info.st_mode)) return make_error(ErrorKind::io, path + " is a folder, not a file.");
    const auto too_large = [&] {
        return make_error(ErrorKind::too_large, path + " is larger than " + std::to_string(max_bytes) + " bytes.");
    };
    if (info.st_size > 0 && static_cast<uint64_t>(info.st_size) > max_bytes) return too_large();
    std::string bytes;
    bytes.reserve(static_cast<size_t>(info.st_size));
    char buffer[1 << 16];
    for (;;) {
        const ssize_t n = read(file.fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return file_error(errno, path, "read");
        if (n == 0) return bytes;
        bytes.append(buffer, static_cast<size_t>(n));
        if (bytes.size() > max_bytes) return too_large();  // it grew, or has no size of its own, as in /proc
    }
}

Status write_file_atomically(const std::string& path, std::string_view bytes, bool sync) {
    const std::string temporary = path + ".tmp-" + random_base36(8);
    const auto fail = [&](int error_number) {
        unlink(temporary.c_str());
        return file_error(error_number, path, "write");
    };
    {
        const Descriptor file{open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        if (file.fd < 0) return file_error(errno, path, "write");
        while (!bytes.empty()) {
            const ssize_t n = write(file.fd, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return fail(errno);
            bytes.remove_prefix(static_cast<size_t>(n));
        }
        if (sync && fdatasync(file.fd) != 0) return fail(errno);
    }
    if (std::rename(temporary.c_str(), path.c_str()) != 0) return fail(errno);
    if (sync) {
        const Descriptor folder{open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (folder.fd >= 0) fsync(folder.fd);
    }
    return {};
}

Status make_private_dirs(const std::string& path) {
    std::string made;
    for (size_t at = 0; at <= path.size(); ++at) {
        if (at != path.size() && (path[at] != '/' || at == 0)) continue;
        made = path.substr(0, at);
        if (mkdir(made.c_str(), 0700) != 0 && errno != EEXIST) return file_error(errno, made, "create the folder");
    }
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return file_error(errno, path, "create the folder");
    if (!S_ISDIR(info.st_mode)) return file_error(ENOTDIR, path, "create the folder");
    return {};
}

bool file_exists(const std::string& path) {
    return access(path.c_str(), F_OK) == 0;
}

uint64_t file_size(const std::string& path) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(path, ignored);
    return ignored ? 0 : size;
}

Folders Folders::for_profile(const std::string& profile, const std::string& root) {
    const std::string leaf = "/linesman/" + profile;
    if (!root.empty()) return {root + "/data", root + "/cache", root + "/state", root + "/config"};
    return {xdg("XDG_DATA_HOME", "/.local/share") + leaf, xdg("XDG_CACHE_HOME", "/.cache") + leaf,
            xdg("XDG_STATE_HOME", "/.local/state") + leaf, xdg("XDG_CONFIG_HOME", "/.config") + "/linesman"};
}

Status Folders::create() const {
    for (const auto* folder : {&data, &cache, &state, &config}) LINESMAN_TRY(make_private_dirs(*folder));
    return {};
}

}  // namespace linesman::base
