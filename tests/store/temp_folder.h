// A private folder for one test, removed with everything in it at the end.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace linesman::store {

class TempFolder {
  public:
    TempFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "linesman-store-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    std::string file(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }
    // Files in the folder that start with `prefix`, not counting SQLite's -wal and -shm beside them.
    int count(const std::string& prefix) const {
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

}  // namespace linesman::store
