#include "model/facets.h"

#include <gtest/gtest.h>

namespace linesman::model {
namespace {

Columns field() {
    ColumnsBuilder builder;
    auto put = [&](const char* id, const char* zone, const char* person) {
        RowValues values;
        values.staging_id = id;
        values.zone = zone;
        values.person = person;
        values.flags = kFlagInQueue;
        builder.put(values);
    };
    put("1", "2", "Thabo");
    put("2", "2", "Naledi");
    put("3", "1", "Thabo");
    put("4", "", "Thabo");
    return builder.publish();
}

TEST(Facets, EachCountIsWhatChoosingItWouldShow) {
    Filter filter;
    filter.people = {"Thabo"};
    const auto zones = facet_counts(field(), filter, Facet::zone);
    EXPECT_EQ(zones, (std::vector<FacetCount>{{"", 1, false}, {"1", 1, false}, {"2", 1, false}}));
    // The facet's own choice does not hide its other values.
    const auto people = facet_counts(field(), filter, Facet::person);
    EXPECT_EQ(people, (std::vector<FacetCount>{{"Thabo", 3, true}, {"Naledi", 1, false}}));
}

TEST(Facets, AChosenValueStaysInSightWhenNothingHasIt) {
    Filter filter;
    filter.zones = {"1"};
    filter.people = {"Naledi"};
    const auto zones = facet_counts(field(), filter, Facet::zone);
    EXPECT_EQ(zones, (std::vector<FacetCount>{{"2", 1, false}, {"1", 0, true}}));
}

TEST(Facets, JudgementsAreCountedOverTheRowsThatAreShown) {
    ColumnsBuilder builder;
    RowValues values;
    values.staging_id = "1", values.severity = Severity::error;
    values.findings = bit(Rule::gps_accuracy) | bit(Rule::photos_missing);
    builder.put(values);
    values.staging_id = "2", values.decision = Decision::rejected, values.lost = bit(Slot::depth);
    builder.put(values);
    values = {};
    values.staging_id = "3";
    builder.put(values);
    const Columns columns = builder.publish();
    const std::vector<Row> rows = {0, 1, 2};
    const auto all = judgement_counts(columns, rows);
    EXPECT_EQ(all.by_rule[static_cast<size_t>(Rule::gps_accuracy)], 2U);
    EXPECT_EQ(all.by_rule[static_cast<size_t>(Rule::gps_missing)], 0U);
    EXPECT_EQ(all.by_severity[static_cast<size_t>(Severity::error)], 2U);
    EXPECT_EQ(all.by_severity[static_cast<size_t>(Severity::none)], 1U);
    EXPECT_EQ(all.by_decision[static_cast<size_t>(Decision::rejected)], 1U);
    EXPECT_EQ(all.lost_photos, 1U);
    const auto last = judgement_counts(columns, std::span(rows).last(1));
    EXPECT_EQ(last.by_rule[static_cast<size_t>(Rule::photos_missing)], 0U);
}

TEST(Facets, ATimeThatIsNotKnownLiesInNoPeriod) {
    ColumnsBuilder builder;
    RowValues values;
    values.staging_id = "1", values.submitted_at = 100, values.captured_at = 5;
    builder.put(values);
    values.staging_id = "2", values.submitted_at = kNoTime, values.captured_at = 200;
    builder.put(values);
    const Columns columns = builder.publish();
    const std::vector<Row> rows = {0, 1};
    EXPECT_EQ(count_between(columns, rows, Filter::Time::submitted, {}, {}), 2U);
    EXPECT_EQ(count_between(columns, rows, Filter::Time::submitted, {}, 1000), 1U);
    EXPECT_EQ(count_between(columns, rows, Filter::Time::submitted, 100, 101), 1U);
    EXPECT_EQ(count_between(columns, rows, Filter::Time::submitted, 0, 100), 0U);
    EXPECT_EQ(count_between(columns, rows, Filter::Time::captured, 6, {}), 1U);
    EXPECT_EQ(count_between(columns, rows, Filter::Time::decided, 0, {}), 0U);
}

}  // namespace
}  // namespace linesman::model
