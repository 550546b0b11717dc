// Man pages and shell completion, made from the command line itself, so that they cannot say anything else than
// --help. Pure text but for write_command_docs(). Thread: main.
#pragma once

#include <map>
#include <string>

#include "cli/output.h"

namespace CLI {
class App;
}

namespace linesman::cli {

// "linesmanctl.1" and one page per verb, "linesmanctl-export.1": name -> troff text.
std::map<std::string, std::string> man_pages(const CLI::App& app, const std::string& version);
std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);

// The verb "generate" for packagers, not listed in --help; both strings must outlive the parsing.
CLI::App* add_generate(CLI::App& app, std::string& what, std::string& folder);

// `what`: man, bash or zsh; `folder` "-" writes to stdout. Returns an exit code.
int write_command_docs(const Output& out, const CLI::App& app, const std::string& version, const std::string& what,
                       const std::string& folder);

}  // namespace linesman::cli
