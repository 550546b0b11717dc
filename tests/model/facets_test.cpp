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

}  // namespace
}  // namespace linesman::model
