#include "backend/names.h"

#include "backend/api_error.h"

namespace linesman::backend {

using base::Status;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    size_t start = 0;
    for (size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator, start)) {
        parts.push_back(text.substr(start, at - start));
        start = at + 1;
    }
    parts.push_back(text.substr(start));
    return parts;
}

base::Result<std::string> database_of(std::string_view name) {
    const auto parts = split(name, '/');
    if (parts.size() < 5 || parts[0] != "projects" || parts[2] != "databases" || parts[4] != "documents" ||
        parts[1].empty() || parts[3].empty()) {
        return invalid("Invalid resource name: \"" + std::string(name.substr(0, 200)) + "\".");
    }
    return "projects/" + std::string(parts[1]) + "/databases/" + std::string(parts[3]);
}

std::string_view path_of(std::string_view name) {
    const size_t at = name.find("/documents/");
    return at == std::string_view::npos ? std::string_view{} : name.substr(at + 11);
}

Status check_id(std::string_view id) {
    const bool reserved = id.size() >= 4 && id.starts_with("__") && id.ends_with("__");
    if (id.empty() || id == "." || id == ".." || reserved || id.find('/') != std::string_view::npos) {
        return invalid("Resource id \"" + std::string(id.substr(0, 100)) +
                       "\" is invalid because it is reserved or empty.");
    }
    if (id.size() > kMaxIdBytes) return invalid("Resource id is longer than 1500 bytes.");
    return {};
}

namespace {

Status check_path(std::string_view name, bool allow_root) {
    LINESMAN_TRY(database_of(name));
    if (name.size() > kMaxNameBytes) return invalid("Resource name is longer than 6144 bytes.");
    const std::string_view path = path_of(name);
    if (path.empty()) {
        if (allow_root && name.ends_with("/documents")) return {};
        return invalid("Document name \"" + std::string(name.substr(0, 200)) + "\" lacks a document path.");
    }
    const auto parts = split(path, '/');
    if (parts.size() % 2 != 0) {
        return invalid("Document name \"" + std::string(name.substr(0, 200)) +
                       "\" has an odd number of path segments.");
    }
    for (const std::string_view part : parts) LINESMAN_TRY(check_id(part));
    return {};
}

}  // namespace

Status check_document_name(std::string_view name) {
    return check_path(name, false);
}
Status check_parent_name(std::string_view name) {
    return check_path(name, true);
}

std::string_view collection_of(std::string_view document_name) {
    return document_name.substr(0, document_name.rfind('/'));
}
std::string_view id_of(std::string_view name) {
    return name.substr(name.rfind('/') + 1);
}

}  // namespace linesman::backend
