// Photos that arrive while a decision is under way (contract, "late photos").
#include <gtest/gtest.h>

#include "sync/in_process.h"
#include "sync/outbox_sender.h"

namespace linesman::sync::test {
namespace {

using model::OperationState;

struct LatePhotoTest : testing::Test {
    Backend backend;
    std::unique_ptr<Desk> desk;

    void SetUp() override {
        backend.stage(phone_capture("c0", "LAW.P.B100"));
        backend.index_keys();
        backend.clock.advance(base::minutes(10));
        desk = std::make_unique<Desk>(backend);
        ASSERT_TRUE(desk->sync().ok());
        ASSERT_FALSE(desk->capture("c0")->photos[model::index_of(model::Slot::side)]) << "the slot is empty";
        ASSERT_TRUE(desk->capture("c0")->photos[model::index_of(model::Slot::front)]) << "this one is not";
    }
    void TearDown() override { desk.reset(); }
    void write(const std::string& field, const std::string& content) {
        FieldChanges phone;
        phone.set = {{field, value::text(content)}};
        backend.patch("c0", phone);
    }
    // The person saw the capture without the photo; it arrives before the commit does.
    OperationState decided(const model::Operation& operation) {
        write("photoUrls.side", photo_url("x", "side"));
        return sent(operation);
    }
    OperationState sent(const model::Operation& operation) {
        const auto op = desk->enqueue(operation);
        desk->send();
        return desk->fate(op).state;
    }
    int rebases() {
        int found = 0;
        (void)desk->outbox->each_journal_row(0, [&](const store::JournalRow& row) {
            found += row.kind == "rebased";
            return true;
        });
        return found;
    }
    size_t audits() { return backend.list(backend.names.audit).size(); }
};

TEST_F(LatePhotoTest, APhotoThatOnlyArrivedIsNoConflictAndTheRebaseIsJournalled) {
    EXPECT_EQ(decided(desk->approve("c0")), OperationState::done);
    EXPECT_EQ(rebases(), 1);
    EXPECT_EQ(audits(), 1U);
    const auto after = desk->capture("c0");
    EXPECT_EQ(after->decision(), model::Decision::approved);
    EXPECT_TRUE(after->photos[model::index_of(model::Slot::side)]) << "the decision did not remove it";
}

TEST_F(LatePhotoTest, WhereApprovalsNeedEveryPhotoSeenItIsAConflict) {
    desk->requires_seen_photos = true;
    EXPECT_EQ(decided(desk->approve("c0")), OperationState::conflict);
    EXPECT_EQ(rebases(), 0);
    EXPECT_EQ(audits(), 0U);
}

TEST_F(LatePhotoTest, ARejectionForAMissingPhotoIsAConflict) {
    auto reject = desk->reject("c0");
    reject.reason = "photo_missing";
    EXPECT_EQ(decided(reject), OperationState::conflict);
    EXPECT_EQ(audits(), 0U);
}

TEST_F(LatePhotoTest, ARejectionForAnotherReasonStands) {
    auto reject = desk->reject("c0");
    reject.reason = "wrong_place";
    EXPECT_EQ(decided(reject), OperationState::done);
    EXPECT_EQ(rebases(), 1);
}

TEST_F(LatePhotoTest, AnotherMaterialChangeBesideItIsAConflict) {
    const auto approve = desk->approve("c0");
    write("notes", "Written later");
    EXPECT_EQ(decided(approve), OperationState::conflict);
    EXPECT_EQ(audits(), 0U);
}

TEST_F(LatePhotoTest, AReplacedPhotoIsAConflict) {
    const auto approve = desk->approve("c0");
    write("photoUrls.front", photo_url("another", "front"));
    EXPECT_EQ(sent(approve), OperationState::conflict);
    EXPECT_EQ(audits(), 0U);
}

TEST_F(LatePhotoTest, ARemovedPhotoIsAConflict) {
    const auto approve = desk->approve("c0");
    write("photoUrls.front", "");
    EXPECT_EQ(sent(approve), OperationState::conflict);
    EXPECT_EQ(audits(), 0U);
}

}  // namespace
}  // namespace linesman::sync::test
