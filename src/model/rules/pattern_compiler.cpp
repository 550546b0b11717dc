#include "model/rules/pattern_compiler.h"

#include "base/text.h"

namespace linesman::model {
namespace {

void add_range(std::bitset<256>& set, uint8_t from, uint8_t to) {
    for (unsigned c = from; c <= to; ++c) set.set(c);
}

constexpr std::string_view kPunctuation = R"(.\-[](){}|?*+^$/_:, )";

}  // namespace

PatternCompiler::Node PatternCompiler::fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    return {};
}

base::Result<NumberPattern> PatternCompiler::run() {
    Node root;
    if (text_.empty() || text_.size() > 256) {
        fail("it is empty or longer than 256 characters");
    } else {
        root = parse_choice(0);
        if (more()) fail("there is a closing bracket too many");
    }
    if (error_.empty()) {
        const uint16_t accept = new_state({NumberPattern::Kind::accept, 0, 0, 0});
        out_.start_ = emit(root, accept);
    }
    if (!error_.empty()) {
        std::string what = "The pole number pattern \"" + base::sanitize_utf8(text_, 80) +
                           "\" cannot be used: " + base::sanitize_utf8(error_);
        return base::make_error(base::ErrorKind::invalid_argument, what + ". Correct it in the rule set.");
    }
    out_.source_ = std::string(text_);
    return std::move(out_);
}

PatternCompiler::Node PatternCompiler::parse_choice(int depth) {
    if (depth > kMaxDepth) return fail("its brackets are nested too deeply");
    Node choice;
    choice.kind = Node::Kind::choice;
    choice.children.push_back(parse_sequence(depth));
    while (more() && peek() == '|') {
        ++at_;
        choice.children.push_back(parse_sequence(depth));
    }
    return choice.children.size() == 1 ? Node(choice.children.front()) : choice;
}

PatternCompiler::Node PatternCompiler::parse_sequence(int depth) {
    Node sequence;
    sequence.kind = Node::Kind::sequence;
    while (more() && peek() != '|' && peek() != ')') {
        Node atom = parse_atom(depth);
        sequence.children.push_back(parse_quantifier(std::move(atom)));
    }
    return sequence;
}

PatternCompiler::Node PatternCompiler::parse_atom(int depth) {
    Node node;
    const char c = text_[at_++];
    switch (c) {
        case '^':
            node.kind = Node::Kind::at_begin;
            return node;
        case '$':
            node.kind = Node::Kind::at_end;
            return node;
        case '(': {
            if (text_.substr(at_).starts_with("?:")) at_ += 2;
            if (more() && peek() == '?') return fail("look-around is not supported");
            node = parse_choice(depth + 1);
            if (!more() || peek() != ')') return fail("a closing bracket is missing");
            ++at_;
            return node;
        }
        case '[':
            return parse_class();
        case '?':
        case '*':
        case '+':
        case '{':
            return fail("there is nothing to repeat before \"" + std::string(1, c) + "\"");
        default:
            break;
    }
    node.kind = Node::Kind::bytes;
    if (c == '.') {
        node.set.set();
        node.set.reset('\n');
    } else if (c == '\\') {
        if (!parse_escape(node.set)) return {};
    } else {
        node.set.set(static_cast<uint8_t>(c));
    }
    return node;
}

bool PatternCompiler::parse_escape(std::bitset<256>& set) {
    if (!more()) {
        fail("it ends with a backslash");
        return false;
    }
    const char c = text_[at_++];
    if (c == 'd' || c == 'w') add_range(set, '0', '9');
    if (c == 'w') {
        add_range(set, 'A', 'Z');
        add_range(set, 'a', 'z');
        set.set('_');
    }
    if (c == 's') {
        for (const char space : std::string_view(" \t\r\n\f\v")) set.set(static_cast<uint8_t>(space));
    }
    if (c == 'd' || c == 'w' || c == 's') return true;
    if (kPunctuation.find(c) == std::string_view::npos) {
        fail("\"\\" + std::string(1, c) + "\" is not supported");
        return false;
    }
    set.set(static_cast<uint8_t>(c));
    return true;
}

PatternCompiler::Node PatternCompiler::parse_class() {
    Node node;
    node.kind = Node::Kind::bytes;
    const bool negated = more() && peek() == '^';
    if (negated) ++at_;
    while (more() && peek() != ']') {
        const char from = text_[at_++];
        if (from == '\\') {
            if (!parse_escape(node.set)) return {};
            continue;
        }
        if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
            const char to = text_[at_ + 1];
            if (to == '\\' || static_cast<uint8_t>(to) < static_cast<uint8_t>(from))
                return fail("a range in [ ] runs backwards");
            add_range(node.set, static_cast<uint8_t>(from), static_cast<uint8_t>(to));
            at_ += 2;
        } else {
            node.set.set(static_cast<uint8_t>(from));
        }
    }
    if (!more()) return fail("a closing ] is missing");
    ++at_;
    if (negated) node.set.flip();
    return node;
}

std::optional<int> PatternCompiler::parse_count() {
    int value = 0;
    bool any = false;
    while (more() && peek() >= '0' && peek() <= '9') {
        value = value * 10 + (text_[at_++] - '0');
        any = true;
        if (value > kMaxRepeat) {
            fail("it repeats something more than 64 times");
            return std::nullopt;
        }
    }
    return any ? std::optional(value) : std::nullopt;
}

PatternCompiler::Node PatternCompiler::parse_quantifier(Node atom) {
    if (!more()) return atom;
    Node repeat;
    repeat.kind = Node::Kind::repeat;
    const char c = peek();
    if (c == '?' || c == '*' || c == '+') {
        ++at_;
        repeat.least = c == '+' ? 1 : 0;
        repeat.most = c == '?' ? 1 : -1;
    } else if (c == '{') {
        ++at_;
        const auto least = parse_count();
        if (!least) return fail("a number is missing after {");
        repeat.least = repeat.most = *least;
        if (more() && peek() == ',') {
            ++at_;
            repeat.most = parse_count().value_or(-1);
        }
        if (!more() || peek() != '}') return fail("a closing } is missing");
        ++at_;
        if (repeat.most >= 0 && repeat.most < repeat.least) return fail("a repetition runs backwards");
    } else {
        return atom;
    }
    if (more() && (peek() == '?' || peek() == '*' || peek() == '+' || peek() == '{'))
        return fail("two repetitions follow one another");
    repeat.children.push_back(std::move(atom));
    return repeat;
}

uint16_t PatternCompiler::new_state(NumberPattern::State state) {
    if (out_.states_.size() >= NumberPattern::kMaxStates) {
        fail("it is too large");
        return 0;
    }
    out_.states_.push_back(state);
    return static_cast<uint16_t>(out_.states_.size() - 1);
}

uint16_t PatternCompiler::emit(const Node& node, uint16_t next) {
    using Kind = NumberPattern::Kind;
    switch (node.kind) {
        case Node::Kind::empty:
            return next;
        case Node::Kind::bytes:
            out_.sets_.push_back(node.set);
            return new_state({Kind::bytes, next, 0, static_cast<uint16_t>(out_.sets_.size() - 1)});
        case Node::Kind::at_begin:
            return new_state({Kind::at_begin, next, 0, 0});
        case Node::Kind::at_end:
            return new_state({Kind::at_end, next, 0, 0});
        case Node::Kind::sequence:
            for (size_t i = node.children.size(); i-- > 0 && error_.empty();) next = emit(node.children[i], next);
            return next;
        case Node::Kind::choice: {
            uint16_t entry = emit(node.children.back(), next);
            for (size_t i = node.children.size() - 1; i-- > 0 && error_.empty();)
                entry = new_state({Kind::split, emit(node.children[i], next), entry, 0});
            return entry;
        }
        case Node::Kind::repeat:
            return emit_repeat(node, next);
    }
    return next;
}

uint16_t PatternCompiler::emit_repeat(const Node& node, uint16_t next) {
    const Node& child = node.children.front();
    if (node.most < 0) {
        const uint16_t loop = new_state({NumberPattern::Kind::split, 0, next, 0});
        if (!error_.empty()) return next;
        const uint16_t body = emit(child, loop);
        out_.states_[loop].next = body;
        next = loop;
    } else {
        const uint16_t end = next;
        for (int i = node.least; i < node.most && error_.empty(); ++i)
            next = new_state({NumberPattern::Kind::split, emit(child, next), end, 0});
    }
    for (int i = 0; i < node.least && error_.empty(); ++i) next = emit(child, next);
    return next;
}

}  // namespace linesman::model
