// A report that the desk is asked for, and how far it has come. Values; thread: any.
#pragma once

#include <string>
#include <vector>

#include "app/report_request.h"
#include "report/output_set.h"

namespace linesman::app {

struct ReportOrder {
    ReportRequest request;
    std::vector<report::Format> formats;
    std::string folder, stem;  // the folder is made when missing; a blank stem is the report's name
    bool replace = false;      // a report of this name in the folder; else that is refused
};

struct ReportJob {
    enum class State : uint8_t { none, gathering, writing, done, failed, cancelled };
    State state = State::none;
    uint64_t id = 0;  // of the order, from 1
    report::Kind kind = report::Kind::validation;
    size_t rows_done = 0, rows_total = 0;  // over all files
    double rows_per_s = 0;                 // 0 = not known yet
    double seconds_left = -1;              // < 0 = unknown
    std::string manifest;                  // done: its path
    std::vector<report::WrittenFile> files;
    std::string note;       // done: what the report does not cover
    std::string why, cure;  // failed: why, and what to do
    bool busy() const { return state == State::gathering || state == State::writing; }
};

}  // namespace linesman::app
