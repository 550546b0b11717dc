// One console per profile and data folder: a lock on a file in the data folder, released by the kernel when the process
// ends.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace linesman::app {

class ProfileLock {
  public:
    // Errors: already_exists when another process holds it, io.
    static base::Result<std::unique_ptr<ProfileLock>> take(const std::string& path);
    ~ProfileLock();
    ProfileLock(const ProfileLock&) = delete;
    ProfileLock& operator=(const ProfileLock&) = delete;

  private:
    explicit ProfileLock(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace linesman::app
