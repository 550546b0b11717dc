#include "model/csv_values.h"

#include <charconv>
#include <cmath>

#include "base/text.h"

namespace linesman::model {

std::string column_key(std::string_view name) {
    std::string out;
    for (const char c : base::fold(name)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    }
    return out;
}

std::optional<double> number_from_text(std::string_view text, bool decimal_comma) {
    std::string digits(base::trimmed(text));
    if (decimal_comma) {
        for (char& c : digits) c = c == ',' ? '.' : c;
    }
    std::string_view view = digits;
    if (view.starts_with('+')) view.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
    if (error != std::errc() || end != view.data() + view.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

}  // namespace linesman::model
