// A hand-over of some poles, without a cache, for the tests of reports.
#pragma once

#include <string>
#include <vector>

#include "app/report_gatherer.h"

namespace linesman::app::test {

inline GatheredReport gathered_poles(int64_t count) {
    auto table = std::make_shared<report::MemoryTable>(
        std::vector<report::Column>{{"production_id", "Production id"},
                                    {"project", "Project"},
                                    {"pole_number", "Pole number"},
                                    {"approved_at", "Approved", report::CellType::time},
                                    {"approved_by", "Approved by"},
                                    {"photos", "Photos", report::CellType::integer},
                                    {"latitude", "Latitude", report::CellType::number, 7},
                                    {"longitude", "Longitude", report::CellType::number, 7}});
    for (int64_t i = 0; i < count; ++i) {
        const std::string id = "p_" + std::to_string(i);
        table->add({report::Cell::of(id), report::Cell::of("Law-001"), report::Cell::of("LAW.P.A001"),
                    report::Cell::of_time(i), report::Cell::of("Thandi"), report::Cell::of_integer(6),
                    report::Cell::of_number(-26.38), report::Cell::of_number(27.8)});
    }
    GatheredReport gathered;
    gathered.inputs.meta.kind = report::Kind::handover;
    gathered.inputs.tables.push_back({"poles", table});
    gathered.snapshot = base::Json::object();
    return gathered;
}

}  // namespace linesman::app::test
