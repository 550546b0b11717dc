#include "model/photo_ledger.h"

#include <gtest/gtest.h>

#include "model/builders.h"

namespace linesman::model {
namespace {

std::string own_path(Slot slot, int64_t ms = test::kNoon.us / 1000) {
    return "poles/staging/offline_s1/" + std::string(name_of(slot)) + "_" + std::to_string(ms) + ".jpg";
}
std::string flat_path(Slot slot, int64_t ms) {
    return "poles/staging/" + std::string(name_of(slot)) + "_" + std::to_string(ms) + "_x7.jpg";
}

// Has before to concrete; compaction is missing.
Capture five_photos() {
    Capture capture = test::a_capture("s1");
    capture.expected_photos = kAllSlots;
    for (const Slot slot : kSlots) capture.photos[index_of(slot)]->path = own_path(slot);
    capture.photos[index_of(Slot::compaction)].reset();
    return capture;
}

std::set<std::string> five_objects() {
    std::set<std::string> stored;
    for (const Slot slot : kSlots) {
        if (slot != Slot::compaction) stored.insert(own_path(slot));
    }
    return stored;
}

LedgerEntry entry_of(const std::vector<LedgerEntry>& ledger, Slot slot) {
    for (const auto& entry : ledger) {
        if (entry.slot == slot) return entry;
    }
    ADD_FAILURE() << "no entry for " << name_of(slot);
    return {};
}

TEST(PhotoLedger, WhatIsNowhereWasNeverUploaded) {
    const std::vector captures = {five_photos()};
    const auto ledger = photo_ledger(captures, five_objects());
    ASSERT_EQ(ledger.size(), 6U);
    EXPECT_EQ(entry_of(ledger, Slot::front).state, LedgerState::linked);
    EXPECT_EQ(entry_of(ledger, Slot::compaction).state, LedgerState::never_uploaded);
}

TEST(PhotoLedger, AnObjectInTheCapturesFolderIsACandidateAndStaysUnlinked) {
    const std::vector captures = {five_photos()};
    auto stored = five_objects();
    stored.insert(own_path(Slot::compaction));
    const auto entry = entry_of(photo_ledger(captures, stored), Slot::compaction);
    EXPECT_EQ(entry.state, LedgerState::orphaned);
    EXPECT_EQ(entry.candidates, std::vector<std::string>{own_path(Slot::compaction)});
    EXPECT_EQ(entry.path, "");
}

TEST(PhotoLedger, FlatObjectsAreCandidatesBySlotAndTimeNearestFirst) {
    const std::vector captures = {five_photos()};
    const int64_t noon_ms = test::kNoon.us / 1000;
    auto stored = five_objects();
    const auto near = flat_path(Slot::compaction, noon_ms + 5'000),
               nearer = flat_path(Slot::compaction, noon_ms - 1'000);
    stored.insert({near, nearer, flat_path(Slot::compaction, noon_ms + 3'600'000), flat_path(Slot::depth, noon_ms)});
    const auto entry = entry_of(photo_ledger(captures, stored), Slot::compaction);
    EXPECT_EQ(entry.candidates, (std::vector<std::string>{nearer, near}));
    const auto taken = photo_ledger(captures, stored, {nearer});
    EXPECT_EQ(entry_of(taken, Slot::compaction).candidates, std::vector<std::string>{near});
}

TEST(PhotoLedger, ALinkedPhotoThatStorageLacksIsUnreadable) {
    const std::vector captures = {five_photos()};
    auto stored = five_objects();
    stored.erase(own_path(Slot::side));
    EXPECT_EQ(entry_of(photo_ledger(captures, stored), Slot::side).state, LedgerState::unreadable);
}

TEST(PhotoLedger, WithoutStorageNothingIsClaimed) {
    const std::vector captures = {five_photos()};
    const auto ledger = photo_ledger(captures, std::nullopt);
    EXPECT_EQ(entry_of(ledger, Slot::front).state, LedgerState::linked);
    EXPECT_EQ(entry_of(ledger, Slot::compaction).state, LedgerState::unknown);
}

TEST(PhotoLedger, SlotsThatTheDeviceDidNotHoldAreNotExpected) {
    Capture capture = five_photos();
    capture.expected_photos = static_cast<SlotMask>(kAllSlots & ~bit(Slot::compaction));
    EXPECT_EQ(photo_ledger(std::vector{capture}, five_objects()).size(), 5U);
}

TEST(PhotoLedger, ReadsBothKindsOfPathsAndNoOther) {
    const auto own = photo_path_parts("poles/staging/pole_1/front_1750000000000.jpg");
    ASSERT_TRUE(own);
    EXPECT_EQ(own->offline_id, "pole_1");
    EXPECT_EQ(own->slot, Slot::front);
    EXPECT_EQ(own->taken_at.us, 1'750'000'000'000'000);
    const auto flat = photo_path_parts("poles/staging/depth_1750000000000_ab.jpg");
    ASSERT_TRUE(flat);
    EXPECT_EQ(flat->offline_id, "");
    for (const char* other : {"", "poles/staging/", "poles/staging/x/front.jpg", "poles/staging/x/roof_1.jpg",
                              "poles/staging/x/front_99999999999999999999.jpg", "elsewhere/front_1.jpg"})
        EXPECT_FALSE(photo_path_parts(other)) << other;
}

}  // namespace
}  // namespace linesman::model
