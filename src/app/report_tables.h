// The parts of gather_report(), one per kind of input. Internal to report_*.cpp.
#pragma once

#include "app/reference_loader.h"
#include "app/report_gatherer.h"
#include "store/cache.h"

namespace linesman::app {

// What every part reads from; one reader, one thread.
struct Gathering {
    const ReportRequest& request;
    const ReportSources& sources;
    store::CacheReader& cache;
    const std::vector<model::Person>& people;
    const std::vector<model::Heartbeat>& heartbeats;
    const std::vector<model::Row>& rows;  // that pass the filter, in the order of the report
    base::Timestamp as_of;

    const model::Columns& columns() const { return sources.snapshot->columns; }
    std::string name_of_person(const std::string& uid) const;
    std::string crew_of(const std::string& uid) const;
    // Calls for the documents of `rows` that can be decoded, in the order of `rows`.
    base::Status each_capture(const std::function<bool(model::Row)>& wanted,
                              const std::function<void(model::Row, const model::Capture&)>& take) const;
};

using TableResult = base::Result<std::shared_ptr<const report::Table>>;

TableResult findings_table(const Gathering& gathering);
TableResult planned_table(const Gathering& gathering);
TableResult thumbnail_table(const Gathering& gathering);
// `unsent`: decisions shown here that the server does not have yet; they are not in the table.
TableResult decision_table(const Gathering& gathering, size_t& unsent);
TableResult handover_table(const Gathering& gathering);
TableResult journal_table(const Gathering& gathering);  // empty when nothing was ever decided here
TableResult device_table(const Gathering& gathering);
TableResult command_table(const Gathering& gathering);
TableResult attempt_table(const Gathering& gathering);

}  // namespace linesman::app
