#include "field/staging_sync.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "field/field_fixture.h"
#include "sync/capture_codec.h"

namespace linesman::field {
namespace {

using namespace test;
using backend::FaultRule;
using base::ErrorKind;

struct FieldSync : ::testing::Test {
    FieldSync() : server(server_options()) {
        const auto started = server.start();
        EXPECT_TRUE(started.ok());
    }
    SyncSummary synced(OfflinePoleStore& store, SyncOptions options = {}) {
        FieldAgent agent(owner_of(server.base_url()));
        auto summary = agent.sync(store, clock, std::move(options));
        EXPECT_TRUE(summary.ok()) << summary.error().full();
        return summary ? *summary : SyncSummary{};
    }
    std::vector<backend::DocumentPtr> staged() { return documents_in(server, "staging-field-captures"); }

    TempFolder folder;
    base::ManualClock clock{{1'760'000'000'000'000}};
    backend::Server server;
};

TEST_F(FieldSync, BringsPhotosAndDocumentIntoStaging) {
    auto store = open_store(folder.file("device"), clock);
    const std::string id = *store.add(pole("law-p-1", 6));
    const auto summary = synced(store);
    EXPECT_EQ(summary.staged, 1);
    EXPECT_EQ(summary.counts.at(ItemStatus::staged), 1);
    EXPECT_EQ(server.objects().all().size(), 6U);

    FieldAgent agent(owner_of(server.base_url()));
    const std::string name = agent.endpoints().document_name("staging-field-captures", staging_id_for(id));
    auto text = agent.batch_get({name});
    ASSERT_TRUE(text.ok());
    const auto reply = base::parse_json(*text, "reply");
    auto capture = sync::decode_capture(staging_id_for(id), (*reply)[0]["found"]["fields"], "");
    ASSERT_TRUE(capture.ok());
    EXPECT_EQ(capture->offline_id, id);
    EXPECT_EQ(capture->device_id, store.device_id());
    EXPECT_EQ(capture->expected_photos, model::kAllSlots);
    EXPECT_EQ(capture->lost_photo_mask(), 0);
    EXPECT_TRUE(capture->submitted_at && capture->updated_at);
    for (const auto slot : model::kSlots) {
        const auto& photo = capture->photos[model::index_of(slot)];
        ASSERT_TRUE(photo);
        const auto info = server.objects().info(agent.endpoints().bucket, photo->path);
        ASSERT_TRUE(info);
        EXPECT_EQ(info->md5_base64, photo->md5);
        EXPECT_EQ(info->size_bytes, photo->bytes);
        EXPECT_NE(photo->url.find("token=" + info->token), std::string::npos);
    }
    ASSERT_EQ(capture->validation_errors.size(), 1U);
    EXPECT_EQ(capture->validation_errors[0].code, "number_format");
    EXPECT_EQ(capture->validation_errors[0].field, "poleNumber");
    EXPECT_EQ(capture->validation_status, model::ValidationStatus::pending);
}

TEST_F(FieldSync, ALostReplyNeverMakesASecondDocument) {
    auto store = open_store(folder.file("device"), clock);
    const std::string id = *store.add(pole("LAW.P.A001"));
    server.faults().next(FaultRule::Kind::drop_reply, 2, ":commit");  // curl itself tries a second time
    SyncOptions options;
    options.report = false;
    EXPECT_EQ(synced(store, options).failures.size(), 1U);
    EXPECT_EQ(store.get(id)->status, ItemStatus::error);
    ASSERT_EQ(staged().size(), 1U);

    EXPECT_EQ(synced(store, options).waiting, 1) << "its backoff has not passed";
    clock.advance(base::hours(2));
    const auto second = synced(store, options);
    EXPECT_EQ(second.staged, 1);
    EXPECT_EQ(second.already_there, 1);
    EXPECT_EQ(second.bytes_sent, 0U) << "photos that arrived are not sent again";
    EXPECT_EQ(staged().size(), 1U);
}

TEST_F(FieldSync, AFailedPhotoKeepsTheItemInErrorWithItsCauseUntilARetryBringsIt) {
    auto store = open_store(folder.file("device"), clock);
    const std::string id = *store.add(pole("LAW.P.A001", 3));
    server.faults().next(FaultRule::Kind::unavailable, 1, "/v0/b/");
    const auto first = synced(store);
    ASSERT_EQ(first.failures.size(), 1U);
    const auto failed = *store.get(id);
    EXPECT_EQ(failed.status, ItemStatus::error);
    EXPECT_NE(failed.error.find("\"before\""), std::string::npos) << failed.error;
    EXPECT_FALSE(failed.photos[0]->error.empty());
    EXPECT_TRUE(failed.next_attempt_at.has_value());
    EXPECT_TRUE(staged().empty()) << "no document without its photos";

    SyncOptions again;
    again.scope = SyncScope::failed_only;
    EXPECT_EQ(synced(store, again).staged, 1);
    EXPECT_EQ(server.objects().all().size(), 3U);
    const auto attempts = store.attempts(id);
    ASSERT_TRUE(attempts.ok());
    ASSERT_EQ(attempts->size(), 2U);
    EXPECT_EQ((*attempts)[0].outcome, "unavailable");
    EXPECT_EQ((*attempts)[1].outcome, "staged");
}

TEST_F(FieldSync, AForeignDocumentUnderTheSameNameIsNotTakenForOurs) {
    auto store = open_store(folder.file("device"), clock);
    const std::string id = *store.add(pole("LAW.P.A001", 1));
    FieldAgent agent(owner_of(server.base_url()));
    const std::string name = agent.endpoints().document_name("staging-field-captures", staging_id_for(id));
    ASSERT_TRUE(
        agent.commit(base::Json::array({base::Json{{"update", {{"name", name}, {"fields", base::Json::object()}}}}}))
            .ok());
    const auto summary = synced(store);
    ASSERT_EQ(summary.failures.size(), 1U);
    EXPECT_EQ(summary.failures[0].error.kind, ErrorKind::already_exists);
    EXPECT_FALSE(store.get(id)->next_attempt_at) << "trying again changes nothing";
}

TEST_F(FieldSync, ReportsHeartbeatAndSession) {
    auto store = open_store(folder.file("device"), clock);
    ASSERT_TRUE(store.add(pole("LAW.P.A001", 1)).ok());
    SyncOptions options;
    options.facts.battery = 0.5;
    EXPECT_FALSE(synced(store, options).report_error);
    const auto devices = documents_in(server, "field-devices");
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_TRUE(devices[0]->name.ends_with(store.device_id()));
    EXPECT_EQ(documents_in(server, "device-sync-sessions").size(), 1U);
}

TEST_F(FieldSync, ServerOutOfReachLeavesEverythingForLater) {
    auto store = open_store(folder.file("device"), clock);
    const std::string id = *store.add(pole("LAW.P.A001", 1));
    server.stop();
    const auto summary = synced(store);
    EXPECT_EQ(summary.failures.size(), 1U);
    EXPECT_TRUE(summary.report_error.has_value());
    EXPECT_TRUE(store.get(id)->next_attempt_at.has_value());
}

TEST(ItemBackoff, GrowsAndObeysTheServerAndGivesUpWhenUseless) {
    auto error = base::make_error(ErrorKind::unavailable, "busy");
    const auto first = *item_backoff("offline_1_a", 1, error), tenth = *item_backoff("offline_1_a", 10, error);
    EXPECT_LT(first, base::minutes(1));
    EXPECT_GT(tenth, base::minutes(20));
    EXPECT_EQ(first, *item_backoff("offline_1_a", 1, error));
    error.retry_after_s = 500;
    EXPECT_GE(*item_backoff("offline_1_a", 1, error), base::seconds(500));
    EXPECT_FALSE(item_backoff("offline_1_a", 1, base::make_error(ErrorKind::permission_denied, "no")));
    const auto unreadable = base::make_error(ErrorKind::corrupt, "not understood");
    EXPECT_TRUE(item_backoff("offline_1_a", kTriesOfUnreadable - 1, unreadable));
    EXPECT_FALSE(item_backoff("offline_1_a", kTriesOfUnreadable, unreadable));
}

// Forked before the server has threads: the child learns the port through a pipe.
TEST(FieldSyncCrash, AfterKillDuringSyncNothingIsLostAndNothingDouble) {
    TempFolder folder;
    constexpr int kItems = 8;
    int pipe_fds[2];
    ASSERT_EQ(::pipe(pipe_fds), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::close(pipe_fds[1]);
        int port = 0;
        if (::read(pipe_fds[0], &port, sizeof port) != sizeof port) ::_exit(3);
        base::SystemClock clock;
        auto store = OfflinePoleStore::open(folder.file("device"), clock);
        if (!store) ::_exit(4);
        for (int i = 0; i < kItems; ++i) {
            if (!store->add(pole("LAW.P.A00" + std::to_string(i)))) ::_exit(5);
        }
        FieldAgent agent(owner_of("http://127.0.0.1:" + std::to_string(port)));
        const auto summary = agent.sync(*store, clock, {});
        ::_exit(summary ? 0 : 6);
    }
    ::close(pipe_fds[0]);
    backend::Server server(server_options());
    ASSERT_TRUE(server.start().ok());
    FaultRule slow;
    slow.delay_ms = 15;
    server.faults().add(slow);
    const int port = server.port();
    ASSERT_EQ(::write(pipe_fds[1], &port, sizeof port), static_cast<ssize_t>(sizeof port));
    int status = 0;
    while (server.objects().all().size() < 7 && ::waitpid(child, &status, WNOHANG) == 0) std::this_thread::yield();
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    ::close(pipe_fds[1]);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child was to be killed in the middle";
    server.faults().clear();

    const base::SystemClock clock;
    auto store = open_store(folder.file("device"), clock);
    auto counts = *store.counts();
    EXPECT_EQ(counts[ItemStatus::syncing], 0);
    FieldAgent agent(owner_of(server.base_url()));
    auto summary = agent.sync(store, clock, {});
    ASSERT_TRUE(summary.ok());
    EXPECT_TRUE(summary->failures.empty());
    EXPECT_EQ(summary->counts[ItemStatus::staged], kItems);
    EXPECT_EQ(documents_in(server, "staging-field-captures").size(), static_cast<size_t>(kItems));
    EXPECT_EQ(server.objects().all().size(), static_cast<size_t>(2 * kItems));
}

}  // namespace
}  // namespace linesman::field
