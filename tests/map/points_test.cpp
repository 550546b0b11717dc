#include "map/points.h"

#include <gtest/gtest.h>

namespace linesman::map {
namespace {

model::Columns three_rows() {
    model::ColumnsBuilder builder;
    model::RowValues values;
    values.staging_id = "a";
    values.flags = model::kFlagHasGps | model::kFlagInQueue;
    values.x = 10, values.y = 20;
    values.severity = model::Severity::warning;
    builder.put(values);
    values.staging_id = "b";
    values.flags = model::kFlagInQueue;
    builder.put(values);
    values.staging_id = "c";
    values.flags = model::kFlagHasGps;
    values.x = 30, values.y = 40;
    values.decision = model::Decision::rejected;
    builder.put(values);
    return builder.publish();
}

TEST(Points, AreInRowOrderWithStateAndWithoutThoseThatHaveNoPosition) {
    const model::Columns columns = three_rows();
    const std::vector<model::Row> rows = {2, 1, 0};
    const Points points = collect_points(columns, rows);
    ASSERT_EQ(points.size(), 2U);
    EXPECT_EQ(points.without_gps, 1U);
    EXPECT_EQ(points.row[0], 0U);
    EXPECT_EQ(points.row[1], 2U);
    EXPECT_EQ(points.x[1], 30U);
    EXPECT_EQ(points.state[0], MarkState::warning);
    EXPECT_EQ(points.state[1], MarkState::rejected);
    EXPECT_EQ(points.find(2), 1U);
    EXPECT_EQ(points.find(1), points.size());
}

TEST(Points, RowsOutsideTheColumnsAreLeftOut) {
    const std::vector<model::Row> rows = {0, 77, model::kNoRow};
    EXPECT_EQ(collect_points(three_rows(), rows).size(), 1U);
}

TEST(Points, OneStrayDoesNotWidenTheTypicalBounds) {
    Points points;
    for (uint32_t i = 0; i < 1000; ++i) {
        points.x.push_back(2'000'000'000 + i);
        points.y.push_back(2'000'000'000 + i);
        points.state.push_back(MarkState::open);
        points.row.push_back(i);
    }
    points.x[500] = 5;
    const WorldBounds bounds = typical_bounds(points);
    EXPECT_GT(bounds.min_x, 0.4);
}

// Poles 30 m apart along a street, with strays put at the places given.
Points street(uint32_t poles, const std::vector<uint32_t>& strays) {
    Points points;
    for (uint32_t i = 0; i < poles; ++i) {
        points.x.push_back(2'400'000'000 + i * 3'200);
        points.y.push_back(2'500'000'000 + i % 3 * 400);
        points.state.push_back(MarkState::open);
        points.row.push_back(i);
    }
    for (const uint32_t x : strays) {
        points.x.push_back(x);
        points.y.push_back(x);
        points.state.push_back(MarkState::open);
        points.row.push_back(static_cast<uint32_t>(points.row.size()));
    }
    return points;
}

TEST(Points, OfFewPointsStraysDoNotWidenTheTypicalBoundsEither) {
    for (const uint32_t poles : {3U, 9U, 60U}) {
        const WorldBounds bounds = typical_bounds(street(poles, {5, 4'000'000'000}));
        EXPECT_GT(bounds.min_x, 0.55) << poles;
        EXPECT_LT(bounds.max_x, 0.57) << poles;
        EXPECT_NEAR((bounds.max_x - bounds.min_x) * 4294967296.0, (poles - 1) * 3200.0, 1) << poles;
    }
}

TEST(Points, TwoPointsAreBothShown) {
    Points points = street(2, {});
    points.x[1] = 3'000'000'000;
    const WorldBounds bounds = typical_bounds(points);
    EXPECT_GT(bounds.max_x - bounds.min_x, 0.1);
}

TEST(MarkState, APersonsDecisionComesBeforeTheMachines) {
    model::ColumnsBuilder builder;
    model::RowValues values;
    values.staging_id = "a";
    values.severity = model::Severity::error;
    values.decision = model::Decision::approved;
    builder.put(values);
    values.staging_id = "b";
    values.flags = model::kFlagInQueue | model::kFlagResubmitted;  // judged, then sent again: waits once more
    builder.put(values);
    const auto columns = builder.publish();
    EXPECT_EQ(mark_state(columns, 0), MarkState::approved);
    EXPECT_EQ(mark_state(columns, 1), MarkState::error);
}

}  // namespace
}  // namespace linesman::map
