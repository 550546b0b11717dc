// Resource names: projects/{p}/databases/{d}/documents/{collection}/{id}/… and the checks Firestore makes on them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace linesman::backend {

inline constexpr size_t kMaxNameBytes = size_t{6} * 1024;
inline constexpr size_t kMaxIdBytes = 1500;

std::vector<std::string_view> split(std::string_view text, char separator);

// "projects/p/databases/d" of any resource name below it. Errors: invalid_argument.
base::Result<std::string> database_of(std::string_view name);

// The part after "/documents/", empty for the root itself.
std::string_view path_of(std::string_view name);

// A document: an even number of valid segments after /documents/. Errors: invalid_argument.
base::Status check_document_name(std::string_view name);

// A parent: the root (…/documents) or a document. Errors: invalid_argument.
base::Status check_parent_name(std::string_view name);

// One collection or document id. Errors: invalid_argument.
base::Status check_id(std::string_view id);

// "…/documents/a/b" -> "…/documents/a" and "b".
std::string_view collection_of(std::string_view document_name);
std::string_view id_of(std::string_view name);

}  // namespace linesman::backend
