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
};

struct ReportJob {
    enum class State : uint8_t { none, gathering, writing, done, failed, cancelled };
    State state = State::none;
    uint64_t id = 0;  // of the order, from 1
    size_t rows_done = 0, rows_total = 0;
    std::string manifest;  // done: its path
    std::vector<report::WrittenFile> files;
    std::string note;  // done: what the report does not cover
    std::string why;   // failed: why and what to do
    bool busy() const { return state == State::gathering || state == State::writing; }
};

}  // namespace linesman::app
