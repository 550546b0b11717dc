// One download: Range resume within the call and across calls, generation and md5 checked, pages of portals told from
// photos.
#include <charconv>
#include <mutex>

#include "base/ids.h"
#include "base/text.h"
#include "sync/api_reply.h"
#include "sync/storage_detail.h"

namespace linesman::sync::storage_detail {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr int kMaxResumes = 4;  // within one call, each only after some bytes arrived

// Filled on the net thread, read on the queue once the attempt has ended; the mutex is for attempts that a dropped call
// leaves running.
struct Attempt {
    std::mutex mutex;
    int status = 0;
    net::Response head;
    std::string bytes;
};

// "bytes 100-199/1000" → 100.
std::optional<uint64_t> range_start(const std::string& content_range) {
    if (!content_range.starts_with("bytes ")) return std::nullopt;
    uint64_t start = 0;
    const auto [end, error] =
        std::from_chars(content_range.data() + 6, content_range.data() + content_range.size(), start);
    if (error != std::errc() || end == content_range.data() + content_range.size() || *end != '-') return std::nullopt;
    return start;
}

// The md5 of "crc32c=..,md5=.."; empty when absent or when the bytes were decompressed on the way (then it is of other
// bytes).
std::string announced_md5(const net::Response& head) {
    if (head.header("x-goog-stored-content-encoding") == "gzip" && head.header("Content-Encoding").empty()) return {};
    const std::string hashes = head.header("x-goog-hash");
    const size_t at = hashes.find("md5=");
    if (at == std::string::npos) return {};
    return std::string(base::trimmed(std::string_view(hashes).substr(at + 4, hashes.find(',', at) - at - 4)));
}

class DownloadOp : public std::enable_shared_from_this<DownloadOp> {
  public:
    DownloadOp(std::shared_ptr<Core> core, ObjectRef object, DownloadOptions options,
               std::shared_ptr<PartialDownload> partial, Storage::Done<Download> done)
        : core_(std::move(core)),
          object_(std::move(object)),
          options_(options),
          partial_(std::move(partial)),
          done_(std::move(done)) {
        if (!partial_) partial_ = std::make_shared<PartialDownload>();
    }

    void start() {
        if (partial_->generation.empty()) partial_->bytes.clear();  // without a generation nothing can be continued
        attempt_ = std::make_shared<Attempt>();
        call_ = core_->send(
            [weak = weak_from_this()](const std::string& token) {
                const auto self = weak.lock();
                return self ? self->request(token) : net::Request{};
            },
            [weak = weak_from_this()](base::Result<net::Response> r) {
                if (const auto self = weak.lock()) self->on_end(std::move(r));
            });
    }

  private:
    net::Request request(const std::string& token) {
        net::Request request;
        request.url = core_->object_url(object_.bucket, object_.path) + "?alt=media";
        if (!object_.token.empty()) request.url += "&token=" + net::url_encode(object_.token);
        add_authorization(request, token);
        request.accept_gzip = false;
        request.prefetch = options_.prefetch;
        request.timeout = base::minutes(10);
        request.max_body_bytes = options_.max_bytes;
        const uint64_t have = partial_->bytes.size();
        if (have > 0) request.headers.emplace_back("Range", "bytes=" + std::to_string(have) + "-");
        attempt_ = std::make_shared<Attempt>();
        request.on_head = [attempt = attempt_](const net::Response& head) {
            const std::lock_guard lock(attempt->mutex);
            attempt->head = head;
            attempt->status = head.status;
        };
        request.on_data = [attempt = attempt_](std::string_view bytes) {
            const std::lock_guard lock(attempt->mutex);
            attempt->bytes.append(bytes);
            return true;
        };
        return request;
    }

    void on_end(base::Result<net::Response> result) {
        net::Response head;
        std::string fresh;
        {
            const std::lock_guard lock(attempt_->mutex);
            head = std::move(attempt_->head);
            fresh = std::move(attempt_->bytes);
        }
        if (!result) return on_cut(std::move(result).error(), head, std::move(fresh));
        if (result->status == 416)
            return start_over(make_error(ErrorKind::corrupt, "The photo in the storage changed while it was fetched."));
        if (result->status != 200 && result->status != 206) return done_(storage_error(*result, object_.path));
        if (!merge(*result, std::move(fresh))) {
            return start_over(make_error(ErrorKind::corrupt,
                                         "The storage answered with another part of the photo than was asked for."));
        }
        finish(*result);
    }

    // Puts what arrived behind what was there. False when it does not belong there: 206 of another place or another
    // generation.
    bool merge(const net::Response& head, std::string fresh) {
        const std::string generation = head.header("x-goog-generation");
        if (head.status == 206) {
            if (range_start(head.header("Content-Range")) != partial_->bytes.size() ||
                generation != partial_->generation)
                return false;
            partial_->bytes += fresh;
        } else {  // 200: the whole, from the start (the emulator answers so beyond the end)
            partial_->bytes = std::move(fresh);
            partial_->generation = generation;
        }
        return true;
    }

    void on_cut(base::Error error, const net::Response& head, std::string fresh) {
        const bool got_some = !fresh.empty() && (head.status == 200 || head.status == 206);
        if (got_some && !merge(head, std::move(fresh))) return start_over(error);
        if (error.kind == ErrorKind::too_large) {
            *partial_ = {};
            error.what =
                "The photo " + base::sanitize_utf8(object_.path, 120) + " is larger than allowed and was not fetched.";
            return done_(std::move(error));
        }
        const bool was_cut = error.kind == ErrorKind::corrupt;
        if (got_some && was_cut && !partial_->generation.empty() && resumes_++ < kMaxResumes) return start();
        done_(transport_error(std::move(error)));
    }

    // What is there cannot be trusted: once more from nothing, then give up.
    void start_over(base::Error error) {
        *partial_ = {};
        if (started_over_) return done_(std::move(error));
        started_over_ = true;
        start();
    }

    void finish(const net::Response& head) {
        Download out;
        out.bytes = std::move(partial_->bytes);
        out.generation = std::move(partial_->generation);
        *partial_ = {};
        out.content_type = head.header("Content-Type");
        out.md5_base64 = base::md5_base64(out.bytes);
        if (out.bytes.size() > options_.max_bytes) {
            return done_(make_error(ErrorKind::too_large, "The photo " + base::sanitize_utf8(object_.path, 120) +
                                                              " is larger than allowed."));
        }
        const bool is_page = out.content_type.starts_with("text/html") && out.generation.empty();
        if (is_page) return done_(not_the_api(head));
        const std::string announced = announced_md5(head);
        if (!announced.empty() && announced != out.md5_base64) {
            return start_over(
                make_error(ErrorKind::corrupt, "The photo " + base::sanitize_utf8(object_.path, 120) +
                                                   " arrived damaged: its checksum does not match. Try again."));
        }
        if (options_.must_be_image && !has_image_magic(out.bytes)) {
            return done_(make_error(ErrorKind::unsupported,
                                    "The file " + base::sanitize_utf8(object_.path, 120) +
                                        " is not an image. The device uploaded something else.",
                                    "content type " + base::sanitize_utf8(out.content_type, 60) + ", " +
                                        std::to_string(out.bytes.size()) + " bytes"));
        }
        done_(std::move(out));
    }

    std::shared_ptr<Core> core_;
    ObjectRef object_;
    DownloadOptions options_;
    std::shared_ptr<PartialDownload> partial_;
    Storage::Done<Download> done_;
    std::shared_ptr<Attempt> attempt_;
    net::Call call_;
    int resumes_ = 0;
    bool started_over_ = false;
};

}  // namespace

net::Call start_download(std::shared_ptr<Core> core, ObjectRef object, DownloadOptions options,
                         std::shared_ptr<PartialDownload> partial, Storage::Done<Download> done) {
    auto op =
        std::make_shared<DownloadOp>(std::move(core), std::move(object), options, std::move(partial), std::move(done));
    op->start();
    return net::Call(std::move(op));
}

}  // namespace linesman::sync::storage_detail
