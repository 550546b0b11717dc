// Gathers what a report is made of: the captures in memory, and what only the files know (planned poles, people,
// reviews, heartbeats, commands, this desk's journal, thumbnails).
//
// Thread: any but main and the sync queue; it reads files and waits for the sync queue. It opens connections of its
// own, so the desk goes on working. Errors: not_found when nothing was ever pulled, those of the files.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/report_request.h"
#include "app/snapshot.h"
#include "base/file.h"
#include "report/inputs.h"

namespace linesman::app {

struct ReportSources {
    std::shared_ptr<const Snapshot> snapshot;
    const Profile& profile;
    const base::Folders& folders;
    const base::Clock& clock;
    std::string version;
    // Findings of captures, one entry each, from the sync queue. May be empty: then no report has the table "findings".
    std::function<std::vector<model::Findings>(std::vector<std::string> staging_ids)> findings;
};

struct GatheredReport {
    report::Inputs inputs;
    base::Json snapshot;  // for the manifest: cache generation, last pull, captures
};

base::Result<GatheredReport> gather_report(const ReportRequest& request, const ReportSources& sources);

}  // namespace linesman::app
