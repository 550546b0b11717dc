#include "backend/webchannel_wire.h"

#include <charconv>

#include "backend/api_error.h"
#include "backend/http.h"

namespace linesman::backend {

namespace {

constexpr uint64_t kMaxMessages = 1000;  // the client's own limit per POST

std::map<std::string, std::string> parse_headers(std::string_view text) {
    std::map<std::string, std::string> headers;
    while (!text.empty()) {
        const size_t end = std::min(text.find("\r\n"), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 2, text.size()));
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        std::string name(line.substr(0, colon));
        for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        std::string_view value = line.substr(colon + 1);
        while (value.starts_with(' ')) value.remove_prefix(1);
        headers.emplace(std::move(name), value);
    }
    return headers;
}

base::Result<uint64_t> number(const std::multimap<std::string, std::string>& form, const std::string& key) {
    const auto it = form.find(key);
    if (it == form.end()) return uint64_t{0};
    uint64_t value = 0;
    const char* end = it->second.data() + it->second.size();
    const auto [at, error] = std::from_chars(it->second.data(), end, value);
    if (error != std::errc() || at != end) return invalid("\"" + key + "\" of the form is not a number.");
    return value;
}

}  // namespace

size_t utf16_units(std::string_view utf8) {
    size_t units = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        units += (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
    }
    return units;
}

std::string frame(std::string_view json) {
    std::string out = std::to_string(utf16_units(json));
    out.reserve(out.size() + 1 + json.size());
    out += '\n';
    out += json;
    return out;
}

base::Result<ForwardForm> parse_forward_form(std::string_view body) {
    const auto form = parse_query(body);
    ForwardForm result;
    const auto count = number(form, "count");
    if (!count) return count.error();
    if (*count > kMaxMessages) return invalid("A request may carry at most 1,000 messages.");
    const auto offset = number(form, "ofs");
    if (!offset) return offset.error();
    result.offset = *offset;
    if (const auto headers = form.find("headers"); headers != form.end()) {
        result.headers = parse_headers(headers->second);
    }
    for (uint64_t i = 0; i < *count; ++i) {
        const auto message = form.find("req" + std::to_string(i) + "___data__");
        if (message == form.end()) return invalid("The form announces more messages than it holds.");
        result.messages.push_back(message->second);
    }
    return result;
}

}  // namespace linesman::backend
