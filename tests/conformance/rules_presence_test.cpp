// Presence behind the rules: one's own entry of `people`, nobody else's.
#include "conformance/rules_fixture.h"
#include "sync/commit_parts.h"
#include "sync/value_codec.h"

namespace linesman::conformance {
namespace {

class RulesPresence : public RulesTest {
  protected:
    // What sync/presence.cpp sends: one entry of `people`, its time, who wrote last, the server's stamp.
    Json present(const std::string& id, const std::string& uid, const std::string& by) {
        sync::FieldChanges changes;
        changes.set = {{sync::value::field_path({"people", uid}), sync::value::map(Json{{"name", text("N")}})},
                       {"by", text(by)}};
        changes.server_times = {sync::value::field_path({"people", uid, "at"}), "updated_at"};
        return sync::update_write(owner().name("review-presence/" + id), changes, {});
    }
    Json gone(const std::string& id, const std::string& uid, const std::string& by) {
        sync::FieldChanges changes;
        changes.set = {{"by", text(by)}};
        changes.removed = {sync::value::field_path({"people", uid})};
        changes.server_times = {"updated_at"};
        return sync::update_write(owner().name("review-presence/" + id), changes, {});
    }
    int one(Firestore person, const Json& write) { return commit(std::move(person), Json::array({write})); }
};

TEST_F(RulesPresence, TheOfficeSaysWhereItIsAndNobodyElseDoes) {
    for (const std::string role : {"supervisor", "support", "analyst", "admin", "device", ""}) {
        const bool office = role != "device" && !role.empty();
        EXPECT_EQ(one(as("uid-x", role), present("of-" + role, "uid-x", "uid-x")), office ? kAllowed : kDenied)
            << role << last_;
    }
}

TEST_F(RulesPresence, TwoAreOnOneCaptureAndEachWritesTheirOwnEntry) {
    ASSERT_EQ(one(as("uid-a", "supervisor"), present("p", "uid-a", "uid-a")), kAllowed) << last_;
    EXPECT_EQ(one(as("uid-b", "supervisor"), present("p", "uid-b", "uid-b")), kAllowed) << last_;
    EXPECT_EQ(one(as("uid-b", "supervisor"), present("p", "uid-a", "uid-b")), kDenied) << "somebody else's entry";
    EXPECT_EQ(one(as("uid-b", "supervisor"), present("p", "uid-b", "uid-a")), kDenied) << "under another name";
    EXPECT_EQ(one(as("uid-b", "supervisor"), gone("p", "uid-a", "uid-b")), kDenied) << "taking back somebody else's";
    EXPECT_EQ(one(as("uid-a", "supervisor"), gone("p", "uid-a", "uid-a")), kAllowed) << last_;
}

TEST_F(RulesPresence, OnlyWhoWroteLastClearsTheDocumentAway) {
    ASSERT_EQ(one(as("uid-a", "supervisor"), present("p", "uid-a", "uid-a")), kAllowed) << last_;
    const Json away = {{"delete", owner().name("review-presence/p")}};
    EXPECT_EQ(one(as("uid-b", "supervisor"), away), kDenied);
    EXPECT_EQ(one(as("uid-a", "supervisor"), away), kAllowed) << last_;
}

TEST_F(RulesPresence, NothingElseGoesIntoTheDocumentAndTheTimeIsTheServers) {
    Json more = present("q", "uid-a", "uid-a");
    more["update"]["fields"]["note"] = text("hello");
    more["updateMask"]["fieldPaths"].push_back("note");
    EXPECT_EQ(one(as("uid-a", "supervisor"), more), kDenied);
    Json unstamped = present("q", "uid-a", "uid-a");
    unstamped["updateTransforms"].erase(1);
    EXPECT_EQ(one(as("uid-a", "supervisor"), unstamped), kDenied);
}

}  // namespace
}  // namespace linesman::conformance
