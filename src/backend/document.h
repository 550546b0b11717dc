// One version of one document: immutable, shared by the current state, the history and replies being written.
#pragma once

#include <memory>
#include <string>

#include "backend/field_path.h"
#include "backend/value.h"
#include "base/time.h"

namespace linesman::backend {

struct Document {
    std::string name;  // full resource name
    Map fields;
    base::Timestamp create_time;
    base::Timestamp update_time;
    std::string fields_text;  // {"a":{…}}: replies copy it, and equal text means an equal document
};
using DocumentPtr = std::shared_ptr<const Document>;

DocumentPtr make_document(std::string name, Map fields, base::Timestamp created, base::Timestamp updated);

// Appends {"name":…,"fields":{…},"createTime":…,"updateTime":…}; "fields" is left out when there are none, as the
// server does. With `mask` only those fields are written; __name__ in it selects nothing more than the name.
void append_document(std::string& out, const Document& document, const std::vector<FieldPath>* mask = nullptr);

}  // namespace linesman::backend
