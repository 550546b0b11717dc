// Replies of Auth, Storage and of what stands between us and them. The first two bytes choose the status and the
// reader; the rest is the body.
#include <array>

#include "fuzz_support.h"
#include "sync/api_reply.h"
#include "sync/auth_reply.h"
#include "sync/storage_detail.h"

namespace {

using namespace linesman;

constexpr std::array kStatuses = {200, 200, 200, 206, 302, 400, 401, 403, 404, 409, 412, 416, 429, 500, 503, 511};

template <typename T>
void check(const base::Result<T>& result) {
    if (!result) fuzz::require_shown_well(result.error());
}

void check_refusal(const net::Response& response) {
    fuzz::require_shown_well(sync::error_of_reply(response));
    fuzz::require_shown_well(sync::not_the_api(response));
    if (const auto error = sync::read_api_error(response.body)) {
        fuzz::require(base::is_valid_utf8(error->message) && error->message.size() <= 300,
                      "the server's words are kept short");
        fuzz::require_shown_well(sync::error_of_api(*error));
    }
    fuzz::require_shown_well(sync::storage_detail::storage_error(response, "poles/staging/a/front_1.jpg"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    net::Response response;
    response.status = kStatuses[data[0] % kStatuses.size()];
    response.body = std::string(fuzz::text_of(data + 2, size - 2));
    switch (data[1] % 5) {
        case 0:
            check(sync::read_sign_in_reply(response));
            break;
        case 1:
            check(sync::read_refresh_reply(response));
            break;
        case 2:
            check(sync::read_identity(response.body));
            break;
        case 3:
            check(sync::storage_detail::read_object_info(response));
            check(sync::parse_photo_url(response.body, sync::Endpoints{}));
            break;
        default:
            response.headers = {{"Retry-After", response.body.substr(0, 40)}, {"Content-Type", "text/html"}};
            check_refusal(response);
    }
    return 0;
}
