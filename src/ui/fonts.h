// The fonts of the desk: Noto Sans (regular, bold), Noto Sans Mono, icons of Font Awesome 4.7 and signs (Noto Sans
// Symbols, DejaVu Sans) merged into each. All come from the distribution's packages. What is missing is replaced by
// what there is, and said. Thread: main, after the ImGui context exists.
#pragma once

#include <string_view>
#include <vector>

#include "imgui.h"

namespace linesman::ui {

// Sizes at 1x, as ImGui counts them (ascent to descent): 18 is about 13 px of em.
inline constexpr float kSmallText = 16;
inline constexpr float kBodyText = 18;
inline constexpr float kTitleText = 22;
inline constexpr float kLargeText = 30;

struct Fonts {
    ImFont* regular = nullptr;
    ImFont* bold = nullptr;
    ImFont* mono = nullptr;
    bool has_icons = false;
    std::vector<std::string_view> missing;  // sentences for a notice
};

Fonts load_fonts();

}  // namespace linesman::ui
