// The inputs of a report: plain tables, gathered by the desk, kept beside the report as JSON lines, and all that a
// report is made of. What is not in them cannot be in the report, so that the kept file renders the same bytes again.
//
//   {"linesman_inputs":1,"meta":{...}}
//   {"table":"captures","columns":[["staging_id","Staging id","text",0],...],"rows":2}
//   ["abc","LAW.P.A001",null,...]          one array per row; times as microseconds
//
// Thread: any; immutable once gathered.
#pragma once

#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "report/meta.h"
#include "report/row_stream.h"

namespace linesman::report {

struct NamedTable {
    std::string name;
    std::shared_ptr<const Table> table;
};

struct Inputs {
    Meta meta;
    std::vector<NamedTable> tables;

    // nullptr when there is none.
    std::shared_ptr<const Table> find(std::string_view name) const;
    size_t rows() const;
};

base::Status write_inputs(const Inputs& inputs, Making& making, OutputFile& file);

// Errors: not_found, corrupt (naming the line), unsupported (of a newer program), io.
base::Result<Inputs> read_inputs(const std::string& path);
base::Result<Inputs> read_inputs(std::istream& text, const std::string& name);

}  // namespace linesman::report
