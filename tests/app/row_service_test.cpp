#include "app/row_service.h"

#include <gtest/gtest.h>

#include "app/app_support.h"

namespace linesman::app {
namespace {

struct RowServiceTest : testing::Test {
    base::WorkerPool pool{1};
    test::Signal woken;
    RowService service{pool, [this] { woken.set(); }};

    static std::shared_ptr<Snapshot> snapshot_of(uint32_t rows, uint64_t generation = 1) {
        auto snapshot = std::make_shared<Snapshot>();
        snapshot->columns = model::test::random_columns(rows, 7);
        snapshot->rows_generation = generation;
        return snapshot;
    }
    static model::Filter everything() {
        model::Filter filter;
        filter.scope = model::QueueScope::all;
        return filter;
    }
};

TEST_F(RowServiceTest, AShortListIsThereAtOnceAndStaysTheSamePointer) {
    const auto snapshot = snapshot_of(500);
    const auto list = service.rows(snapshot, everything(), {});
    ASSERT_TRUE(list);
    EXPECT_EQ(list->generation, 1U);
    EXPECT_EQ(list->rows.size(), model::filter_rows(snapshot->columns, everything()).size());
    EXPECT_EQ(service.rows(snapshot, everything(), {}), list);
    EXPECT_EQ(woken.count(), 0);
}

TEST_F(RowServiceTest, FilterAndOrderAreApplied) {
    const auto snapshot = snapshot_of(500);
    auto filter = everything();
    filter.decision = model::Decision::approved;
    const model::SortOrder order{model::SortKey::pole_number, true};
    const auto list = service.rows(snapshot, filter, order);
    auto expected = model::filter_rows(snapshot->columns, filter);
    model::sort_rows(snapshot->columns, order, expected);
    EXPECT_EQ(list->rows, expected);
    EXPECT_LT(list->rows.size(), service.rows(snapshot, everything(), {})->rows.size());
}

TEST_F(RowServiceTest, ANewGenerationMakesANewList) {
    const auto first = service.rows(snapshot_of(100, 1), everything(), {});
    const auto second = service.rows(snapshot_of(300, 2), everything(), {});
    EXPECT_EQ(second->generation, 2U);
    EXPECT_GT(second->rows.size(), first->rows.size());
}

TEST_F(RowServiceTest, ALongListIsMadeOnThePoolAndTheLastOneStaysMeanwhile) {
    const auto first = snapshot_of(25'000, 1);
    EXPECT_EQ(service.rows(first, everything(), {}), nullptr);
    ASSERT_TRUE(woken.wait([&] { return service.rows(first, everything(), {}) != nullptr; }));
    const auto list = service.rows(first, everything(), {});
    const auto second = snapshot_of(26'000, 2);
    const auto meanwhile = service.rows(second, everything(), {});
    ASSERT_TRUE(meanwhile);
    EXPECT_TRUE(meanwhile == list || meanwhile->generation == 2);
    ASSERT_TRUE(woken.wait([&] { return service.rows(second, everything(), {})->generation == 2; }));
}

TEST_F(RowServiceTest, ManyFiltersAreServedAlthoughOnlyAFewAreKept) {
    const auto snapshot = snapshot_of(200);
    for (int i = 0; i < 30; ++i) {
        auto filter = everything();
        filter.search = std::to_string(i % 10);
        const auto list = service.rows(snapshot, filter, {});
        ASSERT_TRUE(list);
        EXPECT_EQ(list->filter, filter);
    }
}

}  // namespace
}  // namespace linesman::app
