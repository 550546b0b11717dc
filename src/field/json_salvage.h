// Reads JSON of which parts are broken: a file that ends in the middle, a stray quotation mark, a piece overwritten.
// What can be read is read; each break is told. For files that hold the only copy of somebody's work, never for what a
// server sends.
//
// How it goes on after a break: the object it happened in is kept with the members before it and marked, then reading
// resumes at the next object of a list (", {" or "[ {"). An object that fits nowhere ends up in the list that was being
// read; whoever uses the result tells objects by their content.
//
// Pure; never fails; any bytes. Nesting deeper than 32 is a break.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace linesman::field {

// Member that marks an object in which reading broke off; its value says where: the name of the member it broke at.
inline constexpr std::string_view kBrokenAt = "linesman:broken-at";

struct Salvaged {
    base::Json value;                 // null when there is nothing
    std::vector<std::string> damage;  // "at byte 1024: the file ends inside a text", at most 100
    bool is_whole() const { return damage.empty(); }
};

Salvaged salvage_json(std::string_view text);

}  // namespace linesman::field
