// The options that choose captures, the same for `list` and for decisions on many.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/verbs/verbs.h"

namespace CLI {
class App;
}

namespace linesman::cli {

class FilterOptions {
  public:
    // Adds --scope, --search, --project, --zone, --pon, --device, --person, --crew, --rule, --severity, --decision,
    // --status, --time, --from, --to, --area, --lost-photos. Must outlive the parsing. `default_scope`: what --scope is
    // when it is not given.
    void add_to(CLI::App& verb, const std::string& default_scope = "open");
    void add_order_to(CLI::App& verb);  // --sort, --limit
    // What CLI11 cannot convert by itself. Empty when everything is right, else what is wrong. Days are those of the
    // profile's zone unless one is given, and people and crews are looked up in its cache: both need `global`.
    std::string finish(ListOptions& out, const GlobalOptions* global = nullptr,
                       std::optional<int> utc_offset_minutes = {}) const;

  private:
    std::string finish_names(ListOptions& out) const;
    std::string finish_period(ListOptions& out, int utc_offset_minutes) const;
    std::string finish_area(ListOptions& out) const;

    std::string scope_ = "open", sort_ = "submitted", search_, severity_, decision_, status_, time_ = "submitted",
                from_, to_, area_;
    std::vector<std::string> projects_, zones_, pons_, devices_, people_, crews_, rules_;
    bool lost_photos_ = false;
    size_t limit_ = 50;
};

}  // namespace linesman::cli
