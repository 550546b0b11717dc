// Rejected, corrected, sent again: the way of a capture back into the supervisor's queue.
#include "base/ids.h"
#include "field/server_fixture.h"
#include "sync/device_writes.h"

namespace linesman::field {
namespace {

using namespace test;
using backend::FaultRule;
using base::ErrorKind;

struct Resubmission : DeviceTest {
    std::string rejected(OfflinePoleStore& store) {
        std::string id = staged(store, pole("LAW.P.A001", 2));
        reject(id);
        EXPECT_EQ(round(store).server.rejected, std::vector<std::string>{id});
        return id;
    }
    void correct(OfflinePoleStore& store, const std::string& id) {
        ASSERT_TRUE(store.correct(id, "op-resubmit").ok());
        auto content = store.get(id)->content;
        content.notes = "Plate cleaned.";
        content.photos = {{model::Slot::front, small_jpeg(200)}};
        ASSERT_TRUE(store.update_draft(id, content).ok());
        ASSERT_TRUE(store.submit(id).ok());
    }
};

TEST_F(Resubmission, TheRejectionReachesTheCrewInWords) {
    auto store = open();
    const std::string id = rejected(store);
    const auto overview = overview_of(store);
    ASSERT_TRUE(overview.ok());
    ASSERT_EQ(overview->to_correct.size(), 1U);
    EXPECT_EQ(overview->to_correct[0].offline_id, id);
    const auto& text = overview->to_correct[0].text;
    EXPECT_NE(text.find("Photo unclear"), std::string::npos) << text;
    EXPECT_NE(text.find("The plate is cut off."), std::string::npos) << text;
    EXPECT_NE(text.find("Nomsa Radebe"), std::string::npos) << text;
    EXPECT_EQ(overview->decisions.at("rejected"), 1);
}

TEST_F(Resubmission, ACorrectedCaptureWaitsForTheSupervisorAgain) {
    auto store = open();
    const std::string id = rejected(store);
    const auto before = fields("staging-field-captures", staging_id_for(id));
    EXPECT_FALSE(staging(id).in_queue());
    clock.advance(base::minutes(5));
    correct(store, id);
    const auto result = round(store);
    ASSERT_TRUE(result.sync.failures.empty()) << result.sync.failures[0].error.full();
    const auto now = staging(id);
    EXPECT_TRUE(now.in_queue());
    EXPECT_EQ(now.resubmission, 1);
    EXPECT_EQ(now.revision, 2);
    EXPECT_EQ(now.decision(), model::Decision::rejected) << "the decision stays until a person decides again";
    EXPECT_EQ(now.validation_status, model::ValidationStatus::pending);
    EXPECT_EQ(now.notes, "Plate cleaned.");
    EXPECT_EQ(now.photos[1]->md5, base::md5_base64(small_jpeg(200)));
    EXPECT_EQ(now.photo_mask(), 3);
    const auto version = fields("staging-field-captures/" + staging_id_for(id) + "/versions", "op-resubmit");
    EXPECT_EQ(*value::as_map(version["image"]), before) << "the before-image is the document as it was";
    const auto entry = fields("capture-audit", "op-resubmit");
    EXPECT_EQ(value::text_at(entry, "kind"), "resubmit");
    EXPECT_EQ(value::text_at(entry, "staging_id"), staging_id_for(id));
    EXPECT_EQ(store.get(id)->status, ItemStatus::staged);
    EXPECT_TRUE(overview_of(store)->to_correct.empty());
}

TEST_F(Resubmission, ALostReplyCountsItOnce) {
    auto store = open();
    const std::string id = rejected(store);
    correct(store, id);
    server.faults().next(FaultRule::Kind::drop_reply, 2, ":commit");
    round(store);
    server.faults().clear();
    EXPECT_EQ(staging(id).resubmission, 1);
    clock.advance(base::hours(2));
    const auto second = round(store);
    EXPECT_TRUE(second.sync.failures.empty());
    EXPECT_EQ(store.get(id)->status, ItemStatus::staged);
    EXPECT_EQ(staging(id).resubmission, 1);
    EXPECT_EQ(count("capture-audit"), 1U);
}

TEST_F(Resubmission, TheMachinesWriteInBetweenIsNoObstacle) {
    auto store = open();
    const std::string id = rejected(store);
    correct(store, id);
    put("staging-field-captures", staging_id_for(id), {{"validated_at", value::timestamp(clock.now())}},
        {"validated_at"});
    EXPECT_TRUE(round(store).sync.failures.empty());
    EXPECT_EQ(staging(id).resubmission, 1);
}

TEST_F(Resubmission, WhatWasDecidedOtherwiseMeanwhileIsNotOverwritten) {
    auto store = open();
    const std::string id = rejected(store);
    correct(store, id);
    model::Review approved;
    approved.decision = model::Decision::approved;
    put("staging-field-captures", staging_id_for(id), {{"review", sync::encode_review(approved)}}, {"review"});
    const auto result = round(store);
    ASSERT_EQ(result.sync.failures.size(), 1U);
    EXPECT_EQ(result.sync.failures[0].error.kind, ErrorKind::precondition_failed);
    EXPECT_NE(result.sync.failures[0].error.what.find("no longer rejected"), std::string::npos);
    EXPECT_EQ(staging(id).resubmission, 0);
    EXPECT_FALSE(store.get(id)->next_attempt_at);
}

TEST(ResubmissionWrites, APromotedCaptureIsCorrectedInTheOffice) {
    model::Capture capture;
    capture.staging_id = "s1";
    capture.offline_id = "offline_1";
    capture.synced_to_production = true;
    const sync::CurrentDocument current{"projects/p/databases/(default)/documents/s/s1", "2026-01-01T00:00:00Z",
                                        sync::encode_capture(capture)};
    const auto writes = sync::resubmission_writes({}, {}, current, {});
    EXPECT_EQ(writes.error().kind, ErrorKind::precondition_failed);
}

}  // namespace
}  // namespace linesman::field
