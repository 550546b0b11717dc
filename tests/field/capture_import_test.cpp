#include "field/capture_import.h"

#include "base/file.h"
#include "field/field_fixture.h"
#include "field/photo_folder.h"

namespace linesman::field {
namespace {

using namespace test;

// A JPEG with an EXIF block: a position and a time, as cameras write them (TIFF, little endian).
std::string jpeg_with_exif(uint8_t shade) {
    std::string tiff("II*\0\x08\0\0\0", 8);
    const auto u16 = [&](uint32_t v) { tiff += static_cast<char>(v & 255), tiff += static_cast<char>(v >> 8 & 255); };
    const auto u32 = [&](uint32_t v) { u16(v & 0xFFFF), u16(v >> 16); };
    const auto entry = [&](uint32_t tag, uint32_t type, uint32_t count, uint32_t value) {
        u16(tag), u16(type), u32(count), u32(value);
    };
    // IFD0 at 8 (two entries, 30 bytes), Exif IFD at 38 (one entry, 18 bytes), GPS IFD at 56 (four entries, 54 bytes).
    u16(2), entry(0x8769, 4, 1, 38), entry(0x8825, 4, 1, 56), u32(0);
    u16(1), entry(0x9003, 2, 20, 110), u32(0);
    u16(4), entry(1, 2, 2, 'S'), entry(2, 5, 3, 130), entry(3, 2, 2, 'E'), entry(4, 5, 3, 154), u32(0);
    tiff += std::string("2025:01:30 10:15:00", 19) + '\0';
    for (const uint32_t v : {26U, 1U, 22U, 1U, 48U, 1U}) u32(v);  // 26° 22' 48" = 26.38
    for (const uint32_t v : {27U, 1U, 48U, 1U, 0U, 1U}) u32(v);   // 27° 48' = 27.8
    std::string segment = std::string("Exif\0\0", 6) + tiff;
    std::string out = small_jpeg(shade);
    const auto size = segment.size() + 2;
    return out.insert(2,
                      std::string("\xFF\xE1") + static_cast<char>(size >> 8) + static_cast<char>(size & 255) + segment);
}

struct Import : ::testing::Test {
    CaptureImport csv(OfflinePoleStore& store, const std::string& text, CaptureImportOptions options = {}) {
        auto result = import_captures(store, text, ImportFormat::csv, options);
        EXPECT_TRUE(result.ok()) << result.error().full();
        return result ? *result : CaptureImport{};
    }
    void file(const std::string& name, const std::string& bytes) {
        const auto path = std::filesystem::path(folder.file("photos")) / name;
        std::filesystem::create_directories(path.parent_path());
        ASSERT_TRUE(base::write_file_atomically(path.string(), bytes).ok());
    }
    OfflinePoleStore open() { return open_store(folder.file("device"), clock); }
    TempFolder folder;
    base::ManualClock clock{{1'760'000'000'000'000}};
};

TEST_F(Import, GoodRowsGoInAndBadOnesAreNamedByLine) {
    auto store = open();
    const auto result = csv(store,
                            "Pole Number,lat,lon,accuracy,Captured At,notes\n"
                            "LAW.P.A001,-26.38,27.80,4.5,2025-01-30 10:15,ok\n"
                            "LAW.P.A002,-126.38,27.80,,,\n"
                            "LAW.P.A003,abc,27.80,,,\n"
                            "\n"
                            "LAW.P.A004,-26.38,27.80,,yesterday,\n"
                            ",,,,,only notes\n"
                            "LAW.P.A005,-26.38,27.80,-3,,\n"
                            "LAW.P.A001,-26.38,27.80,4.5,2025-01-30 10:15,again\n"
                            "LAW.P.A006,,,,,\n",
                            {.defaults = {.project_id = "Law-001"}});
    ASSERT_EQ(result.added.size(), 2U);
    EXPECT_EQ(result.added[1].line, 10U);
    std::map<size_t, std::string> refused;
    for (const auto& each : result.refused) refused[each.line] = each.what;
    EXPECT_EQ(refused.size(), 6U);
    EXPECT_NE(refused[3].find("no place"), std::string::npos);
    EXPECT_NE(refused[4].find("\"abc\" is not a number"), std::string::npos);
    EXPECT_NE(refused[6].find("yesterday"), std::string::npos);
    EXPECT_NE(refused[7].find("neither"), std::string::npos);
    EXPECT_NE(refused[8].find("metres"), std::string::npos);
    EXPECT_NE(refused[9].find("line 2"), std::string::npos);
    const auto item = *store.get(result.added[0].offline_id);
    EXPECT_EQ(item.status, ItemStatus::pending);
    EXPECT_EQ(item.content.project_id, "Law-001");
    EXPECT_EQ(item.content.captured_at->us, base::parse_rfc3339("2025-01-30T08:15:00Z")->us) << "local time, UTC+2";
}

TEST_F(Import, RunningItAgainAddsNothing) {
    auto store = open();
    const std::string text = "number,lat,lon\nLAW.P.A001,-26.38,27.8\nLAW.P.A002,-26.38,27.8\n";
    EXPECT_EQ(csv(store, text).added.size(), 2U);
    const auto again = csv(store, text + "LAW.P.A003,-26.38,27.8\n");
    EXPECT_EQ(again.added.size(), 1U);
    EXPECT_EQ(again.already_here.size(), 2U);
    EXPECT_EQ(store.list()->size(), 3U);
}

TEST_F(Import, PhotosFindTheirRowAndSlotAndGivePlaceAndTime) {
    auto store = open();
    file("LAW.P.A001_front.jpg", jpeg_with_exif(10));
    file("law-p-a001 side 2.jpg", small_jpeg(20));
    file("LAW.P.A002/depth.jpg", small_jpeg(30));
    file("LAW.P.A009_front.jpg", small_jpeg(40));
    file("holiday.jpg", small_jpeg(50));
    file("LAW.P.A003_front.jpg", "this is text");
    const auto result =
        csv(store, "number\nLAW.P.A001\nLAW.P.A002\nLAW.P.A003\n", {.photo_folder = folder.file("photos")});
    ASSERT_EQ(result.added.size(), 2U);
    EXPECT_EQ(result.added[0].photos, 2);
    const auto item = *store.get(result.added[0].offline_id);
    EXPECT_TRUE(item.photos[1] && item.photos[2]);
    ASSERT_TRUE(item.content.gps);
    EXPECT_NEAR(item.content.gps->latitude, -26.38, 1e-6);
    EXPECT_NEAR(item.content.gps->longitude, 27.8, 1e-6);
    EXPECT_EQ(item.content.captured_at->us, base::parse_rfc3339("2025-01-30T08:15:00Z")->us);
    EXPECT_TRUE(store.get(result.added[1].offline_id)->photos[3]);
    ASSERT_EQ(result.refused.size(), 1U);
    EXPECT_NE(result.refused[0].what.find("not an image"), std::string::npos);
    std::string unused;
    for (const auto& photo : result.unused_photos) unused += photo.what + "\n";
    EXPECT_NE(unused.find("LAW.P.A009_front.jpg: no row"), std::string::npos) << unused;
    EXPECT_NE(unused.find("holiday.jpg: its name tells no slot"), std::string::npos) << unused;
}

TEST_F(Import, ANamedPhotoThatIsNotThereRefusesItsRow) {
    auto store = open();
    file("a.jpg", small_jpeg(1));
    const auto result =
        csv(store, "number;front photo\nLAW.P.A001;a.jpg\nLAW.P.A002;b.jpg\n", {.photo_folder = folder.file("photos")});
    EXPECT_EQ(result.added.size(), 1U);
    ASSERT_EQ(result.refused.size(), 1U);
    EXPECT_NE(result.refused[0].what.find("b.jpg"), std::string::npos);
    const auto missing = import_captures(store, "number\nA\n", ImportFormat::csv, {.photo_folder = "/nowhere"});
    EXPECT_EQ(missing.error().kind, base::ErrorKind::not_found);
}

TEST_F(Import, ADryRunStoresNothingAndDraftsAreDrafts) {
    auto store = open();
    EXPECT_EQ(csv(store, "number\nLAW.P.A001\n", {.dry_run = true}).added.size(), 1U);
    EXPECT_TRUE(store.list()->empty());
    csv(store, "number\nLAW.P.A001\n", {.draft = true});
    EXPECT_EQ(store.list()->front().status, ItemStatus::draft);
}

TEST_F(Import, GeoJsonFeaturesAreTakenOneByOne) {
    auto store = open();
    const std::string text = R"({"type":"FeatureCollection","features":[
        {"type":"Feature","id":"x1","geometry":{"type":"Point","coordinates":[27.8,-26.38]},
         "properties":{"poleNumber":"LAW.P.A001","gpsAccuracy":3,"projectId":"Law-001"}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":[27.8,"x"]},"properties":{}},
        {"type":"Feature","geometry":{"type":"LineString","coordinates":[[27.8,-26.3],[27.9,-26.3]]},"properties":{"name":"L"}},
        {"type":"Feature","geometry":null,"properties":{"pole":"LAW.P.A002"}}]})";
    EXPECT_EQ(import_format_of("a.geojson", text), ImportFormat::geojson);
    EXPECT_EQ(import_format_of("export", text), ImportFormat::geojson);
    EXPECT_EQ(import_format_of("export", "number,lat"), ImportFormat::csv);
    const auto result = import_captures(store, text, ImportFormat::geojson, {});
    ASSERT_TRUE(result.ok()) << result.error().full();
    EXPECT_EQ(result->added.size(), 2U);
    EXPECT_EQ(result->refused.size(), 2U);
    const auto item = *store.get(result->added[0].offline_id);
    EXPECT_EQ(item.content.gps_accuracy_m, 3.0);
    EXPECT_NEAR(item.content.gps->longitude, 27.8, 1e-9);
}

TEST_F(Import, AFileWithoutKnownColumnsIsRefusedAsAWhole) {
    auto store = open();
    for (const char* text : {"", "a,b\n1,2\n"})
        EXPECT_EQ(import_captures(store, text, ImportFormat::csv, {}).error().kind, base::ErrorKind::corrupt);
}

TEST(PhotoNames, TellOwnerAndSlot) {
    const auto read = [](const char* file, const char* holder = "") {
        const auto name = read_photo_name(file, holder);
        return name ? name->owner + "/" + std::string(model::name_of(name->slot)) : std::string("-");
    };
    EXPECT_EQ(read("LAW.P.A001_front.jpg"), "lawpa001/front");
    EXPECT_EQ(read("LAW.P.A001-frontView (2).JPG"), "lawpa001/front");
    EXPECT_EQ(read("depth_LAW.P.A001.jpg"), "lawpa001/depth");
    EXPECT_EQ(read("side_1760000000000.jpg", "offline_1_abc"), "offline1abc/side");
    EXPECT_EQ(read("compaction.png", "LAW.P.B002"), "lawpb002/compaction");
    EXPECT_EQ(read("IMG_2034.jpg"), "-");
}

}  // namespace
}  // namespace linesman::field
