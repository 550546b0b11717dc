// Turns the text of a pattern into the states of a NumberPattern (Thompson's construction). Used by number_pattern.cpp
// only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rules/number_pattern.h"

namespace linesman::model {

class PatternCompiler {
  public:
    explicit PatternCompiler(std::string_view pattern) : text_(pattern) {}
    base::Result<NumberPattern> run();

  private:
    static constexpr int kMaxDepth = 16;
    static constexpr int kMaxRepeat = 64;
    struct Node {
        enum class Kind : uint8_t { empty, bytes, at_begin, at_end, sequence, choice, repeat } kind = Kind::empty;
        std::bitset<256> set;
        std::vector<Node> children;
        int least = 0, most = 0;  // repeat; most < 0: without end
    };

    bool more() const { return at_ < text_.size() && error_.empty(); }
    char peek() const { return text_[at_]; }
    Node fail(std::string why);
    Node parse_choice(int depth);
    Node parse_sequence(int depth);
    Node parse_atom(int depth);
    Node parse_class();
    bool parse_escape(std::bitset<256>& set);
    Node parse_quantifier(Node atom);
    std::optional<int> parse_count();
    // Emits `node` so that it continues at `next`; returns its entry.
    uint16_t emit(const Node& node, uint16_t next);
    uint16_t emit_repeat(const Node& node, uint16_t next);
    uint16_t new_state(NumberPattern::State state);

    std::string_view text_;
    size_t at_ = 0;
    std::string error_;
    NumberPattern out_;
};

}  // namespace linesman::model
