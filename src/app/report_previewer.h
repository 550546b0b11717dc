// What a report would hold, worked out away from the main thread while somebody chooses. The same gathering and the
// same builder as the report itself, but for the photos and the row per finding, which cost most.
//
// Thread: any; nothing here waits but the destructor, which waits for a gathering that is under way.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "app/report_gatherer.h"
#include "app/report_preview.h"
#include "base/queue.h"

namespace linesman::app {

class ReportPreviewer {
  public:
    using Gather = std::function<base::Result<GatheredReport>(const ReportRequest&)>;
    // `gather` runs on the previewer's thread. `wake` is called from there when a preview is ready.
    ReportPreviewer(Gather gather, std::function<void()> wake);
    ~ReportPreviewer();

    // nullptr until the preview of this very request is ready; ask each frame. Another request takes its place: what is
    // under way is finished and thrown away.
    std::shared_ptr<const ReportPreview> get(const ReportRequest& request);
    // The next get() looks at the data anew.
    void drop();

  private:
    void work();

    Gather gather_;
    std::function<void()> wake_;
    mutable std::mutex mutex_;
    std::optional<ReportRequest> wanted_;         // guarded; asked for and not ready
    std::shared_ptr<const ReportPreview> ready_;  // guarded
    bool working_ = false, stopping_ = false;     // guarded
    base::ThreadQueue queue_{"previews"};         // last: stops before the rest goes
};

}  // namespace linesman::app
