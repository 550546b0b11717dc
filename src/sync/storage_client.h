// Firebase Storage REST v0: photos in, photos out (reference: firebase protocol, section 7). Asynchronous; every
// callback runs on the queue the client was made with.
//
// Only the configured Storage host is ever contacted: a photo URL in a document that names another one is refused, so
// that a hostile document cannot make a desk call foreign servers or hand them its token.
//
// Errors in words: not_found (the photo is gone), permission_denied, unsupported (foreign host, not an image),
// too_large, corrupt (md5 does not match), offline and timed_out (cut bodies too: they may be resumed), and those of
// the token.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/http.h"
#include "sync/firestore.h"

namespace linesman::sync {

// One object. `token` is a download token from a photo URL, a secret; empty = the session's own right to read.
struct ObjectRef {
    std::string bucket;
    std::string path;  // "poles/staging/pole_1/front_1.jpg", not encoded
    std::string token = {};
    std::string key() const { return bucket + "/" + path; }
};

// Reads a photoUrls entry: a full https URL on the Storage host of `endpoints`, gs://bucket/path, or a bare object path
// in the profile's bucket. Errors: unsupported (another host, named), invalid_argument.
base::Result<ObjectRef> parse_photo_url(const std::string& url, const Endpoints& endpoints);

// The address of an object, as Firebase's getDownloadURL gives it; without a token the reader needs a right of its own.
std::string photo_url(const Endpoints& endpoints, const std::string& object_path, const std::string& token);

struct ObjectInfo {
    std::string path;
    std::string generation;  // changes with every overwrite
    std::string md5_base64;  // of the stored bytes
    std::string content_type;
    std::string updated;  // RFC 3339, verbatim
    uint64_t size = 0;
    std::string download_token = {};  // a secret that lets anyone read the object; for photoUrls, never logged
};

// What has arrived so far; kept by the caller between attempts so that the next one goes on where this one was cut.
// Thread: the queue's.
struct PartialDownload {
    std::string bytes;
    std::string generation;
};

struct Download {
    std::string bytes;
    std::string generation;
    std::string md5_base64;  // of `bytes`, computed here
    std::string content_type;
};

struct DownloadOptions {
    uint64_t max_bytes = 32ULL << 20;
    bool prefetch = false;
    bool must_be_image = true;
};

struct ListPage {
    std::vector<std::string> paths;
    std::string next_page_token;  // empty = the last page
};

struct Upload {
    std::string path;
    std::shared_ptr<const std::string> bytes;
    std::string content_type = "image/jpeg";
    std::map<std::string, std::string> metadata = {};
    // A resumable session of an earlier try; with on_session the caller learns of a new one and may keep it across
    // restarts.
    std::string session_url = {};
    std::function<void(const std::string& url)> on_session = {};
    std::function<void(uint64_t sent)> on_progress = {};  // bytes the server has acknowledged
};

inline constexpr uint64_t kUploadGranule = uint64_t{256} * 1024;  // resumable chunks are multiples of it
inline constexpr uint64_t kUploadChunk = 4 * kUploadGranule;

class Storage {
  public:
    virtual ~Storage() = default;
    template <typename T>
    using Done = std::function<void(base::Result<T>)>;

    [[nodiscard]] virtual net::Call metadata(ObjectRef object, Done<ObjectInfo> done) = 0;
    // `partial` may be null; otherwise what arrived is left in it on failure and taken from it on success.
    [[nodiscard]] virtual net::Call download(ObjectRef object, DownloadOptions options,
                                             std::shared_ptr<PartialDownload> partial, Done<Download> done) = 0;
    [[nodiscard]] virtual net::Call list(std::string prefix, std::string page_token, int max_results,
                                         Done<ListPage> done) = 0;
    // Up to 256 KiB in one request, above that resumable: after a lost answer the server is asked how much it has.
    [[nodiscard]] virtual net::Call upload(Upload upload, Done<ObjectInfo> done) = 0;
    [[nodiscard]] virtual net::Call remove(std::string path, Done<bool> done) = 0;

    virtual const Endpoints& endpoints() const = 0;
};

// `http`, `tokens` and `queue` must outlive the client and its calls.
std::unique_ptr<Storage> make_storage(Endpoints endpoints, net::Http& http, TokenSource& tokens, base::Queue& queue);

// Whether the first bytes are those of JPEG, PNG, WebP, GIF or HEIF.
bool has_image_magic(std::string_view bytes);

}  // namespace linesman::sync
