// The options that choose captures, the same for `list` and for decisions on many.
#pragma once

#include <string>
#include <vector>

#include "cli/verbs/verbs.h"

namespace CLI {
class App;
}

namespace linesman::cli {

class FilterOptions {
  public:
    // Adds --scope, --search, --project, --device, --rule, --lost-photos. Must outlive the parsing. `default_scope`:
    // what --scope is when it is not given.
    void add_to(CLI::App& verb, const std::string& default_scope = "open");
    void add_order_to(CLI::App& verb);  // --sort, --limit
    // What CLI11 cannot convert by itself. Empty when everything is right, else what is wrong.
    std::string finish(ListOptions& out) const;

  private:
    std::string scope_ = "open", sort_ = "submitted", search_;
    std::vector<std::string> projects_, devices_, rules_;
    bool lost_photos_ = false;
    size_t limit_ = 50;
};

}  // namespace linesman::cli
