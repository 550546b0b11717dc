// Uploads: multipart in one request, and resumable ones.
//
//   start ──► active ──upload──► active ──"upload, finalize"──► final
//                └──cancel──► gone
#include <charconv>

#include "backend/names.h"
#include "backend/rest_storage.h"
#include "base/ids.h"

namespace linesman::backend {

using base::Json;

namespace {

constexpr uint64_t kGranularityBytes = uint64_t{256} * 1024;

HttpReply upload_error(int code, const std::string& message) {
    return json_reply(base::to_text(Json{{"error", {{"code", code}, {"message", message}}}}), code);
}

void apply_metadata(ObjectInfo& wanted, const Json& metadata) {
    wanted.content_type = base::string_at(metadata, "contentType").value_or(wanted.content_type);
    wanted.content_disposition = base::string_at(metadata, "contentDisposition").value_or("");
    wanted.content_encoding = base::string_at(metadata, "contentEncoding").value_or("identity");
    if (const Json* custom = base::find(metadata, "metadata"); custom && custom->is_object()) wanted.custom = *custom;
}

struct Part {
    std::string_view headers;
    std::string_view body;
};

// The parts of a multipart/related body; fewer than two when it is malformed.
std::vector<Part> parts_of(std::string_view body, const std::string& boundary) {
    std::vector<Part> parts;
    const std::string mark = "--" + boundary;
    size_t at = body.find(mark);
    while (at != std::string_view::npos) {
        const size_t start = at + mark.size();
        if (body.substr(start, 2) == "--") break;
        const size_t end = body.find("\r\n" + mark, start);
        const size_t header_end = body.find("\r\n\r\n", start);
        if (end == std::string_view::npos || header_end == std::string_view::npos || header_end > end) break;
        parts.push_back({body.substr(start, header_end - start), header_end + 4 <= end
                                                                     ? body.substr(header_end + 4, end - header_end - 4)
                                                                     : std::string_view{}});
        at = end + 2;
    }
    return parts;
}

std::string boundary_of(const std::string& content_type) {
    const size_t at = content_type.find("boundary=");
    if (at == std::string::npos) return {};
    std::string boundary = content_type.substr(at + 9);
    boundary = boundary.substr(0, boundary.find(';'));
    if (boundary.size() >= 2 && boundary.front() == '"') boundary = boundary.substr(1, boundary.size() - 2);
    return boundary;
}

std::string header_in(std::string_view headers, std::string_view lower_name) {
    for (std::string_view line : split(headers, '\n')) {
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon != lower_name.size()) continue;
        bool same = true;
        for (size_t i = 0; i < colon; ++i)
            same = same && std::tolower(static_cast<unsigned char>(line[i])) == lower_name[i];
        if (!same) continue;
        std::string_view value = line.substr(colon + 1);
        while (!value.empty() && (value.front() == ' ')) value.remove_prefix(1);
        while (!value.empty() && (value.back() == '\r' || value.back() == ' ')) value.remove_suffix(1);
        return std::string(value);
    }
    return {};
}

std::optional<uint64_t> number(const std::string& text) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                                     : std::nullopt;
}

}  // namespace

HttpReply StorageService::store(ObjectInfo wanted, std::string bytes) {
    const auto stored = objects_.put(std::move(wanted), std::move(bytes), clock_.now());
    if (!stored) return upload_error(500, stored.error().what);
    return json_reply(base::to_text(stored->to_json()));
}

HttpReply StorageService::upload(const HttpRequest& request, const std::string& bucket) {
    if (request.has_param("upload_id")) return continue_upload(request);
    ObjectInfo wanted;
    wanted.bucket = bucket;
    wanted.name = request.param("name");
    const std::string protocol = request.header("x-goog-upload-protocol");
    if (wanted.name.empty() && protocol != "multipart" && protocol != "resumable")
        return upload_error(400, "The object's name is missing.");
    if (protocol == "resumable") return start_upload(request, std::move(wanted));
    if (protocol == "multipart" || request.param("uploadType") == "multipart" ||
        request.header("content-type").starts_with("multipart/related")) {
        return upload_multipart(request, std::move(wanted));
    }
    const std::string type = request.header("content-type");
    if (!type.empty()) wanted.content_type = type;
    return store(std::move(wanted), request.body);
}

HttpReply StorageService::upload_multipart(const HttpRequest& request, ObjectInfo wanted) {
    const std::string boundary = boundary_of(request.header("content-type"));
    const auto parts = boundary.empty() ? std::vector<Part>() : parts_of(request.body, boundary);
    if (parts.size() < 2) return upload_error(400, "A multipart upload needs a metadata part and a data part.");
    const auto metadata = base::parse_json(parts[0].body.empty() ? "{}" : parts[0].body, "metadata");
    if (!metadata) return upload_error(400, "The metadata part is not JSON.");
    const std::string type = header_in(parts[1].headers, "content-type");
    if (!type.empty()) wanted.content_type = type;
    if (wanted.name.empty()) wanted.name = base::string_at(*metadata, "name").value_or("");
    if (wanted.name.empty()) return upload_error(400, "The object's name is missing.");
    apply_metadata(wanted, *metadata);
    return store(std::move(wanted), std::string(parts[1].body));
}

HttpReply StorageService::start_upload(const HttpRequest& request, ObjectInfo wanted) {
    const auto metadata = base::parse_json(request.body.empty() ? "{}" : request.body, "metadata");
    if (!metadata) return upload_error(400, "The metadata is not JSON.");
    const std::string type = request.header("x-goog-upload-header-content-type");
    if (!type.empty()) wanted.content_type = type;
    if (wanted.name.empty()) wanted.name = base::string_at(*metadata, "name").value_or("");
    if (wanted.name.empty()) return upload_error(400, "The object's name is missing.");
    apply_metadata(wanted, *metadata);
    Upload upload;
    upload.wanted = wanted;
    upload.announced_bytes = number(request.header("x-goog-upload-header-content-length"));
    const std::string id = base::random_hex(16);
    {
        const std::lock_guard lock(mutex_);
        uploads_.emplace(id, std::move(upload));
    }
    HttpReply reply = json_reply("");
    const std::string url = "http://" + request.header("host") + "/v0/b/" + url_encode(wanted.bucket) +
                            "/o?name=" + url_encode(wanted.name) + "&upload_id=" + id + "&upload_protocol=resumable";
    reply.headers.emplace_back("X-Goog-Upload-URL", url);
    reply.headers.emplace_back("X-Goog-Upload-Status", "active");
    reply.headers.emplace_back("X-Goog-Upload-Chunk-Granularity", std::to_string(kGranularityBytes));
    return reply;
}

HttpReply StorageService::continue_upload(const HttpRequest& request) {
    const std::string command = request.header("x-goog-upload-command");
    const std::string id = request.param("upload_id");
    const std::lock_guard lock(mutex_);
    const auto it = uploads_.find(id);
    if (it == uploads_.end()) return upload_error(404, "This upload does not exist or was cancelled.");
    Upload& upload = it->second;
    if (command == "query") {
        HttpReply reply = json_reply("");
        reply.headers.emplace_back("X-Goog-Upload-Status", upload.finished ? "final" : "active");
        const size_t received = upload.finished ? upload.result.size_bytes : upload.bytes.size();
        reply.headers.emplace_back("X-Goog-Upload-Size-Received", std::to_string(received));
        return reply;
    }
    if (command == "cancel") {
        uploads_.erase(it);
        HttpReply reply = json_reply("");
        reply.headers.emplace_back("X-Goog-Upload-Status", "cancelled");
        return reply;
    }
    return add_bytes(request, command, id, upload);
}

HttpReply StorageService::add_bytes(const HttpRequest& request, const std::string& command, const std::string& id,
                                    Upload& upload) {
    const bool sends = command.find("upload") != std::string::npos;
    const bool finalizes = command.find("finalize") != std::string::npos;
    if (!sends && !finalizes) return upload_error(400, "Unknown upload command.");
    if (upload.finished) {
        // A repeated last chunk whose reply was lost: the same answer again.
        HttpReply reply = json_reply(base::to_text(upload.result.to_json()));
        reply.headers.emplace_back("X-Goog-Upload-Status", "final");
        return reply;
    }
    if (sends) {
        if (number(request.header("x-goog-upload-offset")) != std::optional<uint64_t>(upload.bytes.size())) {
            HttpReply reply = upload_error(400, "The upload offset does not match what was received.");
            reply.headers.emplace_back("X-Goog-Upload-Size-Received", std::to_string(upload.bytes.size()));
            return reply;
        }
        if (!finalizes && request.body.size() % kGranularityBytes != 0)
            return upload_error(400, "Chunks must be multiples of 262144 bytes.");
        upload.bytes += request.body;
    }
    HttpReply reply = json_reply("");
    if (finalizes) {
        if (upload.announced_bytes && *upload.announced_bytes != upload.bytes.size())
            return upload_error(400, "Fewer bytes arrived than were announced.");
        auto stored = objects_.put(upload.wanted, std::move(upload.bytes), clock_.now());
        if (!stored) {
            uploads_.erase(id);
            return upload_error(500, stored.error().what);
        }
        upload.bytes.clear();
        upload.finished = true;
        upload.result = std::move(*stored);
        reply.body = base::to_text(upload.result.to_json());
    }
    reply.headers.emplace_back("X-Goog-Upload-Status", finalizes ? "final" : "active");
    return reply;
}

}  // namespace linesman::backend
