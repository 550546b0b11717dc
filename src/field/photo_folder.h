// Photos in a folder and what their names say: which capture, which slot.
//
//   LAW.P.A001_front.jpg    law-p-a001 side 2.png    front_LAW.P.A001.jpg    LAW.P.A001/front.jpg
//   offline_1760000000000_abc/front_1760000000123.jpg (as in Storage)
//
// The slot is the last word of the name that is one (aliases as in model/slot.h); the owner is what stands before it,
// else behind it, else the folder. Compared by letters and digits alone, without case.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/slot.h"

namespace linesman::field {

struct PhotoName {
    std::string owner;  // letters and digits, lower case; may be empty
    model::Slot slot = model::Slot::front;
};

// `folder` is the name of the folder that holds the file. nullopt when no word is a slot. Pure.
std::optional<PhotoName> read_photo_name(std::string_view file, std::string_view folder);

// Letters and digits of a number or an id, lower case: what owners are compared by. Pure.
std::string owner_key(std::string_view text);

struct FoundPhoto {
    std::string path;   // full
    std::string shown;  // below the folder
    std::optional<PhotoName> meaning;
};

// Images by their extension, this folder and those directly below it, in the order of their names; at most 100,000.
// Errors: not_found, io.
base::Result<std::vector<FoundPhoto>> photos_in(const std::string& folder);

}  // namespace linesman::field
