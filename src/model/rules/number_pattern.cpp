#include "model/rules/number_pattern.h"

#include <array>

#include "model/rules/pattern_compiler.h"

namespace linesman::model {

base::Result<NumberPattern> NumberPattern::compile(std::string_view pattern) {
    return PatternCompiler(pattern).run();
}

// Follows everything that consumes no byte. The work list is explicit: patterns may nest.
void NumberPattern::add(uint16_t state, size_t at, size_t size, StateSet& active, std::vector<uint16_t>& list) const {
    std::array<uint16_t, kMaxStates + 1> open;  // NOLINT: filled as far as `count`
    size_t count = 0;
    const auto push = [&](uint16_t s) {
        if (active.test(s)) return;
        active.set(s);
        open[count++] = s;
    };
    push(state);
    while (count > 0) {
        const uint16_t current = open[--count];
        const State& s = states_[current];
        switch (s.kind) {
            case Kind::split:
                push(s.next);
                push(s.other);
                break;
            case Kind::at_begin:
                if (at == 0) push(s.next);
                break;
            case Kind::at_end:
                if (at == size) push(s.next);
                break;
            case Kind::bytes:
            case Kind::accept:
                list.push_back(current);
                break;
        }
    }
}

bool NumberPattern::matches(std::string_view text) const {
    if (text.size() > kMaxTextBytes) return false;
    std::vector<uint16_t> list, next;
    list.reserve(16);
    next.reserve(16);
    StateSet active;
    for (size_t at = 0;; ++at) {
        add(start_, at, text.size(), active, list);  // a match may begin anywhere; `^` holds only at 0
        StateSet reached;
        for (const uint16_t index : list) {
            const State& s = states_[index];
            if (s.kind == Kind::accept) return true;
            if (at < text.size() && sets_[s.set].test(static_cast<uint8_t>(text[at])))
                add(s.next, at + 1, text.size(), reached, next);
        }
        if (at == text.size()) return false;
        list.swap(next);
        next.clear();
        active = reached;
    }
}

}  // namespace linesman::model
