// Text, JSON, times, base64 and URLs: what every other reader is made of.
#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"
#include "fuzz_support.h"
#include "net/url.h"

namespace {

using namespace linesman;

void check_text(std::string_view text) {
    const std::string clean = base::sanitize_utf8(text);
    fuzz::require(base::is_valid_utf8(clean), "sanitised text is UTF-8");
    fuzz::require(!base::is_valid_utf8(text) || clean == text, "UTF-8 is left as it is");
    for (const size_t limit : {size_t{0}, size_t{1}, size_t{7}, text.size() / 2}) {
        const std::string cut = base::sanitize_utf8(text, limit);
        fuzz::require(cut.size() <= limit && base::is_valid_utf8(cut), "text is cut between characters");
    }
    const std::string normal = base::nfc_trimmed(text);
    fuzz::require(base::is_valid_utf8(normal) && base::nfc_trimmed(normal) == normal, "a normal form is one");
    fuzz::require(base::is_valid_utf8(base::fold(text)) && base::is_valid_utf8(base::upper(normal)),
                  "folded text is UTF-8");
}

void check_json(std::string_view text) {
    const auto json = base::parse_json(text, "reply");
    if (!json) return fuzz::require_shown_well(json.error());
    const auto again = base::parse_json(base::to_text(*json), "reply");
    fuzz::require(again.ok() && base::to_text(*again) == base::to_text(*json), "JSON survives writing");
}

void check_url(std::string_view text) {
    (void)net::url_decode(text);
    const auto url = net::parse_url(text);
    if (!url) return;
    fuzz::require(url->scheme == "http" || url->scheme == "https", "only the web's schemes are URLs here");
    fuzz::require(url->port > 0 && url->port <= 65535 && !url->host.empty(), "a URL names a server");
    (void)net::is_loopback(url->host);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    check_text(text);
    check_json(text);
    check_url(text);
    if (const auto time = base::parse_rfc3339(text)) {
        const auto again = base::parse_rfc3339(base::format_rfc3339(*time));
        fuzz::require(again.ok() && *again == *time, "a time survives writing");
    }
    fuzz::require(base::base64_decode(base::base64_encode(text)).value_or("?") == text,
                  "base64 is the inverse of itself");
    (void)base::base64_decode(text);
    return 0;
}
