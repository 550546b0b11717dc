#include "model/reasons.h"

namespace linesman::model {

const RejectReason* reject_reason(std::string_view code) {
    for (const RejectReason& reason : kRejectReasons) {
        if (reason.code == code) return &reason;
    }
    return nullptr;
}

}  // namespace linesman::model
