// The files of one report: all of them, or none. Each is written under a temporary name beside its place, synced, and
// renamed only when every one is whole. A full disk, a kill or a cancel leaves no half report and no temporary (but for
// a kill -9, whose temporaries end in ".part" and may be deleted).
//
// Thread: one. Errors: disk_full, io, not_found (the folder), in words that name the file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace linesman::report {

struct WrittenFile {
    std::string name;  // in the folder
    uint64_t bytes = 0;
    std::string sha256;
    bool operator==(const WrittenFile&) const = default;
};

// A file being written. Does not buffer: give it large pieces.
class OutputFile {
  public:
    OutputFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    base::Status append(std::string_view bytes);
    // Syncs and closes.
    base::Result<WrittenFile> finish();

  private:
    int fd_;
    std::string path_;  // where it will be, for messages
    uint64_t bytes_ = 0;
    base::Sha256 digest_;
};

class OutputSet {
  public:
    // `folder` must exist.
    explicit OutputSet(std::string folder) : folder_(std::move(folder)) {}
    ~OutputSet();
    OutputSet(const OutputSet&) = delete;
    OutputSet& operator=(const OutputSet&) = delete;

    // Begins a file; end it with close(). `name` holds no slash.
    base::Result<std::unique_ptr<OutputFile>> open(const std::string& name);
    base::Status close(const std::string& name, OutputFile& file);
    // For a library that writes by itself: the temporary path; take_in() hashes and syncs what it wrote there.
    base::Result<std::string> reserve(const std::string& name);
    base::Status take_in(const std::string& name);
    base::Status write(const std::string& name, std::string_view bytes);

    // Renames in the order of opening, then syncs the folder. After it the destructor removes nothing.
    base::Status commit();

    const std::vector<WrittenFile>& files() const { return written_; }  // closed ones
    const std::string& folder() const { return folder_; }

  private:
    std::string temporary(const std::string& name) const;
    std::string folder_;
    std::vector<std::string> begun_;
    std::vector<WrittenFile> written_;
    bool committed_ = false;
};

// SHA-256 and size of a file on disk. Errors: not_found, io.
base::Result<WrittenFile> digest_of_file(const std::string& path, const std::string& name);

}  // namespace linesman::report
