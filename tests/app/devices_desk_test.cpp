// The devices' part of the desk against a server: commands on their way, sessions, photos, and what is told when the
// server cannot be asked.
#include "app/device_desk.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/device_file.h"
#include "system/desk_fixture.h"

namespace linesman::app {
namespace {

using system_test::DeskUnderTest;
namespace value = sync::value;
using base::Json;

struct DevicesDeskTest : system_test::ServerTest {
    std::unique_ptr<DeskUnderTest> desk;

    void SetUp() override {
        ServerTest::SetUp();
        stage_clean(2);
        heartbeat("device_0", 2);
    }
    void heartbeat(const std::string& device, int64_t failed) {
        put("field-devices", device,
            {{"owner_uid", value::text("worker-1")},
             {"app_version", value::text("2.1")},
             {"last_error", value::text("The phone has no space left.")},
             {"last_seen", value::timestamp({1'750'000'000'000'000})},
             {"queue", value::map({{"error", value::integer(failed)}})}});
    }
    void session() {
        put("device-sync-sessions", "session1",
            {{"device_id", value::text("device_0")},
             {"owner_uid", value::text("worker-1")},
             {"network", value::text("3g")},
             {"started_at", value::timestamp(base::SystemClock().now() - base::hours(1))},
             {"attempts", value::array(Json::array({value::map({{"offline_id", value::text("offline_1")},
                                                                {"stage", value::text("photos")},
                                                                {"outcome", value::text("disk_full")},
                                                                {"error", value::text("The phone has no space left.")},
                                                                {"bytes", value::integer(12000)},
                                                                {"ms", value::integer(3000)}})}))}});
    }
    DeviceDesk& open(const std::string& person = "support") {
        desk = std::make_unique<DeskUnderTest>(server, person);
        desk->listen(false);
        desk->poll_every(3600);
        desk->open();
        EXPECT_TRUE(desk->ready(2));
        EXPECT_TRUE(desk->wait([](const Snapshot& s) {
            return std::any_of(s.devices.begin(), s.devices.end(),
                               [](const auto& d) { return d.reported.has_value(); });
        }));
        return (*desk)->devices();
    }
    FleetOrder all() const {
        FleetOrder order;
        order.all_failing = true;
        return order;
    }
    void answer(const std::string& id, const std::string& state, const std::string& result) {
        auto fields = documents("device-commands").at(id);
        fields.erase("updated_at");
        fields["state"] = value::text(state);
        fields["result"] = value::text(result);
        put("device-commands", id, fields);
    }
    bool wait(const std::function<bool()>& done) {
        return desk->wait([&](const Snapshot&) { return done(); });
    }
};

TEST_F(DevicesDeskTest, ACommandIsFollowedFromQueuedToItsAnswerAndTheMirrorHasItToo) {
    DeviceDesk& devices = open();
    const auto plan = devices.plan(all());
    EXPECT_EQ(plan.will_send, 1U);
    EXPECT_EQ(plan.unreachable, 1U) << "device_1 never reported";
    EXPECT_EQ(plan.targets[0].cause, "The phone has no space left.");
    ASSERT_NE(devices.send(all()), 0U);
    ASSERT_TRUE(wait([&] { return !devices.run()->busy && devices.run()->receipts.size() == 1; }));
    EXPECT_EQ(devices.run()->error, "");
    EXPECT_EQ(devices.run()->receipts[0].command.state, "queued");
    const auto sent = documents("device-commands");
    ASSERT_EQ(sent.size(), 1U);
    const std::string id = sent.begin()->first;
    EXPECT_EQ(documents(system_test::kAudit).size(), 1U);
    answer(id, "delivered", "");
    EXPECT_TRUE(wait([&] { return devices.run()->receipts[0].command.state == "delivered"; }));
    EXPECT_TRUE(wait([&] { return devices.plan(all()).targets[0].verdict == FleetTarget::Verdict::under_way; }))
        << "not asked twice";
    answer(id, "failed", "2 captures failed again");
    EXPECT_TRUE(wait([&] { return devices.run()->receipts[0].command.state == "failed"; }));
    EXPECT_EQ(devices.run()->receipts[0].command.result, "2 captures failed again");
    EXPECT_TRUE(desk->wait(
        [&](const Snapshot& s) { return s.commands->size() == 1 && s.commands->front().state == "failed"; }));
}

TEST_F(DevicesDeskTest, WhoMayNotSendIsToldAndNothingIsSent) {
    DeviceDesk& devices = open("supervisor");
    ASSERT_NE(devices.send(all()), 0U);
    EXPECT_FALSE(devices.run()->busy);
    EXPECT_NE(devices.run()->error.find("support or an admin"), std::string::npos) << devices.run()->error;
    EXPECT_TRUE(documents("device-commands").empty());
}

TEST_F(DevicesDeskTest, OfflineIsToldInPlaceAndNothingIsSent) {
    DeviceDesk& devices = open();
    (*desk)->set_work_offline(true);
    ASSERT_TRUE(desk->wait([](const Snapshot& s) { return s.sync.work_offline; }));
    ASSERT_NE(devices.send(all()), 0U);
    ASSERT_TRUE(wait([&] { return !devices.run()->busy; }));
    EXPECT_NE(devices.run()->error.find("You work offline"), std::string::npos) << devices.run()->error;
    EXPECT_TRUE(documents("device-commands").empty());
    std::shared_ptr<const DeviceView> view;
    ASSERT_TRUE(wait([&] { return (view = devices.device("device_0")) && !view->asking; }));
    EXPECT_NE(view->trouble.find("You work offline"), std::string::npos);
    std::shared_ptr<const LedgerView> ledger;
    ASSERT_TRUE(wait([&] { return (ledger = devices.photos({"device_0", ""})) && !ledger->asking; }));
    EXPECT_FALSE(ledger->trouble.empty());
    EXPECT_EQ(ledger->ledger.entries.size(), model::kSlotCount) << "what the documents say is shown all the same";
}

TEST_F(DevicesDeskTest, OneDeviceHasItsAttemptsFromTheServerOnceForEachHeartbeat) {
    session();
    DeviceDesk& devices = open();
    std::shared_ptr<const DeviceView> view;
    ASSERT_TRUE(wait([&] { return (view = devices.device("device_0")) && !view->asking; }));
    EXPECT_EQ(view->trouble, "");
    ASSERT_EQ(view->file.sessions.size(), 1U);
    EXPECT_EQ(view->file.sessions[0].attempts[0].outcome, "disk_full");
    const auto asked = server.counters().requests("runQuery");
    for (int i = 0; i < 20; ++i) (void)devices.device("device_0");
    EXPECT_EQ(server.counters().requests("runQuery"), asked);
    devices.look_again();
    EXPECT_TRUE(wait([&] {
        (void)devices.device("device_0");
        return server.counters().requests("runQuery") > asked;
    }));
    ASSERT_TRUE(wait([&] { return (view = devices.device("device_1")) && !view->asking; }));
    EXPECT_NE(view->file.sessions_unknown.find("never reported"), std::string::npos);
}

TEST_F(DevicesDeskTest, TheLedgerOfOneCaptureTellsOrphanedFromUnreadable) {
    DeviceDesk& devices = open();
    std::shared_ptr<const LedgerView> view;
    ASSERT_TRUE(wait([&] { return (view = devices.photos({"device_0", "stg0"})) && !view->asking; }));
    EXPECT_EQ(view->trouble, "") << view->cure;
    EXPECT_TRUE(view->ledger.asked_storage);
    ASSERT_EQ(view->ledger.entries.size(), model::kSlotCount);
    for (const auto& entry : view->ledger.entries) EXPECT_EQ(entry.staging_id, "stg0");
}

TEST_F(DevicesDeskTest, ChartsReadSessionsOnlyWhenAskedAndFiguresComeFromTheCaptures) {
    session();
    DeviceDesk& devices = open("analyst");
    std::shared_ptr<const model::FleetFigures> figures;
    ASSERT_TRUE(wait([&] { return (figures = devices.figures()) && !figures->by_project.empty(); }));
    EXPECT_EQ(figures->by_project[0].captures, 2U);
    EXPECT_FALSE(devices.sessions()->there);
    devices.read_sessions();
    ASSERT_TRUE(wait([&] { return !devices.sessions()->asking; }));
    EXPECT_EQ(devices.sessions()->trouble, "");
    const auto sessions = devices.sessions();
    ASSERT_EQ(sessions->figures.all.causes.size(), 1U);
    EXPECT_EQ(sessions->figures.all.causes[0].first, "disk_full");
    ASSERT_EQ(sessions->figures.by_project.size(), 1U);
    EXPECT_EQ(sessions->figures.by_project.begin()->first, figures->by_project[0].name);
    EXPECT_EQ(sessions->figures.by_device.at("device_0").failed, 1);
}

TEST_F(DevicesDeskTest, ABundleForAnotherDeskNamesNobody) {
    session();
    DeviceDesk& devices = open();
    std::shared_ptr<const DeviceView> view;
    ASSERT_TRUE(wait([&] { return (view = devices.device("device_0")) && !view->file.sessions.empty(); }));
    const system_test::TempFolder folder;
    devices.export_bundle("device_0", folder.path() + "/bundle.json");
    ASSERT_TRUE(desk->wait([](const Snapshot& s) {
        return std::any_of(s.notices.begin(), s.notices.end(),
                           [](const auto& n) { return n.text.find("The bundle of device_0") != std::string::npos; });
    }));
    const auto text = base::read_file(folder.path() + "/bundle.json");
    ASSERT_TRUE(text.ok());
    EXPECT_EQ(text->find("worker-1"), std::string::npos);
    EXPECT_NE(text->find("disk_full"), std::string::npos);
}

TEST_F(DevicesDeskTest, ABundleOpensTheSameAndWhatIsNoneIsToldInPlace) {
    session();
    DeviceDesk& devices = open();
    std::shared_ptr<const DeviceView> view;
    ASSERT_TRUE(wait([&] { return (view = devices.device("device_0")) && !view->file.sessions.empty(); }));
    const system_test::TempFolder folder;
    const std::string path = folder.path() + "/device_0" + kBundleEnding;
    devices.export_bundle("device_0", path);
    ASSERT_TRUE(wait([&] { return base::file_exists(path); }));
    EXPECT_EQ(devices.bundle()->device, nullptr);
    devices.open_bundle(path);
    ASSERT_TRUE(wait([&] { return devices.bundle()->device != nullptr; }));
    const auto& opened = *devices.bundle()->device;
    EXPECT_EQ(to_bundle(opened), to_bundle(redacted(view->file)));
    EXPECT_TRUE(opened.is_redacted);
    const std::string broken = folder.path() + "/broken.json";
    ASSERT_TRUE(base::write_file_atomically(broken, "{}").ok());
    for (const auto& wrong : {broken, folder.path() + "/absent.json"}) {
        devices.open_bundle(wrong);
        ASSERT_TRUE(wait([&] { return !devices.bundle()->reading; }));
        EXPECT_EQ(devices.bundle()->device, nullptr);
        EXPECT_NE(devices.bundle()->trouble, "") << wrong;
        EXPECT_NE(devices.bundle()->cure, "");
    }
}

TEST_F(DevicesDeskTest, AnObjectInStorageCanBeLookedAtBeforeItIsLinked) {
    DeviceDesk& devices = open();
    const std::string path = "poles/staging/side_1750000000000_ab12.jpg";
    backend::HttpRequest request;
    request.method = "POST";
    request.path = "/v0/b/demo-linesman.appspot.com/o";
    request.query = {{"name", path}};
    request.headers["authorization"] = "Bearer owner";
    request.headers["content-type"] = "image/jpeg";
    request.body = "twelve bytes";
    ASSERT_EQ(server.handle(request).status, 200);
    std::shared_ptr<const StoredPhoto> stored;
    ASSERT_TRUE(wait([&] { return (stored = devices.stored(path)) != nullptr; }));
    ASSERT_TRUE(stored->photo) << stored->trouble;
    EXPECT_EQ(stored->photo->path, path);
    EXPECT_EQ(stored->photo->bytes, 12U);
    EXPECT_FALSE(stored->photo->md5.empty());
    EXPECT_NE(stored->photo->url.find("alt=media&token="), std::string::npos) << "as phones link theirs";
    EXPECT_EQ(stored->photo->captured_at, base::Timestamp{1'750'000'000'000'000});
    ASSERT_TRUE(wait([&] { return (stored = devices.stored("poles/staging/side_1_gone.jpg")) != nullptr; }));
    EXPECT_FALSE(stored->photo);
    EXPECT_NE(stored->trouble, "");
}

}  // namespace
}  // namespace linesman::app
