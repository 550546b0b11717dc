// Which key does what: the table's defaults, changed by a small text map ("decide.approve = Ctrl+Enter, A"), checked
// for clashes. Pure; uses ImGui's names of keys but no ImGui context.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "imgui.h"
#include "ui/commands.h"

namespace linesman::ui {

struct Chord {
    ImGuiKey key = ImGuiKey_None;
    int mods = 0;  // ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiMod_Alt
    bool operator==(const Chord&) const = default;
    // A plain letter or sign: silent while text is typed.
    bool is_single() const;
};

// "Ctrl+Shift+A", "F5", "/", "?", "Down". nullopt for anything else.
std::optional<Chord> chord_from_text(std::string_view text);
std::string text_of(Chord chord);

struct Clash {
    Chord chord;
    CommandId first, second;
};

class Keymap {
  public:
    // The defaults of the command table.
    Keymap();

    // Lines "command.name = chord, chord"; '#' starts a comment; an empty right side unbinds. On any error (unknown
    // command, unknown key, clash: invalid_argument, naming the line) nothing is changed.
    base::Status load(std::string_view text);
    void bind(CommandId id, std::vector<Chord> chords) { bound_[static_cast<size_t>(id)] = std::move(chords); }

    // The lines that differ from the defaults, for load().
    std::string to_text() const;
    // The other command that this chord already means where `id` could be meant too.
    std::optional<CommandId> clash_with(CommandId id, Chord chord) const;

    const std::vector<Chord>& chords(CommandId id) const { return bound_[static_cast<size_t>(id)]; }
    // "A", or "J or Down"; empty when unbound.
    std::string label(CommandId id) const;
    std::string first_label(CommandId id) const;

    // The command of a key press. `strip_open`: keys of the strip come first, single keys of the desk then do nothing.
    // `typing`: only chords with Ctrl or Alt and function keys of commands that count anywhere, and Enter and Escape of
    // a strip.
    std::optional<CommandId> find(Chord chord, bool typing, bool strip_open) const;

    // Two commands on one chord where both could be meant.
    std::vector<Clash> clashes() const;

  private:
    std::vector<std::vector<Chord>> bound_;
};

}  // namespace linesman::ui
