#include "sync/pull_scope.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace linesman::sync {
namespace {

const PullTarget& staging() {
    static const auto targets = pull_targets({});
    return *std::ranges::find_if(targets, [](const PullTarget& target) { return target.is_staging; });
}

ActiveScope scope() {
    ActiveScope active;
    active.scope.projects = {"Law-001"};
    active.known_projects = {"Law-001", "Moh-001"};
    active.decided_cutoff = *base::parse_rfc3339("2025-01-01T00:00:00Z");
    return active;
}

std::string label_of(const std::string& fields) {
    const auto placement = scope().place(staging(), fields);
    return (placement.keep ? "" : "left: ") + placement.label;
}

constexpr char kOpen[] = R"(,"synced_to_production":{"booleanValue":false}})";

TEST(ActiveScope, OpenCapturesAreLabelledByTheirProject) {
    EXPECT_EQ(label_of(R"({"notes":{"stringValue":"x"},"projectId":{"stringValue":"Law-001"})" + std::string(kOpen)),
              "open\nLaw-001");
    EXPECT_EQ(label_of(R"({"projectId":{"stringValue":"Moh-001"})" + std::string(kOpen)), "left: open\nMoh-001");
    EXPECT_EQ(label_of(R"({"projectId":{"stringValue":"Gone"})" + std::string(kOpen)), "open\nGone");
    EXPECT_EQ(label_of(R"({"projectId":{"stringValue":"Law-001"}})"), "open\nLaw-001");
}

TEST(ActiveScope, DocumentsOfAnyShapeHaveAPlace) {
    const std::string open = kOpen;
    EXPECT_EQ(label_of("{}"), "open\n");
    EXPECT_EQ(label_of("[]"), "open\n");
    EXPECT_EQ(label_of("{\"projectId\":"), "open\n");
    EXPECT_EQ(label_of(R"({"projectId":{"integerValue":"7"})" + open), "open\n");
    EXPECT_EQ(label_of(R"({"projectId":"Law-001")" + open), "open\n");
    EXPECT_EQ(label_of(R"({"projectId":{"note":"x","stringValue":"Law-001"})" + open), "open\nLaw-001");
    EXPECT_EQ(label_of(R"({"project\u0049d":{"stringValue":"Law\u002d001"})" + open), "open\nLaw-001");
    EXPECT_EQ(label_of(R"({"projectId":{"stringValue":"Law-001"},"synced_to_production":{"stringValue":"true"}})"),
              "open\nLaw-001");
    EXPECT_EQ(label_of(R"({"projectId":{"stringValue":"Law-001"},"projectId":{"stringValue":"Moh-001"})" + open),
              "open\nLaw-001")
        << "the first of two counts";
}

TEST(ActiveScope, DecidedCapturesStayAsLongAsTheScopeSays) {
    const std::string decided =
        R"({"projectId":{"stringValue":"Law-001"},"synced_to_production":{"booleanValue":true},"validated_at":{"timestampValue":")";
    EXPECT_EQ(label_of(decided + R"(2025-01-02T00:00:00Z"}})"), "decided\nLaw-001");
    EXPECT_EQ(label_of(decided + R"(2024-12-31T00:00:00Z"}})"), "left: decided\nLaw-001");
    EXPECT_EQ(label_of(R"({"projectId":{"stringValue":"Law-001"},"synced_to_production":{"booleanValue":true}})"),
              "left: decided\nLaw-001");
}

}  // namespace
}  // namespace linesman::sync
