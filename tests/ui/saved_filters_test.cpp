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
    saved.filter.decision = model::Decision::rejected;
    saved.filter.status = model::ValidationStatus::validated;
    saved.filter.time = model::Filter::Time::decided;
    saved.filter.from_us = 1'763'000'000'000'000;
    saved.filter.to_us = 1'763'100'000'000'000;
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
    EXPECT_FALSE(filters.put({"   ", {}, FilterSpan::fixed}));
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

TEST(SavedFilters, TodayMovesOnWithTheDays) {
    const base::Timestamp monday = *base::parse_rfc3339("2026-11-23T10:00:00+02:00"),
                          tuesday = monday + base::hours(24);
    model::Filter filter;
    filter.from_us = base::parse_rfc3339("2026-11-23T00:00:00+02:00")->us;
    EXPECT_EQ(span_of(filter, monday), FilterSpan::today);
    SavedFilters filters;
    filters.put({"today's", filter, span_of(filter, monday)});
    const SavedFilters again = SavedFilters::from_text(filters.to_text());
    ASSERT_EQ(again.all().size(), 1U);
    EXPECT_EQ(filter_now(again.all()[0], monday).from_us, filter.from_us);
    EXPECT_EQ(filter_now(again.all()[0], tuesday).from_us, base::parse_rfc3339("2026-11-24T00:00:00+02:00")->us);
    filter.to_us = *filter.from_us + 1;
    EXPECT_EQ(span_of(filter, monday), FilterSpan::fixed) << "days that were chosen stay those days";
}

TEST(SavedFilters, AreDescribedInWords) {
    EXPECT_EQ(words_of(model::Filter{}), "");
    EXPECT_NE(words_of(zone_three().filter).find("zone 3"), std::string::npos);
    EXPECT_NE(words_of(zone_three().filter).find("no crew"), std::string::npos);
    EXPECT_NE(words_of(zone_three().filter).find("rejected"), std::string::npos);
    EXPECT_NE(words_of(zone_three().filter).find("decided 2025-11-13 to 2025-11-14"), std::string::npos);
}

}  // namespace
}  // namespace linesman::ui
