// Who is meant: accounts by the names and crews that people say. Reads the cache file. Thread: any.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"

namespace linesman::app {

// Accounts (uids) of these people (uid or name) and of everybody in these crews; upper and lower case are the same.
// Errors: not_found, naming the first that nobody is called, with the names there are.
base::Result<std::vector<std::string>> find_people(const std::string& cache_path, const Profile& profile,
                                                   const std::vector<std::string>& people,
                                                   const std::vector<std::string>& crews);

}  // namespace linesman::app
