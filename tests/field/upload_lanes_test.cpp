#include "field/upload_lanes.h"

#include <fstream>

#include "field/conditions.h"
#include "field/field_fixture.h"

namespace linesman::field {
namespace {

// Captures of 600 kB over a line that gives `line` bytes/s to all lanes together and at most `lane` to one.
int lanes_after(UploadLanes& lanes, double line, double lane, int captures) {
    constexpr uint64_t kBytes = 600'000;
    for (int i = 0; i < captures; ++i) {
        const double rate = std::min(lane, line / lanes.lanes());
        lanes.sent(kBytes, base::Duration{static_cast<int64_t>(kBytes / rate * 1e6)});
    }
    return lanes.lanes();
}

TEST(UploadLanes, AFastLineGetsAllOfThem) {
    UploadLanes lanes(8);
    EXPECT_EQ(lanes_after(lanes, 100e6, 2e6, 200), 8);
}

TEST(UploadLanes, AThinLineIsNotCrowded) {
    UploadLanes lanes(8);
    EXPECT_LE(lanes_after(lanes, 50e3, 50e3, 200), 3) << "two, and one now and then to try";
}

TEST(UploadLanes, AFailureHalvesThemAndTheyComeBack) {
    UploadLanes lanes(8);
    lanes_after(lanes, 100e6, 2e6, 200);
    lanes.failed();
    EXPECT_EQ(lanes.lanes(), 4);
    lanes.failed();
    lanes.failed();
    lanes.failed();
    EXPECT_EQ(lanes.lanes(), 1) << "never none";
    EXPECT_EQ(lanes_after(lanes, 100e6, 2e6, 300), 8);
}

TEST(UploadLanes, CapturesWithoutPhotosGrowThemToo) {
    UploadLanes lanes(4);
    for (int i = 0; i < 40; ++i) lanes.sent(0, base::milliseconds(30));
    EXPECT_EQ(lanes.lanes(), 4);
}

TEST(PauseReason, LowBatteryAndMeteredPauseUnlessOverruled) {
    Conditions now;
    EXPECT_EQ(pause_reason(now, {}), "");
    now.battery = 0.19;
    EXPECT_NE(pause_reason(now, {}).find("19 %"), std::string::npos);
    EXPECT_EQ(pause_reason(now, {.on_low_battery = false}), "");
    now.charging = true;
    EXPECT_EQ(pause_reason(now, {}), "");
    now.metered = true;
    EXPECT_NE(pause_reason(now, {}).find("metered"), std::string::npos);
    EXPECT_EQ(pause_reason(now, {.on_metered = false}), "");
}

TEST(SystemConditions, TheWeakestBatteryCountsAndAMouseDoesNot) {
    const test::TempFolder folder;
    const auto supply = [&](const std::string& name, const std::map<std::string, std::string>& facts) {
        std::filesystem::create_directories(folder.file(name));
        for (const auto& [fact, text] : facts) std::ofstream(folder.file(name) + "/" + fact) << text << "\n";
    };
    EXPECT_FALSE(system_conditions(folder.file("nothing")).battery);
    supply("AC", {{"type", "Mains"}, {"online", "1"}});
    supply("mouse", {{"type", "Battery"}, {"scope", "Device"}, {"capacity", "3"}});
    supply("BAT0", {{"type", "Battery"}, {"capacity", "80"}, {"status", "Discharging"}});
    supply("BAT1", {{"type", "Battery"}, {"capacity", "12"}, {"status", "Charging"}});
    supply("BAT2", {{"type", "Battery"}, {"capacity", "abc"}});
    const auto now = system_conditions(folder.file("."));
    EXPECT_EQ(now.battery, 0.12);
    EXPECT_EQ(now.charging, true);
}

}  // namespace
}  // namespace linesman::field
