#include "model/filter.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "model/builders.h"
#include "model/geo.h"

namespace linesman::model {
namespace {

const Columns& sample() {
    static const Columns columns = test::random_columns(20'000, 42);
    return columns;
}

template <typename Test>
std::vector<Row> brute_force(const Columns& columns, Test&& passes) {
    std::vector<Row> rows;
    for (Row row = 0; row < columns.row_count(); ++row) {
        if (!(columns.flags(row) & kFlagGone) && passes(columns.chunk_of(row), row % kChunkRows)) rows.push_back(row);
    }
    return rows;
}

Filter everything() {
    Filter filter;
    filter.scope = QueueScope::all;
    return filter;
}

// The slow, plain even-odd test of a polygon in world coordinates.
bool is_in_area(const std::vector<AreaPoint>& area, double x, double y) {
    bool inside = false;
    for (size_t i = 0; i < area.size(); ++i) {
        const AreaPoint& a = area[i];
        const AreaPoint& b = area[(i + 1) % area.size()];
        if ((a.y > y) != (b.y > y) && x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)) inside = !inside;
    }
    return inside;
}

TEST(Filter, ScopesSelectByFlagAndDecision) {
    struct Case {
        QueueScope scope;
        bool (*passes)(const Chunk&, uint32_t);
    };
    const Case cases[] = {
        {QueueScope::open, [](const Chunk& c, uint32_t i) { return (c.flags[i] & kFlagInQueue) != 0; }},
        {QueueScope::all, [](const Chunk&, uint32_t) { return true; }},
        {QueueScope::held, [](const Chunk& c, uint32_t i) { return c.decision[i] == Decision::held; }},
        {QueueScope::decided, [](const Chunk& c, uint32_t i) { return (c.flags[i] & kFlagInQueue) == 0; }},
        {QueueScope::conflicts, [](const Chunk& c, uint32_t i) { return (c.flags[i] & kFlagConflict) != 0; }},
        {QueueScope::resubmitted, [](const Chunk& c, uint32_t i) { return (c.flags[i] & kFlagResubmitted) != 0; }},
    };
    for (const Case& test_case : cases) {
        Filter filter;
        filter.scope = test_case.scope;
        const auto rows = filter_rows(sample(), filter);
        EXPECT_FALSE(rows.empty());
        EXPECT_EQ(rows, brute_force(sample(), test_case.passes));
    }
}

TEST(Filter, ColumnsSelectByValue) {
    Filter filter = everything();
    filter.status = ValidationStatus::validated;
    filter.decision = Decision::approved;
    filter.least_severity = Severity::error;
    filter.rules = bit(Rule::gps_accuracy) | bit(Rule::duplicate_number) | bit(Rule::photos_missing);
    const auto expected = brute_force(sample(), [&](const Chunk& c, uint32_t i) {
        return c.status[i] == ValidationStatus::validated && c.decision[i] == Decision::approved &&
               c.severity[i] >= Severity::error && (c.findings[i] & filter.rules) != 0;
    });
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(filter_rows(sample(), filter), expected);
}

TEST(Filter, LostPhotosSelectByMask) {
    Filter filter = everything();
    filter.only_lost_photos = true;
    EXPECT_EQ(filter_rows(sample(), filter),
              brute_force(sample(), [](const Chunk& c, uint32_t i) { return c.lost[i] != 0; }));
}

TEST(Filter, NamesSelectAnyOfThem) {
    const Dictionaries& names = *sample().names;
    Filter one = everything();
    one.projects = {"project-3"};
    EXPECT_EQ(filter_rows(sample(), one), brute_force(sample(), [&](const Chunk& c, uint32_t i) {
                  return names.projects.at(c.project[i]) == "project-3";
              }));
    Filter several = everything();
    several.zones = {"zone-1", "zone-2", "zone-1", "no such zone"};
    several.devices = {"device-7", "device-8", "device-9", "device-10", "device-11"};
    const auto expected = brute_force(sample(), [&](const Chunk& c, uint32_t i) {
        const std::string& zone = names.zones.at(c.zone[i]);
        const std::string& device = names.devices.at(c.device[i]);
        return (zone == "zone-1" || zone == "zone-2") &&
               std::count(several.devices.begin(), several.devices.end(), device) > 0;
    });
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(filter_rows(sample(), several), expected);
}

TEST(Filter, UnknownNameSelectsNothing) {
    Filter filter = everything();
    filter.people = {"no such person"};
    EXPECT_TRUE(filter_rows(sample(), filter).empty());
}

TEST(Filter, EmptyNameSelectsCapturesWithoutOne) {
    ColumnsBuilder builder;
    RowValues row;
    row.staging_id = "a";
    builder.put(row);
    row.staging_id = "b";
    row.project = "Law-001";
    builder.put(row);
    Filter filter = everything();
    filter.projects = {""};
    EXPECT_EQ(filter_rows(builder.publish(), filter), (std::vector<Row>{0}));
}

TEST(Filter, PeriodIsHalfOpenAndUnknownTimesLieInNone) {
    for (const Filter::Time time : {Filter::Time::captured, Filter::Time::submitted, Filter::Time::decided}) {
        Filter filter = everything();
        filter.time = time;
        filter.from_us = 1'740'000'000'000'000;
        filter.to_us = 1'745'000'000'000'000;
        const auto at = [&](const Chunk& c, uint32_t i) {
            return time == Filter::Time::captured    ? c.captured_at[i]
                   : time == Filter::Time::submitted ? c.submitted_at[i]
                                                     : c.decided_at[i];
        };
        EXPECT_EQ(filter_rows(sample(), filter), brute_force(sample(), [&](const Chunk& c, uint32_t i) {
                      return at(c, i) >= *filter.from_us && at(c, i) < *filter.to_us;
                  }));
        filter.from_us.reset();
        EXPECT_EQ(filter_rows(sample(), filter), brute_force(sample(), [&](const Chunk& c, uint32_t i) {
                      return at(c, i) != kNoTime && at(c, i) < *filter.to_us;
                  }));
    }
}

TEST(Filter, SearchFindsWhatFoldingFinds) {
    for (const std::string needle :
         {"A1", "a12", "LAW.P.B", "p.e9", "7", "xY", "\xC3\x89", "law.p.e", "nothing at all", "0000"}) {
        Filter filter = everything();
        filter.search = needle;
        const std::string folded = base::fold(needle);
        const auto expected = brute_force(sample(), [&](const Chunk& c, uint32_t i) {
            const auto holds = [&](std::string_view text) {
                return base::fold(text).find(folded) != std::string::npos;
            };
            const auto& names = *sample().names;
            return holds(c.pole_number.at(i)) || holds(c.staging_id.at(i)) ||
                   (folded.size() >= kLeastNameSearch &&
                    (holds(names.devices.at(c.device[i])) || holds(names.people.at(c.person[i]))));
        });
        EXPECT_EQ(filter_rows(sample(), filter), expected) << needle;
    }
}

TEST(Filter, SearchFindsDevicesAndAccountsFromThreeLettersOn) {
    ColumnsBuilder builder;
    RowValues row;
    for (const auto& [id, device, person] :
         {std::tuple{"1", "phone-Zo\xC3\xAB", "uid-1"}, {"2", "tablet", "uid-2"}, {"3", "", ""}}) {
        row.staging_id = id;
        row.device = device;
        row.person = person;
        builder.put(row);
    }
    const Columns columns = builder.publish();
    const auto found = [&](const char* text, const SearchHits& hits = {}) {
        Filter filter = everything();
        filter.search = text;
        return filter_rows(columns, filter, hits);
    };
    EXPECT_EQ(found("ZOE"), (std::vector<Row>{0}));
    EXPECT_EQ(found("zo"), (std::vector<Row>{}));  // two letters would find most devices
    EXPECT_EQ(found("Tablet"), (std::vector<Row>{1}));
    EXPECT_EQ(found("uid-"), (std::vector<Row>{0, 1}));
    EXPECT_EQ(found("no such thing"), (std::vector<Row>{}));
}

TEST(Filter, SearchTakesHitsInNotesAndAmongPeopleWithinTheRestOfTheFilter) {
    ColumnsBuilder builder;
    RowValues row;
    for (const auto& [id, person, project] :
         {std::tuple{"1", "u1", "law"}, {"2", "u2", "law"}, {"3", "u1", "moh"}, {"4", "", "law"}}) {
        row.staging_id = id;
        row.person = person;
        row.project = project;
        builder.put(row);
    }
    const Columns columns = builder.publish();
    Filter filter = everything();
    filter.search = "thandi";
    const SearchHits hits{{"u1", "nobody here"}, {"4", "gone"}};
    EXPECT_EQ(filter_rows(columns, filter, hits), (std::vector<Row>{0, 2, 3}));
    filter.projects = {"law"};
    EXPECT_EQ(filter_rows(columns, filter, hits), (std::vector<Row>{0, 3}));
    filter.search.clear();
    EXPECT_EQ(filter_rows(columns, filter, hits), (std::vector<Row>{0, 1, 3})) << "hits are of a search";
}

TEST(Filter, SearchDoesNotRunFromOneRowIntoTheNext) {
    ColumnsBuilder builder;
    RowValues row;
    for (const auto& [id, number] : {std::pair{"1", "ABC"}, {"2", "DEF"}, {"3", ""}, {"4", "XCDX"}}) {
        row.staging_id = id;
        row.pole_number = number;
        builder.put(row);
    }
    Filter filter = everything();
    filter.search = " cd ";  // white space at the ends does not count
    EXPECT_EQ(filter_rows(builder.publish(), filter), (std::vector<Row>{3}));
}

TEST(Filter, AreaFindsWhatThePlainTestFinds) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> unit(0, 1);
    for (const int corners : {3, 4, 12, 64, 200}) {
        Filter filter = everything();
        const double cx = 2'479'175'000.0, cy = 2'468'175'000.0;
        for (int i = 0; i < corners; ++i) {
            const double angle = 6.283185307179586 * i / corners, radius = 60'000 + 110'000 * unit(random);
            filter.area.push_back(
                {(cx + radius * std::cos(angle)) / 4294967296.0, (cy + radius * std::sin(angle)) / 4294967296.0});
        }
        const auto expected = brute_force(sample(), [&](const Chunk& c, uint32_t i) {
            return (c.flags[i] & kFlagHasGps) &&
                   is_in_area(filter.area, world_from_fixed(c.x[i]), world_from_fixed(c.y[i]));
        });
        EXPECT_FALSE(expected.empty());
        EXPECT_EQ(filter_rows(sample(), filter), expected) << corners;
    }
}

TEST(Filter, AreaThatCrossesItselfIsEvenOdd) {
    Filter filter = everything();
    const auto at = [](double x, double y) {
        return AreaPoint{(2'479'000'000.0 + x) / 4294967296.0, (2'468'000'000.0 + y) / 4294967296.0};
    };
    filter.area = {at(0, 0), at(350'000, 350'000), at(350'000, 0), at(0, 350'000)};
    EXPECT_EQ(filter_rows(sample(), filter), brute_force(sample(), [&](const Chunk& c, uint32_t i) {
                  return (c.flags[i] & kFlagHasGps) &&
                         is_in_area(filter.area, world_from_fixed(c.x[i]), world_from_fixed(c.y[i]));
              }));
}

TEST(Filter, AreaWithoutExtentSelectsNothing) {
    Filter filter = everything();
    filter.area = {{0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}};
    EXPECT_TRUE(filter_rows(sample(), filter).empty());
}

TEST(Filter, EmptyColumnsGiveNoRows) {
    EXPECT_TRUE(filter_rows(Columns(), everything()).empty());
}

TEST(CountRows, AgreeWithTheFilters) {
    const FilterCounts counts = count_rows(sample());
    const auto count = [&](const Filter& filter) {
        return static_cast<uint32_t>(filter_rows(sample(), filter).size());
    };
    const auto scope = [](QueueScope s) {
        Filter filter;
        filter.scope = s;
        return filter;
    };
    EXPECT_EQ(counts.total, count(scope(QueueScope::all)));
    EXPECT_EQ(counts.open, count(scope(QueueScope::open)));
    EXPECT_EQ(counts.held, count(scope(QueueScope::held)));
    EXPECT_EQ(counts.decided, count(scope(QueueScope::decided)));
    EXPECT_EQ(counts.conflicts, count(scope(QueueScope::conflicts)));
    EXPECT_EQ(counts.resubmitted, count(scope(QueueScope::resubmitted)));
    Filter filter = everything();
    filter.only_lost_photos = true;
    EXPECT_EQ(counts.lost_photos, count(filter));
    filter = everything();
    filter.decision = Decision::approved;
    EXPECT_EQ(counts.approved, count(filter));
    filter.decision = Decision::rejected;
    EXPECT_EQ(counts.rejected, count(filter));
    for (size_t rule = 0; rule < kRuleCount; ++rule) {
        filter = scope(QueueScope::open);
        filter.rules = bit(static_cast<Rule>(rule));
        EXPECT_EQ(counts.by_rule[rule], count(filter));
    }
    for (uint32_t project = 1; project < sample().names->projects.size(); ++project) {
        filter = scope(QueueScope::open);
        filter.projects = {sample().names->projects.at(project)};
        EXPECT_EQ(counts.by_project[project], count(filter));
    }
    EXPECT_EQ(counts.by_severity[0] + counts.by_severity[1] + counts.by_severity[2] + counts.by_severity[3],
              counts.open);
}

}  // namespace
}  // namespace linesman::model
