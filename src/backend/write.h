// One write of a commit: what Firestore's Write message says, checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/field_path.h"
#include "backend/value.h"
#include "base/json.h"

namespace linesman::backend {

struct Precondition {
    std::optional<bool> exists;
    std::optional<base::Timestamp> update_time;
};

struct Transform {
    enum class Kind { request_time, increment, maximum, minimum, append_missing, remove_all };
    FieldPath path;
    Kind kind = Kind::request_time;
    Value operand;  // an Array for the last two
};

struct Write {
    enum class Kind { update, remove, verify };
    Kind kind = Kind::update;
    std::string name;
    Map fields;
    std::optional<std::vector<FieldPath>> mask;  // nullopt: the whole document is replaced
    std::vector<Transform> transforms;
    Precondition precondition;
};

// Errors (all): invalid_argument. `database` is the one named in the request's path.
base::Result<Write> write_from_json(const base::Json& json, const std::string& database);
base::Result<std::vector<Write>> writes_from_json(const base::Json& body, const std::string& database);
// Microseconds at most: finer times are refused, as on the server.
base::Result<base::Timestamp> precise_time(std::string_view text);
base::Result<std::vector<FieldPath>> paths_from_json(const base::Json& list);

}  // namespace linesman::backend
