#include "report/preview.h"

#include <gmock/gmock.h>

#include "report/builders.h"

namespace linesman::report {
namespace {

TEST(Preview, ShowsFiguresTablesAndTheFirstRowsOfTheReportItself) {
    const auto report = build_report(test::validation_inputs());
    ASSERT_TRUE(report.ok()) << report.error().full();
    const Preview preview = preview_of(*report, 2, 100);
    EXPECT_EQ(preview.title, "Validation report");
    EXPECT_EQ(preview.rows, 5U);
    ASSERT_FALSE(preview.figures.empty());
    EXPECT_EQ(preview.figures[0].value, "5");
    EXPECT_EQ(preview.parts.size(), report->sections.size());
    EXPECT_EQ(preview.parts[0], (Preview::Part{"Captures", 5}));
    EXPECT_TRUE(preview.has_positions);
    EXPECT_THAT(preview.period, testing::HasSubstr("Africa/Johannesburg (UTC+02:00)"));
    EXPECT_EQ(preview.captures, "all captures");
    ASSERT_EQ(preview.first_rows.size(), 2U);
    for (const auto& row : preview.first_rows) EXPECT_EQ(row.size(), preview.columns.size());
}

TEST(Preview, LeavesOutColumnsThatSayNothingAndCutsTheRest) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{
        {"a", "A"}, {"b", "B"}, {"c", "C", CellType::boolean}, {"d", "D", CellType::integer}, {"e", "E"}});
    table->add({Cell::of("1"), Cell::none(), Cell::of_bool(false), Cell::of_integer(1234), Cell::of("x")});
    Report report;
    report.sections.push_back({"rows", "Rows", {}, table, true});
    const Preview all = preview_of(report, 5, 5);
    EXPECT_THAT(all.columns, testing::ElementsAre("A", "D", "E"));
    EXPECT_FALSE(all.has_positions);
    const Preview cut = preview_of(report, 5, 2);
    EXPECT_THAT(cut.columns, testing::ElementsAre("A", "D"));
    ASSERT_EQ(cut.first_rows.size(), 1U);
    EXPECT_EQ(cut.first_rows[0].size(), 2U);
}

TEST(Preview, OfNothingHasNoRows) {
    Report report;
    report.sections.push_back(
        {"rows", "Rows", {}, std::make_shared<MemoryTable>(std::vector<Column>{{"a", "A"}}), true});
    const Preview preview = preview_of(report, 5, 5);
    EXPECT_EQ(preview.rows, 0U);
    EXPECT_TRUE(preview.first_rows.empty());
    EXPECT_TRUE(preview.columns.empty());
}

TEST(CellWords, TimesAreOfTheZoneAndEmptyIsBlank) {
    const Column time{"t", "T", CellType::time};
    EXPECT_EQ(cell_words(Cell::of_time(test::kNoonUs), time, 120), "2025-06-15 17:06");
    EXPECT_EQ(cell_words(Cell::of_time(test::kNoonUs), time, 0), "2025-06-15 15:06");
    EXPECT_EQ(cell_words(Cell::none(), time, 0), "");
    EXPECT_EQ(cell_words(Cell::of_bool(true), {"b", "B", CellType::boolean}, 0), "yes");
    EXPECT_EQ(cell_words(Cell::of_number(1.25), {"n", "N", CellType::number, 1}, 0), "1.3");
}

}  // namespace
}  // namespace linesman::report
