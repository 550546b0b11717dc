// Operations for tests of the outbox.
#pragma once

#include <string>

#include "model/operation.h"

namespace linesman::store {

inline model::Operation approval(std::string op_id, std::string staging_id, base::Timestamp made_at,
                                 std::string uid = "nomsa") {
    model::Operation operation;
    operation.op_id = std::move(op_id);
    operation.kind = model::OperationKind::approve;
    operation.staging_id = std::move(staging_id);
    operation.uid = std::move(uid);
    operation.by_name = "Nomsa";
    operation.made_at = made_at;
    operation.send_after = made_at;
    operation.base_update_time = "2025-01-30T08:15:00.123456Z";
    operation.base_fields = R"({"poleNumber":{"stringValue":"LAW.P.A001"}})";
    return operation;
}

}  // namespace linesman::store
