// Field paths such as a.b.`c d` and what they reach inside a document.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backend/value.h"
#include "base/result.h"

namespace linesman::backend {

struct FieldPath {
    std::vector<std::string> segments;

    bool is_name() const { return segments.size() == 1 && segments[0] == "__name__"; }
    std::string text() const;  // canonical, with quotes where needed
    auto operator<=>(const FieldPath&) const = default;
};

// Errors: invalid_argument for syntax and for reserved names (__x__) other than __name__.
base::Result<FieldPath> parse_field_path(std::string_view text);

// nullptr when any step is absent or no map.
const Value* get(const Map& fields, const FieldPath& path);
// Creates maps on the way; a step that is no map is replaced by one.
void put(Map& fields, const FieldPath& path, Value value);
void remove(Map& fields, const FieldPath& path);

// Only what `paths` reach; a path that reaches nothing adds nothing.
Map project(const Map& fields, const std::vector<FieldPath>& paths);

}  // namespace linesman::backend
