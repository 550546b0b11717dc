#include "ui/script.h"

#include <charconv>

#include "base/text.h"

namespace linesman::ui {

namespace {

using Kind = ScriptStep::Kind;

std::string_view next_word(std::string_view& rest) {
    rest = base::trimmed(rest);
    const size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
}

bool read_number(std::string_view& rest, float& value) {
    const std::string_view word = next_word(rest);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc() && end == word.data() + word.size() && !word.empty();
}

bool read_step(std::string_view line, ScriptStep& step) {
    std::string_view rest = line;
    const std::string_view verb = next_word(rest);
    rest = base::trimmed(rest);
    auto take = [&step](Kind kind) { return step.kind = kind, true; };
    if (verb == "wait-idle") return take(Kind::wait_idle);
    if (verb == "quit") return take(Kind::quit);
    if (verb == "click") return take(Kind::click);
    if (verb == "down") return take(Kind::down);
    if (verb == "up") return take(Kind::up);
    if (verb == "wait") return take(Kind::wait) && read_number(rest, step.x);
    if (verb == "wheel") return take(Kind::wheel) && read_number(rest, step.y);
    if (verb == "mouse") return take(Kind::mouse) && read_number(rest, step.x) && read_number(rest, step.y);
    if (verb == "drag") return take(Kind::drag) && read_number(rest, step.x) && read_number(rest, step.y);
    if (verb == "text" || verb == "screenshot") {
        step.text = rest;
        return take(verb == "text" ? Kind::text : Kind::screenshot) && !rest.empty();
    }
    if (verb == "measure") {
        step.text = rest;
        return take(Kind::measure);
    }
    if (verb == "hold" || verb == "release") {
        step.chord.mods = rest == "Ctrl" ? ImGuiMod_Ctrl : rest == "Shift" ? ImGuiMod_Shift : ImGuiMod_Alt;
        return take(verb == "hold" ? Kind::hold : Kind::release) &&
               (rest == "Ctrl" || rest == "Shift" || rest == "Alt");
    }
    if (verb == "key") {
        const auto chord = chord_from_text(rest);
        if (chord) step.chord = *chord;
        return take(Kind::key) && chord.has_value();
    }
    if (verb == "prefetch") {
        step.x = rest == "on" ? 1 : 0;
        return take(Kind::prefetch) && (rest == "on" || rest == "off");
    }
    if (verb == "run") {
        const auto id = command_from_name(rest);
        if (id) step.command = *id;
        return take(Kind::run) && id.has_value();
    }
    return false;
}

}  // namespace

base::Result<std::vector<ScriptStep>> parse_script(std::string_view text) {
    std::vector<ScriptStep> steps;
    int number = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = base::trimmed(text.substr(at, end - at));
        at = end + 1;
        ++number;
        if (line.empty() || line[0] == '#') continue;
        ScriptStep step;
        if (!read_step(line, step)) {
            return base::make_error(base::ErrorKind::invalid_argument, "Window script, line " + std::to_string(number) +
                                                                           " is not understood: " + std::string(line));
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

}  // namespace linesman::ui
