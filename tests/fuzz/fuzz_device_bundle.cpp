// A device bundle that somebody sent.
#include "app/device_file.h"
#include "fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace linesman;
    const auto file = app::device_from_bundle(fuzz::text_of(data, size));
    if (!file) {
        fuzz::require_shown_well(file.error());
        return 0;
    }
    const std::string written = app::to_bundle(*file);
    const auto again = app::device_from_bundle(written);
    fuzz::require(again.ok() && app::to_bundle(*again) == written, "a bundle survives being opened and handed on");
    (void)app::redacted(*file);
    return 0;
}
