// How the desk looks: three themes, one accent colour, colours of states that can be told apart without colour vision
// (after Okabe and Ito, 2008) and that never stand alone: each state has its own shape and word. Thread: main. Sizes
// are at 1x; Frame::px() scales them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "imgui.h"
#include "map/mark.h"
#include "map/rasteriser.h"

namespace linesman::ui {

enum class ThemeKind : uint8_t { dark, light, high_contrast };
std::string_view name_of(ThemeKind kind);

struct Theme {
    ThemeKind kind = ThemeKind::dark;
    // Surfaces. `panel` is the clear colour; the others are laid under parts of the window by scissored clears, which
    // cost nothing where a full-window rectangle costs 7 ms on software GL.
    ImU32 panel = 0, stage = 0, bar = 0, raised = 0;
    ImU32 line = 0, line_strong = 0;
    ImU32 text = 0, muted = 0, faint = 0;
    ImU32 accent = 0, accent_text = 0, accent_soft = 0;  // accent_text lies on accent
    ImU32 hover = 0, active = 0, selected = 0;
    ImU32 good = 0, warning = 0, error = 0;
    std::array<ImU32, map::kMarkStateCount> state{};
    map::MapColours map;

    ImU32 of(map::MarkState mark) const { return state[map::index_of(mark)]; }
};

Theme make_theme(ThemeKind kind);
// Fills ImGui's style from the theme at this scale.
void apply_theme(const Theme& theme, float scale);

ImU32 with_alpha(ImU32 colour, float alpha);

}  // namespace linesman::ui
