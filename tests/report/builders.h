// Captures as columns, tables and inputs of reports for tests: small, and the same every time.
#pragma once

#include <string>
#include <vector>

#include "model/builders.h"
#include "model/columns.h"
#include "model/filter.h"
#include "model/geo.h"
#include "report/capture_table.h"
#include "report/inputs.h"

namespace linesman::report::test {

inline constexpr int64_t kNoonUs = 1'750'000'000'000'000;  // 2025-06-15T15:06:40Z

// Five captures with something of everything; added in the order given by `order`.
inline model::Columns five_captures(const std::vector<int>& order = {0, 1, 2, 3, 4}) {
    std::vector<model::Capture> captures;
    for (int i = 0; i < 5; ++i) {
        auto c = model::test::a_capture("s" + std::to_string(i));
        c.pole_number = "LAW.P.A00" + std::to_string(i);
        c.gps = model::GeoPoint{-26.38 - i * 0.001, 27.80 + i * 0.001};
        captures.push_back(c);
    }
    captures[1] = model::test::decided(captures[1], model::Decision::approved);
    captures[1].synced_to_production = true;
    captures[2] = model::test::decided(captures[2], model::Decision::rejected);
    captures[3].pole_number = "=1+1";  // a hostile number
    captures[3].gps.reset();
    captures[3].photos[model::index_of(model::Slot::depth)].reset();
    captures[3].expected_photos = model::kAllSlots;
    captures[4].pole_number = "";
    captures[4].project_id = "";
    captures[4].submitted_at = *captures[4].submitted_at + base::hours(24);
    model::ColumnsBuilder builder;
    for (const int i : order) {
        const auto& c = captures[static_cast<size_t>(i)];
        const auto rules = i == 3   ? model::bit(model::Rule::gps_missing) | model::bit(model::Rule::photos_missing)
                           : i == 4 ? model::bit(model::Rule::number_missing)
                                    : model::RuleMask{0};
        const auto worst = i == 3 ? model::Severity::blocking : i == 4 ? model::Severity::error : model::Severity::none;
        builder.put(model::row_values(c, worst, rules, 0, i < 2 ? "Zone 1" : "", i < 2 ? "PON 7" : ""));
    }
    return builder.publish();
}

inline std::vector<model::Person> people() {
    return {{"worker-1", "Naledi", "Crew North", "", ""}, {"thandi", "Thandi", "", "", ""}};
}

inline Meta meta(Kind kind = Kind::validation) {
    Meta m;
    m.kind = kind;
    m.profile = "test";
    m.project_id = "demo-linesman";
    m.version = "0.1.0";
    m.rules_hash = "0123";
    m.as_of_us = kNoonUs;
    m.filter = "all captures";
    return m;
}

inline std::shared_ptr<CaptureTable> capture_table(const model::Columns& columns) {
    model::Filter filter;
    filter.scope = model::QueueScope::all;
    auto rows = model::filter_rows(columns, filter);
    sort_for_report(columns, rows);
    return std::make_shared<CaptureTable>(columns, rows, people());
}

inline Inputs validation_inputs(const std::vector<int>& order = {0, 1, 2, 3, 4}) {
    Inputs inputs;
    inputs.meta = meta();
    inputs.tables.push_back({"captures", capture_table(five_captures(order))});
    auto findings = std::make_shared<MemoryTable>(
        std::vector<Column>{{"staging_id", "Staging id"}, {"rule", "Rule"}, {"message", "Message"}});
    findings->add({Cell::of("s3"), Cell::of("gps_missing"), Cell::of("There is no position. <b>Capture again.</b>")});
    inputs.tables.push_back({"findings", findings});
    return inputs;
}

}  // namespace linesman::report::test
