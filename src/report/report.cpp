#include "report/report.h"

#include "report/format.h"

namespace linesman::report {

base::Result<Report> build_report(const Inputs& inputs) {
    switch (inputs.meta.kind) {
        case Kind::validation:
            return build_validation(inputs);
        case Kind::coverage:
            return build_coverage(inputs);
        case Kind::devices:
            return build_devices(inputs);
        case Kind::decisions:
            return build_decisions(inputs);
        case Kind::handover:
            return build_handover(inputs);
    }
    return base::make_error(base::ErrorKind::invalid_argument, "There is no such report.");
}

Report begin_report(const Inputs& inputs) {
    const Meta& meta = inputs.meta;
    Report report;
    report.meta = meta;
    report.title = title_of(meta.kind);
    std::string as_of;
    append_time(as_of, meta.as_of_us, meta.utc_offset_minutes);
    // Devices are looked at as a whole; the other reports are of the captures that were asked for.
    const bool of_captures = meta.kind != Kind::devices;
    report.subtitle = meta.project_id;
    if (of_captures) report.subtitle += (meta.project_id.empty() ? "" : " · ") + meta.filter;
    if (of_captures) report.facts = {{"Captures", meta.filter}, {"Period", period_text(meta)}};
    report.facts.push_back({of_captures ? "Newest change in the data" : "As of the last contact with the server",
                            meta.as_of_us == 0 ? "unknown" : as_of});
    report.facts.push_back({"Times", zone_name(meta.utc_offset_minutes)});
    report.facts.push_back({"Firebase project", meta.project_id});
    report.facts.push_back({"Rules in force (hash)", meta.rules_hash});
    report.facts.push_back({"Made by", "Linesman " + meta.version});
    if (!meta.note.empty()) report.facts.push_back({"Not covered", meta.note});
    return report;
}

base::Result<std::shared_ptr<const Table>> need_table(const Inputs& inputs, std::string_view name,
                                                      std::initializer_list<std::string_view> columns) {
    auto table = inputs.find(name);
    if (!table)
        return base::make_error(base::ErrorKind::corrupt,
                                "The inputs of the report lack the table \"" + std::string(name) + "\".");
    for (const auto column : columns) {
        if (table->find(column) == SIZE_MAX)
            return base::make_error(base::ErrorKind::corrupt, "The table \"" + std::string(name) +
                                                                  "\" of the inputs lacks the column \"" +
                                                                  std::string(column) + "\".");
    }
    return table;
}

}  // namespace linesman::report
