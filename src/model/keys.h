// The keys by which captures are told apart and poles are unique (contract, "Keys and duplicates").
#pragma once

#include <string>
#include <string_view>

#include "model/capture.h"

namespace linesman::model {

// NFC, trimmed, upper case. Blank stays blank.
std::string canonical_number(std::string_view pole_number);

// offline_id, or the staging id when that is blank.
std::string upload_key(const Capture& capture);

// "p_" + hex SHA-256 of the upload key: never changed by later corrections.
std::string production_id(std::string_view upload_key);

// hex SHA-256 of projectId "\n" canonicalNumber: document id in pole-keys.
std::string pole_key_id(std::string_view project_id, std::string_view canonical_number);

// True when two captures with the same upload key are nevertheless two captures: both device ids present and different,
// AND capturedAt, number and photo md5 all differ.
bool are_distinct_uploads(const Capture& a, const Capture& b);

}  // namespace linesman::model
