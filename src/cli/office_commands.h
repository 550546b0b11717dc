// The verbs of the machine and of the office: validate, rules, audit, import, retry. Adds them to the command line and
// runs the one that was given.
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

class OfficeCommands {
  public:
    explicit OfficeCommands(CLI::App& app);
    ~OfficeCommands();
    OfficeCommands(const OfficeCommands&) = delete;
    OfficeCommands& operator=(const OfficeCommands&) = delete;

    // nullopt when another verb was given.
    std::optional<int> run(const GlobalOptions& global) const;

  private:
    struct Verbs;
    void add_retry(CLI::App& app);

    std::unique_ptr<Verbs> verbs_;
};

}  // namespace linesman::cli
