#include "app/report_service.h"

#include "base/file.h"

namespace linesman::app {
namespace {

// So that a report that was handed on is not replaced by a slip of the pen.
base::Status check_free(const ReportOrder& order) {
    if (order.replace) return {};
    const std::string path = order.folder + "/" + order.stem;
    bool taken = base::file_exists(path + ".manifest.json");
    for (const auto format : order.formats) taken |= base::file_exists(path + "." + std::string(name_of(format)));
    if (!taken) return {};
    return base::make_error(base::ErrorKind::already_exists,
                            "There is a report \"" + order.stem + "\" in " + order.folder + " already.");
}

base::Status check_order(const ReportOrder& order) {
    const auto wrong = [](const char* what) { return base::make_error(base::ErrorKind::invalid_argument, what); };
    if (order.formats.empty()) return wrong("No format was chosen.");
    if (order.folder.empty()) return wrong("No folder was named.");
    if (order.stem.find('/') != std::string::npos || order.stem.starts_with('.'))
        return wrong("A name cannot begin with a dot or hold a slash. Name the folder in the field for the folder.");
    return {};
}

}  // namespace

ReportService::ReportService(Gather gather, const base::Clock& clock, base::WorkerPool& pool,
                             std::function<void()> wake)
    : gather_(std::move(gather)), clock_(clock), pool_(pool), wake_(std::move(wake)) {}

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
        job_.kind = order.request.kind;
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

base::Result<report::Rendered> ReportService::make(const ReportOrder& order, GatheredReport& gathered) {
    set([](ReportJob& job) { job.state = ReportJob::State::writing; });
    const base::Duration begun = clock_.steady();
    report::Making making;
    making.pool = &pool_;
    making.step = [this, begun](size_t done, size_t total) {
        const double seconds = base::Duration{clock_.steady().us - begun.us}.seconds();
        set([&](ReportJob& job) {
            job.rows_done = done;
            job.rows_total = total;
            job.rows_per_s = seconds > 0 ? static_cast<double>(done) / seconds : 0;
            job.seconds_left = job.rows_per_s > 0 ? static_cast<double>(total - done) / job.rows_per_s : -1;
        });
        return !cancelled_.load();
    };
    const report::RenderRequest request{order.folder, order.stem, order.formats, gathered.snapshot,
                                        to_json(order.request)};
    return report::render_report(gathered.inputs, request, making);
}

void ReportService::run(const ReportOrder& order) {
    const auto fail = [&](const base::Error& error) {
        set([&](ReportJob& job) {
            job.state =
                error.kind == base::ErrorKind::cancelled ? ReportJob::State::cancelled : ReportJob::State::failed;
            job.why = error.what;
            job.cure = cure_of_report(error.kind);
        });
    };
    if (auto sound = check_order(order); !sound) return fail(sound.error());
    if (auto made = base::make_private_dirs(order.folder); !made) return fail(made.error());
    // Before minutes of work, not after them.
    if (auto free = check_free(order); !free) return fail(free.error());
    auto gathered = gather_(order.request);
    if (!gathered) return fail(gathered.error());
    if (cancelled_)
        return fail(base::make_error(base::ErrorKind::cancelled, "The report was cancelled. Nothing was written."));
    auto rendered = make(order, *gathered);
    if (!rendered) return fail(rendered.error());
    set([&](ReportJob& job) {
        job.state = ReportJob::State::done;
        job.manifest = rendered->manifest;
        job.files = std::move(rendered->files);
        job.note = gathered->inputs.meta.note;
    });
}

std::string cure_of_report(base::ErrorKind kind) {
    switch (kind) {
        case base::ErrorKind::disk_full:
            return "Free some space on that disk, or choose a folder on another one. No half report was left behind.";
        case base::ErrorKind::io:
            return "Choose a folder that this account may write into. No half report was left behind.";
        case base::ErrorKind::already_exists:
            return "Give this one another name, or tick \"Replace\".";
        case base::ErrorKind::corrupt:
            return "linesmanctl doctor says which file is damaged and what to do.";
        case base::ErrorKind::invalid_argument:
        case base::ErrorKind::not_found:
        case base::ErrorKind::cancelled:
            return {};
        default:
            return "Make it again. If it stays, show this line to support.";
    }
}

}  // namespace linesman::app
