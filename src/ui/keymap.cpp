#include "ui/keymap.h"

#include <array>

#include "base/text.h"

namespace linesman::ui {

namespace {

struct NamedKey {
    std::string_view name;
    ImGuiKey key;
};

constexpr std::array kNamedKeys = {
    NamedKey{"Space", ImGuiKey_Space},
    NamedKey{"Enter", ImGuiKey_Enter},
    NamedKey{"Escape", ImGuiKey_Escape},
    NamedKey{"Tab", ImGuiKey_Tab},
    NamedKey{"Backspace", ImGuiKey_Backspace},
    NamedKey{"Delete", ImGuiKey_Delete},
    NamedKey{"Insert", ImGuiKey_Insert},
    NamedKey{"Up", ImGuiKey_UpArrow},
    NamedKey{"Down", ImGuiKey_DownArrow},
    NamedKey{"Left", ImGuiKey_LeftArrow},
    NamedKey{"Right", ImGuiKey_RightArrow},
    NamedKey{"Home", ImGuiKey_Home},
    NamedKey{"End", ImGuiKey_End},
    NamedKey{"PageUp", ImGuiKey_PageUp},
    NamedKey{"PageDown", ImGuiKey_PageDown},
    NamedKey{"/", ImGuiKey_Slash},
    NamedKey{"[", ImGuiKey_LeftBracket},
    NamedKey{"]", ImGuiKey_RightBracket},
    NamedKey{"=", ImGuiKey_Equal},
    NamedKey{"-", ImGuiKey_Minus},
    NamedKey{"Comma", ImGuiKey_Comma},
    NamedKey{".", ImGuiKey_Period},
    NamedKey{";", ImGuiKey_Semicolon},
    NamedKey{"'", ImGuiKey_Apostrophe},
    NamedKey{"`", ImGuiKey_GraveAccent},
    NamedKey{"\\", ImGuiKey_Backslash},
};

// The keypad's keys mean the same as those of the main block.
ImGuiKey main_block(ImGuiKey key) {
    if (key >= ImGuiKey_Keypad0 && key <= ImGuiKey_Keypad9)
        return static_cast<ImGuiKey>(ImGuiKey_0 + (key - ImGuiKey_Keypad0));
    if (key == ImGuiKey_KeypadEnter) return ImGuiKey_Enter;
    if (key == ImGuiKey_KeypadAdd) return ImGuiKey_Equal;
    if (key == ImGuiKey_KeypadSubtract) return ImGuiKey_Minus;
    return key;
}

std::optional<ImGuiKey> key_from_name(std::string_view name) {
    if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z')
        return static_cast<ImGuiKey>(ImGuiKey_A + (name[0] - 'A'));
    if (name.size() == 1 && name[0] >= 'a' && name[0] <= 'z')
        return static_cast<ImGuiKey>(ImGuiKey_A + (name[0] - 'a'));
    if (name.size() == 1 && name[0] >= '0' && name[0] <= '9')
        return static_cast<ImGuiKey>(ImGuiKey_0 + (name[0] - '0'));
    if (name.size() >= 2 && name.size() <= 3 && name[0] == 'F') {
        int number = 0;
        for (const char c : name.substr(1)) number = c >= '0' && c <= '9' ? number * 10 + (c - '0') : 99;
        if (number >= 1 && number <= 12) return static_cast<ImGuiKey>(ImGuiKey_F1 + (number - 1));
    }
    for (const auto& entry : kNamedKeys) {
        if (entry.name == name) return entry.key;
    }
    return std::nullopt;
}

bool is_function_key(ImGuiKey key) {
    return key >= ImGuiKey_F1 && key <= ImGuiKey_F12;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const size_t at = text.find(separator);
        const std::string_view part = base::trimmed(text.substr(0, at));
        if (!part.empty()) parts.push_back(part);
        if (at == std::string_view::npos) break;
        text.remove_prefix(at + 1);
    }
    return parts;
}

}  // namespace

bool Chord::is_single() const {
    return (mods & (ImGuiMod_Ctrl | ImGuiMod_Alt)) == 0 && !is_function_key(key);
}

std::optional<Chord> chord_from_text(std::string_view text) {
    Chord chord;
    text = base::trimmed(text);
    if (text == "?") return Chord{ImGuiKey_Slash, ImGuiMod_Shift};
    for (;;) {
        if (text.starts_with("Ctrl+")) {
            chord.mods |= ImGuiMod_Ctrl;
            text.remove_prefix(5);
        } else if (text.starts_with("Shift+")) {
            chord.mods |= ImGuiMod_Shift;
            text.remove_prefix(6);
        } else if (text.starts_with("Alt+")) {
            chord.mods |= ImGuiMod_Alt;
            text.remove_prefix(4);
        } else {
            break;
        }
    }
    const auto key = key_from_name(text);
    if (!key) return std::nullopt;
    chord.key = *key;
    return chord;
}

std::string text_of(Chord chord) {
    if (chord == Chord{ImGuiKey_Slash, ImGuiMod_Shift}) return "?";
    std::string text;
    if ((chord.mods & ImGuiMod_Ctrl) != 0) text += "Ctrl+";
    if ((chord.mods & ImGuiMod_Alt) != 0) text += "Alt+";
    if ((chord.mods & ImGuiMod_Shift) != 0) text += "Shift+";
    const ImGuiKey key = chord.key;
    if (key >= ImGuiKey_A && key <= ImGuiKey_Z) return text + static_cast<char>('A' + (key - ImGuiKey_A));
    if (key >= ImGuiKey_0 && key <= ImGuiKey_9) return text + static_cast<char>('0' + (key - ImGuiKey_0));
    if (is_function_key(key)) return text + "F" + std::to_string(key - ImGuiKey_F1 + 1);
    for (const auto& entry : kNamedKeys) {
        if (entry.key == key) return text + std::string(entry.name);
    }
    return {};
}

Keymap::Keymap() : bound_(kCommandCount) {
    for (const auto& entry : all_commands()) {
        for (const auto part : split(entry.keys, ' ')) {
            if (const auto chord = chord_from_text(part)) bound_[static_cast<size_t>(entry.id)].push_back(*chord);
        }
    }
}

base::Status Keymap::load(std::string_view text) {
    Keymap candidate = *this;
    int number = 0;
    for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        ++number;
        line = base::trimmed(line.substr(0, line.find('#')));
        if (line.empty()) continue;
        const std::string where = "Key map, line " + std::to_string(number) + ": ";
        const size_t equals = line.find('=');
        const auto id = command_from_name(base::trimmed(line.substr(0, equals)));
        if (equals == std::string_view::npos || !id) {
            return base::make_error(base::ErrorKind::invalid_argument,
                                    where + "write \"command = key\" with a known command.");
        }
        std::vector<Chord> chords;
        std::string_view right = base::trimmed(line.substr(equals + 1));
        for (const auto part : split(right, ',')) {
            const auto chord = chord_from_text(part);
            if (!chord) {
                return base::make_error(base::ErrorKind::invalid_argument,
                                        where + "no key is called \"" + std::string(part) + "\".");
            }
            chords.push_back(*chord);
        }
        candidate.bind(*id, std::move(chords));
    }
    if (const auto found = candidate.clashes(); !found.empty()) {
        return base::make_error(base::ErrorKind::invalid_argument,
                                "Key map: " + text_of(found[0].chord) + " would mean both \"" +
                                    std::string(command(found[0].first).title) + "\" and \"" +
                                    std::string(command(found[0].second).title) + "\".");
    }
    *this = std::move(candidate);
    return {};
}

std::string Keymap::to_text() const {
    const Keymap defaults;
    std::string text = "# Keys that differ from the defaults: command = key, key\n";
    for (const auto& entry : all_commands()) {
        if (chords(entry.id) == defaults.chords(entry.id)) continue;
        text.append(entry.name).append(" =");
        for (size_t i = 0; i < chords(entry.id).size(); ++i)
            text.append(i == 0 ? " " : ", ").append(text_of(chords(entry.id)[i]));
        text += "\n";
    }
    return text;
}

std::optional<CommandId> Keymap::clash_with(CommandId id, Chord chord) const {
    const bool strip = command(id).context == KeyContext::strip;
    for (const auto& entry : all_commands()) {
        if (entry.id == id || (entry.context == KeyContext::strip) != strip) continue;
        for (const auto& bound : chords(entry.id)) {
            if (bound == chord) return entry.id;
        }
    }
    return std::nullopt;
}

std::string Keymap::label(CommandId id) const {
    std::string text;
    for (const auto& chord : chords(id)) text += (text.empty() ? "" : " or ") + text_of(chord);
    return text;
}

std::string Keymap::first_label(CommandId id) const {
    return chords(id).empty() ? std::string() : text_of(chords(id)[0]);
}

std::optional<CommandId> Keymap::find(Chord chord, bool typing, bool strip_open) const {
    chord.key = main_block(chord.key);
    const bool confirms = chord.mods == 0 && (chord.key == ImGuiKey_Enter || chord.key == ImGuiKey_Escape);
    if (typing && chord.is_single() && !(strip_open && confirms)) return std::nullopt;
    auto search = [&](bool strip) -> std::optional<CommandId> {
        for (const auto& entry : all_commands()) {
            if ((entry.context == KeyContext::strip) != strip) continue;
            // While typing, Ctrl+A, Ctrl+Z and the like belong to the text.
            if (typing && entry.context == KeyContext::desk) continue;
            for (const auto& bound : chords(entry.id)) {
                if (bound == chord) return entry.id;
            }
        }
        return std::nullopt;
    };
    if (strip_open) {
        if (const auto id = search(true)) return id;
        // With a strip open a stray letter must not decide anything.
        if (chord.is_single()) return std::nullopt;
    }
    return search(false);
}

std::vector<Clash> Keymap::clashes() const {
    std::vector<Clash> found;
    const auto commands = all_commands();
    for (size_t a = 0; a < commands.size(); ++a) {
        for (size_t b = a + 1; b < commands.size(); ++b) {
            if ((commands[a].context == KeyContext::strip) != (commands[b].context == KeyContext::strip)) continue;
            for (const auto& chord : chords(commands[a].id)) {
                for (const auto& other : chords(commands[b].id)) {
                    if (chord == other) found.push_back({chord, commands[a].id, commands[b].id});
                }
            }
        }
    }
    return found;
}

}  // namespace linesman::ui
