// A sentence put together of its parts in one go: a chain of + would ask for memory at every few parts, and each of a
// million captures may have findings. (GCC 12 also warns wrongly about chains of +.)
//
// Pure; thread: any.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace linesman::model {

inline std::string sentence(std::initializer_list<std::string_view> parts) {
    size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    std::string text;
    text.reserve(size);
    for (const std::string_view part : parts) text += part;
    return text;
}

}  // namespace linesman::model
