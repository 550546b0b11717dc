// The verbs of support and analysis: export, verify-report, devices, rescue, queue, disk, and generate (hidden). Adds
// them to the command line and runs the one that was given.
//
// Thread: main.
#pragma once

#include <memory>
#include <optional>

#include "cli/context.h"

namespace CLI {
class App;
}

namespace linesman::cli {

class OperationsCommands {
  public:
    // `app` is also what `generate` writes man pages and completions of.
    explicit OperationsCommands(CLI::App& app);
    ~OperationsCommands();
    OperationsCommands(const OperationsCommands&) = delete;
    OperationsCommands& operator=(const OperationsCommands&) = delete;

    // nullopt when another verb was given.
    std::optional<int> run(const GlobalOptions& global) const;

  private:
    struct Verbs;
    std::unique_ptr<Verbs> verbs_;
};

}  // namespace linesman::cli
