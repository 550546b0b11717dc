#include "app/report_service.h"

#include "base/file.h"
#include "report/render.h"

namespace linesman::app {

ReportService::ReportService(Gather gather, base::WorkerPool& pool, std::function<void()> wake)
    : gather_(std::move(gather)), pool_(pool), wake_(std::move(wake)) {}

ReportService::~ReportService() {
    cancel();
    queue_.stop();
}

uint64_t ReportService::start(ReportOrder order) {
    uint64_t id = 0;
    {
        const std::lock_guard lock(mutex_);
        if (job_.busy()) return 0;
        id = job_.id + 1;
        job_ = {};
        job_.id = id;
        job_.state = ReportJob::State::gathering;
        cancelled_ = false;
    }
    if (order.stem.empty()) order.stem = report::name_of(order.request.kind);
    queue_.post([this, order = std::move(order)] { run(order); });
    wake_();
    return id;
}

void ReportService::cancel() {
    cancelled_ = true;
}

ReportJob ReportService::job() const {
    const std::lock_guard lock(mutex_);
    return job_;
}

void ReportService::set(const std::function<void(ReportJob&)>& change) {
    {
        const std::lock_guard lock(mutex_);
        change(job_);
    }
    wake_();
}

void ReportService::run(const ReportOrder& order) {
    const auto fail = [&](const base::Error& error) {
        set([&](ReportJob& job) {
            job.state =
                error.kind == base::ErrorKind::cancelled ? ReportJob::State::cancelled : ReportJob::State::failed;
            job.why = error.what;
        });
    };
    const auto stopped = base::make_error(base::ErrorKind::cancelled, "The report was cancelled. Nothing was written.");
    if (auto made = base::make_private_dirs(order.folder); !made) return fail(made.error());
    const auto gathered = gather_(order.request);
    if (!gathered) return fail(gathered.error());
    if (cancelled_) return fail(stopped);
    set([](ReportJob& job) { job.state = ReportJob::State::writing; });
    report::Making making;
    making.pool = &pool_;
    making.step = [this](size_t done, size_t total) {
        set([&](ReportJob& job) {
            job.rows_done = done;
            job.rows_total = total;
        });
        return !cancelled_.load();
    };
    const report::RenderRequest request{order.folder, order.stem, order.formats, gathered->snapshot,
                                        to_json(order.request)};
    auto rendered = report::render_report(gathered->inputs, request, making);
    if (!rendered) return fail(rendered.error());
    set([&](ReportJob& job) {
        job.state = ReportJob::State::done;
        job.manifest = rendered->manifest;
        job.files = std::move(rendered->files);
        job.note = gathered->inputs.meta.note;
    });
}

}  // namespace linesman::app
