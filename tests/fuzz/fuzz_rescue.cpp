// Exported queues of phones, whole and damaged: nothing makes reading fail, and what is read makes sense.
#include "field/json_salvage.h"
#include "field/rescue_read.h"
#include "fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace linesman;
    const std::string_view text = fuzz::text_of(data, size);
    const auto salvaged = field::salvage_json(text);
    fuzz::require(salvaged.damage.size() <= 100, "breaks are told, but not without end");
    if (const auto whole = base::parse_json(text, "export"); whole && salvaged.is_whole())
        fuzz::require(whole->type() == salvaged.value.type(), "what is whole is read as it is");
    const auto queue = field::read_exported_queue(text);
    for (const auto& rescued : queue.captures) {
        fuzz::require(!rescued.offline_id.empty(), "every capture has an id");
        fuzz::require(base::is_valid_utf8(rescued.capture.pole_number), "texts are UTF-8");
        for (const auto& photo : rescued.capture.photos) fuzz::require(!photo.bytes.empty(), "a photo has bytes");
        for (const auto& [slot, cause] : rescued.lost) fuzz::require(!cause.empty(), "a loss has its cause");
    }
    return 0;
}
