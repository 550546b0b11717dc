#include "model/keys.h"

#include <gtest/gtest.h>

#include "base/ids.h"
#include "model/builders.h"
#include "model/reasons.h"
#include "model/slot.h"

namespace linesman::model {
namespace {

using test::a_capture;

TEST(CanonicalNumber, IsComposedTrimmedAndUpperCase) {
    EXPECT_EQ(canonical_number("  law.p.a001 \n"), "LAW.P.A001");
    EXPECT_EQ(canonical_number("e\xCC\x81"), "\xC3\x89");  // e + combining acute
    EXPECT_EQ(canonical_number("\xC2\xA0"
                               "A\xC2\xA0"),
              "A");
    EXPECT_EQ(canonical_number(" \t "), "");
}

TEST(UploadKey, IsTheOfflineIdOrElseTheStagingId) {
    Capture capture = a_capture("s9");
    EXPECT_EQ(upload_key(capture), "offline_s9");
    capture.offline_id = "  ";
    EXPECT_EQ(upload_key(capture), "s9");
}

TEST(ProductionId, IsThePrefixedHashOfTheUploadKey) {
    // printf offline_1 | sha256sum
    EXPECT_EQ(production_id("offline_1"), "p_" + base::sha256_hex("offline_1"));
    EXPECT_EQ(production_id("offline_1").size(), 66U);
}

TEST(PoleKey, JoinsProjectAndNumberByANewline) {
    EXPECT_EQ(pole_key_id("Law-001", "LAW.P.A001"), base::sha256_hex("Law-001\nLAW.P.A001"));
    EXPECT_NE(pole_key_id("a", "bc"), pole_key_id("ab", "c"));
}

class DistinctUploads : public testing::Test {
  protected:
    Capture a = a_capture("s1");
    Capture b = a_capture("s2");
    void SetUp() override {
        b.device_id = "device_2";
        b.captured_at = test::kNoon + base::minutes(5);
        b.pole_number = "LAW.P.A002";
    }
};

TEST_F(DistinctUploads, AreTwoWhenEverythingDiffers) {
    EXPECT_TRUE(are_distinct_uploads(a, b));
}

TEST_F(DistinctUploads, AreOneWhenAnythingIsEqualOrUnknown) {
    const auto one = [&](auto change) {
        Capture changed = b;
        change(changed);
        return !are_distinct_uploads(a, changed) && !are_distinct_uploads(changed, a);
    };
    EXPECT_TRUE(one([&](Capture& c) { c.device_id = a.device_id; }));
    EXPECT_TRUE(one([&](Capture& c) { c.device_id.clear(); }));
    EXPECT_TRUE(one([&](Capture& c) { c.captured_at = a.captured_at; }));
    EXPECT_TRUE(one([&](Capture& c) { c.captured_at.reset(); }));
    EXPECT_TRUE(one([&](Capture& c) { c.pole_number = " law.p.a001"; }));
    EXPECT_TRUE(one([&](Capture& c) { c.photos[2]->md5 = a.photos[4]->md5; }));
    EXPECT_TRUE(one([&](Capture& c) { c.photos = {}; }));
}

TEST(Slots, WireKeysAndAliasesAreRead) {
    for (const Slot slot : kSlots) EXPECT_EQ(slot_from_key(name_of(slot)), slot);
    EXPECT_EQ(slot_from_key("beforePhoto"), Slot::before);
    EXPECT_EQ(slot_from_key("frontView"), Slot::front);
    EXPECT_EQ(slot_from_key("sideAngle"), Slot::side);
    EXPECT_EQ(slot_from_key("depth_photo"), Slot::depth);
    EXPECT_EQ(slot_from_key("Concrete-Photo"), Slot::concrete);
    EXPECT_EQ(slot_from_key("compactionPhoto"), Slot::compaction);
}

TEST(Slots, OtherKeysAreNotSlots) {
    for (const char* key : {"", "photo", "view", "after", "beforehand", "front2", "depthdepth"})
        EXPECT_FALSE(slot_from_key(key)) << key;
    EXPECT_FALSE(slot_from_key(std::string(10'000, 'x') + "photo"));
}

TEST(Reasons, CodesAreUniqueAndFound) {
    for (const RejectReason& reason : kRejectReasons) {
        ASSERT_EQ(reject_reason(reason.code), &reason);
        EXPECT_FALSE(reason.title.empty());
        EXPECT_FALSE(reason.advice.empty());
    }
    EXPECT_EQ(reject_reason("nonsense"), nullptr);
    EXPECT_EQ(reject_reason(""), nullptr);
}

}  // namespace
}  // namespace linesman::model
