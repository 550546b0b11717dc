#include "backend/storage_objects.h"

#include <unistd.h>

#include <array>

#include "backend/http.h"
#include "base/file.h"
#include "base/ids.h"

namespace linesman::backend {

using base::Json;

namespace {

constexpr std::array<uint32_t, 256> crc_table() {
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < 256; ++i) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? (c >> 1) ^ 0x82F63B78U : c >> 1;
        table[i] = c;
    }
    return table;
}

std::string random_token() {
    const std::string hex = base::random_hex(16);
    std::string token;
    for (size_t i = 0; i < hex.size(); ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) token += '-';
        token += hex[i];
    }
    return token;
}

void apply_changes(ObjectInfo& info, const Json& changes) {
    info.content_type = base::string_at(changes, "contentType").value_or(info.content_type);
    info.content_disposition = base::string_at(changes, "contentDisposition").value_or(info.content_disposition);
    info.content_encoding = base::string_at(changes, "contentEncoding").value_or(info.content_encoding);
    const Json* custom = base::find(changes, "metadata");
    if (!custom) return;
    if (custom->is_null()) info.custom = Json::object();
    if (!custom->is_object()) return;
    for (const auto& [key, value] : custom->items()) {
        if (value.is_null()) {
            info.custom.erase(key);
        } else if (value.is_string()) {
            info.custom[key] = value;
        }
    }
}

}  // namespace

std::string crc32c_base64(std::string_view bytes) {
    static constexpr auto kTable = crc_table();
    uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
    crc ^= 0xFFFFFFFFU;
    std::string big_endian;
    for (const int shift : {24, 16, 8, 0}) big_endian += static_cast<char>((crc >> shift) & 0xFFU);
    return base::base64_encode(big_endian);
}

std::string ObjectInfo::etag() const {
    return base::md5_base64(std::to_string(generation) + "/" + std::to_string(metageneration)).substr(0, 16);
}

Json ObjectInfo::to_json() const {
    Json json = {{"name", name},
                 {"bucket", bucket},
                 {"generation", std::to_string(generation)},
                 {"metageneration", std::to_string(metageneration)},
                 {"contentType", content_type},
                 {"timeCreated", base::format_rfc3339(created)},
                 {"updated", base::format_rfc3339(updated)},
                 {"storageClass", "STANDARD"},
                 {"size", std::to_string(size_bytes)},
                 {"md5Hash", md5_base64},
                 {"crc32c", crc32c_base64},
                 {"contentEncoding", content_encoding},
                 {"contentDisposition", content_disposition},
                 {"etag", etag()},
                 {"downloadTokens", token}};
    if (!custom.empty()) json["metadata"] = custom;
    return json;
}

ObjectInfo ObjectInfo::from_json(const Json& json) {
    const auto text = [&](const char* key) { return base::string_at(json, key).value_or(""); };
    const auto time = [&](const char* key) { return base::parse_rfc3339(text(key)).value_or(base::Timestamp{}); };
    ObjectInfo info;
    info.bucket = text("bucket");
    info.name = text("name");
    info.content_type = text("contentType");
    info.content_disposition = text("contentDisposition");
    info.content_encoding = text("contentEncoding");
    if (const Json* custom = base::find(json, "metadata"); custom && custom->is_object()) info.custom = *custom;
    info.size_bytes = std::strtoull(text("size").c_str(), nullptr, 10);
    info.md5_base64 = text("md5Hash");
    info.crc32c_base64 = text("crc32c");
    info.token = text("downloadTokens");
    info.generation = std::strtoll(text("generation").c_str(), nullptr, 10);
    info.metageneration = std::strtoll(text("metageneration").c_str(), nullptr, 10);
    info.created = time("timeCreated");
    info.updated = time("updated");
    return info;
}

std::string StorageObjects::file_of(const ObjectInfo& info) const {
    return folder_ + "/" + base::sha256_hex(key_of(info.bucket, info.name)) + "." + std::to_string(info.generation);
}

base::Result<ObjectInfo> StorageObjects::put(ObjectInfo wanted, std::string bytes, base::Timestamp now) {
    wanted.size_bytes = bytes.size();
    wanted.md5_base64 = base::md5_base64(bytes);
    wanted.crc32c_base64 = backend::crc32c_base64(bytes);
    wanted.token = random_token();
    wanted.created = wanted.updated = now;
    wanted.metageneration = 1;
    if (wanted.content_disposition.empty()) {
        const size_t slash = wanted.name.rfind('/');
        wanted.content_disposition =
            "inline; filename*=utf-8''" +
            url_encode(slash == std::string::npos ? wanted.name : wanted.name.substr(slash + 1));
    }
    const std::lock_guard lock(mutex_);
    last_generation_ = std::max(last_generation_ + 1, now.us);
    wanted.generation = last_generation_;
    Stored stored{wanted, nullptr};
    if (folder_.empty()) {
        stored.bytes = std::make_shared<const std::string>(std::move(bytes));
    } else {
        LINESMAN_TRY(base::write_file_atomically(file_of(wanted), bytes, false));
    }
    const std::string key = key_of(wanted.bucket, wanted.name);
    const auto it = objects_.find(key);
    if (it != objects_.end() && !folder_.empty()) ::unlink(file_of(it->second.info).c_str());
    objects_[key] = std::move(stored);
    if (on_change_) on_change_(key, &wanted);
    return wanted;
}

std::optional<ObjectInfo> StorageObjects::info(const std::string& bucket, const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto it = objects_.find(key_of(bucket, name));
    return it == objects_.end() ? std::nullopt : std::optional(it->second.info);
}

base::Result<std::shared_ptr<const std::string>> StorageObjects::bytes(const std::string& bucket,
                                                                       const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto it = objects_.find(key_of(bucket, name));
    if (it == objects_.end()) return base::make_error(base::ErrorKind::not_found, "Not Found.");
    if (it->second.bytes) return it->second.bytes;
    auto text = base::read_file(file_of(it->second.info));
    if (!text) return text.error();
    return std::make_shared<const std::string>(std::move(*text));
}

bool StorageObjects::erase(const std::string& bucket, const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto it = objects_.find(key_of(bucket, name));
    if (it == objects_.end()) return false;
    if (!folder_.empty()) ::unlink(file_of(it->second.info).c_str());
    if (on_change_) on_change_(it->first, nullptr);
    objects_.erase(it);
    return true;
}

std::optional<ObjectInfo> StorageObjects::patch(const std::string& bucket, const std::string& name, const Json& changes,
                                                base::Timestamp now) {
    const std::lock_guard lock(mutex_);
    const auto it = objects_.find(key_of(bucket, name));
    if (it == objects_.end()) return std::nullopt;
    ObjectInfo& info = it->second.info;
    apply_changes(info, changes);
    ++info.metageneration;
    info.updated = now;
    if (on_change_) on_change_(it->first, &info);
    return info;
}

StorageObjects::Listing StorageObjects::list(const std::string& bucket, const std::string& prefix,
                                             const std::string& delimiter, size_t most,
                                             const std::string& page_token) const {
    const std::lock_guard lock(mutex_);
    Listing out;
    std::string last;
    for (auto it = objects_.lower_bound(key_of(bucket, prefix)); it != objects_.end(); ++it) {
        const ObjectInfo& info = it->second.info;
        if (info.bucket != bucket || !info.name.starts_with(prefix)) break;
        const size_t cut = delimiter.empty() ? std::string::npos : info.name.find(delimiter, prefix.size());
        const std::string shown = cut == std::string::npos ? info.name : info.name.substr(0, cut + delimiter.size());
        if (shown == last || (!page_token.empty() && shown <= page_token)) continue;
        if (out.items.size() + out.prefixes.size() == most) {
            out.next_page_token = last;
            break;
        }
        last = shown;
        if (cut == std::string::npos) {
            out.items.push_back(info);
        } else {
            out.prefixes.push_back(shown);
        }
    }
    return out;
}

std::vector<ObjectInfo> StorageObjects::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<ObjectInfo> out;
    for (const auto& [key, stored] : objects_) out.push_back(stored.info);
    return out;
}

void StorageObjects::clear() {
    for (const ObjectInfo& info : all()) erase(info.bucket, info.name);
}

void StorageObjects::restore(ObjectInfo info) {
    const std::lock_guard lock(mutex_);
    last_generation_ = std::max(last_generation_, info.generation);
    const std::string key = key_of(info.bucket, info.name);
    objects_[key] = Stored{std::move(info), nullptr};
}

}  // namespace linesman::backend
