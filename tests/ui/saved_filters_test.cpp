#include "ui/saved_filters.h"

#include <gtest/gtest.h>

namespace linesman::ui {
namespace {

SavedFilter zone_three() {
    SavedFilter saved;
    saved.name = "Zone 3 without GPS";
    saved.filter.scope = model::QueueScope::all;
    saved.filter.zones = {"3"};
    saved.filter.people = {""};
    saved.filter.rules = model::bit(model::Rule::gps_missing);
    saved.filter.least_severity = model::Severity::error;
    saved.filter.area = {{0.1, 0.2}, {0.3, 0.4}, {0.5, 0.1}};
    saved.filter.search = "law \"a\"";
    return saved;
}

TEST(SavedFilters, ComeBackAsTheyWere) {
    SavedFilters filters;
    ASSERT_TRUE(filters.put(zone_three()));
    const SavedFilters again = SavedFilters::from_text(filters.to_text());
    ASSERT_EQ(again.all().size(), 1U);
    EXPECT_EQ(again.all()[0], zone_three());
    EXPECT_EQ(again.changes(), 0U);
}

TEST(SavedFilters, TheSameNameReplacesAndABlankOneIsRefused) {
    SavedFilters filters;
    filters.put(zone_three());
    SavedFilter other = zone_three();
    other.name = "  Zone 3 without GPS ";
    other.filter.zones = {"4"};
    EXPECT_TRUE(filters.put(other));
    ASSERT_EQ(filters.all().size(), 1U);
    EXPECT_EQ(filters.all()[0].filter.zones[0], "4");
    EXPECT_FALSE(filters.put({"   ", {}}));
    filters.remove("Zone 3 without GPS");
    EXPECT_TRUE(filters.all().empty());
}

TEST(SavedFilters, ABrokenFileGivesNone) {
    for (const char* text : {"", "{", "[]", R"({"version": 9, "filters": [{"name": "a"}]})", R"({"version": 1})"})
        EXPECT_TRUE(SavedFilters::from_text(text).all().empty()) << text;
    const auto some =
        SavedFilters::from_text(R"({"version":1,"filters":[7,{"name":"a","rules":["no_rule",3],"area":[[1]]}]})");
    ASSERT_EQ(some.all().size(), 1U);
    EXPECT_EQ(some.all()[0].filter, model::Filter{});
}

TEST(SavedFilters, AreDescribedInWords) {
    EXPECT_EQ(words_of(model::Filter{}), "");
    EXPECT_NE(words_of(zone_three().filter).find("zone 3"), std::string::npos);
    EXPECT_NE(words_of(zone_three().filter).find("no crew"), std::string::npos);
}

}  // namespace
}  // namespace linesman::ui
