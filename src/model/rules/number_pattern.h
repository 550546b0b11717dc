// Patterns for pole numbers. A small regular expression engine that runs in time proportional to text × pattern, so
// that neither a hostile pattern in a rule set nor a hostile number can hang the desk (std::regex backtracks and can
// overflow the stack).
//
// Grammar: literals, `.`, `\d \w \s` and escaped punctuation, classes `[A-Z0-9_-]` and `[^…]`, groups `( )` and `(?:
// )`, `|`, the quantifiers `? * + {n} {n,} {n,m}`, and `^ $`. Bytes, not characters. A pattern without `^` or `$` may
// match anywhere, as in JavaScript. Not supported, and refused: back-references, look-around, lazy quantifiers.
//
// Thread: immutable once compiled; any.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace linesman::model {

class NumberPattern {
  public:
    static constexpr size_t kMaxTextBytes = 64;  // longer text never matches
    static constexpr size_t kMaxStates = 512;    // a larger pattern is refused

    // Errors: invalid_argument, naming the pattern and what is wrong with it.
    static base::Result<NumberPattern> compile(std::string_view pattern);

    bool matches(std::string_view text) const;
    const std::string& source() const { return source_; }

  private:
    friend class PatternCompiler;
    enum class Kind : uint8_t { bytes, split, at_begin, at_end, accept };
    struct State {
        Kind kind = Kind::accept;
        uint16_t next = 0, other = 0;  // `other` for split
        uint16_t set = 0;              // for bytes: index into sets_
    };
    using StateSet = std::bitset<kMaxStates>;
    void add(uint16_t state, size_t at, size_t size, StateSet& active, std::vector<uint16_t>& list) const;

    std::string source_;
    std::vector<State> states_;
    std::vector<std::bitset<256>> sets_;
    uint16_t start_ = 0;
};

}  // namespace linesman::model
