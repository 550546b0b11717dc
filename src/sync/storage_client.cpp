#include "sync/storage_client.h"

#include <charconv>

#include "base/text.h"
#include "net/url.h"
#include "sync/api_reply.h"
#include "sync/storage_detail.h"

namespace linesman::sync {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

constexpr size_t kMaxPathBytes = 1024;  // Cloud Storage's own limit for object names

bool is_bucket_name(std::string_view bucket) {
    return !bucket.empty() && bucket.size() <= 222 &&
           bucket.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") == std::string_view::npos;
}

base::Result<ObjectRef> checked(ObjectRef ref) {
    if (!is_bucket_name(ref.bucket) || ref.path.empty() || ref.path.size() > kMaxPathBytes ||
        !base::is_valid_utf8(ref.path) || ref.path.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
        return make_error(ErrorKind::invalid_argument, "The photo's address in the document is not valid.");
    }
    return ref;
}

// Two names of this machine with the same port are the same emulator.
bool same_host(const net::UrlParts& a, const net::UrlParts& b) {
    if (a.scheme != b.scheme || a.port != b.port) return false;
    return a.host == b.host || (net::is_loopback(a.host) && net::is_loopback(b.host));
}

std::string query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
            return net::url_decode(pair.substr(name.size() + 1)).value_or("");
        }
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    }
    return {};
}

}  // namespace

std::string photo_url(const Endpoints& endpoints, const std::string& object_path, const std::string& token) {
    std::string url = endpoints.storage + "/v0/b/" + net::url_encode(endpoints.bucket) + "/o/" +
                      net::url_encode(object_path) + "?alt=media";
    if (!token.empty()) url += "&token=" + token;
    return url;
}

base::Result<ObjectRef> parse_photo_url(const std::string& url, const Endpoints& endpoints) {
    if (url.find("://") == std::string::npos) {
        return checked({endpoints.bucket, url.starts_with('/') ? url.substr(1) : url});
    }
    if (url.starts_with("gs://")) {
        const size_t slash = url.find('/', 5);
        if (slash == std::string::npos)
            return make_error(ErrorKind::invalid_argument, "The photo's address in the document names no file.");
        return checked({url.substr(5, slash - 5), url.substr(slash + 1)});
    }
    const auto parts = net::parse_url(url);
    const auto home = net::parse_url(endpoints.storage);
    if (!parts || !home)
        return make_error(ErrorKind::invalid_argument, "The photo's address in the document is not valid.");
    if (parts->has_user_info || !same_host(*parts, *home)) {
        return make_error(ErrorKind::unsupported, "The photo lies on " + base::sanitize_utf8(parts->host, 100) +
                                                      ", which is not this project's storage. It is not fetched.");
    }
    // /v0/b/{bucket}/o/{path encoded as one segment}
    const std::string_view path = parts->path;
    const size_t object = path.find("/o/");
    if (!path.starts_with("/v0/b/") || object == std::string_view::npos || object < 6) {
        return make_error(ErrorKind::invalid_argument,
                          "The photo's address in the document names no file of the storage.");
    }
    const auto bucket = net::url_decode(path.substr(6, object - 6));
    const auto name = net::url_decode(path.substr(object + 3));
    if (!bucket || !name)
        return make_error(ErrorKind::invalid_argument, "The photo's address in the document is not valid.");
    return checked({*bucket, *name, query_value(parts->query, "token")});
}

bool has_image_magic(std::string_view bytes) {
    using namespace std::string_view_literals;
    return bytes.starts_with("\xFF\xD8\xFF"sv) || bytes.starts_with("\x89PNG\r\n\x1a\n"sv) ||
           bytes.starts_with("GIF8"sv) || (bytes.starts_with("RIFF"sv) && bytes.substr(0, 12).ends_with("WEBP"sv)) ||
           (bytes.size() > 8 && bytes.substr(4, 4) == "ftyp"sv);
}

namespace storage_detail {

std::string Core::bucket_url(const std::string& bucket) const {
    return endpoints.storage + "/v0/b/" + net::url_encode(bucket) + "/o";
}

std::string Core::object_url(const std::string& bucket, const std::string& path) const {
    return bucket_url(bucket) + "/" + net::url_encode(path);
}

void add_authorization(net::Request& request, const std::string& token) {
    if (!token.empty()) request.headers.emplace_back("Authorization", "Firebase " + token);
}

base::Error transport_error(base::Error error) {
    if (error.kind == ErrorKind::corrupt) error.kind = ErrorKind::offline;  // cut on the way: may be resumed
    return error;
}

base::Error storage_error(const net::Response& response, const std::string& path) {
    const std::string name = base::sanitize_utf8(path, 120);
    base::Error error = error_of_reply(response);
    // The emulator's 404 is plain text; a portal's is a page.
    const bool plain_404 = response.status == 404 && response.header("Content-Type").starts_with("text/plain");
    if (plain_404) error = make_error(ErrorKind::not_found, "", "HTTP 404");
    if (error.kind == ErrorKind::not_found) {
        error.what = "The file " + name + " is not in the storage. It was deleted or never uploaded.";
    } else if (error.kind == ErrorKind::permission_denied) {
        error.what =
            "Your account may not use the file " + name + " in the storage. Ask an administrator for the role.";
    }
    return error;
}

ObjectInfo object_info(const Json& json) {
    const auto text = [&](std::string_view key) { return base::string_at(json, key).value_or(""); };
    ObjectInfo info{text("name"), text("generation"), text("md5Hash"), text("contentType"), text("updated"), 0};
    const std::string size = text("size");  // a decimal string, as all 64-bit numbers of the API
    std::from_chars(size.data(), size.data() + size.size(), info.size);
    info.download_token = text("downloadTokens");  // a list; any of them opens the object
    if (const auto comma = info.download_token.find(','); comma != std::string::npos) info.download_token.resize(comma);
    return info;
}

base::Result<ObjectInfo> read_object_info(const net::Response& response) {
    if (!looks_like_json(response.body)) return not_the_api(response);
    const auto json = base::parse_json(response.body, "answer of the storage");
    if (!json) return json.error();
    ObjectInfo info = object_info(*json);
    if (info.path.empty())
        return make_error(ErrorKind::corrupt, "The answer of the storage cannot be understood.", "no name");
    return info;
}

}  // namespace storage_detail

namespace {

using storage_detail::Core;

class RestStorage final : public Storage {
  public:
    RestStorage(Endpoints endpoints, net::Http& http, TokenSource& tokens, base::Queue& queue)
        : core_(std::make_shared<Core>(Core{std::move(endpoints), http, tokens, queue})) {}

    net::Call metadata(ObjectRef object, Done<ObjectInfo> done) override {
        std::string url = core_->object_url(object.bucket, object.path);
        if (!object.token.empty()) url += "?token=" + net::url_encode(object.token);
        return simple("GET", url, object.path, [done = std::move(done)](base::Result<net::Response> r) {
            done(r ? storage_detail::read_object_info(*r) : base::Result<ObjectInfo>(r.error()));
        });
    }

    net::Call download(ObjectRef object, DownloadOptions options, std::shared_ptr<PartialDownload> partial,
                       Done<Download> done) override {
        return storage_detail::start_download(core_, std::move(object), options, std::move(partial), std::move(done));
    }

    net::Call list(std::string prefix, std::string page_token, int max_results, Done<ListPage> done) override {
        std::string url = core_->bucket_url(core_->endpoints.bucket) + "?prefix=" + net::url_encode(prefix) +
                          "&maxResults=" + std::to_string(max_results);
        if (!page_token.empty()) url += "&pageToken=" + net::url_encode(page_token);
        return simple("GET", url, prefix, [done = std::move(done)](base::Result<net::Response> r) {
            if (!r) return done(r.error());
            if (!looks_like_json(r->body)) return done(not_the_api(*r));
            const auto json = base::parse_json(r->body, "list of the storage");
            if (!json) return done(json.error());
            ListPage page;
            if (const Json* items = base::find(*json, "items"); items != nullptr && items->is_array()) {
                for (const auto& item : *items) {
                    if (auto name = base::string_at(item, "name")) page.paths.push_back(std::move(*name));
                }
            }
            page.next_page_token = base::string_at(*json, "nextPageToken").value_or("");
            done(std::move(page));
        });
    }

    net::Call upload(Upload upload, Done<ObjectInfo> done) override {
        return storage_detail::start_upload(core_, std::move(upload), std::move(done));
    }

    net::Call remove(std::string path, Done<bool> done) override {
        return simple("DELETE", core_->object_url(core_->endpoints.bucket, path), path,
                      [done = std::move(done)](base::Result<net::Response> r) {
                          done(r ? base::Result<bool>(true) : base::Result<bool>(r.error()));
                      });
    }

    const Endpoints& endpoints() const override { return core_->endpoints; }

  private:
    // A request without body; `done` gets only 2xx answers, else the error in words about `path`.
    net::Call simple(std::string method, std::string url, std::string path, net::ResponseCallback done) {
        return core_->send(
            [method = std::move(method), url = std::move(url)](const std::string& token) {
                net::Request request;
                request.method = method;
                request.url = url;
                request.max_body_bytes = 8ULL << 20;
                storage_detail::add_authorization(request, token);
                return request;
            },
            [core = core_, path = std::move(path), done = std::move(done)](base::Result<net::Response> r) {
                if (!r) return done(storage_detail::transport_error(r.error()));
                if (r->status < 200 || r->status >= 300) return done(storage_detail::storage_error(*r, path));
                done(std::move(r));
            });
    }

    std::shared_ptr<Core> core_;
};

}  // namespace

std::unique_ptr<Storage> make_storage(Endpoints endpoints, net::Http& http, TokenSource& tokens, base::Queue& queue) {
    return std::make_unique<RestStorage>(std::move(endpoints), http, tokens, queue);
}

}  // namespace linesman::sync
