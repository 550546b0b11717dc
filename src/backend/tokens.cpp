#include "backend/tokens.h"

#include "backend/names.h"
#include "base/ids.h"

namespace linesman::backend {

using base::ErrorKind;
using base::Json;
using base::make_error;

std::string make_token(const Json& claims) {
    const std::string header = R"({"alg":"none","typ":"JWT"})";
    return base::base64url_encode(header) + "." + base::base64url_encode(base::to_text(claims)) + ".";
}

base::Result<Json> read_token(std::string_view token, base::Timestamp now) {
    const auto bad = [](std::string why) {
        return make_error(ErrorKind::unauthenticated, "Request had invalid authentication credentials.",
                          std::move(why));
    };
    const auto parts = split(token, '.');
    if (parts.size() != 3) return bad("no JWT");
    const auto payload = base::base64_decode(parts[1]);
    if (!payload) return bad("payload is not base64");
    auto claims = base::parse_json(*payload, "ID token");
    if (!claims || !claims->is_object()) return bad("payload is not a JSON object");
    const auto expires = base::int_at(*claims, "exp");
    if (!expires) return bad("no expiry");
    if (*expires * base::kMicrosPerSecond <= now.us) {
        return make_error(ErrorKind::unauthenticated,
                          "Request had invalid authentication credentials. The token has expired.");
    }
    return claims;
}

}  // namespace linesman::backend
