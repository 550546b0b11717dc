// Firestore's canonical errors on the wire (google/rpc/code.proto and its HTTP mapping).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace linesman::backend {

struct CanonicalStatus {
    int http;
    int rpc;  // google.rpc.Code, for batchWrite
    std::string_view name;
};

// The wire status of a local error kind. Kinds without a canonical name become INTERNAL.
CanonicalStatus canonical(base::ErrorKind kind);

// {"error":{"code":400,"message":"...","status":"INVALID_ARGUMENT"}}
std::string error_body(const base::Error& error);

base::Error invalid(std::string message);

}  // namespace linesman::backend
