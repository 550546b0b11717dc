#include <algorithm>

#include "cli/verbs/verbs.h"

namespace linesman::cli {
namespace {

std::string last_sync_text(base::Duration age) {
    const std::string text = base::format_age(age);
    return text == "just now" ? text : text + " ago";
}

constexpr size_t kShownRuns = 5;

base::Json runs_json(const std::vector<app::SyncRun>& runs) {
    base::Json list = base::Json::array();
    for (const auto& run : runs)
        list.push_back({{"kind", app::name_of(run.kind)},
                        {"began", base::format_rfc3339(run.began)},
                        {"ended", base::format_rfc3339(run.ended)},
                        {"rounds", run.rounds},
                        {"documents", run.documents},
                        {"requests", run.requests},
                        {"failed", run.failed},
                        {"bytes", run.bytes},
                        {"p50_ms", run.p50_ms},
                        {"p95_ms", run.p95_ms},
                        {"p99_ms", run.p99_ms},
                        {"error", run.error}});
    return list;
}

// The latest runs of the exchange, also of a console that runs now.
std::string runs_table(const std::vector<app::SyncRun>& runs, base::Timestamp now) {
    std::vector<std::vector<std::string>> table = {
        {"EXCHANGE", "ENDED", "DOCUMENTS", "REQUESTS", "FAILED", "P50", "P95", "P99", "HOW IT ENDED"}};
    const auto ms = [](double value) {
        return value > 0 ? std::to_string(static_cast<int64_t>(value + 0.5)) + " ms" : std::string("-");
    };
    for (size_t i = 0; i < std::min(runs.size(), kShownRuns); ++i) {
        const auto& run = runs[i];
        const std::string end = !run.error.empty()   ? run.error
                                : run.rounds > 1     ? std::to_string(run.rounds) + " rounds, nothing new"
                                : run.documents == 0 ? "nothing new"
                                                     : "complete";
        table.push_back({std::string(app::name_of(run.kind)), last_sync_text(now - run.ended),
                         std::to_string(run.documents), std::to_string(run.requests), std::to_string(run.failed),
                         ms(run.p50_ms), ms(run.p95_ms), ms(run.p99_ms), end});
    }
    return Output::table(table);
}

base::Json as_json(const app::Snapshot& s) {
    const auto& c = s.counts;
    base::Json by_rule = base::Json::object();
    for (size_t i = 0; i < c.by_rule.size(); ++i) {
        if (c.by_rule[i]) by_rule[std::string(model::code_of(static_cast<model::Rule>(i)))] = c.by_rule[i];
    }
    return {{"profile", s.profile},
            {"captures",
             {{"total", c.total},
              {"open", c.open},
              {"held", c.held},
              {"decided", c.decided},
              {"approved", c.approved},
              {"rejected", c.rejected},
              {"resubmitted", c.resubmitted},
              {"lost_photos", c.lost_photos}}},
            {"open_by_rule", by_rule},
            {"outbox",
             {{"waiting", s.outbox.waiting},
              {"ready", s.outbox.ready},
              {"sending", s.outbox.sending},
              {"parked", s.outbox.parked},
              {"conflicts", s.outbox.conflicts},
              {"refused_because", s.outbox.refused_because}}},
            {"last_pull", s.sync.last_pull ? base::Json(base::format_rfc3339(*s.sync.last_pull)) : base::Json()},
            {"reads_today", s.sync.reads_today},
            {"writes_today", s.sync.writes_today},
            {"runs", runs_json(*s.sync.runs)}};
}

}  // namespace

int verb_status(Context& context) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    const auto s = (*desk)->snapshot();
    context.out.document(as_json(*s));
    const auto& c = s->counts;
    const auto n = [](uint64_t value) { return std::to_string(value); };
    std::vector<std::vector<std::string>> rows = {
        {"Captures", n(c.total)},
        {"  waiting for a supervisor", n(c.open)},
        {"  held", n(c.held)},
        {"  approved", n(c.approved)},
        {"  rejected", n(c.rejected)},
        {"  sent again by the crew", n(c.resubmitted)},
        {"  with lost photos", n(c.lost_photos)},
        {"Decisions not yet at the server", n(s->outbox.unsent())},
        {"  that need a person", n(s->outbox.parked + s->outbox.conflicts)},
        {"Last sync", s->sync.last_pull ? last_sync_text((*desk)->now() - *s->sync.last_pull) : "never"}};
    context.out.data(Output::table(rows));
    std::vector<std::vector<std::string>> findings;
    for (size_t i = 0; i < c.by_rule.size(); ++i) {
        if (c.by_rule[i])
            findings.push_back({"  " + std::string(model::title_of(static_cast<model::Rule>(i))), n(c.by_rule[i])});
    }
    if (!findings.empty()) {
        context.out.data("Findings on waiting captures");
        context.out.data(Output::table(findings));
    }
    if (!s->sync.runs->empty()) context.out.data(runs_table(*s->sync.runs, (*desk)->now()));
    if (!s->outbox.refused_because.empty()) context.out.message(s->outbox.refused_because);
    return s->outbox.parked + s->outbox.conflicts > 0 ? kFindings : kOk;
}

}  // namespace linesman::cli
