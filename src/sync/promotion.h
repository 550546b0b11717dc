// Promotion: the production document and the key that makes a pole number unique (contract, "Approve", "Promote",
// "Correct"). Pure parts of commits; both documents are written in the one commit with the staging document, all or
// nothing.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "model/capture.h"
#include "model/operation.h"
#include "sync/commit_parts.h"

namespace linesman::sync {

// Document of pole-keys that says `promote --index-existing` has run: production had its keys made. Its project is
// blank, so that every desk mirrors it.
inline constexpr const char* kIndexMarkerId = "index-existing";

struct PromotionRules {
    bool allows_blank_number = false;  // of the project
    bool keys_indexed = false;         // the marker is there
};

// Where the plan wants the pole of a capture, and how far from there it was captured, in metres.
struct PlannedPlace {
    std::string planned_id;
    double distance_m = 0;
};

// Why this capture cannot be promoted; empty when it can. Blank project, no plausible position (never 0,0), blank
// number, missing index.
std::string promotion_refusal(const model::Capture& capture, const PromotionRules& rules);

// The writes of production and key, both `exists: false`. `after` is the capture as the commit leaves it. A blank
// number makes no key. `planned`: of this capture; nullopt when the plan has no pole with its number.
void add_promotion(base::Json& writes, const Endpoints& endpoints, const CollectionNames& names,
                   const model::Operation& operation, const model::Capture& after,
                   const std::optional<PlannedPlace>& planned);

// Whether a production document stands for the capture's number, project and position.
bool same_pole(const base::Json& production_fields, const model::Capture& capture);

base::Json key_fields(const std::string& project_id, const std::string& canonical_number,
                      const std::string& production_id, const std::string& staging_id, const std::string& op_id);

// Changes of the production document after a correction of a promoted capture, and of its key when number or project
// changed: the old key is deleted with a precondition, the new one created. `key` is null when the pole had none. With
// number, project or position the planned place changes too; what does not hold any more is removed.
void add_production_correction(base::Json& writes, const Endpoints& endpoints, const CollectionNames& names,
                               const model::Operation& operation, const CurrentDocument& production,
                               const CurrentDocument* key, const model::Capture& before, const model::Capture& after,
                               const std::optional<PlannedPlace>& planned);

}  // namespace linesman::sync
