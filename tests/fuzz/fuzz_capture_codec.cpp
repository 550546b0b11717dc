// The `fields` of one staging document: decoded by both readers, written, and read back.
#include "base/json.h"
#include "fuzz_support.h"
#include "model/capture_fields.h"
#include "sync/capture_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace linesman;
    const std::string_view text = fuzz::text_of(data, size);
    constexpr const char* kId = "stg1";
    constexpr const char* kUpdateTime = "2025-01-30T16:02:11.123456Z";
    const auto capture = sync::decode_capture(kId, text, kUpdateTime);
    if (!capture) {
        fuzz::require_shown_well(capture.error());
        const auto stand_in = sync::decode_capture_or_unreadable(kId, text, kUpdateTime);
        fuzz::require(stand_in.staging_id == kId, "an unreadable document stays in the queue");
        return 0;
    }
    for (const auto field : model::all_fields()) {
        fuzz::require(base::is_valid_utf8(model::display(field, *capture)), "what is shown is UTF-8");
    }
    if (const auto json = base::parse_json(text, "document"); json && json->is_object()) {
        fuzz::require(sync::decode_capture(kId, *json, kUpdateTime).ok(), "both readers take the document");
    }
    // The first writing may add what was derived (paths from addresses); from then on nothing changes.
    const std::string rewritten = base::to_text(sync::encode_capture(*capture));
    const auto first = sync::decode_capture(kId, std::string_view(rewritten), kUpdateTime);
    fuzz::require(first.ok(), "what we write can be read");
    const std::string written = base::to_text(sync::encode_capture(*first));
    const auto second = sync::decode_capture(kId, std::string_view(written), kUpdateTime);
    fuzz::require(second.ok() && base::to_text(sync::encode_capture(*second)) == written,
                  "writing is the inverse of reading");
    return 0;
}
