// Reports: what the desk lends to the gatherer.
#include <future>

#include "app/engine_parts.h"
#include "app/report_gatherer.h"

namespace linesman::app {

base::Result<GatheredReport> Engine::gather_report(const ReportRequest& request, const std::string& version) {
    Parts& p = *parts_;
    ReportSources sources{snapshot(), p.options.profile, p.options.folders, p.clock, version, {}};
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

base::WorkerPool& Engine::pool() {
    return parts_->pool;
}

}  // namespace linesman::app
