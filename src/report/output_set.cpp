#include "report/output_set.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/file.h"

namespace linesman::report {
namespace {

constexpr mode_t kMode = 0666;  // a report is made to be handed on; the umask of its maker decides

}  // namespace

OutputFile::~OutputFile() {
    if (fd_ >= 0) ::close(fd_);
}

base::Status OutputFile::append(std::string_view bytes) {
    digest_.add(bytes);
    bytes_ += bytes.size();
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return base::file_error(errno, path_, "write");
        bytes.remove_prefix(static_cast<size_t>(n));
    }
    return {};
}

base::Result<WrittenFile> OutputFile::finish() {
    // A pipe or a terminal (--out -) cannot be synced, which is no error.
    if (fdatasync(fd_) != 0 && errno != EINVAL && errno != EROFS) return base::file_error(errno, path_, "write");
    const int fd = fd_;
    fd_ = -1;
    if (::close(fd) != 0) return base::file_error(errno, path_, "write");
    return WrittenFile{path_.substr(path_.rfind('/') + 1), bytes_, digest_.finish_hex()};
}

std::string OutputSet::temporary(const std::string& name) const {
    return folder_ + "/." + name + "." + std::to_string(getpid()) + ".part";
}

OutputSet::~OutputSet() {
    if (committed_) return;
    for (const auto& name : begun_) ::unlink(temporary(name).c_str());
}

base::Result<std::unique_ptr<OutputFile>> OutputSet::open(const std::string& name) {
    const std::string path = folder_ + "/" + name;
    // A link that somebody laid in a shared folder is not followed; what a killed run left under the name goes.
    ::unlink(temporary(name).c_str());
    const int fd = ::open(temporary(name).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode);
    if (fd < 0) return base::file_error(errno, path, "write");
    begun_.push_back(name);
    return std::make_unique<OutputFile>(fd, path);
}

base::Status OutputSet::close(const std::string& name, OutputFile& file) {
    auto written = file.finish();
    if (!written) return written.error();
    written->name = name;
    written_.push_back(std::move(*written));
    return {};
}

base::Result<std::string> OutputSet::reserve(const std::string& name) {
    const auto file = open(name);
    if (!file) return file.error();
    return temporary(name);
}

base::Status OutputSet::take_in(const std::string& name) {
    const std::string path = temporary(name);
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0) return base::file_error(errno, folder_ + "/" + name, "write");
    const bool synced = fdatasync(fd) == 0;
    const int error = errno;
    ::close(fd);
    if (!synced) return base::file_error(error, folder_ + "/" + name, "write");
    auto written = digest_of_file(path, name);
    if (!written) return written.error();
    written_.push_back(std::move(*written));
    return {};
}

base::Status OutputSet::write(const std::string& name, std::string_view bytes) {
    auto file = open(name);
    if (!file) return file.error();
    LINESMAN_TRY((*file)->append(bytes));
    return close(name, **file);
}

base::Status OutputSet::commit() {
    for (const auto& name : begun_) {
        const std::string path = folder_ + "/" + name;
        if (std::rename(temporary(name).c_str(), path.c_str()) != 0) return base::file_error(errno, path, "write");
    }
    committed_ = true;
    const int folder = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        ::close(folder);
    }
    return {};
}

base::Result<WrittenFile> digest_of_file(const std::string& path, const std::string& name) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return base::file_error(errno, path, "read");
    WrittenFile out{name, 0, {}};
    base::Sha256 digest;
    std::string buffer(1 << 18, '\0');
    for (;;) {
        const ssize_t n = ::read(fd, buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const int error = errno;
            ::close(fd);
            return base::file_error(error, path, "read");
        }
        if (n == 0) break;
        digest.add(std::string_view(buffer).substr(0, static_cast<size_t>(n)));
        out.bytes += static_cast<uint64_t>(n);
    }
    ::close(fd);
    out.sha256 = digest.finish_hex();
    return out;
}

}  // namespace linesman::report
