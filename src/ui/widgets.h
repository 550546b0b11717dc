// Small pieces that every view uses, so that all look the same. Thread: main, inside a frame.
#pragma once

#include <string>
#include <string_view>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

// The shape of a state, as on the map.
void draw_mark(ImDrawList& list, ImVec2 centre, float radius, map::MarkState state, const Theme& theme);

// Text in one line that ends with "…" when it is too long; the whole text is the tooltip then. Advances the cursor by
// one line.
void text_fit(std::string_view text, float width, ImU32 colour);
void text_line(std::string_view text, ImU32 colour);
// Under the item just drawn: a broken line and a tooltip when its script cannot be drawn as it is written
// (ui/shaping.h). The functions above and below do it themselves.
void mark_unshaped(std::string_view text, ImU32 colour);
void text_wrapped(std::string_view text, ImU32 colour);
// Cuts to `width` pixels with "…"; the same text when it fits.
std::string shortened(std::string_view text, float width);
float text_width(std::string_view text);

struct FontScope {
    FontScope(ImFont* font, float size) { ImGui::PushFont(font, size); }
    ~FontScope() { ImGui::PopFont(); }
    FontScope(const FontScope&) = delete;
    FontScope& operator=(const FontScope&) = delete;
};

// A small heading in capitals' place: quiet, spaced.
void section(const Frame& frame, std::string_view title);
// A key as a cap.
void key_cap(const Frame& frame, std::string_view key);
float key_cap_width(const Frame& frame, std::string_view key);
void draw_key_cap(const Frame& frame, ImDrawList& list, ImVec2 at, float height, std::string_view key, ImU32 text,
                  ImU32 edge);
// Icon and word on a soft ground of the colour.
void badge(const Frame& frame, const char* icon, std::string_view text, ImU32 colour);

enum class ButtonLook : uint8_t { plain, primary, quiet };
// How much of a button is drawn; what is left out is in its tooltip.
enum class ButtonFace : uint8_t { full, without_key, icon_only };
// A button for a command: title, key cap; disabled with the reason as tooltip.
bool command_button(const Frame& frame, Intents& intents, CommandId id, const char* icon, ButtonLook look,
                    std::string_view title = {}, ButtonFace face = ButtonFace::full);
// How wide command_button() would be, in pixels.
float command_button_width(const Frame& frame, CommandId id, const char* icon, std::string_view title = {},
                           ButtonFace face = ButtonFace::full);
bool icon_button(const Frame& frame, const char* id, const char* icon, std::string_view tooltip, bool active = false);
// A tab with a count; returns true when clicked.
bool tab(const Frame& frame, const char* id, std::string_view title, std::string_view count, bool active);
void tooltip(std::string_view text);

// Centred icon, headline, words and an optional command, for a view with nothing to show.
void empty_state(const Frame& frame, Intents& intents, const char* icon, std::string_view headline,
                 std::string_view words, std::optional<CommandId> next = std::nullopt);

// A single-line or multi-line text field on a std::string.
bool input_text(const char* id, const char* hint, std::string& text, ImGuiInputTextFlags flags = 0);
bool input_multiline(const char* id, std::string& text, ImVec2 size, ImGuiInputTextFlags flags = 0);

// A divider between two panels. Returns the change of position in pixels while dragged.
float splitter(const Frame& frame, const char* id, ImVec2 at, ImVec2 size, bool vertical);

ImU32 colour_of(const Theme& theme, app::NoticeLevel level);
const char* icon_of(app::NoticeLevel level);
ImU32 colour_of(const Theme& theme, model::Severity severity);
const char* icon_of(model::Severity severity);
map::MarkState mark_of(model::Severity severity);

}  // namespace linesman::ui
