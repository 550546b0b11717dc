// Groups of captures that may be one pole, and what a merge of them is refused for. Merging itself is in
// tests/system/undo_others_test.cpp.
#include "app/duplicate_service.h"

#include <gtest/gtest.h>

#include "system/desk_fixture.h"

namespace linesman::app {
namespace {

using model::CaptureField;
using model::OperationKind;
using system_test::clean_capture;

struct DuplicateServiceTest : system_test::ServerTest {
    std::unique_ptr<system_test::DeskUnderTest> desk;

    void open(size_t captures) {
        desk = std::make_unique<system_test::DeskUnderTest>(server);
        desk->open();
        ASSERT_TRUE(desk->ready(captures));
    }
    std::vector<DuplicateGroup> groups() {
        std::shared_ptr<const DuplicateGroups> found;
        EXPECT_TRUE(desk->wait([&](const Snapshot& s) {
            found = (*desk)->duplicate_groups();
            return found && found->generation == s.rows_generation;
        }));
        return found ? found->groups : std::vector<DuplicateGroup>();
    }
    std::shared_ptr<const DuplicateMembers> members(const std::vector<std::string>& staging_ids) {
        std::shared_ptr<const DuplicateMembers> found;
        EXPECT_TRUE(desk->wait([&](const Snapshot& s) {
            found = (*desk)->duplicate_members(staging_ids);
            return found && found->generation == s.rows_generation;
        }));
        return found;
    }
    // 0, 1, 2: one number. 3, 4: one upload. 5, 6: four metres apart. 7: by itself.
    void stage_groups() {
        std::vector<model::Capture> captures;
        for (size_t i = 0; i < 8; ++i) captures.push_back(clean_capture(i));
        captures[1].pole_number = captures[2].pole_number = captures[0].pole_number;
        captures[4].offline_id = captures[3].offline_id;
        captures[4].device_id = captures[3].device_id;
        captures[4].pole_number = captures[3].pole_number;
        captures[6].gps = captures[5].gps;
        captures[6].gps->latitude += 0.000036;
        for (const auto& capture : captures) stage(capture);
    }
};

TEST_F(DuplicateServiceTest, GroupsAreByKindAndHoldEveryCaptureOfTheGroupOnce) {
    stage_groups();
    ASSERT_NO_FATAL_FAILURE(open(8));
    const auto found = groups();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].kind, DuplicateKind::upload);
    EXPECT_EQ(found[0].staging_ids, (std::vector<std::string>{"stg3", "stg4"}));
    EXPECT_EQ(found[1].kind, DuplicateKind::number);
    EXPECT_EQ(found[1].staging_ids, (std::vector<std::string>{"stg0", "stg1", "stg2"}));
    EXPECT_EQ(found[1].title, clean_capture(0).pole_number);
    EXPECT_EQ(found[2].kind, DuplicateKind::near);
    EXPECT_EQ(found[2].staging_ids, (std::vector<std::string>{"stg5", "stg6"}));
}

TEST_F(DuplicateServiceTest, ARejectedMemberLeavesItsGroupAndAGroupOfOneIsNone) {
    stage_groups();
    ASSERT_NO_FATAL_FAILURE(open(8));
    ASSERT_EQ(groups().size(), 3U);
    for (const char* id : {"stg0", "stg5"}) {
        const auto rejected = desk->reject(id);
        ASSERT_TRUE(system_test::is_durable(rejected)) << rejected.why;
    }
    ASSERT_TRUE(desk->all_sent());
    ASSERT_TRUE(desk->shows("stg5", model::Decision::rejected));
    const auto found = groups();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].staging_ids, (std::vector<std::string>{"stg1", "stg2"}));
}

TEST_F(DuplicateServiceTest, MembersComeWholeInTheOrderAskedForOrNameTheMissingOne) {
    stage_groups();
    ASSERT_NO_FATAL_FAILURE(open(8));
    const auto pair = members({"stg4", "stg3"});
    ASSERT_EQ(pair->captures.size(), 2U);
    EXPECT_EQ(pair->captures[0].staging_id, "stg4");
    EXPECT_TRUE(pair->missing.empty());
    const auto gone = members({"stg3", "gone"});
    EXPECT_EQ(gone->missing, "gone");
    EXPECT_TRUE(gone->captures.empty());
}

TEST_F(DuplicateServiceTest, AMergeIsPreviewedAndRefusedInWordsWhereItCannotBe) {
    stage_groups();
    ASSERT_NO_FATAL_FAILURE(open(8));
    const std::vector<std::string> three = {"stg0", "stg1", "stg2"};
    MergeDraft draft{three, members(three)->suggested, "One pole"};
    draft.choices.primary = 0;
    const auto preview = (*desk)->preview_merge(draft);
    EXPECT_TRUE(preview.permission.allowed) << preview.permission.why_not;
    EXPECT_EQ(preview.plan.superseded, (std::vector<std::string>{"stg1", "stg2"}));
    draft.choices.from[CaptureField::review] = 1;
    EXPECT_FALSE((*desk)->preview_merge(draft).permission.allowed) << "a decision is not merged";
    draft.choices.from.erase(CaptureField::review);

    // What is in production can only be the one that stays.
    for (const char* id : {"stg1", "stg2"}) ASSERT_TRUE(system_test::is_durable(desk->reject(id)));
    ASSERT_TRUE(desk->wait([&](const Snapshot& s) {
        const auto kept = (*desk)->detail("stg0");
        return kept && kept->generation == s.rows_generation && kept->findings.empty();
    })) << "the rules run again a moment later";
    const auto approved = desk->approve("stg0");
    ASSERT_TRUE(system_test::is_durable(approved)) << approved.why;
    ASSERT_TRUE(desk->all_sent());
    ASSERT_TRUE(desk->shows("stg0", model::Decision::approved));
    members(three);
    draft.choices.primary = 1;
    const auto refused = (*desk)->preview_merge(draft);
    EXPECT_FALSE(refused.permission.allowed);
    EXPECT_NE(refused.permission.why_not.find("in production"), std::string::npos) << refused.permission.why_not;
    const auto outcome = (*desk)->merge(draft);
    EXPECT_EQ(outcome.state, DecisionOutcome::State::refused);
    EXPECT_EQ(outcome.why, refused.permission.why_not);
}

}  // namespace
}  // namespace linesman::app
