#include "rule_fixture.h"

namespace linesman::model::testing {
namespace {

TEST(PhotosComplete, FlagsMissingSlotsInOneFinding) {
    CaptureBuilder builder = CaptureBuilder("a").without(Slot::side).without(Slot::depth);
    const auto found = Bench().find(Rule::photos_missing, builder);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::error);
    EXPECT_EQ(found[0].value + " of " + found[0].threshold, "4 of 6");
    EXPECT_NE(found[0].message.find("side, depth"), std::string::npos);
    // Another lack is another finding, so that ignoring the one does not ignore the other.
    EXPECT_NE(found[0].id, Bench().find(Rule::photos_missing, builder.without(Slot::front)).at(0).id);
}
TEST(PhotosComplete, NamesThePhotosThatTheDeviceHolds) {
    CaptureBuilder builder = CaptureBuilder("a").without(Slot::side);
    builder.raw().expected_photos = kAllSlots;
    EXPECT_NE(Bench().find(Rule::photos_missing, builder).at(0).message.find("The device holds side"),
              std::string::npos);
    CaptureBuilder failed("a");
    failed.raw().photos[0]->upload_failed = true;
    EXPECT_TRUE(Bench().flags(Rule::photos_missing, failed));
}
TEST(PhotosComplete, IgnoresSlotsThatAreNotRequired) {
    EXPECT_FALSE(Bench().flags(Rule::photos_missing, CaptureBuilder("a")));
    Bench bench;
    bench.rules().required_photos = bit(Slot::front);
    EXPECT_FALSE(bench.flags(Rule::photos_missing, CaptureBuilder("a").without(Slot::side)));
}

TEST(PhotoTooSmall, FlagsFewerPixels) {
    Bench bench;
    bench.reference.photo_sizes["a-front"] = {1024, 767};
    bench.reference.photo_sizes["a-side"] = {640, 480};
    const auto found = bench.find(Rule::photo_too_small, CaptureBuilder("a"));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].field, "photos.front");
    EXPECT_EQ(found[0].value, "1024 × 767");
    EXPECT_EQ(found[0].threshold, "1024 × 768");
}
TEST(PhotoTooSmall, IgnoresUprightOnesAndUnknownSizes) {
    Bench bench;
    bench.reference.photo_sizes["a-front"] = {768, 1024};
    EXPECT_FALSE(bench.flags(Rule::photo_too_small, CaptureBuilder("a")));
    EXPECT_FALSE(Bench().flags(Rule::photo_too_small, CaptureBuilder("a")));
}

TEST(PhotoReused, FlagsBothPoles) {
    const std::vector<Capture> both = {
        CaptureBuilder("a").md5(Slot::front, "same"),
        CaptureBuilder("b").number("LAW.P.A002").at(moved(kPlace, 50, 0)).md5(Slot::side, "same")};
    const auto found = Bench().find(Rule::photo_reused, "a", both);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::warning);
    EXPECT_EQ(found[0].field, "photos.front");
    EXPECT_EQ(found[0].others, std::vector<std::string>{"b"});
    EXPECT_EQ(Bench().find(Rule::photo_reused, "b", both).at(0).field, "photos.side");
}
TEST(PhotoReused, FlagsOneFileInTwoSlots) {
    const auto found = Bench().find(Rule::photo_reused, CaptureBuilder("a").md5(Slot::side, "x").md5(Slot::depth, "x"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].field, "photos.depth");
}
TEST(PhotoReused, IgnoresTheSamePoleUnknownContentAndRejectedOnes) {
    const Capture a = CaptureBuilder("a").md5(Slot::front, "same");
    const auto other = [] {
        return CaptureBuilder("b").number("LAW.P.A002").at(moved(kPlace, 50, 0)).md5(Slot::front, "same");
    };
    EXPECT_TRUE(Bench().find(Rule::photo_reused, "a", {a, other().upload("offline_a")}).empty());
    EXPECT_TRUE(Bench().find(Rule::photo_reused, "a", {a, other().number("LAW.P.A001")}).empty());
    EXPECT_TRUE(Bench().find(Rule::photo_reused, "a", {a, other().decided(Decision::rejected)}).empty());
    EXPECT_TRUE(Bench()
                    .find(Rule::photo_reused, "a",
                          {CaptureBuilder("a").md5(Slot::front, "").md5(Slot::side, ""), other().md5(Slot::front, "")})
                    .empty());
}

TEST(PhotoReused, FlagsAFileOfManyCapturesOnceForASlot) {
    std::vector<Capture> many;
    for (size_t i = 0; i < 40; ++i)
        many.push_back(CaptureBuilder(named("c", 10 + i))
                           .number(named("LAW.P.A0", 10 + i))
                           .at(moved(kPlace, 20.0 * static_cast<double>(i), 0))
                           .md5(Slot::front, "placeholder"));
    const auto found = Bench().find(Rule::photo_reused, "c49", many);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].others.size(), 8U);
    EXPECT_NE(found[0].message.find("LAW.P.A010 and 38 further captures"), std::string::npos) << found[0].message;
    many.resize(9);  // eight others: each is named in a finding of its own
    EXPECT_EQ(Bench().find(Rule::photo_reused, "c10", many).size(), 8U);
}

// Each capture once in every slot, as a placeholder of a broken app is.
std::vector<Capture> of_one_file(size_t count, bool same) {
    std::vector<Capture> out;
    for (size_t i = 0; i < count; ++i) {
        auto builder = CaptureBuilder(named("c", 1000 + i))
                           .number(named("LAW.P.A", 1000 + i))
                           .at(moved(kPlace, 20.0 * static_cast<double>(i), 0));
        for (const Slot slot : kSlots) {
            if (same) builder.md5(slot, "placeholder");
        }
        out.push_back(builder);
    }
    return out;
}

TEST(PhotoReused, FlagsAPlaceholderOfAnyNumberOfCapturesOnceForASlotAndCountsAsFarAsItLooks) {
    const auto many = of_one_file(700, true);
    for (const char* id : {"c1000", "c1255", "c1699"}) {
        const auto found = Bench().find(Rule::photo_reused, id, many);
        ASSERT_EQ(found.size(), kSlotCount) << id << ": one of the others, five of this capture itself";
        EXPECT_NE(found[0].message.find("at least 25"), std::string::npos) << found[0].message;
        EXPECT_EQ(found[0].others.size(), 8U);
        for (size_t i = 1; i < found.size(); ++i) EXPECT_TRUE(found[i].others.empty());
    }
}
TEST(PhotoReused, IgnoresAnyNumberOfDifferentFiles) {
    EXPECT_TRUE(Bench().find(Rule::photo_reused, "c1255", of_one_file(700, false)).empty());
}

TEST(TimeFuture, FlagsBeyondTheSlack) {
    EXPECT_TRUE(Bench().flags(Rule::time_future,
                              CaptureBuilder("a").captured(kNow + base::minutes(11)).submitted(std::nullopt)));
}
TEST(TimeFuture, IgnoresWithinTheSlack) {
    EXPECT_FALSE(Bench().flags(Rule::time_future, CaptureBuilder("a").captured(kNow + base::minutes(9))));
}

TEST(TimeTooOld, FlagsBefore2020) {
    EXPECT_TRUE(Bench().flags(Rule::time_too_old, CaptureBuilder("a").captured({0})));
    EXPECT_TRUE(Bench().flags(Rule::time_too_old, CaptureBuilder("a").captured({1'577'836'799'999'999})));
    EXPECT_TRUE(Bench().flags(Rule::time_too_old, CaptureBuilder("a").captured({INT64_MIN})));
}
TEST(TimeTooOld, Ignores2020) {
    EXPECT_FALSE(Bench().flags(Rule::time_too_old, CaptureBuilder("a").captured({1'577'836'800'000'000})));
}

TEST(TimeAfterSubmission, FlagsALaterCapture) {
    EXPECT_TRUE(Bench().flags(Rule::time_after_submission, CaptureBuilder("a").submitted(kNow - base::hours(6))));
}
TEST(TimeAfterSubmission, IgnoresTheSlackAndNoSubmission) {
    EXPECT_FALSE(Bench().flags(Rule::time_after_submission,
                               CaptureBuilder("a").submitted(kNow - base::hours(5) - base::minutes(9))));
    EXPECT_FALSE(Bench().flags(Rule::time_after_submission, CaptureBuilder("a").submitted(std::nullopt)));
}

TEST(TimePhotoFar, FlagsEachPhotoThatIsFar) {
    CaptureBuilder builder("a");
    builder.raw().photos[0]->captured_at = kNow - base::hours(5) - base::minutes(61);
    builder.raw().photos[1]->captured_at = kNow + base::hours(50);
    const auto found = Bench().find(Rule::time_photo_far, builder);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_NE(found[0].message.find("61 min before"), std::string::npos);
    EXPECT_EQ(found[0].threshold, "60 min");
}
TEST(TimePhotoFar, IgnoresNearAndUnknownTimes) {
    CaptureBuilder builder("a");
    builder.raw().photos[0]->captured_at = kNow - base::hours(5) + base::minutes(60);
    EXPECT_FALSE(Bench().flags(Rule::time_photo_far, builder));
    builder.raw().photos[0]->captured_at = kNow;
    builder.raw().captured_at.reset();
    EXPECT_FALSE(Bench().flags(Rule::time_photo_far, builder));
}

CaptureBuilder on_phone(const std::string& id, double east_m, int64_t minute) {
    return CaptureBuilder(id)
        .number("LAW.P.A0" + id)
        .device("phone")
        .at(moved(kPlace, east_m, 0))
        .captured(kNow - base::hours(5) + base::minutes(minute));
}

TEST(SpeedImpossible, FlagsTheLaterCapture) {
    const std::vector<Capture> two = {on_phone("10", 0, 0), on_phone("11", 20'000, 5)};  // 240 km/h
    const auto found = Bench().find(Rule::speed_impossible, "11", two);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::warning);
    EXPECT_EQ(found[0].value, "240 km/h");
    EXPECT_EQ(found[0].others, std::vector<std::string>{"10"});
    EXPECT_TRUE(Bench().find(Rule::speed_impossible, "10", two).empty());
    EXPECT_FALSE(Bench().find(Rule::speed_impossible, "11", {on_phone("10", 0, 0), on_phone("11", 200, 0)}).empty());
}
TEST(SpeedImpossible, IgnoresDrivingNoiseOtherDevicesAndNoDevice) {
    const auto first = on_phone("10", 0, 0);
    EXPECT_TRUE(Bench().find(Rule::speed_impossible, "11", {first, on_phone("11", 20'000, 15)}).empty());
    EXPECT_TRUE(Bench().find(Rule::speed_impossible, "11", {first, on_phone("11", 90, 0)}).empty());
    EXPECT_TRUE(
        Bench().find(Rule::speed_impossible, "11", {first, on_phone("11", 20'000, 5).device("phone 2")}).empty());
    EXPECT_TRUE(
        Bench()
            .find(Rule::speed_impossible, "11", {on_phone("10", 0, 0).device(""), on_phone("11", 20'000, 5).device("")})
            .empty());
    // With a stop between, each leg is slow enough.
    EXPECT_TRUE(Bench()
                    .find(Rule::speed_impossible, "11", {first, on_phone("12", 10'000, 5), on_phone("11", 20'000, 10)})
                    .empty());
}
// A phone that lost its clock gives every capture one time, and ids may begin alike.
TEST(SpeedImpossible, CapturesOfOneTimeFollowOneAnotherInTheOrderOfTheirIds) {
    std::vector<Capture> three = {on_phone("capture-1", 0, 0), on_phone("capture-2", 5'000, 0),
                                  on_phone("capture-3", 10'000, 0)};
    for (int order = 0; order < 2; ++order) {
        EXPECT_TRUE(Bench().find(Rule::speed_impossible, "capture-1", three).empty());
        for (const auto& [id, before] : {std::pair("capture-2", "capture-1"), std::pair("capture-3", "capture-2")}) {
            const auto found = Bench().find(Rule::speed_impossible, id, three);
            ASSERT_EQ(found.size(), 1U);
            EXPECT_EQ(found[0].others, std::vector<std::string>{before});
        }
        std::swap(three[0], three[2]);
    }
}

}  // namespace
}  // namespace linesman::model::testing
