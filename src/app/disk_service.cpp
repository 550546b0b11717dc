#include "app/disk_service.h"

#include <mutex>
#include <optional>

#include "app/disk_use.h"

namespace linesman::app {
namespace {

constexpr base::Duration kMeasureEvery = base::minutes(1);  // a hundred thousand photos take a second

}  // namespace

struct DiskService::Shared {
    Shared(base::Folders given, const base::Clock& time) : folders(std::move(given)), clock(time) {}

    const base::Folders folders;
    const base::Clock& clock;
    std::mutex mutex;
    std::function<void()> wake;  // guarded, as all below
    std::shared_ptr<const DiskView> ready;
    std::optional<base::Duration> measured;  // steady time
    bool working = false, clean_next = false;

    void work(bool clean);
};

void DiskService::Shared::work(bool clean) {
    std::shared_ptr<const DiskView> before;
    {
        const std::lock_guard lock(mutex);
        before = ready;
    }
    auto view = std::make_shared<DiskView>();
    if (before) {
        view->freed = before->freed;
        view->cleaned = before->cleaned;
        view->trouble = before->trouble;
    }
    if (clean) {
        const auto freed = clean_up(folders);
        view->cleaned = freed.ok();
        view->freed = freed.ok() ? *freed : 0;
        view->trouble = freed.ok() ? std::string() : freed.error().what;
    }
    view->parts = disk_use(folders);
    for (const auto& part : view->parts) {
        view->bytes += part.bytes;
        if (part.can_go) view->can_go += part.bytes;
    }
    const std::lock_guard lock(mutex);
    view->cleaning = clean_next;
    ready = std::move(view);
    working = false;
    measured = wake ? std::optional(clock.steady()) : std::nullopt;
    if (wake) wake();
}

DiskService::DiskService(base::Folders folders, const base::Clock& clock, base::WorkerPool& pool,
                         std::function<void()> wake)
    : pool_(pool), shared_(std::make_shared<Shared>(std::move(folders), clock)) {
    shared_->wake = std::move(wake);
}

DiskService::~DiskService() {
    const std::lock_guard lock(shared_->mutex);
    shared_->wake = {};
}

// Under the lock.
void DiskService::begin(bool clean) {
    shared_->working = true;
    shared_->clean_next = false;
    pool_.submit(base::Priority::low, [shared = shared_, clean] { shared->work(clean); });
}

std::shared_ptr<const DiskView> DiskService::get() {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->working) {
        const auto& measured = shared_->measured;
        if (shared_->clean_next) {
            begin(true);
        } else if (!measured || shared_->clock.steady().us - measured->us >= kMeasureEvery.us) {
            begin(false);
        }
    }
    return shared_->ready;
}

void DiskService::clean() {
    const std::lock_guard lock(shared_->mutex);
    auto view = shared_->ready ? std::make_shared<DiskView>(*shared_->ready) : std::make_shared<DiskView>();
    if (view->cleaning) return;
    view->cleaning = true;
    shared_->ready = std::move(view);
    if (shared_->working) {
        shared_->clean_next = true;  // behind the measuring that is under way; get() begins it
    } else {
        begin(true);
    }
}

}  // namespace linesman::app
