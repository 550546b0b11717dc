#include "backend/rest_storage.h"

#include <algorithm>
#include <charconv>

#include "backend/names.h"

namespace linesman::backend {

using base::Json;

namespace {

HttpReply storage_error(int code, const std::string& message) {
    return json_reply(base::to_text(Json{{"error", {{"code", code}, {"message", message}}}}), code);
}

HttpReply not_found() {
    return storage_error(404, "Not Found.");
}

HttpReply denied() {
    return storage_error(403, "Permission denied.");
}

void add_validators(HttpReply& reply, const ObjectInfo& info) {
    std::string quoted(1, '"');
    quoted.append(info.etag()).push_back('"');
    reply.headers.emplace_back("ETag", std::move(quoted));
    reply.headers.emplace_back("x-goog-generation", std::to_string(info.generation));
    reply.headers.emplace_back("x-goog-metageneration", std::to_string(info.metageneration));
    reply.headers.emplace_back("x-goog-hash", "crc32c=" + info.crc32c_base64 + ",md5=" + info.md5_base64);
}

HttpReply metadata_reply(const ObjectInfo& info) {
    HttpReply reply = json_reply(base::to_text(info.to_json()));
    add_validators(reply, info);
    return reply;
}

struct ByteRange {
    uint64_t first = 0;
    uint64_t last = 0;  // inclusive
    bool valid = false;
};

// "bytes=a-b", "bytes=a-", "bytes=-n". nullopt: no such header, or one that is to be ignored.
std::optional<ByteRange> range_of(const std::string& header, uint64_t size) {
    if (!header.starts_with("bytes=") || header.find(',') != std::string::npos) return std::nullopt;
    const std::string text = header.substr(6);
    const size_t dash = text.find('-');
    if (dash == std::string::npos) return std::nullopt;
    const auto number = [](const std::string& digits) -> std::optional<uint64_t> {
        uint64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc{} && end == digits.data() + digits.size() ? std::optional(value) : std::nullopt;
    };
    const auto first = number(text.substr(0, dash)), last = number(text.substr(dash + 1));
    if (!first && !last) return std::nullopt;
    ByteRange range;
    if (!first) {
        range.first = size - std::min(size, *last);
        range.last = size - 1;
    } else {
        range.first = *first;
        range.last = std::min(last.value_or(size - 1), size == 0 ? 0 : size - 1);
    }
    range.valid = size > 0 && range.first < size && range.first <= range.last;
    return range;
}

bool names_etag(const std::string& header, const ObjectInfo& info) {
    return header == "*" || header.find(info.etag()) != std::string::npos;
}

// The preconditions real buckets honour (the emulator ignores them): 304 or 412, nothing when they hold.
std::optional<HttpReply> failed_condition(const HttpRequest& request, const ObjectInfo& info) {
    const std::string match = request.header("if-match"), none_match = request.header("if-none-match");
    const std::string generation = request.param("ifGenerationMatch");
    const bool differs = (!match.empty() && !names_etag(match, info)) ||
                         (!generation.empty() && generation != std::to_string(info.generation));
    if (differs) return storage_error(412, "Precondition Failed");
    if (none_match.empty() || !names_etag(none_match, info)) return std::nullopt;
    HttpReply reply;
    reply.status = 304;
    add_validators(reply, info);
    return reply;
}

}  // namespace

HttpReply StorageService::handle(const HttpRequest& request, const Caller& caller) {
    const auto parts = split(std::string_view(request.path), '/');  // "", v0, b, bucket, o, object
    if (parts.size() < 5 || parts[4] != "o") return not_found();
    const std::string bucket = url_decode(parts[3]);
    if (parts.size() >= 6) {
        // Clients that do not encode slashes are understood too.
        std::string name;
        for (size_t i = 5; i < parts.size(); ++i) {
            if (i > 5) name += '/';
            name += url_decode(parts[i]);
        }
        return object(request, caller, bucket, name);
    }
    if (request.method == "GET") {
        counters_.request("storage.list");
        return may_read(policy_, caller) ? list(request, bucket) : denied();
    }
    if (request.method != "POST" && request.method != "PUT") return not_found();
    counters_.request("storage.upload");
    return may_write(policy_, caller) ? upload(request, bucket) : denied();
}

HttpReply StorageService::object(const HttpRequest& request, const Caller& caller, const std::string& bucket,
                                 const std::string& name) {
    const auto info = objects_.info(bucket, name);
    if (request.method == "GET" || request.method == "HEAD") {
        const bool is_media = request.param("alt") == "media";
        counters_.request(is_media ? "storage.media" : "storage.metadata");
        const std::string token = request.param("token");
        const bool by_token = info && is_media && !token.empty() && token == info->token;
        if (!by_token && !may_read(policy_, caller)) return denied();
        if (!info) return not_found();
        if (auto failed = failed_condition(request, *info)) return *failed;
        return is_media ? media(request, *info) : metadata_reply(*info);
    }
    if (!may_write(policy_, caller)) return denied();
    if (request.method == "POST" || request.method == "PUT") {
        HttpRequest named = request;
        named.query.erase("name");
        named.query.emplace("name", name);
        counters_.request("storage.upload");
        return upload(named, bucket);
    }
    if (!info) return not_found();
    if (request.method == "DELETE") {
        counters_.request("storage.delete");
        objects_.erase(bucket, name);
        HttpReply reply;
        reply.status = 204;
        return reply;
    }
    if (request.method != "PATCH") return not_found();
    counters_.request("storage.patch");
    const auto changes = base::parse_json(request.body.empty() ? "{}" : request.body, "metadata");
    if (!changes) return storage_error(400, "Invalid JSON.");
    const auto patched = objects_.patch(bucket, name, *changes, clock_.now());
    return patched ? metadata_reply(*patched) : not_found();
}

HttpReply StorageService::media(const HttpRequest& request, const ObjectInfo& info) {
    const auto bytes = objects_.bytes(info.bucket, info.name);
    if (!bytes) return not_found();
    const std::string& all = **bytes;
    HttpReply reply;
    reply.content_type = info.content_type;
    add_validators(reply, info);
    reply.headers.emplace_back("Accept-Ranges", "bytes");
    reply.headers.emplace_back("Content-Disposition", info.content_disposition);
    const auto range = range_of(request.header("range"), all.size());
    if (!range) {
        reply.body = all;
        return reply;
    }
    std::string total(1, '/');
    total += std::to_string(all.size());
    if (!range->valid) {
        reply.status = 416;
        reply.headers.emplace_back("Content-Range", "bytes *" + total);
        return reply;
    }
    reply.status = 206;
    reply.body = all.substr(range->first, range->last - range->first + 1);
    reply.headers.emplace_back("Content-Range",
                               "bytes " + std::to_string(range->first) + "-" + std::to_string(range->last) + total);
    return reply;
}

HttpReply StorageService::list(const HttpRequest& request, const std::string& bucket) {
    size_t most = 1000;
    if (request.has_param("maxResults"))
        most = std::clamp<size_t>(std::strtoul(request.param("maxResults").c_str(), nullptr, 10), 1, 1000);
    const auto listing =
        objects_.list(bucket, request.param("prefix"), request.param("delimiter"), most, request.param("pageToken"));
    Json items = Json::array();
    for (const ObjectInfo& info : listing.items) items.push_back({{"name", info.name}, {"bucket", info.bucket}});
    Json out = {{"prefixes", listing.prefixes}, {"items", std::move(items)}};
    if (!listing.next_page_token.empty()) out["nextPageToken"] = listing.next_page_token;
    return json_reply(base::to_text(out));
}

}  // namespace linesman::backend
