// Our field side in front of the real rules, as the device it is: staging, repeats after lost replies, what became of a
// capture, corrections, late photos, commands; and support's rescue.
#include <filesystem>

#include "backend/server.h"
#include "conformance/rules_fixture.h"
#include "field/device_round.h"
#include "field/fleet/tiny_photo.h"
#include "sync/device_commands.h"

namespace linesman::conformance {
namespace {

class RulesField : public RulesTest {
  protected:
    void SetUp() override {
        RulesTest::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(storage_.start().ok());
        ASSERT_NE(mkdtemp(folder_.data()), nullptr);
        auto opened = field::OfflinePoleStore::open(folder_ + "/device", clock_);
        ASSERT_TRUE(opened.ok());
        store_ = std::make_unique<field::OfflinePoleStore>(std::move(*opened));
    }
    void TearDown() override {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    field::AgentOptions line(const std::string& uid, const std::string& role) const {
        field::AgentOptions options;
        options.endpoints.project_id = project_;
        options.endpoints.bucket = project_ + ".appspot.com";
        options.endpoints.firestore = "http://127.0.0.1:" + std::to_string(endpoint(Which::emulator_with_rules).port);
        options.endpoints.storage = storage_.base_url();
        options.bearer = token(uid, role);
        return options;
    }
    std::string token(const std::string& uid, const std::string& role) const {
        const Json claims = {
            {"sub", uid},      {"user_id", uid},       {"iss", "https://securetoken.google.com/" + project_},
            {"aud", project_}, {"iat", 1'700'000'000}, {"exp", 4'000'000'000},
            {"role", role}};
        return base::base64url_encode(R"({"alg":"none","typ":"JWT"})") + "." + base::base64url_encode(claims.dump()) +
               ".";
    }
    field::RoundResult round(const std::string& uid = "uid-thabo", const std::string& role = "device") {
        field::FieldAgent agent(line(uid, role));
        field::RoundOptions options;
        options.sync.facts.owner_uid = uid;
        options.sync.report = role == "device";
        options.take_commands = role == "device";
        auto result = field::run_round(agent, *store_, clock_, std::move(options));
        EXPECT_TRUE(result.ok()) << result.error().full();
        if (!result) return {};
        for (const auto& problem : result->problems) ADD_FAILURE() << problem.full();
        for (const auto& failure : result->sync.failures) ADD_FAILURE() << failure.error.full();
        if (result->sync.report_error) ADD_FAILURE() << result->sync.report_error->full();
        return *result;
    }
    std::string add(const std::string& number, size_t photos = 2) {
        field::NewCapture capture;
        capture.pole_number = number;
        capture.project_id = "Law-001";
        capture.gps = model::GeoPoint{-26.3791, 27.8101};
        for (size_t i = 0; i < photos; ++i)
            capture.photos.push_back({model::kSlots[i], field::tiny_photo(i + 1, 2000)});
        return store_->add(capture).value_or("");
    }
    void reject(const std::string& offline_id) {
        auto decision = operation(model::OperationKind::reject, field::staging_id_for(offline_id));
        decision.reason = "photo_unclear";
        decision.comment = "The plate is cut off.";
        ASSERT_EQ(commit(supervisor(), writes(decision)), kAllowed) << last_;
    }

    std::string folder_ = (std::filesystem::temp_directory_path() / "linesman-rules-XXXXXX").string();
    base::SystemClock clock_;
    backend::Server storage_;
    std::unique_ptr<field::OfflinePoleStore> store_;
};

TEST_F(RulesField, ADeviceStagesReportsAndLearnsWhatBecameOfIt) {
    const std::string id = add("LAW.P.A001");
    EXPECT_EQ(round().sync.staged, 1);
    EXPECT_EQ(store_->get(id)->server->validation_status, "pending");
    ASSERT_EQ(owner().remove(owner().name("staging-field-captures/" + field::staging_id_for(id))).http, 200);
    round();
    EXPECT_TRUE(store_->get(id)->server->is_gone());
}

TEST_F(RulesField, ARepeatedCreateIsDeniedAndRecognisedAsOurs) {
    const std::string id = add("LAW.P.A001");
    ASSERT_EQ(round().sync.staged, 1);
    // The device forgot that it had staged it: the same capture in another store.
    auto second = field::OfflinePoleStore::open(folder_ + "/second", clock_);
    ASSERT_TRUE(second.ok());
    field::Provenance from;
    from.offline_id = id;
    field::NewCapture capture;
    capture.pole_number = "LAW.P.A001";
    ASSERT_TRUE(second->add(capture, from).ok());
    field::FieldAgent agent(line("uid-thabo", "device"));
    field::SyncOptions options;
    options.facts.owner_uid = "uid-thabo";
    options.report = false;
    const auto summary = agent.sync(*second, clock_, options);
    ASSERT_TRUE(summary.ok());
    EXPECT_EQ(summary->already_there, 1) << (summary->failures.empty() ? "" : summary->failures[0].error.full());
}

TEST_F(RulesField, ARejectedCaptureIsCorrectedByItsDeviceAndByNobodyElse) {
    const std::string id = add("LAW.P.A001");
    round();
    reject(id);
    round();
    ASSERT_TRUE(store_->correct(id, base::uuid7(clock_)).ok());
    auto content = store_->get(id)->content;
    content.pole_number = "LAW.P.A002";
    content.photos = {{model::Slot::side, field::tiny_photo(9, 2000)}};
    ASSERT_TRUE(store_->update_draft(id, content).ok());
    ASSERT_TRUE(store_->submit(id).ok());
    const auto waiting = *store_->get(id);
    round();
    const auto now = staging(field::staging_id_for(id));
    const auto capture = sync::decode_capture_or_unreadable(field::staging_id_for(id), base::to_text(now.fields), "");
    EXPECT_EQ(capture.resubmission, 1);
    EXPECT_TRUE(capture.in_queue());
    EXPECT_EQ(capture.pole_number, "LAW.P.A002");
    EXPECT_EQ(capture.photo_mask(), 7);
    // The supervisor judges it as usual.
    auto approve = operation(model::OperationKind::approve, field::staging_id_for(id));
    approve.promote = true;
    approve.resubmission = 1;
    EXPECT_EQ(commit(supervisor(), writes(approve)), kAllowed) << last_;
    round();
    EXPECT_EQ(store_->get(id)->status, field::ItemStatus::synced);
}

TEST_F(RulesField, APhotoThatStagingLacksIsLinkedByItsDevice) {
    const std::string id = add("LAW.P.A001", 3);
    round();
    const std::string name = owner().name("staging-field-captures/" + field::staging_id_for(id));
    Json strip = update(name, Json::object());
    strip["updateMask"] = {{"fieldPaths", {"photos.side", "photoUrls.side"}}};
    ASSERT_EQ(owner().commit(Json::array({strip})).http, 200);
    sync::NewDeviceCommand command;
    command.device_id = store_->device_id();
    command.kind = "resend_photos";
    command.staging_id = field::staging_id_for(id);
    command.created_by = "uid-sipho";
    command.created_at = clock_.now();
    const auto write = sync::command_write(endpoints_, names_, "c1", command);
    ASSERT_EQ(commit(as("uid-sipho", "support"), Json::array({*write})), kAllowed) << last_;
    EXPECT_EQ(round().commands_taken, 1);
    EXPECT_EQ(sync::decode_capture_or_unreadable("x", base::to_text(staging(field::staging_id_for(id)).fields), "")
                  .photo_mask(),
              7);
    EXPECT_EQ(current("device-commands/c1").fields["state"], text("done"));
}

TEST_F(RulesField, SupportAddsRescuedPhotosAndReplacesNone) {
    auto there = capture("Random1", "LAW.P.A001");
    model::Photo photo;
    photo.url = "https://example.test/before";
    there.photos[0] = photo;
    put(there);
    field::Provenance from;
    from.origin = "rescue";
    from.offline_id = there.offline_id;
    field::NewCapture rescued;
    rescued.pole_number = "LAW.P.A001";
    rescued.captured_by = "uid-thabo";
    for (size_t i = 0; i < 2; ++i) rescued.photos.push_back({model::kSlots[i], field::tiny_photo(i + 1, 2000)});
    ASSERT_TRUE(store_->add(rescued, from).ok());
    round("uid-sipho", "support");
    const auto now = sync::decode_capture_or_unreadable("Random1", base::to_text(staging("Random1").fields), "");
    EXPECT_EQ(now.photo_mask(), 3);
    EXPECT_EQ(now.photos[0]->url, "https://example.test/before");
    Json replaced = update(owner().name("staging-field-captures/Random1"),
                           {{"photoUrls", map({{"before", text("https://example.test/forged")}})}});
    replaced["updateMask"] = {{"fieldPaths", {"photoUrls.before"}}};
    replaced["updateTransforms"] =
        Json::array({Json{{"fieldPath", "updated_at"}, {"setToServerValue", "REQUEST_TIME"}}});
    EXPECT_EQ(commit(as("uid-sipho", "support"), Json::array({replaced})), kDenied);
    EXPECT_EQ(commit(as("uid-other", "device"), Json::array({replaced})), kDenied);
}

}  // namespace
}  // namespace linesman::conformance
