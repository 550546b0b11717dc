#include "field/rescue.h"

#include "base/ids.h"
#include "field/json_salvage.h"
#include "field/server_fixture.h"

namespace linesman::field {
namespace {

using namespace test;

std::string encoded(uint8_t shade) {
    return "data:image/jpeg;base64," + base::base64_encode(small_jpeg(shade));
}

// As the app in use exports its three stores.
Json export_of(int poles) {
    Json out = {{"version", 1}, {"poles", Json::array()}, {"photos", Json::array()}, {"syncQueue", Json::array()}};
    for (int i = 0; i < poles; ++i) {
        const std::string id = "offline_176000000000" + std::to_string(i) + "_abcdefghi";
        out["poles"].push_back({{"id", id},
                                {"poleNumber", "LAW.P.A00" + std::to_string(i)},
                                {"projectId", "Law-001"},
                                {"gpsLocation", {{"latitude", -26.38}, {"longitude", 27.8}}},
                                {"gpsAccuracy", 4.5},
                                {"capturedBy", "worker-1"},
                                {"capturedAt", "2025-01-30T08:15:00.000Z"},
                                {"deviceId", "device_1_phone"},
                                {"status", "pending"}});
        for (const char* slot : {"before", "front"}) {
            out["photos"].push_back({{"id", "photo_" + std::to_string(i) + slot},
                                     {"poleId", id},
                                     {"type", slot},
                                     {"data", encoded(static_cast<uint8_t>(10 * i + (slot[0] == 'b')))}});
        }
        out["syncQueue"].push_back({{"id", "q" + std::to_string(i)}, {"type", "pole"}, {"data", out["poles"].back()}});
    }
    return out;
}

TEST(Salvage, WholeJsonIsReadAsItIs) {
    const auto json = export_of(3);
    for (const int indent : {-1, 2}) {
        const auto salvaged = salvage_json(json.dump(indent));
        EXPECT_TRUE(salvaged.is_whole()) << salvaged.damage.front();
        EXPECT_EQ(salvaged.value, json);
    }
    EXPECT_EQ(salvage_json(R"(["aé\n😀\"", -1.5e3, null, true, {}, []])").value,
              Json::parse(R"(["aé\n😀\"", -1.5e3, null, true, {}, []])"));
}

TEST(Salvage, EveryCutKeepsTheWholeObjectsBeforeIt) {
    const std::string text = export_of(2).dump();
    size_t most = 0;
    for (size_t cut = 0; cut < text.size(); cut += 7) {
        const auto salvaged = salvage_json(std::string_view(text).substr(0, cut));
        EXPECT_FALSE(salvaged.is_whole());
        if (salvaged.value.is_object() && salvaged.value.contains("poles")) most = salvaged.value["poles"].size();
    }
    EXPECT_EQ(most, 2U);
}

TEST(Salvage, GoesOnBehindABreak) {
    const auto salvaged = salvage_json(R"([{"id":1,"n":"he said "no""},{"id":2},{"id":3 "x"},{"id":4}])");
    EXPECT_EQ(salvaged.damage.size(), 2U);
    std::vector<int> ids;
    for (const auto& each : salvaged.value) ids.push_back(each.value("id", 0));
    EXPECT_EQ(ids, (std::vector<int>{1, 2, 3, 4}));
    EXPECT_TRUE(salvaged.value[0].contains(kBrokenAt));
    EXPECT_FALSE(salvaged.value[1].contains(kBrokenAt));
    EXPECT_FALSE(salvage_json(std::string(100'000, '[')).is_whole());
    EXPECT_FALSE(salvage_json("").is_whole());
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += R"([{"a":)";
    EXPECT_FALSE(salvage_json(deep + "1" + deep).is_whole()) << "ends, however deep it goes";
}

TEST(ExportedQueue, EveryCaptureOfAWholeExportIsRead) {
    const auto queue = read_exported_queue(export_of(3).dump());
    ASSERT_EQ(queue.captures.size(), 3U) << "the queue's copies are the same captures";
    EXPECT_TRUE(queue.damage.empty() && queue.loose_ends.empty());
    const auto& first = queue.captures[0];
    EXPECT_EQ(first.offline_id, "offline_1760000000000_abcdefghi");
    EXPECT_EQ(first.device_id, "device_1_phone");
    EXPECT_EQ(first.capture.pole_number, "LAW.P.A000");
    EXPECT_EQ(first.capture.photos.size(), 2U);
    EXPECT_EQ(first.capture.photos[1].bytes, small_jpeg(0));
    EXPECT_EQ(first.capture.captured_at, *base::parse_rfc3339("2025-01-30T08:15:00Z"));
    EXPECT_TRUE(first.lost.empty() && first.notes.empty());
}

TEST(ExportedQueue, WrongTypesAreReadAsFarAsTheyMakeSense) {
    auto json = export_of(1);
    auto& pole = json["poles"][0];
    json.erase("syncQueue");
    pole["poleNumber"] = 17;
    pole["gpsLocation"] = "-26.38,27.8";
    pole["gpsAccuracy"] = "4.5";
    pole["capturedAt"] = {{"seconds", 1738224900}, {"nanoseconds", 0}};
    pole["notes"] = {{"text", "no"}};
    pole["photos"] = {{"sideView", encoded(9)}, {"depth", 5}};
    auto queue = read_exported_queue(json.dump());
    ASSERT_EQ(queue.captures.size(), 1U);
    const auto& capture = queue.captures[0].capture;
    EXPECT_EQ(capture.pole_number, "17");
    EXPECT_NEAR(capture.gps->latitude, -26.38, 1e-9);
    EXPECT_EQ(capture.gps_accuracy_m, 4.5);
    EXPECT_EQ(capture.captured_at->us, 1'738'224'900'000'000);
    EXPECT_EQ(capture.photos.size(), 3U);
    ASSERT_EQ(queue.captures[0].notes.size(), 1U);
    EXPECT_NE(queue.captures[0].notes[0].find("notes"), std::string::npos);
    pole["gpsLocation"] = Json::array({1});
    pole["capturedAt"] = true;
    queue = read_exported_queue(json.dump());
    EXPECT_EQ(queue.captures[0].notes.size(), 3U);
    EXPECT_FALSE(queue.captures[0].capture.gps);
}

TEST(ExportedQueue, ABrokenPhotoIsLostWithItsCauseAndTheCaptureStays) {
    auto json = export_of(1);
    json["photos"][0]["data"] = "data:image/jpeg;base64,/9j/###";
    json["photos"][1]["data"] = base::base64_encode("<html>");
    json["photos"].push_back({{"poleId", json["poles"][0]["id"]}, {"type", "roof"}, {"data", encoded(1)}});
    const auto queue = read_exported_queue(json.dump());
    ASSERT_EQ(queue.captures.size(), 1U);
    const auto& lost = queue.captures[0].lost;
    EXPECT_EQ(lost.at(model::Slot::before), "its base64 is broken");
    EXPECT_EQ(lost.at(model::Slot::front), "what was saved is not an image");
    EXPECT_TRUE(queue.captures[0].refusal.empty());
    ASSERT_EQ(queue.captures[0].notes.size(), 1U);
    EXPECT_NE(queue.captures[0].notes[0].find("roof"), std::string::npos);
}

TEST(ExportedQueue, ATruncatedFileLosesOnlyWhatIsBehindTheCut) {
    auto json = export_of(3);
    json.erase("syncQueue");
    const std::string text = json.dump();  // keys are sorted: photos, then poles
    const size_t in_last_pole = text.rfind("\"projectId\"");
    auto queue = read_exported_queue(std::string_view(text).substr(0, in_last_pole));
    ASSERT_EQ(queue.captures.size(), 3U);
    EXPECT_EQ(queue.damage.size(), 1U);
    EXPECT_EQ(queue.captures[2].capture.photos.size(), 2U);
    EXPECT_FALSE(queue.captures[2].notes.empty());
    // In the middle of a photo: nothing of the poles is left, the photos alone are.
    const size_t in_photo = text.find("base64,", text.size() / 3) + 40;
    queue = read_exported_queue(std::string_view(text).substr(0, in_photo));
    ASSERT_FALSE(queue.captures.empty());
    for (const auto& rescued : queue.captures) {
        EXPECT_FALSE(rescued.capture.photos.empty() && rescued.refusal.empty());
        EXPECT_NE(rescued.capture.notes.find("only the photos"), std::string::npos);
    }
}

TEST(ExportedQueue, NothingMakesItFail) {
    const std::string text = export_of(2).dump();
    for (const char* odd : {"", "null", "[]", "{", "\"x\"", "[[[[", "{\"poles\":7}", "\xFF\xFE\x00"})
        EXPECT_TRUE(read_exported_queue(odd).captures.empty()) << odd;
    uint64_t random = 1;
    for (int i = 0; i < 200; ++i) {
        std::string damaged = text;
        for (int k = 0; k < 5; ++k) {
            random = random * 6364136223846793005ULL + 1442695040888963407ULL;
            damaged[(random >> 33) % damaged.size()] = static_cast<char>(random >> 20);
        }
        for (const auto& rescued : read_exported_queue(damaged).captures)
            EXPECT_TRUE(!rescued.offline_id.empty() || !rescued.refusal.empty());
    }
}

struct Rescue : DeviceTest {
    RescueReport rescued(OfflinePoleStore& store, const Json& json, bool ask = true) {
        FieldAgent agent(owner());
        auto report = rescue(store, json.dump(), ask ? &agent : nullptr);
        EXPECT_TRUE(report.ok()) << report.error().full();
        return report ? *report : RescueReport{};
    }
};

TEST_F(Rescue, ADeadPhonesQueueReachesStagingUnderItsOwnIds) {
    auto store = open();
    auto json = export_of(3);
    json["photos"][5]["data"] = "data:image/jpeg;base64,!!";
    const auto report = rescued(store, json);
    EXPECT_EQ(report.count(RescueOutcome::saved), 3U);
    EXPECT_FALSE(report.is_complete());
    const auto result = round(store);
    EXPECT_TRUE(result.sync.failures.empty());
    EXPECT_EQ(count("staging-field-captures"), 3U);
    const auto capture = staging("offline_1760000000002_abcdefghi");
    EXPECT_EQ(capture.device_id, "device_1_phone");
    EXPECT_EQ(capture.captured_by, "worker-1");
    EXPECT_EQ(capture.photo_mask(), 1);
    EXPECT_EQ(capture.lost_photo_mask(), 2);
    EXPECT_EQ(rescued(store, json).count(RescueOutcome::already_here), 0U) << "it is on the server by now";
    EXPECT_EQ(rescued(store, json, false).count(RescueOutcome::already_here), 3U);
    EXPECT_NE(to_text(report).find("photo front is lost: its base64 is broken"), std::string::npos) << to_text(report);
    EXPECT_EQ(to_json(report)["saved"], 3);
}

// What the phone staged itself has a random id: the upload key tells.
TEST_F(Rescue, WhatThePhoneHadStagedIsRecognisedAndOnlyMissingPhotosAreAdded) {
    const auto json = export_of(2);
    const auto on_phone = read_exported_queue(json.dump());
    for (size_t i = 0; i < 2; ++i) {
        model::Capture capture;
        capture.offline_id = on_phone.captures[i].offline_id;
        capture.project_id = "Law-001";
        capture.pole_number = on_phone.captures[i].capture.pole_number;
        for (size_t slot = 0; slot < (i == 0 ? 2U : 1U); ++slot) {
            model::Photo photo;
            photo.url = "https://example.test/" + std::to_string(slot);
            capture.photos[slot] = photo;
        }
        put("staging-field-captures", "Random" + std::to_string(i), sync::encode_capture(capture));
    }
    auto store = open();
    const auto report = rescued(store, json);
    ASSERT_EQ(report.items.size(), 2U);
    EXPECT_EQ(report.items[0].outcome, RescueOutcome::on_server);
    EXPECT_EQ(report.items[0].staging_id, "Random0");
    EXPECT_EQ(report.items[1].outcome, RescueOutcome::saved);
    const auto result = round(store);
    ASSERT_TRUE(result.sync.failures.empty()) << result.sync.failures[0].error.full();
    EXPECT_EQ(result.sync.already_there, 1);
    EXPECT_EQ(count("staging-field-captures"), 2U) << "no second document";
    const auto linked =
        sync::decode_capture_or_unreadable("Random1", base::to_text(fields("staging-field-captures", "Random1")), "");
    EXPECT_EQ(linked.photo_mask(), 3);
    EXPECT_EQ(linked.photos[0]->url, "https://example.test/0") << "what was linked stays";
    EXPECT_EQ(store.get(report.items[1].offline_id)->staging_id, "Random1");
    EXPECT_EQ(server.objects().all().size(), 1U) << "only the missing photo was sent";
}

}  // namespace
}  // namespace linesman::field
