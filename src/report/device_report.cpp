// How the phones are doing. Every figure says whether the phone reported it or it was inferred from captures alone.
#include <algorithm>
#include <map>

#include "report/format.h"
#include "report/report.h"

namespace linesman::report {
namespace {

constexpr size_t kBars = 20;

using Counts = std::map<std::string, int64_t>;

Chart count_chart(std::string title, std::string note, const Counts& counts, Tone tone) {
    Chart chart{std::move(title), std::move(note), Chart::Shape::bars, {{"", tone}}, {}};
    std::vector<std::pair<std::string, int64_t>> order(counts.begin(), counts.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [name, count] : order) {
        if (chart.items.size() < kBars) chart.items.push_back({name, {static_cast<double>(count)}});
    }
    return chart;
}

}  // namespace

base::Result<Report> build_devices(const Inputs& inputs) {
    const auto devices = need_table(inputs, "devices",
                                    {"device", "health", "failing", "reports", "network_reported",
                                     "app_version_reported", "queue_waiting_reported", "captures_inferred"});
    if (!devices) return devices.error();
    int64_t failing = 0, reporting = 0, waiting = 0, captures = 0;
    Counts queues, networks, versions;
    RowReader row(**devices);
    for (size_t i = 0; i < (*devices)->row_count(); ++i) {
        row.go_to(i);
        failing += row.at("failing").integer;
        captures += row.at("captures_inferred").integer;
        if (row.at("reports").integer == 0) continue;
        ++reporting;
        waiting += row.at("queue_waiting_reported").integer;
        if (row.at("queue_waiting_reported").integer > 0)
            queues[std::string(row.at("device").text)] = row.at("queue_waiting_reported").integer;
        const auto name = [](const Cell& cell) { return cell.is_empty ? "unknown" : std::string(cell.text); };
        ++networks[name(row.at("network_reported"))];
        ++versions[name(row.at("app_version_reported"))];
    }
    const auto count = static_cast<int64_t>((*devices)->row_count());
    Report report = begin_report(inputs);
    report.figures = {{"devices", grouped(count)},
                      {"that need attention", grouped(failing)},
                      {"that report themselves", grouped(reporting)},
                      {"known from captures only", grouped(count - reporting)},
                      {"captures waiting on phones (reported)", grouped(waiting)},
                      {"captures here (inferred)", grouped(captures)}};
    report.charts = {
        count_chart("Waiting on the phone", "Reported; captures not yet in staging.", queues, Tone::waiting),
        count_chart("Network at the last contact", "Reported; devices.", networks, Tone::neutral),
        count_chart("App version", "Reported; devices.", versions, Tone::neutral)};
    if (const auto attempts = inputs.find("attempts")) {
        Counts causes;
        RowReader attempt(*attempts);
        for (size_t i = 0; i < attempts->row_count(); ++i) {
            attempt.go_to(i);
            if (attempt.at("failed").integer != 0) ++causes[std::string(attempt.at("outcome").text)];
        }
        report.charts.push_back(
            count_chart("Failed attempts by cause", "Reported in sync sessions.", causes, Tone::bad));
        report.sections.push_back({"attempts", "Attempts", "Reported in sync sessions, newest first.", attempts});
    }
    if (const auto commands = inputs.find("commands"))
        report.sections.push_back({"commands", "Commands sent to devices", {}, commands});
    report.sections.push_back({"devices", "Devices",
                               "(reported): the phone said so; (inferred): worked out from its captures. A phone that "
                               "sends no heartbeat has inferred figures only and cannot be told to retry from here.",
                               *devices, true});
    return report;
}

}  // namespace linesman::report
