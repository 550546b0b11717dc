#include "store/searched_text.h"

#include <cstring>

#include "base/json.h"

namespace linesman::store {
namespace {

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool at(char c) {
        skip_space();
        return at_ < text_.size() && text_[at_] == c;
    }
    bool take(char c) {
        if (!at(c)) return false;
        ++at_;
        return true;
    }
    // The string with its quotes; empty when there is none or it does not end.
    std::string_view string() {
        if (!at('"')) return {};
        const size_t from = at_;
        for (size_t end = at_ + 1; end < text_.size(); ++end) {
            const void* found = std::memchr(text_.data() + end, '"', text_.size() - end);
            if (found == nullptr) break;
            end = static_cast<size_t>(static_cast<const char*>(found) - text_.data());
            size_t slashes = 0;
            while (text_[end - 1 - slashes] == '\\') ++slashes;  // ends at the opening quote at the latest
            if (slashes % 2 == 1) continue;
            at_ = end + 1;
            return text_.substr(from, at_ - from);
        }
        at_ = text_.size();
        return {};
    }
    // Past one value of any kind.
    void skip_value() {
        skip_space();
        size_t depth = 0;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') {
                if (string().empty()) return;
            } else if (c == '{' || c == '[') {
                ++depth;
                ++at_;
            } else if (c == '}' || c == ']') {
                if (depth == 0) return;
                --depth;
                ++at_;
            } else if (c == ',' && depth == 0) {
                return;
            } else {
                ++at_;
                continue;
            }
            if (depth == 0) return;
        }
    }

  private:
    void skip_space() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
            ++at_;
    }
    std::string_view text_;
    size_t at_ = 0;
};

bool is_key(std::string_view quoted, std::string_view key) {
    return quoted.size() == key.size() + 2 && quoted.substr(1, key.size()) == key;
}

std::string unquoted(std::string_view quoted) {
    const std::string_view inside = quoted.substr(1, quoted.size() - 2);
    if (inside.find('\\') == std::string_view::npos) return std::string(inside);
    const auto parsed = base::parse_json(quoted, "searched text");
    return parsed && parsed->is_string() ? parsed->get<std::string>() : std::string();
}

// Goes to the value of `key` in the object that comes next.
bool enter(Scanner& scanner, std::string_view key) {
    if (!scanner.take('{')) return false;
    while (!scanner.at('}')) {
        const std::string_view found = scanner.string();
        if (found.empty() || !scanner.take(':')) return false;
        if (is_key(found, key)) return true;
        scanner.skip_value();
        if (!scanner.take(',')) return false;
    }
    return false;
}

}  // namespace

std::string searched_text(std::string_view fields, std::string_view member) {
    Scanner scanner(fields);
    if (!enter(scanner, member) || !enter(scanner, "stringValue")) return {};
    const std::string_view quoted = scanner.string();
    return quoted.empty() ? std::string() : unquoted(quoted);
}

}  // namespace linesman::store
