// Finding a command by a few letters. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "ui/commands.h"

namespace linesman::ui {

// How well `text` matches `query`: every letter of the query in order, case ignored; letters at word starts and in a
// run count more. 0 = no match; an empty query matches everything with 1.
int match_score(std::string_view query, std::string_view text);

// Commands that match by title or category, best first; ties in table order. Keys of strips are left out.
std::vector<CommandId> find_commands(std::string_view query);

}  // namespace linesman::ui
