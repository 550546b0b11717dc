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
#include "base/queue.h"
#include "base/worker_pool.h"
#include "report/render.h"

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

class ReportService {
  public:
    using Gather = std::function<base::Result<GatheredReport>(const ReportRequest&)>;
    // `gather` runs on the service's thread. `wake` is called when the job changed, from any thread.
    ReportService(Gather gather, base::WorkerPool& pool, std::function<void()> wake);
    ~ReportService();

    // Refused (0) while another is under way; else the order's id.
    uint64_t start(ReportOrder order);
    void cancel();
    ReportJob job() const;

  private:
    void run(const ReportOrder& order);
    void set(const std::function<void(ReportJob&)>& change);

    Gather gather_;
    base::WorkerPool& pool_;
    std::function<void()> wake_;
    mutable std::mutex mutex_;
    ReportJob job_;
    std::atomic<bool> cancelled_{false};
    base::ThreadQueue queue_{"reports"};  // last: stops before the rest goes
};

}  // namespace linesman::app
