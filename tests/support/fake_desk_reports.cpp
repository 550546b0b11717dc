// Reports, the history of the exchange and the disk of the fake desk. Previews are made by the report's own builder
// from the generated captures.
#include "report/capture_table.h"
#include "support/fake_desk.h"

namespace linesman::test {

uint64_t FakeDesk::start_report(const app::ReportOrder& order) {
    if (report.busy()) return 0;
    const uint64_t id = report.id + 1;
    report = {};
    report.id = id;
    report.kind = order.request.kind;
    report.state = app::ReportJob::State::gathering;
    report_order = order;
    return id;
}

std::shared_ptr<const app::ReportPreview> FakeDesk::preview_report(const app::ReportRequest& request) {
    if (!preview_is_ready) return nullptr;
    if (preview_ != nullptr && preview_->request == request && preview_->why == preview_why) return preview_;
    auto preview = std::make_shared<app::ReportPreview>();
    preview->request = request;
    preview->why = preview_why;
    report::Inputs inputs;
    inputs.meta.kind = report::Kind::validation;
    inputs.meta.filter = app::words_of(request.filter);
    inputs.meta.from_us = request.filter.from_us;
    inputs.meta.to_us = request.filter.to_us;
    inputs.meta.period_time = app::name_of(request.filter.time);
    inputs.meta.utc_offset_minutes = request.utc_offset_minutes.value_or(120);
    auto rows = model::filter_rows(snapshot_->columns, request.filter);
    report::sort_for_report(snapshot_->columns, rows);
    inputs.tables.push_back(
        {"captures", std::make_shared<report::CaptureTable>(snapshot_->columns, rows, std::vector<model::Person>{})});
    if (const auto built = report::build_report(inputs); built && preview_why.empty()) {
        preview->of = report::preview_of(*built, 8, 12);
        // A phone has no position; the other kinds differ in their tables only.
        if (request.kind == report::Kind::devices) preview->of.has_positions = false;
    }
    preview_ = std::move(preview);
    return preview_;
}

void FakeDesk::add_line(app::Snapshot& snapshot) {
    using Kind = app::SyncRun::Kind;
    const base::Timestamp now = options_.now;
    const auto run = [&](Kind kind, base::Duration ago, base::Duration length, uint64_t documents) {
        app::SyncRun out;
        out.kind = kind;
        out.began = now - ago;
        out.ended = out.began + length;
        out.documents = documents;
        out.requests = 4 + documents / 500;
        out.bytes = documents * 2'100;
        out.p50_ms = 84;
        out.p95_ms = 310;
        out.p99_ms = 1'240;
        return out;
    };
    std::vector<app::SyncRun> runs = {run(Kind::live, base::hours(2), base::hours(2), 48),
                                      run(Kind::pull, base::minutes(135), base::seconds(12), 0),
                                      run(Kind::pull, base::hours(4), base::minutes(60), 0),
                                      run(Kind::first_sync, base::hours(5), base::seconds(95), 21'400)};
    runs[0].open = true;
    runs[1].error = "No answer from the server within 60 seconds.";
    runs[1].failed = 3;
    runs[1].p50_ms = runs[1].p95_ms = runs[1].p99_ms = 0;
    runs[2].rounds = 240;
    snapshot.sync.runs = std::make_shared<const std::vector<app::SyncRun>>(std::move(runs));
    snapshot.sync.bytes_per_s = options_.offline ? 31'000 : 1'900'000;
    if (options_.offline) {
        snapshot.sync.transfers = 1;
        snapshot.sync.page_documents = 100;
        snapshot.sync.prefetch_ahead = 0;
        snapshot.sync.share_failing = 0.6;
    }
    auto disk = std::make_shared<app::DiskView>();
    disk->parts = {
        {"decisions (outbox.db)", "/data/outbox.db", "kept for good", 1'400'000, 1, false},
        {"mirror of the server (cache.db)", "/data/cache.db", "needed to work offline", 61'000'000, 3, false},
        {"photos", "/cache/photos", "may go; fetched again when looked at", 812'000'000, 4'210, true},
        {"thumbnails", "/cache/thumbnails", "may go; made again when looked at", 9'300'000, 4'100, true}};
    for (const auto& part : disk->parts) {
        disk->bytes += part.bytes;
        if (part.can_go) disk->can_go += part.bytes;
    }
    disk_view = std::move(disk);
}

void FakeDesk::clean_disk() {
    auto disk = std::make_shared<app::DiskView>(*disk_view);
    disk->cleaned = true;
    disk->freed = disk->can_go;
    for (auto& part : disk->parts) {
        if (part.can_go) part.bytes = part.files = 0;
    }
    disk->bytes -= disk->can_go;
    disk->can_go = 0;
    disk_view = std::move(disk);
}

}  // namespace linesman::test
