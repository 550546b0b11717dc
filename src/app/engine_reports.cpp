// Reports: what the desk lends to the gatherer. And the disk.
#include <future>

#include "app/engine_parts.h"
#include "app/report_gatherer.h"

namespace linesman::app {

base::Result<GatheredReport> Engine::gather_report(const ReportRequest& request) {
    Parts& p = *parts_;
    ReportSources sources{snapshot(), p.options.profile, p.options.folders, p.clock, LINESMAN_VERSION, {}};
    sources.findings = [&p](std::vector<std::string> ids) {
        std::promise<std::vector<model::Findings>> promise;
        auto answer = promise.get_future();
        p.sync->with([&](SyncAccess* access) {
            std::vector<model::Findings> out(ids.size());
            for (size_t i = 0; access && i < ids.size(); ++i) out[i] = access->book.findings(ids[i]);
            promise.set_value(std::move(out));
        });
        return answer.get();
    };
    return app::gather_report(request, sources);
}

uint64_t Engine::start_report(const ReportOrder& order) {
    return parts_->reports->start(order);
}

void Engine::cancel_report() {
    parts_->reports->cancel();
}

ReportJob Engine::report_job() {
    return parts_->reports->job();
}

std::shared_ptr<const ReportPreview> Engine::preview_report(const ReportRequest& request) {
    return parts_->previews->get(request);
}

void Engine::drop_report_preview() {
    parts_->previews->drop();
}

std::shared_ptr<const DiskView> Engine::disk() {
    return parts_->disk->get();
}

void Engine::clean_disk() {
    parts_->disk->clean();
}

base::WorkerPool& Engine::pool() {
    return parts_->pool;
}

}  // namespace linesman::app
