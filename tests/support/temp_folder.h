// A private folder for one test, removed with everything in it at the end.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace linesman::test {

class TempFolder {
  public:
    // `in`: where; blank = the system's place for such folders.
    explicit TempFolder(const std::string& in = {}) {
        std::string pattern = in.empty() ? std::filesystem::temp_directory_path().string() : in;
        pattern += "/linesman-test-XXXXXX";
        path_ = mkdtemp(pattern.data());
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }
    std::string operator/(const std::string& name) const { return file(name); }
    // Entries whose name starts with `prefix`, not counting SQLite's -wal and -shm beside them.
    int count(const std::string& prefix = {}) const {
        int found = 0;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with(prefix) && !name.ends_with("-wal") && !name.ends_with("-shm")) ++found;
        }
        return found;
    }

  private:
    std::string path_;
};

}  // namespace linesman::test
