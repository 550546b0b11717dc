// Generated captures on a street grid, shaped like those of a real project: planned poles with zones and PONs, crews,
// phones, and the usual faults. Deterministic.
#pragma once

#include <memory>
#include <vector>

#include "model/capture.h"
#include "model/validator.h"

namespace linesman::test {

struct FakeField {
    std::vector<model::Capture> captures;
    std::shared_ptr<model::ReferenceData> reference;
};

FakeField make_fake_field(uint32_t captures, base::Timestamp now);

}  // namespace linesman::test
