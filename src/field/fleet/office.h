// What the office has put on the server before any crew goes out: projects with boundaries, planned poles, people, and
// the mark that production is indexed. Pure: writes for commits of at most 500.
#pragma once

#include <vector>

#include "base/json.h"
#include "field/fleet/fleet_plan.h"
#include "sync/collections.h"
#include "sync/firestore.h"

namespace linesman::field {

std::vector<base::Json> office_commits(const FleetPlan& plan, const sync::Endpoints& endpoints,
                                       const sync::CollectionNames& names);

}  // namespace linesman::field
