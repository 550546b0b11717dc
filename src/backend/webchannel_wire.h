// WebChannel's bytes (docs/decisions/2026-11-22-listen-over-webchannel.md): frames, and the forms that clients post.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace linesman::backend {

// The length of UTF-8 text as JavaScript counts it; frames announce it.
size_t utf16_units(std::string_view utf8);

// "<length>\n<json>".
std::string frame(std::string_view json);

// The body of a POST: headers=…&count=N&ofs=M&req0___data__=…&req1___data__=…
struct ForwardForm {
    std::map<std::string, std::string> headers;  // names in lower case; of the handshake only
    uint64_t offset = 0;                         // the number of the first message
    std::vector<std::string> messages;           // JSON texts
};

// Errors: invalid_argument.
base::Result<ForwardForm> parse_forward_form(std::string_view body);

}  // namespace linesman::backend
