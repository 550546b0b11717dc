// Reports made while the desk goes on working: one at a time, on a thread of its own, with progress and cancel. What
// the window shows of it is a ReportJob, a value.
//
// Thread: any; nothing here waits but the destructor, which cancels.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/report_gatherer.h"
#include "app/report_job.h"
#include "base/queue.h"
#include "base/worker_pool.h"
#include "report/render.h"

namespace linesman::app {

class ReportService {
  public:
    using Gather = std::function<base::Result<GatheredReport>(const ReportRequest&)>;
    // `gather` runs on the service's thread. `wake` is called when the job changed, from any thread.
    ReportService(Gather gather, const base::Clock& clock, base::WorkerPool& pool, std::function<void()> wake);
    ~ReportService();

    // Refused (0) while another is under way; else the order's id.
    uint64_t start(ReportOrder order);
    void cancel();
    ReportJob job() const;

  private:
    void run(const ReportOrder& order);
    base::Result<report::Rendered> make(const ReportOrder& order, GatheredReport& gathered);
    void set(const std::function<void(ReportJob&)>& change);

    Gather gather_;
    const base::Clock& clock_;
    base::WorkerPool& pool_;
    std::function<void()> wake_;
    mutable std::mutex mutex_;
    ReportJob job_;
    std::atomic<bool> cancelled_{false};
    base::ThreadQueue queue_{"reports"};  // last: stops before the rest goes
};

// What to do when a report could not be made; blank when the error says it itself.
std::string cure_of_report(base::ErrorKind kind);

}  // namespace linesman::app
