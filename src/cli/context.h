// What every verb of linesmanctl gets: output, profile, folders; and how it opens the desk.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/engine.h"
#include "cli/exit_codes.h"
#include "cli/output.h"

namespace linesman::cli {

struct GlobalOptions {
    std::string profile = "default";
    std::string data_dir;  // everything below one folder; tests and the demo
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    int timeout_s = 600;
    std::map<std::string, std::string> settings;  // --set key=value
    std::string version;                          // of this program, for what it signs
};

class Context {
  public:
    explicit Context(const GlobalOptions& options);

    Output out;
    GlobalOptions options;
    base::Folders folders;

    base::Result<app::Profile> profile() const;

    // Opens the desk and waits until the cache is read. Beside a running console it opens as a reader, unless
    // `needs_console`. Errors: those of Engine::open.
    base::Result<std::unique_ptr<app::Engine>> open_desk(bool offline, bool needs_console) const;

    // Prints the error and gives its exit code.
    int fail(const base::Error& error) const;
};

// Credentials from LINESMAN_EMAIL and LINESMAN_PASSWORD; nullopt when either is missing. Never from flags: they would
// show in `ps`.
std::optional<app::Credentials> credentials_from_environment();

}  // namespace linesman::cli
