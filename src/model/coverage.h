// How much of what was planned is there: planned, captured, approved, rejected and not yet captured, by project, zone
// and PON. Pure; any thread. A million captures and 200,000 planned poles take some hundred milliseconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/columns.h"
#include "model/reference_data.h"

namespace linesman::model {

// Of a planned pole, by its best capture: approved before waiting before rejected.
enum class CoverageState : uint8_t { missing, rejected, waiting, approved };

struct CoverageRow {
    std::string project, zone, pon;  // blank where the plan names none
    uint32_t planned = 0;            // planned poles
    uint32_t captured = 0;           // of them with at least one capture that has their number
    uint32_t approved = 0;           // of those, by CoverageState
    uint32_t rejected = 0;
    uint32_t waiting() const { return captured - approved - rejected; }
    uint32_t missing() const { return planned - captured; }
    bool operator==(const CoverageRow&) const = default;
};

struct Coverage {
    uint64_t generation = 0;            // of whoever asked
    std::vector<CoverageRow> rows;      // one for each project, zone and PON; sorted
    std::vector<CoverageState> states;  // for each of ReferenceData::planned
    uint32_t unplanned = 0;             // captures whose number no planned pole of their project has, or that have none
};

// A planned pole without a project counts for captures of every project. Merged captures and those that are gone do not
// count.
Coverage coverage_of(const Columns& columns, const ReferenceData& reference);

enum class CoverageLevel : uint8_t { project, zone, pon };
// Added up to a level; sorted by project, zone, PON, numbers inside names by their value.
std::vector<CoverageRow> at_level(const Coverage& coverage, CoverageLevel level);

}  // namespace linesman::model
