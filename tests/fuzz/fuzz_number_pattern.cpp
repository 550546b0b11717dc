// Patterns of pole numbers: the first line is the pattern, the rest the number.
#include "fuzz_support.h"
#include "model/rules/number_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace linesman;
    const std::string_view text = fuzz::text_of(data, size);
    const size_t line_end = std::min(text.find('\n'), text.size());
    const std::string_view source = text.substr(0, line_end);
    const std::string_view number = text.substr(std::min(text.size(), line_end + 1));
    const auto pattern = model::NumberPattern::compile(source);
    if (!pattern) {
        fuzz::require_shown_well(pattern.error());
        return 0;
    }
    fuzz::require(pattern->source() == source, "a pattern keeps its text");
    const bool first = pattern->matches(number);
    fuzz::require(pattern->matches(number) == first, "matching leaves nothing behind");
    fuzz::require(!first || number.size() <= model::NumberPattern::kMaxTextBytes, "a long number never matches");
    return 0;
}
