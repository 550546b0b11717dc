// The verbs that decide: approve, reject, hold, requeue, undo, promote, correct, merge, ignore, restore; and history,
// conflicts and batch. Adds them to the command line and runs the one that was given.
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

class JudgeCommands {
  public:
    explicit JudgeCommands(CLI::App& app);
    ~JudgeCommands();
    JudgeCommands(const JudgeCommands&) = delete;
    JudgeCommands& operator=(const JudgeCommands&) = delete;

    // nullopt when another verb was given.
    std::optional<int> run(const GlobalOptions& global) const;

  private:
    struct Verbs;
    std::unique_ptr<Verbs> verbs_;
};

}  // namespace linesman::cli
