// What field transforms do to a value. Pure.
#pragma once

#include "backend/write.h"

namespace linesman::backend {

struct TransformOutcome {
    Value stored;  // what the field holds afterwards
    Value result;  // what transformResults reports (null for the array kinds)
};

// `base` is the field's present value, nullptr when absent.
TransformOutcome transform_value(const Transform& transform, const Value* base, base::Timestamp request_time);

}  // namespace linesman::backend
