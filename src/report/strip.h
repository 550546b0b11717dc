// No download token ever leaves with a report. Photo URLs carry one ("...?alt=media&token=..."), and whoever has it can
// read the photo. Thread: any; pure.
#pragma once

#include <string>
#include <string_view>

namespace linesman::report {

// `text` itself when there is nothing to remove; else a copy in `buffer` in which the value of every "token=" (upper or
// lower case, also percent-encoded) has become "removed".
std::string_view without_tokens(std::string_view text, std::string& buffer);

}  // namespace linesman::report
