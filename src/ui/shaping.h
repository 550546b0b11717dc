// Text that cannot be drawn as it is written: Dear ImGui puts one letter after the other from left to right, so scripts
// that join their letters, reorder them or run from right to left come out wrong. Such text is never changed; it is
// marked. Latin with any accents, Greek and Cyrillic are drawn right. Pure.
#pragma once

#include <string_view>

namespace linesman::ui {

// Holds a letter of a script that needs shaping (Arabic and its neighbours, Hebrew, the Indic scripts, Tibetan,
// Myanmar, Khmer, Mongolian). Broken UTF-8 counts as not.
bool needs_shaping(std::string_view text);

}  // namespace linesman::ui
