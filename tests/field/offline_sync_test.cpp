#include "field/offline_sync.h"

#include "field/server_fixture.h"

namespace linesman::field {
namespace {

using namespace test;
using backend::FaultRule;
using base::ErrorKind;

struct Sync : DeviceTest {
    SyncSummary run(OfflinePoleStore& store, SyncOptions options = {}) {
        FieldAgent agent(owner());
        auto summary = agent.sync(store, clock, std::move(options));
        EXPECT_TRUE(summary.ok()) << summary.error().full();
        return summary ? *summary : SyncSummary{};
    }
    std::vector<std::string> add(OfflinePoleStore& store, int count) {
        std::vector<std::string> ids;
        for (int i = 0; i < count; ++i) ids.push_back(*store.add(pole("LAW.P.A00" + std::to_string(i), 1)));
        return ids;
    }
};

TEST_F(Sync, OnlyWhatIsNamedIsSentDueOrNot) {
    auto store = open();
    const auto ids = add(store, 3);
    ASSERT_TRUE(store.begin_attempt(ids[0]).ok());
    ASSERT_TRUE(store.failed(ids[0], base::make_error(ErrorKind::offline, "x"), clock.now() + base::hours(1)).ok());
    SyncOptions options;
    options.only = {ids[0], ids[2]};
    EXPECT_EQ(run(store, options).staged, 2);
    EXPECT_EQ(store.get(ids[1])->status, ItemStatus::pending);
    options.only = {"offline_nobody"};
    FieldAgent agent(owner());
    EXPECT_EQ(agent.sync(store, clock, options).error().kind, ErrorKind::not_found);
}

TEST_F(Sync, AReasonToPauseEndsTheRunAndLeavesTheRest) {
    auto store = open();
    add(store, 6);
    int asked = 0;
    SyncOptions options;
    options.parallel = 1;
    options.pause_reason = [&] { return ++asked > 2 ? std::string("The battery is at 10 %.") : std::string(); };
    const auto summary = run(store, options);
    EXPECT_EQ(summary.staged, 2);
    EXPECT_EQ(summary.left, 4);
    EXPECT_NE(summary.paused.find("battery"), std::string::npos);
    EXPECT_EQ(store.counts()->at(ItemStatus::pending), 4);
    EXPECT_EQ(run(store).staged, 4);
}

TEST_F(Sync, WithoutALineTheRestIsNotWornOut) {
    auto store = open();
    add(store, 12);
    server.stop();
    SyncOptions options;
    options.parallel = 1;
    const auto summary = run(store, options);
    EXPECT_EQ(summary.failures.size(), 3U);
    EXPECT_EQ(summary.left, 9);
    EXPECT_NE(summary.paused.find("no connection"), std::string::npos);
    EXPECT_EQ(store.counts()->at(ItemStatus::pending), 9);
}

TEST_F(Sync, AFullDiskInTheMiddleLosesNothing) {
    int left = -1;  // writes until the disk is full
    StoreOptions how;
    how.before_write = [&]() -> base::Status {
        if (left < 0 || left-- > 0) return {};
        left = 0;
        return base::make_error(ErrorKind::disk_full, "The disk is full.");
    };
    auto store = OfflinePoleStore::open(folder.file("device"), clock, how);
    ASSERT_TRUE(store.ok());
    add(*store, 3);
    left = 9;
    (void)FieldAgent(owner()).sync(*store, clock, {});
    left = -1;
    clock.advance(base::hours(2));
    const auto summary = run(*store);
    EXPECT_EQ(summary.counts.at(ItemStatus::staged), 3) << "what was left in syncing is taken up again";
    EXPECT_EQ(count("staging-field-captures"), 3U);
}

TEST_F(Sync, LanesGrowOnAGoodLine) {
    auto store = open();
    add(store, 9);
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(store.add(pole("LAW.P.B1" + std::to_string(i), 0)).ok());
    const auto summary = run(store);
    EXPECT_EQ(summary.staged, 39);
    EXPECT_GE(summary.most_lanes, 2);
    EXPECT_LE(summary.most_lanes, 8);
}

}  // namespace
}  // namespace linesman::field
