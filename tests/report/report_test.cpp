#include "report/report.h"

#include <gtest/gtest.h>

#include "report/builders.h"
#include "report/grouping.h"

namespace linesman::report {
namespace {

std::map<std::string, std::string> row_of(const Table& table, std::string_view key) {
    std::map<std::string, std::string> out;
    RowReader row(table);
    for (size_t i = 0; i < table.row_count(); ++i) {
        row.go_to(i);
        if (row.at(size_t{0}).text != key) continue;
        for (size_t c = 0; c < table.columns().size(); ++c) {
            const Cell& cell = row.at(c);
            out[table.columns()[c].key] =
                table.columns()[c].type == CellType::text ? std::string(cell.text) : std::to_string(cell.integer);
        }
    }
    return out;
}

const Section& section(const Report& report, std::string_view key) {
    for (const auto& one : report.sections) {
        if (one.key == key) return one;
    }
    ADD_FAILURE() << "no section " << key;
    return report.sections.front();
}

TEST(ValidationReport, CountsPerProjectZoneRuleCrewDeviceAndDay) {
    const auto report = build_report(test::validation_inputs());
    ASSERT_TRUE(report.ok()) << report.error().full();
    auto project = row_of(*section(*report, "by-project").table, "Law-001");
    EXPECT_EQ(project["captures"], "4");
    EXPECT_EQ(project["approved"], "1");
    EXPECT_EQ(project["rejected"], "1");
    EXPECT_EQ(project["waiting"], "2");
    EXPECT_EQ(project["blocking"], "1");
    EXPECT_EQ(project["lost_photos"], "1");
    EXPECT_EQ(row_of(*section(*report, "by-project").table, "no project")["errors"], "1");
    EXPECT_EQ(row_of(*section(*report, "by-zone").table, "Law-001 / Zone 1")["captures"], "2");
    EXPECT_EQ(row_of(*section(*report, "by-pon").table, "Law-001 / PON 7")["captures"], "2");
    EXPECT_EQ(row_of(*section(*report, "by-rule").table, "gps_missing")["captures"], "1");
    EXPECT_EQ(row_of(*section(*report, "by-rule").table, "photos_missing")["waiting"], "1");
    EXPECT_EQ(row_of(*section(*report, "by-crew").table, "Crew North")["captures"], "5");
    EXPECT_EQ(row_of(*section(*report, "by-device").table, "device_1")["captures"], "5");
    EXPECT_EQ(row_of(*section(*report, "by-day").table, "2025-06-15")["captures"], "4");
    EXPECT_EQ(row_of(*section(*report, "by-day").table, "2025-06-16")["captures"], "1");
}

TEST(ValidationReport, EveryPeriodNamesItsTimeAndZone) {
    auto inputs = test::validation_inputs();
    inputs.meta.period_time = "captured";
    inputs.meta.from_us = test::kNoonUs;
    const auto report = build_report(inputs);
    ASSERT_TRUE(report.ok());
    const auto& days = section(*report, "by-day");
    EXPECT_EQ(days.title, "By day captured");
    EXPECT_NE(days.note.find("Africa/Johannesburg (UTC+02:00)"), std::string::npos);
    EXPECT_EQ(period_text(inputs.meta),
              "captured from 2025-06-15T17:06:40+02:00; times are Africa/Johannesburg (UTC+02:00)");
    EXPECT_EQ(row_of(*days.table, "2025-06-15")["captures"], "5");
}

TEST(ValidationReport, WithoutTheCapturesIsRefused) {
    Inputs inputs;
    inputs.meta = test::meta();
    const auto report = build_report(inputs);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().kind, base::ErrorKind::corrupt);
    EXPECT_NE(report.error().what.find("captures"), std::string::npos);
}

TEST(CoverageReport, SaysWhatIsNotYetCaptured) {
    Inputs inputs;
    inputs.meta = test::meta(Kind::coverage);
    inputs.tables.push_back({"captures", test::capture_table(test::five_captures())});
    auto planned = std::make_shared<MemoryTable>(std::vector<Column>{{"planned_id", ""},
                                                                     {"pole_number", ""},
                                                                     {"project", ""},
                                                                     {"zone", ""},
                                                                     {"pon", ""},
                                                                     {"pole_type", ""},
                                                                     {"latitude", "", CellType::number, 7},
                                                                     {"longitude", "", CellType::number, 7}});
    const auto plan = [&](const char* id, const char* number) {
        planned->add({Cell::of(id), Cell::of(number), Cell::of("Law-001"), Cell::of("Zone 1"), Cell::of("PON 7"),
                      Cell::of("wood"), Cell::of_number(-26.38), Cell::of_number(27.80)});
    };
    plan("p0", "law.p.a000 ");  // canonical: as LAW.P.A000
    plan("p1", "LAW.P.A001");
    plan("p2", "LAW.P.A002");
    plan("p9", "LAW.P.A009");
    inputs.tables.push_back({"planned", planned});
    const auto report = build_report(inputs);
    ASSERT_TRUE(report.ok()) << report.error().full();
    auto project = row_of(*section(*report, "by-project").table, "Law-001");
    EXPECT_EQ(project["planned"], "4");
    EXPECT_EQ(project["captured"], "3");
    EXPECT_EQ(project["approved"], "1");
    EXPECT_EQ(project["rejected"], "1");
    EXPECT_EQ(project["waiting"], "1");
    EXPECT_EQ(project["not_captured"], "1");
    const auto& poles = *section(*report, "poles").table;
    EXPECT_EQ(row_of(poles, "p0")["state"], "waiting");
    EXPECT_EQ(row_of(poles, "p0")["staging_id"], "s0");
    EXPECT_EQ(row_of(poles, "p1")["state"], "in production");
    EXPECT_EQ(row_of(poles, "p9")["state"], "not captured");
    EXPECT_EQ(section(*report, "unplanned").table->row_count(), 2U);  // the hostile and the blank number
}

}  // namespace
}  // namespace linesman::report
