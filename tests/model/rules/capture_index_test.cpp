#include "model/rules/capture_index.h"

#include "rule_fixture.h"

namespace linesman::model::testing {
namespace {

using Ids = std::vector<std::string>;

class CaptureIndexTest : public ::testing::Test {
  protected:
    void put(const Capture& capture) { index.put(capture, nullptr); }
    template <typename Rows>
    Ids ids(const Rows& rows) const {
        Ids out;
        for (const FactRow row : rows) out.emplace_back(index.staging_id(row));
        return out;
    }
    Ids with_number(const std::string& number) const { return ids(index.with_number(index.text_id(number))); }
    std::string previous(const std::string& id) const { return name(index.previous_on_device(index.row_of(id))); }
    std::string next(const std::string& id) const { return name(index.next_on_device(index.row_of(id))); }
    std::string name(FactRow row) const {
        return row == kNoFactRow ? std::string("none") : std::string(index.staging_id(row));
    }

    CaptureIndex index{5};
};

TEST_F(CaptureIndexTest, GroupsAreInTheOrderOfStagingIdsWhateverTheArrival) {
    for (const char* id : {"c", "a", "b"}) put(CaptureBuilder(id));
    index.finish_loading();
    put(CaptureBuilder("aa").number(" law.p.a001"));
    EXPECT_EQ(with_number("LAW.P.A001"), (Ids{"a", "aa", "b", "c"}));
    EXPECT_EQ(index.alive_count(), 4U);
}

TEST_F(CaptureIndexTest, AChangedCaptureLeavesItsOldGroupsAndTouchesOldAndNewNeighbours) {
    put(CaptureBuilder("a"));
    put(CaptureBuilder("b").number("LAW.P.B001").at(moved(kPlace, 500, 0)));
    put(CaptureBuilder("c"));
    index.finish_loading();
    std::vector<FactRow> touched;
    EXPECT_TRUE(index.put(CaptureBuilder("c").number("LAW.P.B001").at(moved(kPlace, 900, 0)), &touched));
    EXPECT_EQ(with_number("LAW.P.A001"), Ids{"a"});
    EXPECT_EQ(with_number("LAW.P.B001"), (Ids{"b", "c"}));
    Ids neighbours = ids(touched);
    for (const char* id : {"a", "b"}) EXPECT_NE(std::count(neighbours.begin(), neighbours.end(), id), 0) << id;
    touched.clear();
    EXPECT_FALSE(index.put(CaptureBuilder("c").number("LAW.P.B001").at(moved(kPlace, 900, 0)), &touched));
    EXPECT_TRUE(touched.empty()) << "nothing that rules look at has changed";
}

TEST_F(CaptureIndexTest, ARemovedCaptureKeepsItsRowAndIsInNoGroup) {
    put(CaptureBuilder("a"));
    put(CaptureBuilder("b"));
    index.finish_loading();
    const FactRow row = index.row_of("a");
    EXPECT_EQ(index.remove("a", nullptr), row);
    EXPECT_EQ(index.remove("a", nullptr), kNoFactRow);
    EXPECT_EQ(index.remove("never", nullptr), kNoFactRow);
    EXPECT_EQ(with_number("LAW.P.A001"), Ids{"b"});
    EXPECT_FALSE(index.at(row).alive);
    put(CaptureBuilder("a"));
    EXPECT_EQ(index.row_of("a"), row);
    EXPECT_EQ(index.alive_count(), 2U);
}

TEST_F(CaptureIndexTest, ADevicesTimelineIsByTimeAndHoldsOnlyWhatStands) {
    const auto at = [](const std::string& id, int64_t hour) {
        return CaptureBuilder(id).device("phone").captured(kNow - base::hours(hour));
    };
    put(at("late", 1));
    put(at("early", 9));
    index.finish_loading();
    put(at("middle", 5));
    put(at("rejected", 6).decided(Decision::rejected));
    put(at("nowhere", 7).no_gps());
    EXPECT_EQ(previous("late"), "middle");
    EXPECT_EQ(previous("middle"), "early");
    EXPECT_EQ(previous("early"), "none");
    EXPECT_EQ(next("early"), "middle");
    EXPECT_EQ(next("late"), "none");
    EXPECT_EQ(previous("rejected"), "none");
    index.remove("middle", nullptr);
    EXPECT_EQ(previous("late"), "early");
}

TEST_F(CaptureIndexTest, WhatIsNearIsFoundAtAnyRadiusTheGridIsMadeFor) {
    put(CaptureBuilder("a"));
    put(CaptureBuilder("b").at(moved(kPlace, 12, 0)));
    index.finish_loading();
    for (const double radius_m : {5.0, 20.0}) {
        index.set_near_m(radius_m);
        bool found = false;
        index.for_each_near(moved(kPlace, 12 - radius_m, 0), radius_m,
                            [&](FactRow row) { found = found || index.staging_id(row) == "b"; });
        EXPECT_TRUE(found) << radius_m;
    }
}

TEST_F(CaptureIndexTest, AHugeGroupIsCutToItsFirstRowsAndOneFileInTwoSlotsIsOneEntry) {
    for (size_t i = 0; i < kMaxGroupWalk + 50; ++i)
        put(CaptureBuilder(named("c", 10'000 + i)).md5(Slot::front, "same").md5(Slot::side, "same"));
    index.finish_loading();
    const TextId number = index.text_id("LAW.P.A001");
    EXPECT_EQ(index.with_number(number).size(), kMaxGroupWalk);
    EXPECT_EQ(index.all_with_number(number).size(), kMaxGroupWalk + 50);
    EXPECT_EQ(ids(index.with_number(number)).front(), "c10000");
    const uint64_t photo = index.at(index.row_of("c10000")).photo[index_of(Slot::front)];
    EXPECT_EQ(index.all_with_photo(photo).size(), kMaxGroupWalk + 50);
}

}  // namespace
}  // namespace linesman::model::testing
