// What a simulation needs besides its actors: a place for files and a count of what happened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace linesman::simulation {

// Files in memory where there is such a place: a disk would make the run wait for thousands of syncs.
inline std::string place_for_files() {
    return std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path().string();
}

// What happened, so that a run that tested nothing is seen.
struct Tally {
    std::map<std::string, uint64_t> counts;
    void operator()(const std::string& what) { ++counts[what]; }
};

}  // namespace linesman::simulation
