// Typed values of single documents: every reader on every member, and plain JSON both ways.
#include "fuzz_support.h"
#include "sync/value_codec.h"

namespace {

using namespace linesman;

void read_every_way(const base::Json& value) {
    namespace codec = sync::value;
    (void)codec::as_boolean(value);
    (void)codec::as_integer(value);
    (void)codec::as_number(value);
    (void)codec::as_text(value);
    (void)codec::as_map(value);
    (void)codec::as_array(value);
    if (const auto time = codec::as_timestamp(value)) (void)base::format_rfc3339(*time);
    if (const auto point = codec::as_position(value)) {
        fuzz::require(point->latitude == point->latitude && point->longitude == point->longitude,
                      "a position is a number");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    (void)sync::value::position_from_text(text);
    (void)sync::value::path_segment(text);
    const auto fields = sync::value::parse_fields(text);
    if (!fields) {
        fuzz::require_shown_well(fields.error());
        return 0;
    }
    for (const auto& [key, value] : fields->items()) {
        (void)sync::value::path_segment(key);
        read_every_way(value);
    }
    const base::Json plain = sync::value::fields_to_plain(*fields);
    const base::Json once = sync::value::fields_to_plain(sync::value::fields_from_plain(plain));
    fuzz::require(base::to_text(once) == base::to_text(plain), "plain JSON survives the way there and back");
    return 0;
}
