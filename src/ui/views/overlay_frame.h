// The window of an overlay: centred, closed by Escape or a click beside it. Thread: main, inside a frame.
#pragma once

#include <string_view>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

// `size` in design pixels, cut to what the window has. `fresh`: first frame, it takes the focus. Always followed by
// end_overlay().
void begin_overlay(const Frame& frame, const char* title, ImVec2 size, bool fresh, bool from_top = false);
void end_overlay(const Frame& frame, Intents& intents, bool fresh);

// Width of the list on the left of an overlay: `design` pixels, less where the other side would have too little.
float list_width(const Frame& frame, float design);

// Headline with words beside it.
void overlay_title(const Frame& frame, std::string_view title, std::string_view beside = {});

// Whether this is the first frame after an overlay was opened; remembers it. `opened` is the view's own counter.
inline bool is_fresh(const Frame& frame, uint64_t& opened) {
    const bool fresh = opened != frame.state.overlay_openings;
    opened = frame.state.overlay_openings;
    return fresh;
}

// A plain button; a disabled one has its reason as tooltip.
bool text_button(const Frame& frame, const char* title, bool enabled = true, std::string_view why_not = {},
                 bool primary = false);
// What follows stands on the same line when `width` (design pixels) is left there, else on the next.
void flow_line(const Frame& frame, float width, float gap = 8);
// Quiet table flags that all tables of overlays share.
inline constexpr int kQuietTable = ImGuiTableFlags_ScrollY | ImGuiTableFlags_NoBordersInBody |
                                   ImGuiTableFlags_Resizable | ImGuiTableFlags_NoSavedSettings |
                                   ImGuiTableFlags_PadOuterX;
void table_headers(const Frame& frame);

}  // namespace linesman::ui
