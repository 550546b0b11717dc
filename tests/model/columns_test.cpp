#include "model/columns.h"

#include <gtest/gtest.h>

#include <unordered_map>

#include "model/builders.h"
#include "model/geo.h"

namespace linesman::model {
namespace {

using test::a_capture;

RowValues plain_row(std::string_view id, std::string_view number) {
    RowValues values;
    values.staging_id = id;
    values.pole_number = number;
    return values;
}

TEST(Dictionary, EmptyTextIsIndexZero) {
    Dictionary names;
    EXPECT_EQ(names.find(""), 0U);
    EXPECT_EQ(names.intern(""), 0U);
    EXPECT_EQ(names.size(), 1U);
}

TEST(Dictionary, KeepsIndicesWhileItGrows) {
    Dictionary names;
    for (uint32_t i = 1; i <= 5000; ++i) ASSERT_EQ(names.intern("name-" + std::to_string(i)), i);
    for (uint32_t i = 1; i <= 5000; ++i) {
        ASSERT_EQ(names.find("name-" + std::to_string(i)), i);
        ASSERT_EQ(names.intern("name-" + std::to_string(i)), i);
    }
    EXPECT_EQ(names.find("name-5001"), kNoRow);
    EXPECT_EQ(names.at(99'999), "");
}

TEST(ColumnsBuilder, EmptyHasNoRows) {
    ColumnsBuilder builder;
    EXPECT_EQ(builder.row_of("nobody"), kNoRow);
    EXPECT_EQ(builder.remove("nobody"), kNoRow);
    EXPECT_EQ(builder.publish().row_count(), 0U);
}

TEST(ColumnsBuilder, RowsKeepTheirIndexAcrossReplacementAndRemoval) {
    ColumnsBuilder builder;
    EXPECT_EQ(builder.put(plain_row("a", "LAW.P.A001")), 0U);
    EXPECT_EQ(builder.put(plain_row("b", "LAW.P.A002")), 1U);
    EXPECT_EQ(builder.put(plain_row("a", "LAW.P.A0011")), 0U);
    EXPECT_EQ(builder.remove("a"), 0U);
    const Columns columns = builder.publish();
    EXPECT_EQ(columns.row_count(), 2U);
    EXPECT_EQ(columns.pole_number(0), "LAW.P.A0011");
    EXPECT_EQ(columns.pole_number(1), "LAW.P.A002");
    EXPECT_TRUE(columns.flags(0) & kFlagGone);
    EXPECT_EQ(builder.put(plain_row("a", "LAW.P.A0011")), 0U);
    EXPECT_FALSE(builder.publish().flags(0) & kFlagGone);
}

TEST(ColumnsBuilder, PublishedVersionsNeverChange) {
    ColumnsBuilder builder;
    builder.put(plain_row("a", "OLD"));
    const Columns before = builder.publish();
    builder.put(plain_row("a", "NEWER"));
    builder.put(plain_row("b", "B"));
    const Columns after = builder.publish();
    EXPECT_EQ(before.row_count(), 1U);
    EXPECT_EQ(before.pole_number(0), "OLD");
    EXPECT_EQ(after.pole_number(0), "NEWER");
    EXPECT_EQ(after.row_count(), 2U);
}

TEST(ColumnsBuilder, PublishedNamesNeverChange) {
    ColumnsBuilder builder;
    RowValues row = plain_row("a", "1");
    row.project = "Law-001";
    builder.put(row);
    const Columns before = builder.publish();
    row.staging_id = "b";
    row.project = "Moh-001";
    builder.put(row);
    const Columns after = builder.publish();
    EXPECT_EQ(before.names->projects.size(), 2U);
    EXPECT_EQ(after.names->projects.size(), 3U);
    EXPECT_EQ(after.names->projects.at(after.chunks[0]->project[1]), "Moh-001");
}

TEST(ColumnsBuilder, ChangeCopiesOnlyTheChunksItTouches) {
    ColumnsBuilder builder;
    for (uint32_t i = 0; i < 3 * kChunkRows; ++i) builder.put(plain_row("id" + std::to_string(i), "N"));
    const Columns before = builder.publish();
    builder.put(plain_row("id5000", "CHANGED"));
    const Columns after = builder.publish();
    ASSERT_EQ(after.chunks.size(), 3U);
    EXPECT_EQ(before.chunks[0], after.chunks[0]);
    EXPECT_NE(before.chunks[1], after.chunks[1]);
    EXPECT_EQ(before.chunks[2], after.chunks[2]);
    EXPECT_EQ(after.pole_number(5000), "CHANGED");
    EXPECT_EQ(after.pole_number(5001), "N");
}

TEST(ColumnsBuilder, EqualValuesTouchNothing) {
    ColumnsBuilder builder;
    builder.put(plain_row("a", "1"));
    const Columns before = builder.publish();
    builder.put(plain_row("a", "1"));
    EXPECT_TRUE(builder.touched().empty());
    EXPECT_EQ(builder.publish().chunks[0], before.chunks[0]);
}

TEST(ColumnsBuilder, TouchedNamesEachRowOnceUntilPublished) {
    ColumnsBuilder builder;
    builder.put(plain_row("a", "1"));
    builder.put(plain_row("b", "1"));
    builder.put(plain_row("a", "2"));
    EXPECT_EQ(builder.touched(), (std::vector<Row>{0, 1}));
    builder.publish();
    EXPECT_TRUE(builder.touched().empty());
    builder.remove("b");
    builder.remove("b");
    EXPECT_EQ(builder.touched(), (std::vector<Row>{1}));
}

TEST(ColumnsBuilder, StartsFromAPublishedVersion) {
    const Columns first = test::random_columns(10'000, 7);
    ColumnsBuilder builder(first);
    for (Row row = 0; row < first.row_count(); row += 97) ASSERT_EQ(builder.row_of(first.staging_id(row)), row);
    EXPECT_EQ(builder.put(plain_row("new", "1")), 10'000U);
    const Columns second = builder.publish();
    EXPECT_EQ(second.chunks[0], first.chunks[0]);
    EXPECT_EQ(first.row_count(), 10'000U);
    EXPECT_EQ(second.row_count(), 10'001U);
}

TEST(ColumnsBuilder, RandomChangesMatchAPlainMap) {
    std::mt19937_64 random(11);
    ColumnsBuilder builder;
    std::vector<std::string> ids;
    std::unordered_map<std::string, std::pair<std::string, bool>> expected;  // number, gone
    Columns columns;
    for (int step = 0; step < 30'000; ++step) {
        const std::string id = "id" + std::to_string(random() % 9000);
        if (random() % 5 == 0) {
            const Row row = builder.remove(id);
            ASSERT_EQ(row == kNoRow, !expected.contains(id));
            if (row != kNoRow) expected[id].second = true;
        } else {
            const std::string number(random() % 20, static_cast<char>('A' + random() % 26));
            builder.put(plain_row(id, number));
            expected[id] = {number, false};
        }
        if (step % 1000 == 0) columns = builder.publish();
    }
    columns = builder.publish();
    ASSERT_EQ(columns.row_count(), expected.size());
    for (const auto& [id, value] : expected) {
        const Row row = builder.row_of(id);
        ASSERT_NE(row, kNoRow);
        ASSERT_EQ(columns.staging_id(row), id);
        ASSERT_EQ(columns.pole_number(row), value.first);
        ASSERT_EQ((columns.flags(row) & kFlagGone) != 0, value.second);
    }
}

TEST(Columns, StayWithinTheBudgetOf120BytesARow) {
    // 2^20 * 7 / 10 rows is just below a doubling of the lookup, 734,004 just above: the worst case.
    const uint32_t rows = 735'000;
    std::mt19937_64 random(3);
    ColumnsBuilder builder;
    test::RowTexts texts;
    for (uint32_t i = 0; i < rows; ++i) builder.put(test::random_row(random, i, texts));
    const Columns columns = builder.publish();
    const double per_row = static_cast<double>(memory_of(columns) + builder.lookup_bytes()) / rows;
    RecordProperty("bytes_per_row", std::to_string(per_row));
    EXPECT_LE(per_row, 120.0);
}

TEST(RowValues, ReadsTheCapture) {
    Capture capture = test::decided(a_capture(), Decision::rejected);
    capture.resubmission = 1;
    const RowValues v = row_values(capture, Severity::error, bit(Rule::gps_accuracy), kFlagPending, "zone 3", "PON 7");
    EXPECT_EQ(v.staging_id, "s1");
    EXPECT_EQ(v.pole_number, "LAW.P.A001");
    EXPECT_EQ(v.project, "Law-001");
    EXPECT_EQ(v.zone, "zone 3");
    EXPECT_EQ(v.pon, "PON 7");
    EXPECT_EQ(v.device, "device_1");
    EXPECT_EQ(v.person, "worker-1");
    EXPECT_EQ(v.decided_by, "thandi");
    EXPECT_EQ(v.decided_at, test::kNoon.us);
    EXPECT_EQ(v.accuracy_dm, 45);
    EXPECT_EQ(v.photos, kAllSlots);
    EXPECT_EQ(v.severity, Severity::error);
    EXPECT_EQ(v.flags, kFlagPending | kFlagHasGps | kFlagInQueue | kFlagResubmitted);
    const GeoPoint back = geo_from_world({world_from_fixed(v.x), world_from_fixed(v.y)});
    EXPECT_LT(distance_m(back, *capture.gps), 0.01);
}

TEST(RowValues, ZeroZeroIsNoPosition) {
    Capture capture = a_capture();
    capture.gps = GeoPoint{0, 0};
    capture.gps_accuracy_m.reset();
    const RowValues v = row_values(capture, Severity::none, 0, 0, "", "");
    EXPECT_FALSE(v.flags & kFlagHasGps);
    EXPECT_EQ(v.accuracy_dm, kNoAccuracy);
}

TEST(RowValues, AbsurdAccuracyIsCappedAndNonsenseIsUnknown) {
    Capture capture = a_capture();
    capture.gps_accuracy_m = 1e9;
    EXPECT_EQ(row_values(capture, Severity::none, 0, 0, "", "").accuracy_dm, kNoAccuracy - 1);
    capture.gps_accuracy_m = -1;
    EXPECT_EQ(row_values(capture, Severity::none, 0, 0, "", "").accuracy_dm, kNoAccuracy);
}

TEST(RowValues, SupersededAndPromotedCapturesAreMarkedAndDoNotWait) {
    Capture superseded = test::decided(a_capture(), Decision::superseded);
    EXPECT_EQ(row_values(superseded, Severity::none, 0, 0, "", "").flags, kFlagHasGps | kFlagSuperseded);
    Capture promoted = a_capture();
    promoted.synced_to_production = true;
    EXPECT_EQ(row_values(promoted, Severity::none, 0, 0, "", "").flags, kFlagHasGps | kFlagInProduction);
}

}  // namespace
}  // namespace linesman::model
