// Where a verb writes: data on stdout (text or, with --json, one JSON document), messages on stderr, progress only on a
// terminal.
//
// Thread: main.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace linesman::cli {

class Output {
  public:
    Output(bool json, bool quiet);

    bool json() const { return json_; }
    void data(std::string_view text) const;        // a line on stdout; not with --json
    void document(const base::Json& json) const;   // stdout; only with --json
    void line(const base::Json& json) const;       // stdout; one line, for streams of documents
    void message(std::string_view text) const;     // stderr; not with --quiet
    void problem(const base::Error& error) const;  // stderr, always: what, then detail in brackets
    // Overwrites the last progress line; nothing unless stderr is a terminal.
    void progress(std::string_view text);
    void end_progress();

    // Text columns padded to their widest cell, by code points.
    static std::string table(const std::vector<std::vector<std::string>>& rows);

  private:
    bool json_, quiet_, terminal_;
    bool in_progress_ = false;
};

}  // namespace linesman::cli
