// Two desks on one server: each sees where the other is, and no longer once it has closed.
#include "system/desk_fixture.h"

namespace linesman::system_test {
namespace {

class PresenceTest : public ServerTest {};

TEST_F(PresenceTest, ADeskSeesTheOtherOneAndItIsGoneWhenThatCloses) {
    stage_clean(2);
    DeskUnderTest first(server), second(server, "second");
    first.listen(false);  // a desk that polls every two seconds looks again as often
    first.open();
    second.open();
    ASSERT_TRUE(first.ready(2));
    ASSERT_TRUE(second.ready(2));
    first->looking_at("stg1");
    // Written once the capture has been looked at for a few seconds.
    ASSERT_TRUE(first.wait([&](const app::Snapshot&) { return documents("review-presence").contains("stg1"); }));
    second->looking_at("stg0");
    ASSERT_TRUE(second.wait([](const app::Snapshot& s) { return s.people_here->contains("stg1"); }));
    EXPECT_EQ(second->snapshot()->people_here->at("stg1").size(), 1U);
    EXPECT_FALSE(second->snapshot()->people_here->at("stg1")[0].name.empty());
    const auto before = staging("stg1");
    first.close();
    EXPECT_FALSE(documents("review-presence").contains("stg1"));
    EXPECT_EQ(staging("stg1"), before);
}

}  // namespace
}  // namespace linesman::system_test
