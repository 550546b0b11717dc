#include "mutator.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace linesman::fuzz {
namespace {

constexpr std::array<std::string_view, 22> kAwkward = {"\xFF",
                                                       "\xC0\x80",
                                                       "\xED\xA0\x80",
                                                       "\xF4\x90\x80\x80",
                                                       "\\ud800",
                                                       "\\udc00x",
                                                       "\\u0000",
                                                       "1e999",
                                                       "-0",
                                                       "9223372036854775808",
                                                       "-9223372036854775809",
                                                       "18446744073709551616",
                                                       "NaN",
                                                       "Infinity",
                                                       "null",
                                                       "{}",
                                                       "[]",
                                                       "\"\"",
                                                       "0001-01-01T00:00:00Z",
                                                       "9999-12-31T23:59:59.999999999Z",
                                                       "\xEF\xBB\xBF",
                                                       "\r\n"};

constexpr std::array<std::string_view, 8> kNumbers = {"0",   "-1",         "1e308",     "9223372036854775807",
                                                      "255", "4294967296", "0.0000001", "-9223372036854775808"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::string Mutator::damaged(std::string bytes, const std::vector<std::string>& others) {
    const size_t times = 1 + below(4);
    for (size_t i = 0; i < times; ++i) damage_once(bytes, others);
    if (bytes.size() > kMaxBytes) bytes.resize(kMaxBytes);
    return bytes;
}

void Mutator::damage_once(std::string& bytes, const std::vector<std::string>& others) {
    const size_t at = below(bytes.size() + 1);
    const size_t piece = std::min(bytes.size() - at, size_t{1} << below(10));
    switch (below(10)) {
        case 0:
            if (at < bytes.size()) bytes[at] = static_cast<char>(static_cast<uint8_t>(bytes[at]) ^ (1U << below(8)));
            break;
        case 1:
            if (at < bytes.size()) bytes[at] = static_cast<char>(below(256));
            break;
        case 2:
            bytes.resize(at);
            break;
        case 3:
            bytes.erase(at, piece);
            break;
        case 4:
            bytes.insert(below(bytes.size() + 1), bytes.substr(at, piece));
            break;
        case 5:
            bytes.insert(at, kAwkward[below(kAwkward.size())]);
            break;
        case 6:
            replace_number(bytes);
            break;
        case 7:
            bytes.insert(at, std::string(size_t{1} << below(12), below(2) == 0 ? '[' : '{'));
            break;
        case 8:
            if (!others.empty()) {
                const std::string& other = others[below(others.size())];
                const size_t from = below(other.size() + 1);
                bytes.replace(at, piece, other.substr(from, size_t{1} << below(10)));
            }
            break;
        default:
            for (size_t i = 0; i < 4 && at + i < bytes.size(); ++i)
                bytes[at + i] = static_cast<char>(below(2) == 0 ? 0 : 0xFF);
    }
}

void Mutator::replace_number(std::string& bytes) {
    const size_t start = below(bytes.size() + 1);
    for (size_t at = start; at < bytes.size(); ++at) {
        if (!is_digit(bytes[at])) continue;
        size_t end = at;
        while (end < bytes.size() && is_digit(bytes[end])) ++end;
        bytes.replace(at, end - at, kNumbers[below(kNumbers.size())]);
        return;
    }
}

}  // namespace linesman::fuzz
