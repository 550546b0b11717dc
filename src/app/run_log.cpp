#include "app/run_log.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"

namespace linesman::app {
namespace {

constexpr double kStep = 1.05;
constexpr std::array<std::string_view, 3> kKinds = {"first sync", "pull", "live"};
// Two quiet pulls farther apart than this are two lines: the desk was off in between.
constexpr base::Duration kOneStretch = base::minutes(70);

bool is_quiet(const SyncRun& run) {
    return run.kind == SyncRun::Kind::pull && !run.open && run.documents == 0 && run.failed == 0 && run.error.empty();
}

base::Json to_json(const SyncRun& run) {
    return {{"kind", name_of(run.kind)}, {"began_us", run.began.us},   {"ended_us", run.ended.us},
            {"rounds", run.rounds},      {"documents", run.documents}, {"requests", run.requests},
            {"failed", run.failed},      {"bytes", run.bytes},         {"p50_ms", run.p50_ms},
            {"p95_ms", run.p95_ms},      {"p99_ms", run.p99_ms},       {"error", run.error}};
}

uint64_t count_at(const base::Json& json, const char* key) {
    return static_cast<uint64_t>(std::max<int64_t>(base::int_at(json, key).value_or(0), 0));
}

std::optional<SyncRun> run_from_json(const base::Json& json) {
    const auto kind = std::find(kKinds.begin(), kKinds.end(), base::string_at(json, "kind").value_or(""));
    const auto began = base::int_at(json, "began_us"), ended = base::int_at(json, "ended_us");
    if (kind == kKinds.end() || !began || !ended || *ended < *began) return std::nullopt;
    SyncRun run;
    run.kind = static_cast<SyncRun::Kind>(kind - kKinds.begin());
    run.began = {*began};
    run.ended = {*ended};
    run.rounds = static_cast<uint32_t>(std::clamp<uint64_t>(count_at(json, "rounds"), 1, UINT32_MAX));
    run.documents = count_at(json, "documents");
    run.requests = count_at(json, "requests");
    run.failed = count_at(json, "failed");
    run.bytes = count_at(json, "bytes");
    const auto ms = [&](const char* key) { return std::clamp(base::number_at(json, key).value_or(0), 0.0, 1e6); };
    run.p50_ms = ms("p50_ms");
    run.p95_ms = ms("p95_ms");
    run.p99_ms = ms("p99_ms");
    run.error = base::string_at(json, "error").value_or("");
    return run;
}

}  // namespace

std::string_view name_of(SyncRun::Kind kind) {
    return kKinds[static_cast<size_t>(kind)];
}

void LatencyHistogram::add(double ms) {
    const double step = ms <= 1 ? 0 : std::round(std::log(ms) / std::log(kStep));
    ++counts_[std::min(static_cast<size_t>(step), kBuckets - 1)];
    ++total_;
}

void LatencyHistogram::add(const LatencyHistogram& other) {
    for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
}

double LatencyHistogram::percentile(double share) const {
    if (total_ == 0) return 0;
    const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(total_)));
    uint64_t seen = 0;
    for (size_t i = 0; i < kBuckets; ++i) {
        seen += counts_[i];
        if (seen >= std::max<uint64_t>(wanted, 1)) return std::pow(kStep, static_cast<double>(i));
    }
    return std::pow(kStep, static_cast<double>(kBuckets - 1));
}

void RunLog::load(const std::string& text) {
    entries_.clear();
    const auto json = base::parse_json(text, "history of the exchange");
    if (!json || !json->is_array()) return;
    for (const auto& one : *json) {
        auto run = run_from_json(one);
        if (run) entries_.push_back({std::move(*run), std::nullopt});
    }
    if (entries_.size() > kMostRuns)
        entries_.erase(entries_.begin(), entries_.end() - static_cast<ptrdiff_t>(kMostRuns));
}

std::string RunLog::text(base::Timestamp now) const {
    base::Json json = base::Json::array();
    for (const auto& entry : entries_) {
        SyncRun run = shown(entry);
        if (run.open) run.ended = std::max(now, run.began);
        json.push_back(to_json(run));
    }
    return base::to_text(json);
}

void RunLog::begin(SyncRun::Kind kind, base::Timestamp now) {
    Entry entry;
    entry.run.kind = kind;
    entry.run.began = entry.run.ended = now;
    entry.run.open = true;
    entry.latency.emplace();
    entries_.push_back(std::move(entry));
    if (entries_.size() > kMostRuns) entries_.erase(entries_.begin());
}

void RunLog::close(const std::string& error, base::Timestamp now) {
    if (entries_.empty() || !entries_.back().run.open) return;
    Entry& last = entries_.back();
    last.run.open = false;
    last.run.ended = std::max(now, last.run.began);
    last.run.error = error;
    if (entries_.size() < 2 || !is_quiet(last.run)) return;
    Entry& before = entries_[entries_.size() - 2];
    if (!is_quiet(before.run) || !before.latency || (last.run.began - before.run.ended) > kOneStretch) return;
    before.run.ended = last.run.ended;
    before.run.rounds += last.run.rounds;
    before.run.requests += last.run.requests;
    before.run.bytes += last.run.bytes;
    before.latency->add(*last.latency);
    entries_.pop_back();
}

void RunLog::at(Stage stage, uint64_t documents, const std::string& error, base::Timestamp now) {
    const bool is_open = !entries_.empty() && entries_.back().run.open;
    const bool is_live = is_open && entries_.back().run.kind == SyncRun::Kind::live;
    // Counts and the daily sweep go on while changes are listened to.
    const bool goes_on = is_live && stage == Stage::pull && error.empty();
    const uint64_t arrived = documents >= documents_ ? documents - documents_ : documents;
    documents_ = documents;
    if (is_open) entries_.back().run.documents += arrived;
    if (stage == Stage::rest) return close(error, now);
    const auto kind = stage == Stage::first_sync ? SyncRun::Kind::first_sync
                      : stage == Stage::live     ? SyncRun::Kind::live
                                                 : SyncRun::Kind::pull;
    if (is_open && entries_.back().run.kind != kind && !goes_on) close({}, now);
    if (entries_.empty() || !entries_.back().run.open) begin(kind, now);
    if (!is_open) entries_.back().run.documents += arrived;
}

void RunLog::request(bool answered, base::Duration to_first_byte, uint64_t bytes) {
    if (entries_.empty() || !entries_.back().run.open) return;
    Entry& entry = entries_.back();
    ++entry.run.requests;
    entry.run.bytes += bytes;
    if (!answered) {
        ++entry.run.failed;
    } else if (to_first_byte.us > 0) {
        entry.latency->add(static_cast<double>(to_first_byte.us) / 1000);
    }
}

SyncRun RunLog::shown(const Entry& entry) {
    SyncRun run = entry.run;
    if (entry.latency) {
        run.p50_ms = entry.latency->percentile(0.50);
        run.p95_ms = entry.latency->percentile(0.95);
        run.p99_ms = entry.latency->percentile(0.99);
    }
    return run;
}

SyncRuns RunLog::runs(base::Timestamp now) const {
    auto out = std::make_shared<std::vector<SyncRun>>();
    out->reserve(entries_.size());
    for (auto it = entries_.rbegin(); it != entries_.rend(); ++it) {
        out->push_back(shown(*it));
        if (out->back().open) out->back().ended = std::max(now, out->back().began);
    }
    return out;
}

}  // namespace linesman::app
