// Change keys: a click on a command, then the new key. A key that means something else already is told, and taken over
// only when that is wanted. Thread: main.
#pragma once

#include <optional>
#include <string>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class KeysView {
  public:
    void draw(const Frame& frame, Intents& intents);
    // While a key is awaited the shell gives presses to take() instead of carrying them out.
    bool waits() const { return waits_for_.has_value(); }
    void take(const Keymap& keymap, Chord chord, Intents& intents);

  private:
    void draw_command(const Frame& frame, Intents& intents, const Command& entry);
    void draw_clash(const Frame& frame, Intents& intents);

    std::optional<CommandId> waits_for_;
    struct Clashing {
        CommandId id, other;
        Chord chord;
    };
    std::optional<Clashing> clash_;
    std::string query_;
    uint64_t opened_ = 0;
};

}  // namespace linesman::ui
