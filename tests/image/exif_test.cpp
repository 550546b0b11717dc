#include "image/exif.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/time.h"
#include "builders.h"

namespace linesman::image {
namespace {

using test::TiffBuilder;

base::Timestamp at(std::string_view text) {
    return base::parse_rfc3339(text).value();
}

std::string full_block(bool little) {
    const TiffBuilder t(little);
    return t.block({t.text(0x010F, "Acme"), t.text(0x0110, "Field Phone 5"), t.u16(0x0112, 6),
                    t.text(0x0132, "2025:02:01 00:00:00")},
                   {t.text(0x9003, "2025:01:30 10:15:42"), t.text(0x9011, "+02:00"), t.text(0x9291, "25")},
                   {t.text(1, "S"),
                    t.rationals(2, {{26, 1}, {30, 1}, {3600, 100}}),
                    t.text(3, "E"),
                    t.rationals(4, {{27, 1}, {4575, 100}, {0, 1}}),
                    {5, 1, 1, std::string(1, '\0')},
                    t.rationals(6, {{16123, 10}}),
                    t.rationals(7, {{8, 1}, {15, 1}, {42, 1}}),
                    t.text(29, "2025:01:30"),
                    t.rationals(31, {{45, 10}})});
}

class BothByteOrders : public testing::TestWithParam<bool> {};

TEST_P(BothByteOrders, EverythingACameraWritesIsRead) {
    const Exif exif = read_exif_block(full_block(GetParam()));
    EXPECT_EQ(exif.make, "Acme");
    EXPECT_EQ(exif.model, "Field Phone 5");
    EXPECT_EQ(exif.orientation, 6);
    EXPECT_EQ(exif.local_time, at("2025-01-30T10:15:42.250Z"));
    EXPECT_EQ(exif.utc_offset_minutes, 120);
    EXPECT_EQ(exif.captured_at(0), at("2025-01-30T08:15:42.250Z"));
    ASSERT_TRUE(exif.gps);
    EXPECT_NEAR(exif.gps->latitude_deg, -26.51, 1e-9);
    EXPECT_NEAR(exif.gps->longitude_deg, 27.7625, 1e-9);
    EXPECT_DOUBLE_EQ(exif.gps->accuracy_m.value(), 4.5);
    EXPECT_DOUBLE_EQ(exif.gps->altitude_m.value(), 1612.3);
    EXPECT_EQ(exif.gps->fix_time, at("2025-01-30T08:15:42Z"));
}

INSTANTIATE_TEST_SUITE_P(LittleAndBig, BothByteOrders, testing::Bool());

TEST(Exif, IsFoundInAJpegAndInAPng) {
    const std::string jpeg = test::jpeg_of(Image::filled(16, 16, {10, 20, 30, 255}));
    EXPECT_EQ(read_exif(test::with_exif(jpeg, full_block(true))).model, "Field Phone 5");
    std::string png = encode_png(Image::filled(4, 4, {})).value();
    const std::string block = full_block(false);
    const std::string chunk =
        TiffBuilder(false).number(static_cast<uint32_t>(block.size()), 4) + "eXIf" + block + "crc!";
    png.insert(png.size() - 12, chunk);  // before IEND
    EXPECT_EQ(read_exif(png).model, "Field Phone 5");
}

TEST(Exif, AbsenceIsNotAnError) {
    const Exif exif = read_exif(test::jpeg_of(Image::filled(16, 16, {})));
    EXPECT_FALSE(exif.local_time || exif.gps || exif.model || exif.orientation || exif.utc_offset_minutes);
    EXPECT_FALSE(exif.captured_at(120));
    EXPECT_FALSE(read_exif("").local_time);
    EXPECT_FALSE(read_exif("no image at all").gps);
}

TEST(Exif, WithoutAnOffsetTheAssumedOneIsUsed) {
    const TiffBuilder t;
    const Exif exif = read_exif_block(t.block({}, {t.text(0x9003, "2025:01:30 10:15:00")}, {}));
    EXPECT_FALSE(exif.utc_offset_minutes);
    EXPECT_EQ(exif.captured_at(120), at("2025-01-30T08:15:00Z"));
}

TEST(Exif, DateTimeOfTheFileIsTheLastResort) {
    const TiffBuilder t;
    EXPECT_EQ(read_exif_block(t.block({t.text(0x0132, "2025:01:30 10:15:00")}, {}, {})).local_time,
              at("2025-01-30T10:15:00Z"));
    EXPECT_EQ(
        read_exif_block(t.block({t.text(0x0132, "2025:01:30 10:15:00")}, {t.text(0x9004, "2024:12:24 18:00:00")}, {}))
            .local_time,
        at("2024-12-24T18:00:00Z"));
}

TEST(Exif, ImpossibleTimesAreIgnored) {
    const TiffBuilder t;
    for (const char* text : {"0000:00:00 00:00:00", "2025:02:30 10:00:00", "2025:01:30 25:00:00",
                             "    :  :     :  :  ", "2025", "", "garbage"})
        EXPECT_FALSE(read_exif_block(t.block({}, {t.text(0x9003, text)}, {})).local_time) << text;
}

std::optional<GpsPosition> gps_of(std::vector<TiffBuilder::Entry> entries) {
    return read_exif_block(TiffBuilder().block({}, {}, entries)).gps;
}

TEST(Exif, PositionsThatCannotBeAreIgnored) {
    const TiffBuilder t;
    const auto lat = [&](uint32_t degrees) { return t.rationals(2, {{degrees, 1}, {0, 1}, {0, 1}}); };
    const auto lon = [&](uint32_t degrees) { return t.rationals(4, {{degrees, 1}, {0, 1}, {0, 1}}); };
    const auto north = t.text(1, "N");
    const auto east = t.text(3, "E");
    EXPECT_TRUE(gps_of({north, lat(10), east, lon(20)}));
    EXPECT_FALSE(gps_of({north, lat(91), east, lon(20)}));
    EXPECT_FALSE(gps_of({north, lat(10), east, lon(181)}));
    EXPECT_FALSE(gps_of({north, lat(0), east, lon(0)})) << "cameras write 0,0 without a fix";
    EXPECT_FALSE(gps_of({lat(10), lon(20)})) << "without N/S and E/W the hemisphere is a guess";
    EXPECT_FALSE(gps_of({north, t.rationals(2, {{10, 0}}), east, lon(20)})) << "division by zero";
    EXPECT_FALSE(gps_of({north, east, lon(20)}));
}

TEST(Exif, OrientationOutsideOneToEightIsIgnored) {
    const TiffBuilder t;
    for (const int value : {0, 9, 255, 65535}) {
        const auto entry = t.u16(0x0112, static_cast<uint16_t>(value));
        EXPECT_FALSE(read_exif_block(t.block({entry}, {}, {})).orientation);
    }
}

TEST(Exif, TextIsCutSanitisedAndTrimmed) {
    const TiffBuilder t;
    EXPECT_EQ(read_exif_block(t.block({t.text(0x0110, "  Phone\x01\n 5  ")}, {}, {})).model, "Phone 5");
    EXPECT_EQ(read_exif_block(t.block({t.text(0x0110, "   ")}, {}, {})).model, std::nullopt);
    EXPECT_EQ(read_exif_block(t.block({t.text(0x0110, std::string(5000, 'x'))}, {}, {})).model->size(), kMaxExifText);
    EXPECT_EQ(read_exif_block(t.block({t.text(0x0110,
                                              "A\xFF"
                                              "B")},
                                      {}, {}))
                  .model,
              "A\xEF\xBF\xBD"
              "B");
}

TEST(Exif, BrokenTextStaysWithinItsLimit) {
    const TiffBuilder t;
    const Exif exif = read_exif_block(t.block({t.text(0x010F, std::string(kMaxExifText, '\xFF'))}, {}, {}));
    EXPECT_LE(exif.make.value().size(), kMaxExifText);
}

TEST(Exif, HostileOffsetsAndCountsAreHarmless) {
    const TiffBuilder t;
    const std::vector<TiffBuilder::Entry> hostile{{0x0110, 2, 0xFFFFFFFF, t.number(0xFFFFFFF0, 4)},
                                                  {0x010F, 2, 1000, t.number(4, 4)},
                                                  {0x0112, 3, 0, ""},
                                                  {0x0132, 99, 5, t.number(8, 4)},
                                                  {0x8769, 4, 1, t.number(8, 4)},  // EXIF directory = this one
                                                  {0x8825, 4, 1, t.number(0xFFFFFFFF, 4)}};
    const std::string block = "II" + t.number(42, 2) + t.number(8, 4) + t.directory(hostile, 8);
    EXPECT_FALSE(read_exif_block(block).model);
    EXPECT_FALSE(read_exif_block("II" + t.number(42, 2) + t.number(0xFFFFFFFF, 4)).model);
    EXPECT_FALSE(read_exif_block("II" + t.number(42, 2) + t.number(8, 4) + "\xFF\xFF").model);
}

TEST(Exif, EveryTruncationAndRandomDamageIsHarmless) {
    const std::string block = full_block(true);
    for (size_t size = 0; size <= block.size(); ++size) (void)read_exif_block(std::string(block, 0, size));
    const std::string jpeg = test::with_exif(test::jpeg_of(Image::filled(16, 16, {})), block);
    std::mt19937 random(7);
    for (int round = 0; round < 20'000; ++round) {
        std::string damaged = jpeg.substr(0, 2 + random() % jpeg.size());
        for (int hits = 0; hits < 4; ++hits) damaged[random() % damaged.size()] = static_cast<char>(random());
        const Exif exif = read_exif(damaged);
        if (exif.gps) {
            EXPECT_LE(std::abs(exif.gps->latitude_deg), 90);
        }
        if (exif.orientation) {
            EXPECT_LE(*exif.orientation, 8);
        }
    }
}

}  // namespace
}  // namespace linesman::image
