#include "backend/access.h"

#include "backend/tokens.h"

namespace linesman::backend {

using base::ErrorKind;
using base::make_error;

base::Result<Caller> authenticate(const HttpRequest& request, base::Timestamp now) {
    Caller caller;
    const std::string header = request.header("authorization");
    if (header.empty()) return caller;
    const size_t space = header.find(' ');
    const std::string scheme = header.substr(0, space);
    const std::string token = space == std::string::npos ? "" : header.substr(space + 1);
    if (scheme != "Bearer" && scheme != "Firebase") {
        return make_error(ErrorKind::unauthenticated, "Request had invalid authentication credentials.");
    }
    if (token == "owner") {
        caller.kind = Caller::Kind::owner;
        return caller;
    }
    auto claims = read_token(token, now);
    if (!claims) return claims.error();
    caller.kind = Caller::Kind::user;
    caller.uid = base::string_at(*claims, "user_id").value_or(base::string_at(*claims, "sub").value_or(""));
    caller.role = base::string_at(*claims, "role").value_or("");
    if (const auto exp = base::int_at(*claims, "exp")) caller.expires = base::Timestamp{*exp * base::kMicrosPerSecond};
    return caller;
}

base::Status may_read(const AccessPolicy& policy, const Caller& caller) {
    if (!policy.require_auth || caller.kind != Caller::Kind::anonymous) return {};
    return make_error(ErrorKind::permission_denied, "Missing or insufficient permissions.");
}

base::Status may_write(const AccessPolicy& policy, const Caller& caller) {
    LINESMAN_TRY(may_read(policy, caller));
    if (policy.require_auth && caller.role == "analyst") {
        return make_error(ErrorKind::permission_denied, "Missing or insufficient permissions.");
    }
    return {};
}

}  // namespace linesman::backend
