// Resume tokens: opaque to clients. Valid for every target, since they name a place in the commit log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"

namespace linesman::backend {

struct ResumeToken {
    uint64_t epoch = 0;     // of the run that gave it (StreamRules::token_epoch)
    uint64_t sequence = 0;  // the last commit that the client has seen
    base::Timestamp time;   // and its moment

    std::string text() const;  // base64, as in JSON
    static std::optional<ResumeToken> parse(const std::string& text);
};

}  // namespace linesman::backend
