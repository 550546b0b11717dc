// Objects of Firebase Storage: bytes with metadata, in memory or as files under a folder, and resumable uploads in
// progress. Every overwrite gives a new generation.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace linesman::backend {

struct ObjectInfo {
    std::string bucket;
    std::string name;
    std::string content_type = "application/octet-stream";
    std::string content_disposition;
    std::string content_encoding = "identity";
    base::Json custom = base::Json::object();  // "metadata": string to string
    uint64_t size_bytes = 0;
    std::string md5_base64;
    std::string crc32c_base64;
    std::string token;  // of download URLs
    int64_t generation = 0;
    int64_t metageneration = 1;
    base::Timestamp created;
    base::Timestamp updated;

    std::string etag() const;
    base::Json to_json() const;  // as the Storage API shows it
    static ObjectInfo from_json(const base::Json& json);
};

// Castagnoli CRC of the bytes, big-endian, base64: what Google reports as crc32c.
std::string crc32c_base64(std::string_view bytes);

// Thread: any.
class StorageObjects {
  public:
    // An empty folder name keeps everything in memory. Files are named by SHA-256, so no object name reaches the disk.
    explicit StorageObjects(std::string folder = {}) : folder_(std::move(folder)) {}

    // `wanted` gives name, bucket and the metadata a client may set; the rest is computed. Errors: disk_full, io.
    base::Result<ObjectInfo> put(ObjectInfo wanted, std::string bytes, base::Timestamp now);
    std::optional<ObjectInfo> info(const std::string& bucket, const std::string& name) const;
    // Errors: not_found, io.
    base::Result<std::shared_ptr<const std::string>> bytes(const std::string& bucket, const std::string& name) const;
    bool erase(const std::string& bucket, const std::string& name);
    // Changes what clients may change and raises the metageneration; nullopt when absent.
    std::optional<ObjectInfo> patch(const std::string& bucket, const std::string& name, const base::Json& changes,
                                    base::Timestamp now);

    struct Listing {
        std::vector<ObjectInfo> items;
        std::vector<std::string> prefixes;
        std::string next_page_token;  // the last name or prefix given
    };
    Listing list(const std::string& bucket, const std::string& prefix, const std::string& delimiter, size_t most,
                 const std::string& page_token) const;

    std::vector<ObjectInfo> all() const;
    void clear();

    // For a start from disk: metadata whose bytes lie in the folder already.
    void restore(ObjectInfo info);
    // Called after each change; `info` null for a deletion.
    void set_on_change(std::function<void(const std::string& key, const ObjectInfo* info)> hook) {
        on_change_ = std::move(hook);
    }

  private:
    struct Stored {
        ObjectInfo info;
        std::shared_ptr<const std::string> bytes;  // null when in a file
    };
    static std::string key_of(const std::string& bucket, const std::string& name) { return bucket + "\n" + name; }
    std::string file_of(const ObjectInfo& info) const;

    std::string folder_;
    mutable std::mutex mutex_;
    std::map<std::string, Stored> objects_;  // by bucket, name
    int64_t last_generation_ = 0;
    std::function<void(const std::string&, const ObjectInfo*)> on_change_;
};

}  // namespace linesman::backend
