#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/text.h"
#include "model/builders.h"
#include "model/filter.h"

namespace linesman::model {
namespace {

std::vector<Row> all_rows(const Columns& columns) {
    std::vector<Row> rows(columns.row_count());
    std::iota(rows.begin(), rows.end(), Row{0});
    return rows;
}

// The plain order: what is not known last, then by value, then by row.
template <typename Value>
std::vector<Row> plainly_sorted(const Columns& columns, bool descending, Value&& value_of) {
    std::vector<Row> rows = all_rows(columns);
    std::stable_sort(rows.begin(), rows.end(), [&](Row a, Row b) {
        const auto va = value_of(columns.chunk_of(a), a % kChunkRows),
                   vb = value_of(columns.chunk_of(b), b % kChunkRows);
        if (va.has_value() != vb.has_value()) return va.has_value();
        if (!va) return false;
        return descending ? *vb < *va : *va < *vb;
    });
    return rows;
}

template <typename Value>
void expect_sorted(const Columns& columns, SortKey key, Value&& value_of) {
    for (const bool descending : {false, true}) {
        std::vector<Row> rows = all_rows(columns);
        sort_rows(columns, {key, descending}, rows);
        EXPECT_EQ(rows, plainly_sorted(columns, descending, value_of))
            << "key " << static_cast<int>(key) << " descending " << descending;
    }
}

std::optional<int64_t> known(int64_t time) {
    return time == kNoTime ? std::nullopt : std::optional(time);
}

class SortOf : public testing::TestWithParam<uint32_t> {};

TEST_P(SortOf, EveryKeyAgreesWithThePlainOrder) {
    const Columns columns = test::random_columns(GetParam(), 99);
    const Dictionaries& names = *columns.names;
    expect_sorted(columns, SortKey::submitted, [](const Chunk& c, uint32_t i) { return known(c.submitted_at[i]); });
    expect_sorted(columns, SortKey::captured, [](const Chunk& c, uint32_t i) { return known(c.captured_at[i]); });
    expect_sorted(columns, SortKey::decided, [](const Chunk& c, uint32_t i) { return known(c.decided_at[i]); });
    expect_sorted(columns, SortKey::severity, [](const Chunk& c, uint32_t i) { return std::optional(c.severity[i]); });
    expect_sorted(columns, SortKey::accuracy, [](const Chunk& c, uint32_t i) {
        return c.accuracy_dm[i] == kNoAccuracy ? std::nullopt : std::optional(c.accuracy_dm[i]);
    });
    expect_sorted(columns, SortKey::photos,
                  [](const Chunk& c, uint32_t i) { return std::optional(std::popcount(c.photos[i])); });
    expect_sorted(columns, SortKey::pole_number,
                  [](const Chunk& c, uint32_t i) { return std::optional(base::upper(c.pole_number.at(i))); });
    expect_sorted(columns, SortKey::project, [&](const Chunk& c, uint32_t i) {
        return std::optional(base::upper(names.projects.at(c.project[i])));
    });
    expect_sorted(columns, SortKey::device, [&](const Chunk& c, uint32_t i) {
        return std::optional(base::upper(names.devices.at(c.device[i])));
    });
    expect_sorted(columns, SortKey::person,
                  [&](const Chunk& c, uint32_t i) { return std::optional(base::upper(names.people.at(c.person[i]))); });
}

INSTANTIATE_TEST_SUITE_P(FewAndMany, SortOf, testing::Values(0U, 1U, 2U, 300U, 12'000U));

Columns with_numbers(const std::vector<std::string>& numbers) {
    ColumnsBuilder builder;
    for (size_t i = 0; i < numbers.size(); ++i) {
        const std::string id = std::to_string(i);
        RowValues row;
        row.staging_id = id;
        row.pole_number = numbers[i];
        builder.put(row);
    }
    return builder.publish();
}

TEST(SortByNumber, LongCommonBeginningsAndOddTextsKeepTheByteOrder) {
    const std::string zero("a\0", 2);
    const Columns columns = with_numbers({"LAW.P.A0000000000000000012", "LAW.P.A0000000000000000011",
                                          "law.p.a0000000000000000011", "", "a", zero, "A", std::string(600, 'x') + "2",
                                          std::string(600, 'x') + "1", "\xC3\xA9lan", "\xC3\x89LAN", "zulu"});
    expect_sorted(columns, SortKey::pole_number,
                  [](const Chunk& c, uint32_t i) { return std::optional(base::upper(c.pole_number.at(i))); });
}

TEST(SortRows, TiesAreByRowWhateverTheOrderBefore) {
    const Columns columns = with_numbers({"B", "A", "B", "A"});
    std::vector<Row> rows = {3, 2, 1, 0};
    sort_rows(columns, {SortKey::pole_number, true}, rows);
    EXPECT_EQ(rows, (std::vector<Row>{0, 2, 1, 3}));
}

TEST(SortRows, SortsOnlyTheRowsGiven) {
    const Columns columns = test::random_columns(5000, 1);
    Filter filter;
    std::vector<Row> rows = filter_rows(columns, filter);
    std::vector<Row> before = rows;
    sort_rows(columns, {SortKey::captured, false}, rows);
    std::sort(rows.begin(), rows.end());
    EXPECT_EQ(rows, before);
}

}  // namespace
}  // namespace linesman::model
