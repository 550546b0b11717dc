#include "backend/resume_token.h"

#include <charconv>

#include "backend/names.h"
#include "base/ids.h"

namespace linesman::backend {

namespace {

template <typename Number>
bool read(std::string_view text, Number& number) {
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && at == text.data() + text.size();
}

}  // namespace

std::string ResumeToken::text() const {
    return base::base64_encode(std::to_string(epoch) + ':' + std::to_string(sequence) + ':' + std::to_string(time.us));
}

std::optional<ResumeToken> ResumeToken::parse(const std::string& text) {
    const auto plain = base::base64_decode(text);
    if (!plain) return {};
    const auto parts = split(*plain, ':');
    ResumeToken token;
    const bool whole = parts.size() == 3 && read(parts[0], token.epoch) && read(parts[1], token.sequence) &&
                       read(parts[2], token.time.us);
    return whole ? std::optional(token) : std::nullopt;
}

}  // namespace linesman::backend
