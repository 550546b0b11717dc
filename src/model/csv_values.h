// Names of columns and numbers as people write them in tables: what every import of CSV or GeoJSON reads the same way.
// Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace linesman::model {

// Lower-case letters and digits only, accents stripped, so that "Pole Number", "pole_number" and "poleNumber" are one.
std::string column_key(std::string_view name);

// A finite number with nothing behind it; white space around it and a leading "+" do not count. With `decimal_comma`
// "27,8" is one too. No digit groups, no units.
std::optional<double> number_from_text(std::string_view text, bool decimal_comma);

}  // namespace linesman::model
