// What `conflicts resolve` was told, as a resolution: --keep for the whole, --field for single fields. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/matter_detail.h"
#include "base/result.h"

namespace linesman::cli {

struct MatterChoices {
    app::MatterResolution resolution;
    bool is_all_theirs = false;  // nothing of mine is left
    std::string words;           // what was kept, for the receipt
};

// "latitude,longitude" in degrees; nullopt for anything else. Whether it is on the ground is for the policy to say.
std::optional<model::GeoPoint> parse_position(std::string_view text);

// `keep`: mine, theirs or blank. `fields`: NAME=mine, NAME=theirs, or NAME=VALUE for number, project, notes and
// position
// ("latitude,longitude"). Without `keep` every field that both changed must be named. Errors: invalid_argument,
// precondition_failed (a capture that was deleted, a parked decision: nothing to choose by field).
base::Result<MatterChoices> matter_choices(const app::MatterDetail& detail, const std::string& keep,
                                           const std::vector<std::string>& fields);

}  // namespace linesman::cli
