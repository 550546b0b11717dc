// One upload: multipart for small files, otherwise a resumable session whose offset the server is asked for after every
// lost answer.
#include <algorithm>
#include <charconv>

#include "base/ids.h"
#include "net/url.h"
#include "sync/api_reply.h"
#include "sync/storage_detail.h"

namespace linesman::sync::storage_detail {
namespace {

using base::ErrorKind;
using base::Json;
using base::make_error;

constexpr int kMaxTriesWithoutProgress = 3;

//   start ──► session ──► chunk ──► chunk ──► upload, finalize ──► info
//                │  ▲        │ answer lost
//                ▼  │        ▼
//              (lost)      query ──► offset ──► chunk          session gone ──► start, once
class UploadOp : public std::enable_shared_from_this<UploadOp> {
  public:
    UploadOp(std::shared_ptr<Core> core, Upload upload, Storage::Done<ObjectInfo> done)
        : core_(std::move(core)), upload_(std::move(upload)), done_(std::move(done)) {}

    void start() {
        if (upload_.bytes->size() <= kUploadGranule) return send_multipart();
        if (upload_.session_url.empty()) return open_session();
        if (!is_own_host(upload_.session_url)) return open_session();
        session_url_ = upload_.session_url;
        query_offset();
    }

  private:
    using OnResponse = void (UploadOp::*)(base::Result<net::Response>);

    void send(net::Request request, OnResponse handler) {
        request.method = "POST";
        request.timeout = base::minutes(5);
        request.max_body_bytes = 1 << 20;
        call_ = core_->send(
            [request = std::move(request)](const std::string& token) {
                net::Request authorized = request;
                add_authorization(authorized, token);
                return authorized;
            },
            [weak = weak_from_this(), handler](base::Result<net::Response> r) {
                if (const auto self = weak.lock()) ((*self).*handler)(std::move(r));
            });
    }

    std::string new_object_url() const {
        return core_->bucket_url(core_->endpoints.bucket) + "?name=" + net::url_encode(upload_.path);
    }

    std::string metadata_text() const {
        Json json = {{"name", upload_.path}, {"contentType", upload_.content_type}};
        if (!upload_.metadata.empty()) json["metadata"] = upload_.metadata;
        return base::to_text(json);
    }

    void send_multipart() {
        const std::string boundary = "linesman" + base::random_hex(16);
        net::Request request;
        request.url = new_object_url();
        request.headers = {{"X-Goog-Upload-Protocol", "multipart"},
                           {"Content-Type", "multipart/related; boundary=" + boundary}};
        request.body = "--" + boundary + "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n" + metadata_text() +
                       "\r\n--" + boundary + "\r\nContent-Type: " + upload_.content_type + "\r\n\r\n" + *upload_.bytes +
                       "\r\n--" + boundary + "--\r\n";
        send(std::move(request), &UploadOp::on_stored);
    }

    void open_session() {
        net::Request request;
        request.url = new_object_url();
        request.headers = {{"X-Goog-Upload-Protocol", "resumable"},
                           {"X-Goog-Upload-Command", "start"},
                           {"X-Goog-Upload-Header-Content-Length", std::to_string(upload_.bytes->size())},
                           {"X-Goog-Upload-Header-Content-Type", upload_.content_type},
                           {"Content-Type", "application/json; charset=utf-8"}};
        request.body = metadata_text();
        send(std::move(request), &UploadOp::on_session_opened);
    }

    // The token goes along with every chunk, so the session must lie on the configured host.
    bool is_own_host(const std::string& url) const {
        const auto parts = net::parse_url(url);
        const auto home = net::parse_url(core_->endpoints.storage);
        if (!parts || !home || parts->scheme != home->scheme || parts->port != home->port) return false;
        return parts->host == home->host || (net::is_loopback(parts->host) && net::is_loopback(home->host));
    }

    void on_session_opened(base::Result<net::Response> r) {
        if (!r) return done_(transport_error(std::move(r).error()));
        if (r->status < 200 || r->status >= 300) return done_(storage_error(*r, upload_.path));
        session_url_ = r->header("x-goog-upload-url");
        if (!is_own_host(session_url_)) {
            return done_(make_error(ErrorKind::corrupt,
                                    "The storage did not open an upload for " + upload_.path + ". Try again.",
                                    "no usable x-goog-upload-url"));
        }
        if (upload_.on_session) upload_.on_session(session_url_);
        send_chunk(0);
    }

    void send_chunk(uint64_t offset) {
        const uint64_t size = upload_.bytes->size();
        const uint64_t count = std::min(kUploadChunk, size - offset);
        const bool last = offset + count == size;
        net::Request request;
        request.url = session_url_;
        request.headers = {{"X-Goog-Upload-Command", last ? "upload, finalize" : "upload"},
                           {"X-Goog-Upload-Offset", std::to_string(offset)},
                           {"Content-Type", "application/octet-stream"}};
        request.body = upload_.bytes->substr(offset, count);
        sent_to_ = offset + count;
        send(std::move(request), last ? &UploadOp::on_finalized : &UploadOp::on_chunk);
    }

    void on_chunk(base::Result<net::Response> r) {
        if (r && r->status >= 200 && r->status < 300) {
            tries_ = 0;
            if (upload_.on_progress) upload_.on_progress(sent_to_);
            return send_chunk(sent_to_);
        }
        recover(r ? storage_error(*r, upload_.path) : transport_error(r.error()));
    }

    void on_finalized(base::Result<net::Response> r) {
        if (r && r->status >= 200 && r->status < 300) return on_stored(std::move(r));
        recover(r ? storage_error(*r, upload_.path) : transport_error(r.error()));
    }

    // After a lost or refused chunk only the server knows how much it has.
    void recover(base::Error error) {
        if (!error.retryable() && error.kind != ErrorKind::invalid_argument && error.kind != ErrorKind::not_found)
            return done_(std::move(error));
        if (++tries_ > kMaxTriesWithoutProgress) return done_(std::move(error));
        query_offset();
    }

    void query_offset() {
        net::Request request;
        request.url = session_url_;
        request.headers = {{"X-Goog-Upload-Command", "query"}, {"Content-Type", "application/octet-stream"}};
        send(std::move(request), &UploadOp::on_offset);
    }

    void on_offset(base::Result<net::Response> r) {
        if (!r)
            return done_(
                transport_error(std::move(r).error()));  // the line is down; the caller comes back with the session
        if (r->status < 200 || r->status >= 300) return session_lost(storage_error(*r, upload_.path));
        if (r->header("x-goog-upload-status") == "final") return fetch_info();
        const std::string text = r->header("x-goog-upload-size-received");
        uint64_t offset = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
        if (error != std::errc() || offset > upload_.bytes->size()) {
            return session_lost(
                make_error(ErrorKind::corrupt, "The storage lost count of the upload of " + upload_.path + "."));
        }
        if (upload_.on_progress) upload_.on_progress(offset);
        send_chunk(offset);
    }

    void session_lost(base::Error error) {
        if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::rate_limited ||
            error.kind == ErrorKind::offline || reopened_) {
            return done_(std::move(error));
        }
        reopened_ = true;
        open_session();
    }

    // Finished earlier, its answer was lost.
    void fetch_info() {
        call_ = core_->send(
            [url = core_->object_url(core_->endpoints.bucket, upload_.path)](const std::string& token) {
                net::Request request;
                request.url = url;
                add_authorization(request, token);
                return request;
            },
            [weak = weak_from_this()](base::Result<net::Response> r) {
                if (const auto self = weak.lock()) self->on_stored(std::move(r));
            });
    }

    void on_stored(base::Result<net::Response> r) {
        if (!r) return done_(transport_error(std::move(r).error()));
        if (r->status < 200 || r->status >= 300) return done_(storage_error(*r, upload_.path));
        auto info = read_object_info(*r);
        if (info && !info->md5_base64.empty() && info->md5_base64 != base::md5_base64(*upload_.bytes)) {
            return done_(make_error(
                ErrorKind::corrupt,
                "The file " + upload_.path + " was stored damaged: its checksum does not match. Upload it again."));
        }
        if (info && upload_.on_progress) upload_.on_progress(upload_.bytes->size());
        done_(std::move(info));
    }

    std::shared_ptr<Core> core_;
    Upload upload_;
    Storage::Done<ObjectInfo> done_;
    std::string session_url_;
    uint64_t sent_to_ = 0;
    int tries_ = 0;
    bool reopened_ = false;
    net::Call call_;
};

}  // namespace

net::Call start_upload(std::shared_ptr<Core> core, Upload upload, Storage::Done<ObjectInfo> done) {
    if (!upload.bytes) upload.bytes = std::make_shared<const std::string>();
    auto op = std::make_shared<UploadOp>(std::move(core), std::move(upload), std::move(done));
    op->start();
    return net::Call(std::move(op));
}

}  // namespace linesman::sync::storage_detail
