#include "app/office_line.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "system/desk_fixture.h"

namespace linesman::app {
namespace {

namespace value = sync::value;
using backend::FaultRule;

struct OfficeLineTest : system_test::ServerTest {
    base::Result<std::unique_ptr<OfficeLine>> open(const std::string& password = "linesman",
                                                   base::Duration patience = base::seconds(60)) {
        system_test::DeskUnderTest desk(server, "admin");
        OfficeLineOptions options;
        options.patience = patience;
        options.backoff = {base::milliseconds(5), 1.5, base::milliseconds(50), 0};
        return OfficeLine::open(desk.options().profile, Credentials{"admin@demo.linesman.test", password}, options);
    }
};

TEST_F(OfficeLineTest, SignsInAndKnowsTheRole) {
    const auto line = open();
    ASSERT_TRUE(line.ok()) << line.error().full();
    EXPECT_EQ((*line)->session().uid, "demo-admin");
    EXPECT_EQ((*line)->session().role, model::Role::admin);
    EXPECT_TRUE((*line)->session().signed_in);
}

TEST_F(OfficeLineTest, AWrongPasswordIsRefusedInWords) {
    const auto line = open("wrong");
    ASSERT_FALSE(line.ok());
    EXPECT_FALSE(line.error().what.empty());
    EXPECT_EQ(line.error().what.find("wrong\""), std::string::npos) << "the password is not repeated";
}

TEST_F(OfficeLineTest, ACollectionIsReadInPagesWholeAndOnce) {
    for (int batch = 0; batch < 4; ++batch) {
        system_test::Json writes = system_test::Json::array();
        for (int i = 0; i < 200; ++i) {
            const std::string id = system_test::numbered("p", static_cast<size_t>(batch * 200 + i));
            writes.push_back({{"update",
                               {{"name", name("planned-poles", id)},
                                {"fields", {{"projectId", value::text(i % 2 ? "Law-001" : "Moh-002")}}}}}});
        }
        commit(std::move(writes));
    }
    auto line = open();
    ASSERT_TRUE(line.ok());
    std::set<std::string> seen;
    size_t count = 0;
    const auto take = [&](const sync::RawDocument& document) {
        seen.emplace(document.id());
        return ++count > 0;
    };
    ASSERT_TRUE((*line)->each("planned-poles", "", "", take).ok());
    EXPECT_EQ(count, 800U);
    EXPECT_EQ(seen.size(), 800U);
    count = 0;
    ASSERT_TRUE((*line)->each("planned-poles", "projectId", "Law-001", take).ok());
    EXPECT_EQ(count, 400U);
    std::vector<std::string> names;
    for (int i = 0; i < 250; ++i) names.push_back(name("planned-poles", system_test::numbered("p", size_t(i))));
    names.push_back(name("planned-poles", "nothing"));
    const auto got = (*line)->get(names);
    ASSERT_TRUE(got.ok());
    EXPECT_EQ(got->documents.size(), 250U);
    EXPECT_EQ(got->missing.size(), 1U);
}

TEST_F(OfficeLineTest, ReadsAreRepeatedWhileTheServerIsBusyAndCommitsAreNot) {
    auto line = open();
    ASSERT_TRUE(line.ok());
    server.faults().next(FaultRule::Kind::unavailable, 2, ":batchGet");
    EXPECT_TRUE((*line)->get({name("projects", "Law-001")}).ok());
    EXPECT_EQ(server.faults().hits(), 2U);
    server.faults().next(FaultRule::Kind::unavailable, 1, ":commit");
    const system_test::Json write = {
        {"update", {{"name", name("projects", "P")}, {"fields", system_test::Json::object()}}}};
    EXPECT_FALSE((*line)->commit(system_test::Json::array({write})).ok());
    EXPECT_EQ(server.faults().hits(), 3U);
}

TEST_F(OfficeLineTest, PatienceEnds) {
    auto line = open("linesman", base::milliseconds(1));
    ASSERT_TRUE(line.ok());
    server.faults().next(FaultRule::Kind::unavailable, 100, ":batchGet");
    const auto reply = (*line)->get({name("projects", "Law-001")});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, base::ErrorKind::unavailable);
}

TEST_F(OfficeLineTest, AStoppedLineEndsWhatWaitsAndTakesNothingMore) {
    auto line = open();
    ASSERT_TRUE(line.ok());
    bool rested = true;
    std::thread waiting([&] { rested = (*line)->rest(base::hours(1)); });
    (*line)->stop();
    waiting.join();
    EXPECT_FALSE(rested);
    const auto asked = server.counters().requests("batchGet");
    EXPECT_EQ((*line)->get({name("projects", "Law-001")}).error().kind, base::ErrorKind::cancelled);
    EXPECT_EQ(server.counters().requests("batchGet"), asked);
}

}  // namespace
}  // namespace linesman::app
