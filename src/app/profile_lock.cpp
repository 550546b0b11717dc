#include "app/profile_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"

namespace linesman::app {

base::Result<std::unique_ptr<ProfileLock>> ProfileLock::take(const std::string& path) {
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return base::file_error(errno, path, "open");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return base::make_error(
            base::ErrorKind::already_exists,
            "Linesman is already open with this profile. Go to its window, or start with another --profile.");
    }
    return std::unique_ptr<ProfileLock>(new ProfileLock(fd));
}

ProfileLock::~ProfileLock() {
    close(fd_);
}

}  // namespace linesman::app
