#include "field/json_salvage.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace linesman::field {

using base::Json;

namespace {

constexpr int kMaxDepth = 32;
constexpr size_t kMaxDamage = 100;

void append_utf8(std::string& out, uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | code >> 18);
        out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

class Salvager {
  public:
    explicit Salvager(std::string_view text) : text_(text) {}

    Salvaged run() {
        skip_space();
        if (at_ == text_.size()) {
            broken("the file is empty");
            return std::move(out_);
        }
        out_.value = read(0).json;
        skip_space();
        // Whatever follows a broken beginning may still hold whole objects.
        while (!out_.is_whole() && resume()) {
            if (!out_.value.is_array()) out_.value = Json::array({std::move(out_.value)});
            out_.value.push_back(read(1).json);
        }
        if (out_.is_whole() && at_ < text_.size()) broken("there is more after the end");
        return std::move(out_);
    }

  private:
    struct Part {
        Json json;
        bool ok = true;
    };

    void broken(const std::string& what) {
        if (out_.damage.size() < kMaxDamage) out_.damage.push_back("at byte " + std::to_string(at_) + ": " + what);
    }
    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' ||
                                      text_[at_] == '\t' || text_.substr(at_).starts_with("\xEF\xBB\xBF"))) {
            at_ += text_[at_] == '\xEF' ? 3 : 1;
        }
    }
    bool take(char wanted) {
        skip_space();
        if (at_ >= text_.size() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }
    bool at_end() {
        skip_space();
        return at_ >= text_.size();
    }

    Part read(int depth) {
        skip_space();
        if (at_ >= text_.size()) return broken("the file ends where a value belongs"), Part{nullptr, false};
        if (depth > kMaxDepth) return broken("it is nested too deeply"), Part{nullptr, false};
        const char c = text_[at_];
        if (c == '{') return object(depth);
        if (c == '[') return array(depth);
        if (c == '"') {
            std::string text;
            const bool ok = string(text);
            return {std::move(text), ok};
        }
        return literal();
    }

    Part object(int depth) {
        ++at_;
        Part out{Json::object(), true};
        if (take('}')) return out;
        for (;;) {
            std::string name;
            skip_space();
            if (at_ >= text_.size() || text_[at_] != '"' || !string(name) || !take(':')) {
                if (at_end())
                    broken("the file ends inside an object");
                else
                    broken("no member begins here");
                return mark(out, name);
            }
            Part value = read(depth + 1);
            out.json[name] = std::move(value.json);
            if (!value.ok) return mark(out, name);
            if (take(',')) continue;
            if (take('}')) return out;
            if (at_end())
                broken("the file ends inside an object");
            else
                broken("neither a comma nor the end of the object stands here");
            return mark(out, name);
        }
    }

    Part mark(Part& out, const std::string& name) {
        out.json[std::string(kBrokenAt)] = name;
        return {std::move(out.json), false};
    }

    Part array(int depth) {
        ++at_;
        Part out{Json::array(), true};
        if (take(']')) return out;
        for (;;) {
            Part value = read(depth + 1);
            out.json.push_back(std::move(value.json));
            if (!value.ok) {
                if (!resume()) return {std::move(out.json), false};
                continue;
            }
            if (take(',')) {
                if (take(']')) return out;  // a comma too many
                continue;
            }
            if (take(']')) return out;
            if (at_end())
                broken("the file ends inside a list");
            else
                broken("neither a comma nor the end of the list stands here");
            if (!resume()) return {std::move(out.json), false};
        }
    }

    // Moves to the next object of a list. False when there is none.
    bool resume() {
        // Always behind the object resumed at before: it may have failed without a step.
        for (size_t i = std::max(at_, resume_from_); i < text_.size(); ++i) {
            if (text_[i] != '{' || i == 0) continue;
            size_t before = i;
            while (before > 0 && (text_[before - 1] == ' ' || text_[before - 1] == '\n' || text_[before - 1] == '\r' ||
                                  text_[before - 1] == '\t')) {
                --before;
            }
            if (before == 0 || (text_[before - 1] != ',' && text_[before - 1] != '[')) continue;
            size_t after = i + 1;
            while (after < text_.size() &&
                   (text_[after] == ' ' || text_[after] == '\n' || text_[after] == '\r' || text_[after] == '\t')) {
                ++after;
            }
            if (after >= text_.size() || text_[after] != '"') continue;
            at_ = i;
            resume_from_ = i + 1;
            return true;
        }
        at_ = text_.size();
        return false;
    }

    bool string(std::string& out) {
        ++at_;
        for (;;) {
            const size_t stop = text_.find_first_of("\"\\", at_);
            out.append(text_, at_, stop == std::string_view::npos ? stop : stop - at_);
            if (stop == std::string_view::npos) {
                at_ = text_.size();
                broken("the file ends inside a text");
                return false;
            }
            at_ = stop + 1;
            if (text_[stop] == '"') return true;
            if (!escape(out)) return false;
        }
    }

    bool escape(std::string& out) {
        if (at_ >= text_.size()) return broken("the file ends inside a text"), false;
        const char c = text_[at_++];
        static constexpr std::string_view kFrom = "nrtbf", kTo = "\n\r\t\b\f";
        if (const size_t i = kFrom.find(c); i != std::string_view::npos) {
            out += kTo[i];
        } else if (c == 'u') {
            append_utf8(out, code_unit());
        } else {
            out += c;
        }
        return true;
    }

    uint32_t four_digits() {
        uint32_t code = 0;
        const std::string_view digits = text_.substr(at_, 4);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (error != std::errc() || end != digits.data() + 4) return 0xFFFD;
        at_ += 4;
        return code;
    }
    uint32_t code_unit() {
        const uint32_t high = four_digits();
        if (high < 0xD800 || high > 0xDFFF) return high;
        if (high > 0xDBFF || !text_.substr(at_).starts_with("\\u")) return 0xFFFD;
        at_ += 2;
        const uint32_t low = four_digits();
        return low < 0xDC00 || low > 0xDFFF ? 0xFFFD : 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }

    Part literal() {
        const size_t begin = at_;
        while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '+' ||
                                      text_[at_] == '-' || text_[at_] == '.')) {
            ++at_;
        }
        const std::string_view word = text_.substr(begin, at_ - begin);
        if (word == "true" || word == "false") return {word == "true", true};
        if (word == "null" || word == "undefined" || word == "NaN") return {nullptr, true};
        // The same kinds of number as the parser: without a sign first.
        const char* const last = word.data() + word.size();
        uint64_t count = 0;
        if (auto r = std::from_chars(word.data(), last, count); r.ec == std::errc() && r.ptr == last)
            return {count, true};
        int64_t whole = 0;
        if (auto r = std::from_chars(word.data(), last, whole); r.ec == std::errc() && r.ptr == last)
            return {whole, true};
        double number = 0;
        if (auto r = std::from_chars(word.data(), last, number);
            r.ec == std::errc() && r.ptr == last && std::isfinite(number)) {
            return {number, true};
        }
        broken("this is no value");
        return {nullptr, false};
    }

    std::string_view text_;
    size_t at_ = 0;
    size_t resume_from_ = 0;
    Salvaged out_;
};

}  // namespace

Salvaged salvage_json(std::string_view text) {
    return Salvager(text).run();
}

}  // namespace linesman::field
