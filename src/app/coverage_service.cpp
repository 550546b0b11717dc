#include "app/coverage_service.h"

#include <mutex>

namespace linesman::app {

struct CoverageService::Shared {
    std::mutex mutex;
    std::function<void()> wake;
    std::shared_ptr<const model::Coverage> ready;
    uint64_t asked = UINT64_MAX;  // rows_generation of the last computation begun
    bool working = false;
};

CoverageService::CoverageService(base::WorkerPool& pool, std::function<void()> wake)
    : pool_(pool), shared_(std::make_shared<Shared>()) {
    shared_->wake = std::move(wake);
}

CoverageService::~CoverageService() {
    const std::lock_guard lock(shared_->mutex);
    shared_->wake = {};
}

std::shared_ptr<const model::Coverage> CoverageService::get(const std::shared_ptr<const Snapshot>& snapshot) {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->asked != snapshot->rows_generation && !shared_->working && !snapshot->loading) {
        shared_->asked = snapshot->rows_generation;
        shared_->working = true;
        pool_.submit(base::Priority::low, [shared = shared_, snapshot] {
            auto coverage =
                std::make_shared<model::Coverage>(model::coverage_of(snapshot->columns, *snapshot->reference));
            coverage->generation = snapshot->rows_generation;
            std::function<void()> call;
            {
                const std::lock_guard guard(shared->mutex);
                shared->ready = std::move(coverage);
                shared->working = false;
                call = shared->wake;
            }
            if (call) call();
        });
    }
    return shared_->ready;
}

}  // namespace linesman::app
