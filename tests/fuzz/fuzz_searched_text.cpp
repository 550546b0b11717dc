// The searched text of a document, found without parsing the rest: the same as a parser finds, and never beyond the
// text.
#include "base/json.h"
#include "fuzz_support.h"
#include "store/searched_text.h"

namespace {

using namespace linesman;

size_t times(std::string_view text, std::string_view part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(fuzz::text_of(data, size));
    const std::string found = store::searched_text(text, "notes");
    fuzz::require(found.size() <= text.size(), "what is found is part of the text");
    // Of keys that are there twice, readers take the first or the last as they like; escaped keys are not looked for.
    if (times(text, "\"notes\"") > 1 || times(text, "\"stringValue\"") > 1 || text.find('\\') != std::string::npos)
        return 0;
    const auto json = base::parse_json(text, "fields");
    if (!json || !json->is_object()) return 0;
    const base::Json* notes = base::find(*json, "notes");
    const base::Json* value = notes && notes->is_object() ? base::find(*notes, "stringValue") : nullptr;
    fuzz::require(found == (value && value->is_string() ? value->get<std::string>() : std::string()),
                  "a parser finds the same");
    return 0;
}
