#include "model/rules/row_groups.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <set>

namespace linesman::model {
namespace {

using Rows = std::vector<FactRow>;

template <typename Groups, typename Key>
Rows rows_of(const Groups& groups, Key key) {
    const auto rows = groups.rows(key);
    return {rows.begin(), rows.end()};
}

TEST(DenseGroups, OneRowStaysAloneAndTheListIsInOrder) {
    DenseGroups groups;
    const std::less<FactRow> less;
    EXPECT_TRUE(rows_of(groups, 7U).empty());
    groups.insert(7, 5, less);
    EXPECT_EQ(rows_of(groups, 7U), Rows{5});
    groups.insert(7, 9, less);
    groups.insert(7, 2, less);
    EXPECT_EQ(rows_of(groups, 7U), (Rows{2, 5, 9}));
    groups.erase(7, 5);
    groups.erase(7, 9);
    EXPECT_EQ(rows_of(groups, 7U), Rows{2});
    groups.erase(7, 3);  // never there
    EXPECT_EQ(rows_of(groups, 7U), Rows{2});
    groups.erase(7, 2);
    EXPECT_TRUE(rows_of(groups, 7U).empty());
}

TEST(DenseGroups, WhatWasAppendedWhileLoadingIsSortedAtItsEnd) {
    DenseGroups groups;
    for (const FactRow row : {8U, 3U, 5U}) groups.append(1, row);
    groups.sort_all(std::greater<FactRow>());
    EXPECT_EQ(rows_of(groups, 1U), (Rows{8, 5, 3}));
}

// Keys that are emptied again and again must neither fill the table nor lose the others.
TEST(HashedGroups, RandomChangesMatchAPlainMap) {
    HashedGroups groups;
    std::map<uint64_t, std::set<FactRow>> plain;
    std::mt19937_64 random(11);
    EXPECT_TRUE(rows_of(groups, uint64_t{1}).empty());
    groups.erase(1, 1);
    for (int step = 0; step < 50'000; ++step) {
        // Cell numbers lie close together; some keys are never used again.
        const uint64_t key = random() % 3 ? random() % 200 : 1'000'000 + static_cast<uint64_t>(step);
        const auto row = static_cast<FactRow>(random() % 50);
        if (random() % 2) {
            if (plain[key].insert(row).second) groups.insert(key, row, std::less<FactRow>());
        } else {
            plain[key].erase(row);
            groups.erase(key, row);
        }
        const auto& wanted = plain[key];
        ASSERT_EQ(rows_of(groups, key), Rows(wanted.begin(), wanted.end())) << "step " << step;
    }
    for (const auto& [key, wanted] : plain) ASSERT_EQ(rows_of(groups, key), Rows(wanted.begin(), wanted.end()));
}

}  // namespace
}  // namespace linesman::model
