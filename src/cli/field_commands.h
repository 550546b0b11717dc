// The command line of linesman-field: adds its verbs and runs the one that was given.
//
// Thread: main.
#pragma once

#include <memory>

#include "cli/field/verbs.h"

namespace CLI {
class App;
}

namespace linesman::cli {

class FieldCommands {
  public:
    FieldCommands(CLI::App& app, FieldOptions& options);
    ~FieldCommands();
    FieldCommands(const FieldCommands&) = delete;
    FieldCommands& operator=(const FieldCommands&) = delete;

    // The exit code.
    int run() const;

  private:
    struct Verbs;
    int run_capture() const;
    int run_fleet() const;

    FieldOptions& options_;
    std::unique_ptr<Verbs> verbs_;
};

}  // namespace linesman::cli
