// Photos on disk, named by their content (md5, the identity Storage gives them), with a byte budget. What was used
// longest ago goes first.
//
//   <root>/objects/ab/abcdef…        the bytes, 0600
//   <root>/paths/12/1234…            sha256(bucket/path) → "generation md5" of what that object held when last fetched
//
// Every file is written whole or not at all, so a killed process leaves nothing to repair. The time of last use is the
// file's modification time, so the order survives restarts. May be deleted at any time: nothing is here that cannot be
// fetched again.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "base/time.h"

namespace linesman::sync {

struct CachedPhoto {
    std::string bytes;
    std::string md5_hex;
    std::string generation;
};

// Thread: any; calls block on the disk, so never on main.
class PhotoCache {
  public:
    // Reads what is there. Errors: io, disk_full.
    static base::Result<std::unique_ptr<PhotoCache>> open(const std::string& root, uint64_t budget_bytes,
                                                          const base::Clock& clock);

    // By content: md5 in hex (32 characters). nullopt when absent; a file whose bytes do not match its name is removed
    // and counts as absent.
    std::optional<std::string> read(const std::string& md5_hex);
    // By object ("bucket/path").
    std::optional<CachedPhoto> find(const std::string& object);
    // Keeps the bytes and what object they are; makes room first. Returns the md5 in hex. Errors: disk_full, io. A
    // photo larger than the whole budget is not kept, which is no error.
    base::Result<std::string> put(const std::string& object, const std::string& generation, const std::string& bytes);
    // Forgets what an object held (its bytes stay for others with the same content).
    void forget(const std::string& object);

    uint64_t bytes_used() const;
    size_t count() const;
    void set_budget(uint64_t bytes);  // removes at once what no longer fits

  private:
    struct Entry {
        uint64_t size = 0;
        int64_t used_us = 0;
    };

    PhotoCache(std::string root, uint64_t budget, const base::Clock& clock)
        : root_(std::move(root)), budget_(budget), clock_(clock) {}
    void scan();
    void make_room(uint64_t for_bytes);  // with the mutex held
    void remove_locked(const std::string& md5_hex);
    std::string object_file(const std::string& md5_hex) const;
    std::string path_file(const std::string& object) const;

    std::string root_;
    mutable std::mutex mutex_;
    uint64_t budget_;
    uint64_t used_ = 0;
    const base::Clock& clock_;
    std::unordered_map<std::string, Entry> entries_;
};

// "1B2M2Y8AsgTpgAmY7PhCfg==" → 32 hex characters; empty when it is no md5.
std::string md5_hex_of_base64(const std::string& md5_base64);

}  // namespace linesman::sync
