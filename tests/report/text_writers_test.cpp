#include "report/text_writers.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "model/csv.h"
#include "report/builders.h"
#include "support/temp_folder.h"

namespace linesman::report {
namespace {

using Writer = base::Status (*)(const Table&, const Meta&, Making&, OutputFile&);

std::string written(Writer writer, const Table& table, const Meta& meta = test::meta(),
                    base::WorkerPool* pool = nullptr) {
    const linesman::test::TempFolder folder;
    OutputSet set(folder.path());
    auto file = set.open("out");
    EXPECT_TRUE(file.ok());
    Making making;
    making.pool = pool;
    EXPECT_TRUE(writer(table, meta, making, **file).ok());
    EXPECT_TRUE(set.close("out", **file).ok());
    EXPECT_TRUE(set.commit().ok());
    return base::read_file(folder / "out").value_or("");
}

std::string field(std::string_view text) {
    std::string out;
    append_csv_text(out, text);
    return out;
}

TEST(Csv, QuotesWhatNeedsIt) {
    EXPECT_EQ(field("plain"), "plain");
    EXPECT_EQ(field("a,b"), "\"a,b\"");
    EXPECT_EQ(field("say \"hi\""), "\"say \"\"hi\"\"\"");
    EXPECT_EQ(field("two\nlines"), "\"two\nlines\"");
    EXPECT_EQ(field(""), "");
}

TEST(Csv, NoTextBecomesAFormula) {
    EXPECT_EQ(field("=HYPERLINK(\"http://x\")"), "\"'=HYPERLINK(\"\"http://x\"\")\"");
    EXPECT_EQ(field("=1+1"), "'=1+1");
    EXPECT_EQ(field("+27821234567"), "'+27821234567");
    EXPECT_EQ(field("-1"), "'-1");
    EXPECT_EQ(field("@SUM(A1)"), "'@SUM(A1)");
    EXPECT_EQ(field("\t=1"), "'\t=1");
    EXPECT_EQ(field("\r=1"), "\"'\r=1\"");
    EXPECT_EQ(field("＝1"), "'＝1");
    EXPECT_EQ(field("a=1"), "a=1");
}

TEST(Csv, ReadsBackAsItWasWritten) {
    MemoryTable table(
        {{"a", "A"}, {"n", "N", CellType::number, 2}, {"t", "T", CellType::time}, {"b", "B", CellType::boolean}});
    table.add({Cell::of("x,\"y\"\r\nz"), Cell::of_number(-1.5), Cell::of_time(test::kNoonUs), Cell::of_bool(true)});
    table.add({Cell::none(), Cell::none(), Cell::none(), Cell::none()});
    const std::string text = written(write_csv, table);
    model::CsvReader reader(text);
    model::CsvRow row;
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.fields, (std::vector<std::string>{"a", "n", "t", "b"}));
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.fields, (std::vector<std::string>{"x,\"y\"\r\nz", "-1.50", "2025-06-15T17:06:40+02:00", "true"}));
    EXPECT_TRUE(text.ends_with("\r\n,,,\r\n"));
}

TEST(Csv, HasAByteOrderMarkOnlyWhenAskedFor) {
    const MemoryTable table(std::vector<Column>{{"a", "A"}});
    Meta meta = test::meta();
    EXPECT_EQ(written(write_csv, table, meta), "a\r\n");
    meta.csv_bom = true;
    EXPECT_EQ(written(write_csv, table, meta),
              "\xEF\xBB\xBF"
              "a\r\n");
}

TEST(Csv, TheListOfCapturesIsGolden) {
    EXPECT_EQ(
        written(write_csv, *test::capture_table(test::five_captures())),
        "staging_id,pole_number,project,zone,pon,crew,device,captured_by,captured_at,submitted_at,machine_status,"
        "decision,"
        "waiting,decided_by,decided_at,severity,findings,photos,missing_photos,lost_photos,latitude,longitude,accuracy_"
        "m,"
        "resubmitted,unsent,in_production\r\n"
        "s4,,,,,Crew "
        "North,device_1,Naledi,2025-06-15T17:06:40+02:00,2025-06-16T17:26:40+02:00,pending,undecided,true,,,"
        "error,number_missing,6,,,-26.3840000,27.8040000,4.5,false,false,false\r\n"
        "s3,'=1+1,Law-001,,,Crew North,device_1,Naledi,2025-06-15T17:06:40+02:00,2025-06-15T17:26:40+02:00,pending,"
        "undecided,true,,,blocking,gps_missing; photos_missing,5,depth,depth,,,4.5,false,false,false\r\n"
        "s0,LAW.P.A000,Law-001,Zone 1,PON 7,Crew North,device_1,Naledi,2025-06-15T17:06:40+02:00,"
        "2025-06-15T17:26:40+02:00,pending,undecided,true,,,none,,6,,,-26.3800000,27.8000000,4.5,false,false,false\r\n"
        "s1,LAW.P.A001,Law-001,Zone 1,PON 7,Crew North,device_1,Naledi,2025-06-15T17:06:40+02:00,"
        "2025-06-15T17:26:40+02:00,pending,approved,false,Thandi,2025-06-15T17:06:40+02:00,none,,6,,,-26.3810000,"
        "27.8010000,4.5,false,false,true\r\n"
        "s2,LAW.P.A002,Law-001,,,Crew "
        "North,device_1,Naledi,2025-06-15T17:06:40+02:00,2025-06-15T17:26:40+02:00,pending,"
        "rejected,false,Thandi,2025-06-15T17:06:40+02:00,none,,6,,,-26.3820000,27.8020000,4.5,false,false,false\r\n");
}

TEST(Csv, DoesNotDependOnTheOrderInWhichCapturesReachedTheDesk) {
    EXPECT_EQ(written(write_csv, *test::capture_table(test::five_captures({4, 2, 0, 3, 1}))),
              written(write_csv, *test::capture_table(test::five_captures())));
}

TEST(Csv, OnSeveralThreadsRowsStayInOrder) {
    MemoryTable table({{"n", "N", CellType::integer}, {"t", "T"}});
    for (int i = 0; i < 50'000; ++i)
        table.add({Cell::of_integer(i), Cell::of(std::string(static_cast<size_t>(i % 40), 'x'))});
    base::WorkerPool pool(3);
    const auto parallel = written(write_csv, table, test::meta(), &pool);
    EXPECT_EQ(parallel, written(write_csv, table));
    EXPECT_EQ(std::count(parallel.begin(), parallel.end(), '\n'), 50'001);
}

TEST(JsonLines, LeavesOutWhatIsEmptyAndEscapes) {
    MemoryTable table({{"a", "A"}, {"n", "N", CellType::integer}});
    table.add({Cell::of("line\n\"quote\" \x01"), Cell::of_integer(-5)});
    table.add({Cell::none(), Cell::none()});
    EXPECT_EQ(written(write_jsonl, table), "{\"a\":\"line\\n\\\"quote\\\" \\u0001\",\"n\":-5}\n{}\n");
}

TEST(GeoJson, EveryRowIsAFeatureWithItsPoint) {
    const auto text = written(write_geojson, *test::capture_table(test::five_captures()));
    const auto json = base::parse_json(text, "report");
    ASSERT_TRUE(json.ok()) << json.error().full();
    const auto& features = (*json)["features"];
    ASSERT_EQ(features.size(), 5U);
    EXPECT_TRUE(features[1]["geometry"].is_null());  // no position
    EXPECT_EQ(features[2]["geometry"]["coordinates"], (base::Json{27.8, -26.38}));
    EXPECT_EQ(features[2]["properties"]["staging_id"], "s0");
    EXPECT_FALSE(features[2]["properties"].contains("latitude"));
}

TEST(GeoJson, OfNothingIsStillACollection) {
    const MemoryTable empty({{"latitude", "", CellType::number, 7}, {"longitude", "", CellType::number, 7}});
    const auto json = base::parse_json(written(write_geojson, empty), "report");
    ASSERT_TRUE(json.ok());
    EXPECT_TRUE((*json)["features"].empty());
}

TEST(Writers, NoPhotoTokenLeaves) {
    MemoryTable table(std::vector<Column>{{"note", "Note"}});
    const std::string url = "https://host/o/p?alt=media&token=3b7e0c1a-secret";
    table.add({Cell::of(url)});
    for (const auto writer : {write_csv, write_jsonl}) {
        const auto text = written(writer, table);
        EXPECT_EQ(text.find("secret"), std::string::npos);
        EXPECT_NE(text.find("token=removed"), std::string::npos);
    }
    std::string csv;
    append_csv_text(csv, url);
    EXPECT_EQ(csv.find("secret"), std::string::npos);
}

TEST(Writers, StopWhenTheReportIsCancelled) {
    MemoryTable table({{"n", "N", CellType::integer}});
    for (int i = 0; i < 50'000; ++i) table.add({Cell::of_integer(i)});
    const linesman::test::TempFolder folder;
    {
        OutputSet set(folder.path());
        auto file = set.open("out");
        ASSERT_TRUE(file.ok());
        Making making;
        making.step = [](size_t, size_t) { return false; };
        EXPECT_EQ(write_csv(table, test::meta(), making, **file).error().kind, base::ErrorKind::cancelled);
    }
    EXPECT_EQ(folder.count(), 0);
}

}  // namespace
}  // namespace linesman::report
