#include "sync/reference_import.h"

#include <gtest/gtest.h>

#include "sync/in_process.h"

namespace linesman::sync::test {
namespace {

const std::string kPlanned = kRoot + "planned-poles";

base::Json place(double latitude, double longitude) {
    return value::map({{"latitude", value::number(latitude)}, {"longitude", value::number(longitude)}});
}

WantedDocument wanted(const std::string& id, const std::string& number) {
    return {id, "key-" + number, {{"poleNumber", value::text(number)}, {"location", place(-26.38, 27.8)}}};
}

TEST(ReferenceImport, NewOnesAreMadeAndEqualOnesAreNotWritten) {
    const ExistingDocument known{
        kPlanned + "/a", "v1", "key-A1", {{"poleNumber", value::text("A1")}, {"location", place(-26.38, 27.8)}}};
    const auto plan = plan_import(kPlanned, {wanted("a", "A1"), wanted("b", "A2")}, {known});
    EXPECT_EQ(plan.created, 1U);
    EXPECT_EQ(plan.unchanged, 1U);
    EXPECT_EQ(plan.changed, 0U);
    ASSERT_EQ(plan.writes.size(), 1U);
    EXPECT_EQ(plan.writes[0]["update"]["name"], kPlanned + "/b");
    EXPECT_EQ(plan.writes[0]["currentDocument"]["exists"], false);
}

TEST(ReferenceImport, OnlyWhatDiffersIsWrittenOnTheVersionThatWasRead) {
    const ExistingDocument known{kPlanned + "/a",
                                 "v1",
                                 "key-A1",
                                 {{"poleNumber", value::text("A1")},
                                  {"location", place(-26.38, 27.9)},
                                  {"remark", value::text("of the office")}}};
    const auto plan = plan_import(kPlanned, {wanted("a", "A1")}, {known});
    ASSERT_EQ(plan.changed, 1U);
    const auto& write = plan.writes[0];
    EXPECT_EQ(write["currentDocument"]["updateTime"], "v1");
    EXPECT_EQ(write["updateMask"]["fieldPaths"], base::Json::array({"location"}));
}

TEST(ReferenceImport, ThePoleOfTheSameNumberIsMeantWhateverItsId) {
    const ExistingDocument known{
        kPlanned + "/autoId",
        "v1",
        "key-A1",
        {{"poleNumber", value::text("A1")},
         {"plannedLocation", value::map({{"lat", value::number(-26.38)}, {"lng", value::number(27.8)}})}}};
    const auto plan = plan_import(kPlanned, {wanted("a", "A1")}, {known});
    EXPECT_EQ(plan.unchanged, 1U) << "the other shape of a position says the same";
    EXPECT_TRUE(plan.writes.empty());
    EXPECT_EQ(plan.others, 0U);
}

TEST(ReferenceImport, NumbersAndTheirTextAreTheSame) {
    EXPECT_TRUE(same_meaning(value::integer(7), value::text("7")));
    EXPECT_TRUE(same_meaning(value::text("-26.38,27.8"), place(-26.38, 27.8)));
    EXPECT_FALSE(same_meaning(value::text("7"), value::text("8")));
    EXPECT_FALSE(same_meaning(value::boolean(true), value::text("true")));
}

TEST(ReferenceImport, CommitsStayBelowTheirLimits) {
    std::vector<base::Json> writes(451, base::Json{{"update", {{"name", "n"}}}});
    const auto commits = commits_of(writes, 1);
    size_t total = 0;
    for (const auto& commit : commits) {
        EXPECT_LE(commit.size(), 200U);
        total += commit.size();
    }
    EXPECT_EQ(total, 451U);
    EXPECT_LE(commits[0].size(), 199U);
    const std::vector<base::Json> large(5, base::Json{{"update", {{"text", std::string(900'000, 'x')}}}});
    for (const auto& commit : commits_of(large, 0)) EXPECT_LT(base::to_text(commit).size(), size_t{4} << 20);
    EXPECT_TRUE(commits_of({}, 1).empty());
}

}  // namespace
}  // namespace linesman::sync::test
