// The demo without a terminal: a local stand-in for Firebase and six phones that send captures, started from the first
// window as programs of their own (linesman-backend, linesman-field, linesmanctl beside this one). What they make is
// kept, so that the next start goes on with it.
//
// Thread: start() waits for the programs, some seconds the first time, so never on main; the rest any. Dropping it ends
// the stand-in.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/engine.h"
#include "base/result.h"

namespace linesman::app {

struct DemoOptions {
    std::string programs;  // folder that has them
    std::string folder;    // where the demo's data is kept
    int captures = 120;    // at least 60, so that every kind of fault appears
};

class DemoWorld {
  public:
    // `say` is told what is being done. Errors: not_found (a program is missing), io (one failed; its words are in
    // `detail`), cancelled when `cancelled` became true.
    static base::Result<std::unique_ptr<DemoWorld>> start(const DemoOptions& options,
                                                          const std::function<void(std::string)>& say,
                                                          const std::atomic<bool>& cancelled);
    ~DemoWorld();
    DemoWorld(const DemoWorld&) = delete;
    DemoWorld& operator=(const DemoWorld&) = delete;

    // What a profile needs to use it: settings as in config.toml.
    std::map<std::string, std::string> settings() const;
    static Credentials credentials();

  private:
    DemoWorld() = default;
    base::Status run(const std::vector<std::string>& words, const std::atomic<bool>& cancelled) const;
    base::Status start_backend(const std::atomic<bool>& cancelled);
    base::Status fill(const std::function<void(std::string)>& say, const std::atomic<bool>& cancelled) const;

    DemoOptions options_;
    pid_t backend_ = -1;
    std::string url_;
};

// The folder of this program; empty when it cannot be known.
std::string folder_of_this_program();

}  // namespace linesman::app
