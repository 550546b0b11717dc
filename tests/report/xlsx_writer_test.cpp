#include "report/xlsx_writer.h"

#include <gtest/gtest.h>

#include "report/rendering.h"
#include "support/temp_folder.h"

namespace linesman::report {
namespace {

using test::count_of;
using test::output_of;
using test::render;

// A part of a workbook, or nullopt without unzip.
std::optional<std::string> part_of(const std::string& book, const std::string& part) {
    return output_of("unzip -p '" + book + "' '" + part + "'");
}

Report one_table(std::shared_ptr<const Table> table) {
    Report report;
    report.meta = test::meta();
    report.title = "Test";
    report.sections.push_back({"rows", "Rows", {}, std::move(table), true});
    return report;
}

TEST(Xlsx, ALongTableGoesOnInFurtherSheets) {
    auto inputs = test::validation_inputs();
    inputs.meta.sheet_rows = 2;
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(inputs, folder.path(), {Format::xlsx}).ok());
    const auto book = output_of("unzip -p '" + folder.path() + "/validation.xlsx' xl/workbook.xml");
    if (!book) GTEST_SKIP() << "unzip is not installed";
    for (const char* name : {"\"Captures\"", "\"Captures (2)\"", "\"Captures (3)\""})
        EXPECT_NE(book->find(name), std::string::npos) << name;
    EXPECT_EQ(book->find("Captures (4)"), std::string::npos);
    const auto sheets = output_of("unzip -p '" + folder.path() + "/validation.xlsx' 'xl/worksheets/*'");
    ASSERT_TRUE(sheets);
    for (const char* id : {"s0", "s1", "s2", "s3", "s4"})
        EXPECT_GE(count_of(*sheets, std::string(">") + id + "<"), 1U) << id;
    EXPECT_NE(sheets->find("=1+1"), std::string::npos);
    EXPECT_EQ(sheets->find("<f>"), std::string::npos);  // no formula anywhere
}

TEST(Xlsx, TheWorkbookHasTheTimeOfItsData) {
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(test::validation_inputs(), folder.path(), {Format::xlsx}).ok());
    const auto core = output_of("unzip -p '" + folder.path() + "/validation.xlsx' docProps/core.xml");
    if (!core) GTEST_SKIP() << "unzip is not installed";
    EXPECT_NE(core->find("2025-06-15T15:06:40Z"), std::string::npos) << *core;
}

TEST(Xlsx, TextsAreTextsWhateverTheyLookLike) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"text", "Text"}});
    for (const char* text : {"=1+1", "https://h/o/p.jpg?token=THE-SECRET", "broken \xff\xfe", "a & <b>"})
        table->add({Cell::of(text)});
    const std::string longer(40'000, 'x');
    table->add({Cell::of(longer)});
    const linesman::test::TempFolder folder;
    Making making;
    ASSERT_TRUE(write_xlsx(one_table(table), making, folder / "t.xlsx").ok());
    const auto sheet = part_of(folder / "t.xlsx", "xl/worksheets/sheet2.xml");
    if (!sheet) GTEST_SKIP() << "unzip is not installed";
    EXPECT_EQ(sheet->find("<f>"), std::string::npos);
    EXPECT_NE(sheet->find("=1+1"), std::string::npos);
    EXPECT_EQ(sheet->find("THE-SECRET"), std::string::npos);
    EXPECT_NE(sheet->find("token=removed"), std::string::npos);
    EXPECT_NE(sheet->find("broken \xEF\xBF\xBD"), std::string::npos);
    EXPECT_NE(sheet->find("a &amp; &lt;b&gt;"), std::string::npos);
    EXPECT_EQ(sheet->find(std::string(32'768, 'x')), std::string::npos) << "a cell holds 32,767 characters";
}

TEST(Xlsx, TimesAreDatesOfTheZoneAndThoseThatExcelDoesNotKnowAreTexts) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"at", "At", CellType::time}});
    table->add({Cell::of_time(0)});                        // 1970-01-01T02:00 in Johannesburg
    table->add({Cell::of_time(-2'400'000'000'000'000)});   // 1893
    table->add({Cell::of_time(300'000'000'000'000'000)});  // 11476
    table->add({Cell::none()});
    const linesman::test::TempFolder folder;
    Making making;
    ASSERT_TRUE(write_xlsx(one_table(table), making, folder / "t.xlsx").ok());
    const auto sheet = part_of(folder / "t.xlsx", "xl/worksheets/sheet2.xml");
    if (!sheet) GTEST_SKIP() << "unzip is not installed";
    EXPECT_NE(sheet->find("<v>25569.083333333"), std::string::npos) << *sheet;
    EXPECT_NE(sheet->find("1893-"), std::string::npos);
    EXPECT_NE(sheet->find("us:300000000000000000"), std::string::npos);
    EXPECT_NE(sheet->find("At, Africa/Johannesburg (UTC+02:00)"), std::string::npos);
}

TEST(Xlsx, ATableOfNothingIsAHeading) {
    const linesman::test::TempFolder folder;
    Making making;
    ASSERT_TRUE(write_xlsx(one_table(std::make_shared<MemoryTable>(std::vector<Column>{{"a", "Column A"}})), making,
                           folder / "t.xlsx")
                    .ok());
    const auto sheet = part_of(folder / "t.xlsx", "xl/worksheets/sheet2.xml");
    if (!sheet) GTEST_SKIP() << "unzip is not installed";
    EXPECT_NE(sheet->find("Column A"), std::string::npos);
    EXPECT_EQ(count_of(*sheet, "<row "), 1U);
}

TEST(Xlsx, ACancelledWorkbookIsAnError) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"n", "N", CellType::integer}});
    for (int64_t i = 0; i < 5000; ++i) table->add({Cell::of_integer(i)});
    const linesman::test::TempFolder folder;
    Making making;
    making.step = [](size_t, size_t) { return false; };
    const auto status = write_xlsx(one_table(table), making, folder / "t.xlsx");
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind, base::ErrorKind::cancelled);
}

TEST(Xlsx, AFolderThatIsNotThereIsNamed) {
    auto table = std::make_shared<MemoryTable>(std::vector<Column>{{"n", "N", CellType::integer}});
    const linesman::test::TempFolder folder;
    Making making;
    const std::string path = folder / "nowhere/t.xlsx";
    const auto status = write_xlsx(one_table(table), making, path);
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().what.find("t.xlsx"), std::string::npos) << status.error().what;
}

// In the program that people have. Skipped where it is not installed.
TEST(Programs, LibreOfficeReadsTheWorkbook) {
    if (!output_of("command -v soffice")) GTEST_SKIP() << "LibreOffice (soffice) is not installed";
    const linesman::test::TempFolder folder;
    ASSERT_TRUE(render(test::validation_inputs(), folder.path(), {Format::xlsx}).ok());
    const auto converted = output_of("HOME='" + folder.path() +
                                     "' timeout 120 soffice --headless --convert-to csv:\"Text - txt - csv "
                                     "(StarCalc)\":44,34,76,1,,0,false,true,false,false,false,-1 --outdir '" +
                                     folder.path() + "' '" + folder.path() + "/validation.xlsx'");
    ASSERT_TRUE(converted);
    const auto sheet = base::read_file(folder / "validation-Captures.csv").value_or("");
    EXPECT_NE(sheet.find("LAW.P.A002"), std::string::npos);
    EXPECT_NE(sheet.find("=1+1"), std::string::npos);
}

}  // namespace
}  // namespace linesman::report
