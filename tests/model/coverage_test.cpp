#include "model/coverage.h"

#include <gtest/gtest.h>

namespace linesman::model {
namespace {

ReferenceData plan() {
    ReferenceData reference;
    auto add = [&](const char* project, const char* number, const char* zone, const char* pon) {
        PlannedPole pole;
        pole.project_id = project;
        pole.pole_number = number;
        pole.zone = zone;
        pole.pon = pon;
        reference.planned.push_back(pole);
    };
    add("law", "A1", "2", "1");
    add("law", "A2", "2", "1");
    add("law", "A3", "2", "2");
    add("law", "A4", "10", "3");
    add("", "B1", "", "");
    return reference;
}

struct Made {
    const char *id, *number, *project;
    Decision decision;
    uint16_t flags;
};

Columns captures(const std::vector<Made>& made) {
    ColumnsBuilder builder;
    for (const auto& capture : made) {
        RowValues values;
        values.staging_id = capture.id;
        values.pole_number = capture.number;
        values.project = capture.project;
        values.decision = capture.decision;
        values.flags = capture.flags;
        builder.put(values);
    }
    return builder.publish();
}

TEST(Coverage, CountsPlannedPolesOnceByTheirBestCapture) {
    const auto coverage = coverage_of(captures({{"1", " a1 ", "law", Decision::rejected, 0},
                                                {"2", "A1", "law", Decision::approved, 0},
                                                {"3", "A2", "law", Decision::rejected, 0},
                                                {"4", "A3", "law", Decision::none, kFlagInQueue}}),
                                      plan());
    const auto projects = at_level(coverage, CoverageLevel::project);
    ASSERT_EQ(projects.size(), 2U);
    const CoverageRow& law = projects[1];
    EXPECT_EQ(law.project, "law");
    EXPECT_EQ(law.planned, 4U);
    EXPECT_EQ(law.captured, 3U);
    EXPECT_EQ(law.approved, 1U);
    EXPECT_EQ(law.rejected, 1U);
    EXPECT_EQ(law.waiting(), 1U);
    EXPECT_EQ(law.missing(), 1U);
    EXPECT_EQ(coverage.states,
              (std::vector<CoverageState>{CoverageState::approved, CoverageState::rejected, CoverageState::waiting,
                                          CoverageState::missing, CoverageState::missing}));
}

TEST(Coverage, ZonesAreInTheOrderOfTheirNumbers) {
    const auto zones = at_level(coverage_of(Columns{}, plan()), CoverageLevel::zone);
    ASSERT_EQ(zones.size(), 3U);
    EXPECT_EQ(zones[1].zone, "2");
    EXPECT_EQ(zones[1].planned, 3U);
    EXPECT_EQ(zones[2].zone, "10");
    EXPECT_EQ(at_level(coverage_of(Columns{}, plan()), CoverageLevel::pon).size(), 4U);
}

TEST(Coverage, WhatIsGoneMergedOrOfAnotherProjectCoversNothing) {
    const auto coverage = coverage_of(captures({{"1", "A1", "law", Decision::approved, kFlagGone},
                                                {"2", "A2", "law", Decision::superseded, kFlagSuperseded},
                                                {"3", "A3", "other", Decision::approved, 0},
                                                {"4", "", "law", Decision::none, kFlagInQueue},
                                                {"5", "B1", "law", Decision::approved, 0}}),
                                      plan());
    std::vector<CoverageState> only_the_last(5, CoverageState::missing);
    only_the_last[4] = CoverageState::approved;
    EXPECT_EQ(coverage.states, only_the_last);
    EXPECT_EQ(coverage.unplanned, 2U);  // the one of another project, and the one without a number
}

}  // namespace
}  // namespace linesman::model
