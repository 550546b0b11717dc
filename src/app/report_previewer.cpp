#include "app/report_previewer.h"

#include "app/report_service.h"
#include "report/report.h"

namespace linesman::app {
namespace {

constexpr size_t kPreviewRows = 8, kPreviewColumns = 12;  // what a window shows without scrolling

}  // namespace

ReportPreviewer::ReportPreviewer(Gather gather, std::function<void()> wake)
    : gather_(std::move(gather)), wake_(std::move(wake)) {}

ReportPreviewer::~ReportPreviewer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wanted_.reset();
    }
    queue_.stop();
}

std::shared_ptr<const ReportPreview> ReportPreviewer::get(const ReportRequest& request) {
    const std::lock_guard lock(mutex_);
    if (ready_ && ready_->request == request) return ready_;
    wanted_ = request;
    if (!working_ && !stopping_) {
        working_ = true;
        queue_.post([this] { work(); });
    }
    return nullptr;
}

void ReportPreviewer::drop() {
    const std::lock_guard lock(mutex_);
    ready_ = nullptr;
    wanted_.reset();
}

void ReportPreviewer::work() {
    for (;;) {
        ReportRequest request;
        {
            const std::lock_guard lock(mutex_);
            if (!wanted_ || stopping_) {
                working_ = false;
                return;
            }
            request = *wanted_;
        }
        auto preview = std::make_shared<ReportPreview>();
        preview->request = request;
        ReportRequest light = request;
        light.photo_captures = 0;
        light.with_findings = false;
        auto gathered = gather_(light);
        const auto report =
            gathered ? report::build_report(gathered->inputs) : base::Result<report::Report>(gathered.error());
        if (report) {
            preview->of = report::preview_of(*report, kPreviewRows, kPreviewColumns);
        } else {
            preview->why = report.error().what;
            preview->cure = cure_of_report(report.error().kind);
        }
        bool is_current = false;
        {
            const std::lock_guard lock(mutex_);
            is_current = wanted_ && *wanted_ == request;
            if (is_current) {
                ready_ = std::move(preview);
                wanted_.reset();
            }
        }
        if (is_current) wake_();
    }
}

}  // namespace linesman::app
