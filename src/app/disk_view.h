// What this desk keeps on the disk, as the window and the command line show it. Values; thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace linesman::app {

struct DiskUse {
    std::string what, path, advice;
    uint64_t bytes = 0, files = 0;
    bool can_go = false;  // may be deleted: it can be fetched again, or was set aside
};

// Immutable.
struct DiskView {
    std::vector<DiskUse> parts;
    uint64_t bytes = 0, can_go = 0;
    bool cleaning = false;
    bool cleaned = false;  // by this session, and it went well
    uint64_t freed = 0;    // then
    std::string trouble;   // of the last clean-up: what could not be deleted
};

}  // namespace linesman::app
