#include "image/decode.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "builders.h"
#include "image/demo_photo.h"

namespace linesman::image {
namespace {

using base::ErrorKind;
using test::difference;
using test::jpeg_of;
using test::quarters;

constexpr Rgba kRed{255, 0, 0, 255}, kGreen{0, 255, 0, 255}, kBlue{0, 0, 255, 255}, kWhite{255, 255, 255, 255};

TEST(Decode, JpegComesBackWithItsColoursAndSize) {
    const auto decoded = decode(jpeg_of(quarters(64, 48)));
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->image.width, 64);
    EXPECT_EQ(decoded->image.height, 48);
    EXPECT_FALSE(decoded->damaged);
    EXPECT_TRUE(decoded->damage.empty());
    EXPECT_LT(difference(decoded->image.pixel(5, 5), kRed), 8);
    EXPECT_LT(difference(decoded->image.pixel(58, 5), kGreen), 8);
    EXPECT_LT(difference(decoded->image.pixel(5, 42), kBlue), 8);
    EXPECT_EQ(decoded->image.pixel(58, 42).a, 255);
}

TEST(Decode, PngComesBackBitForBit) {
    Image image = quarters(33, 21);
    image.at(3, 4)[3] = 77;
    const auto decoded = decode(encode_png(image).value());
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->image, image);
}

TEST(Decode, FitsTheTargetAtEverySizeAndKeepsTheShape) {
    const std::string photo = jpeg_of(quarters(1000, 750));
    for (const int side : {1, 2, 50, 124, 125, 126, 333, 500, 512, 749, 750, 999}) {
        const auto decoded = decode(photo, {side, side});
        ASSERT_TRUE(decoded.ok()) << side;
        EXPECT_EQ(decoded->image.width, side) << side;
        EXPECT_EQ(decoded->image.height, std::max(1, static_cast<int>(std::lround(side * 0.75)))) << side;
        EXPECT_EQ(decoded->source_width, 1000);
        EXPECT_EQ(decoded->source_height, 750);
        if (side < 50) continue;
        EXPECT_LT(difference(decoded->image.pixel(side / 8, side / 8), kRed), 12) << side;
        EXPECT_LT(difference(decoded->image.pixel(side - 2, side / 8), kGreen), 12) << side;
    }
}

TEST(Decode, NeverEnlarges) {
    const auto decoded = decode(jpeg_of(quarters(40, 30)), {4000, 4000});
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->image.width, 40);
    EXPECT_EQ(decoded->image.height, 30);
}

TEST(Decode, OneLimitedSideLeavesTheOtherToTheShape) {
    EXPECT_EQ(fit_into({1920, 1080}, {0, 540}), (Size{960, 540}));
    EXPECT_EQ(fit_into({1920, 1080}, {480, 0}), (Size{480, 270}));
    EXPECT_EQ(fit_into({1920, 1080}, {0, 0}), (Size{1920, 1080}));
    EXPECT_EQ(fit_into({10'000, 3}, {100, 100}), (Size{100, 1}));
}

TEST(Decode, ScaledPreviewLooksLikeTheFullPictureShrunk) {
    DemoPhotoSpec spec;
    spec.pole_number = "LAW.P.B167";
    spec.seed = 7;
    spec.width = 640;
    spec.height = 480;
    const std::string photo = jpeg_of(render_demo_photo(spec));
    const auto full = decode(photo);
    const auto small = decode(photo, {150, 150});
    ASSERT_TRUE(full.ok() && small.ok());
    double total = 0;
    for (int y = 0; y < small->image.height; ++y) {
        for (int x = 0; x < small->image.width; ++x) {
            const Rgba expected = full->image.pixel(x * full->image.width / small->image.width + 2,
                                                    y * full->image.height / small->image.height + 2);
            total += difference(small->image.pixel(x, y), expected);
        }
    }
    EXPECT_LT(total / (small->image.width * small->image.height), 14);
}

struct Corner {
    int orientation;
    Rgba top_left, top_right, bottom_left;
};

class Orientation : public testing::TestWithParam<Corner> {};

TEST_P(Orientation, IsAppliedInFullAndInPreview) {
    const Corner expected = GetParam();
    const std::string photo =
        test::with_orientation(jpeg_of(quarters(64, 32)), static_cast<uint16_t>(expected.orientation));
    const bool turned = expected.orientation >= 5;
    for (const DecodeTarget target : {DecodeTarget{}, DecodeTarget{turned ? 16 : 32, turned ? 32 : 16}}) {
        const auto decoded = decode(photo, target);
        ASSERT_TRUE(decoded.ok());
        const Image& image = decoded->image;
        EXPECT_EQ(image.width * 2 == image.height, turned);
        if (target.max_width > 0) {
            EXPECT_EQ(image.width, target.max_width);
        }
        EXPECT_EQ(decoded->source_width, turned ? 32 : 64);
        EXPECT_LT(difference(image.pixel(2, 2), expected.top_left), 30);
        EXPECT_LT(difference(image.pixel(image.width - 3, 2), expected.top_right), 30);
        EXPECT_LT(difference(image.pixel(2, image.height - 3), expected.bottom_left), 30);
    }
    const auto info = probe(photo);
    ASSERT_TRUE(info.ok());
    EXPECT_EQ(info->orientation, expected.orientation);
    EXPECT_EQ(info->width, turned ? 32 : 64);
    EXPECT_EQ(info->height, turned ? 64 : 32);
}

// Worked out by hand from EXIF 2.32: 2 mirrored, 3 half turn, 6 = turn right to see it upright, 8 = turn left.
INSTANTIATE_TEST_SUITE_P(All, Orientation,
                         testing::Values(Corner{1, kRed, kGreen, kBlue}, Corner{2, kGreen, kRed, kWhite},
                                         Corner{3, kWhite, kBlue, kGreen}, Corner{4, kBlue, kWhite, kRed},
                                         Corner{5, kRed, kBlue, kGreen}, Corner{6, kBlue, kRed, kWhite},
                                         Corner{7, kWhite, kGreen, kBlue}, Corner{8, kGreen, kWhite, kRed}));

TEST(Decode, WhatIsNoPhotoIsNamedInItsOwnWords) {
    std::set<std::string> words;
    const std::vector<std::string> inputs{"", std::string(4096, '\0'),
                                          "<!DOCTYPE html><html><body>Sign in</body></html>",
                                          "{\"error\":{\"code\":404}}", "once upon a time"};
    for (const std::string& input : inputs) {
        const auto decoded = decode(input);
        ASSERT_FALSE(decoded.ok());
        EXPECT_EQ(decoded.error().kind, ErrorKind::corrupt);
        words.insert(decoded.error().what);
        EXPECT_EQ(probe(input).error().what, decoded.error().what);
    }
    EXPECT_EQ(words.size(), inputs.size());
    EXPECT_NE(decode("\n\t <HTML>").error().what.find("web page"), std::string::npos);
    EXPECT_NE(decode("\xEF\xBB\xBF<html>").error().what.find("web page"), std::string::npos);
}

TEST(Decode, KnownFormatsThatAreNotReadAreRefusedByName) {
    using namespace std::string_literals;
    const std::vector<std::pair<std::string, std::string>> inputs{{"GIF89a...............", "GIF"},
                                                                  {"RIFF\x10\0\0\0WEBPVP8 "s, "WebP"},
                                                                  {"\0\0\0\x18"s + "ftypheic\0\0\0\0"s, "HEIC"},
                                                                  {"II*\0\x08\0\0\0"s, "TIFF"}};
    for (const auto& [bytes, name] : inputs) {
        const auto decoded = decode(bytes);
        ASSERT_FALSE(decoded.ok());
        EXPECT_EQ(decoded.error().kind, ErrorKind::unsupported);
        EXPECT_NE(decoded.error().what.find(name), std::string::npos);
    }
}

TEST(Decode, FilesThatEndInsideTheirSignatureAreCorrupt) {
    for (const std::string whole : {"RIFF....WEBPVP8 ", "\x89PNG\r\n\x1A\n", "....ftypheic", "BM"}) {
        for (size_t size = 1; size < 8; ++size)
            EXPECT_EQ(decode(whole.substr(0, size)).error().kind, ErrorKind::corrupt) << whole << " " << size;
    }
}

TEST(Decode, ImageBombIsRefusedByItsHeader) {
    const std::string bomb = test::with_jpeg_size(jpeg_of(quarters(64, 64)), 65'000, 65'000);
    EXPECT_EQ(decode(bomb).error().kind, ErrorKind::too_large);
    EXPECT_EQ(probe(bomb).error().kind, ErrorKind::too_large);
    EXPECT_EQ(decode(bomb, {100, 100}).error().kind, ErrorKind::too_large);
    std::string png = encode_png(quarters(8, 8)).value();
    png[16] = 0x00, png[17] = 0x01, png[18] = 0x00, png[19] = 0x00;  // IHDR width 65,536
    EXPECT_EQ(decode(png).error().kind, ErrorKind::too_large);
    EXPECT_TRUE(check_size(20'000, 3'200).ok());
    EXPECT_FALSE(check_size(20'001, 1).ok());
    EXPECT_FALSE(check_size(8'001, 8'000).ok());
    EXPECT_EQ(check_size(0, 10).error().kind, ErrorKind::corrupt);
}

TEST(Decode, TruncatedJpegShowsWhatArrivedAndSaysSo) {
    DemoPhotoSpec spec;
    spec.width = 320;
    spec.height = 240;
    const std::string photo = jpeg_of(render_demo_photo(spec));
    const auto whole = decode(photo);
    ASSERT_TRUE(whole.ok());
    const auto half = decode(std::string_view(photo).substr(0, photo.size() * 6 / 10));
    ASSERT_TRUE(half.ok());
    EXPECT_TRUE(half->damaged);
    EXPECT_NE(half->damage.find("cut short"), std::string_view::npos);
    EXPECT_EQ(half->image.width, 320);
    EXPECT_EQ(half->image.height, 240);
    EXPECT_LT(difference(half->image.pixel(40, 20), whole->image.pixel(40, 20)), 3);
}

TEST(Decode, JpegThatEndsBeforeThePictureIsCorrupt) {
    const std::string photo = jpeg_of(quarters(640, 480));
    const size_t scan = photo.find("\xFF\xDA");
    ASSERT_NE(scan, std::string::npos);
    for (const size_t size : {size_t{3}, size_t{20}, scan, scan + 14}) {
        const auto decoded = decode(std::string_view(photo).substr(0, size));
        ASSERT_FALSE(decoded.ok()) << size;
        EXPECT_EQ(decoded.error().kind, ErrorKind::corrupt);
    }
}

TEST(Decode, EveryTruncationOfAJpegAndAPngIsHandled) {
    DemoPhotoSpec spec;
    spec.width = 48;
    spec.height = 40;
    const Image image = render_demo_photo(spec);
    for (const std::string& file : {test::with_orientation(jpeg_of(image), 6), encode_png(image).value()}) {
        for (size_t size = 0; size < file.size(); ++size) {
            const auto decoded = decode(std::string_view(file).substr(0, size), {24, 24});
            if (decoded.ok()) {
                EXPECT_FALSE(decoded->image.empty());
            }
        }
    }
}

TEST(Decode, RandomDamageNeverCrashesAndNeverExceedsTheLimits) {
    DemoPhotoSpec spec;
    spec.width = 64;
    spec.height = 48;
    const Image image = render_demo_photo(spec);
    const std::vector<std::string> files{test::with_orientation(jpeg_of(image), 3), encode_png(image).value()};
    std::mt19937 random(20250130);
    for (int round = 0; round < 1500; ++round) {
        std::string file = files[static_cast<size_t>(round) % files.size()];
        for (int hits = 0; hits < 1 + round % 7; ++hits) file[random() % file.size()] = static_cast<char>(random());
        const auto decoded = decode(file, {32, 32});
        if (!decoded.ok()) continue;
        EXPECT_LE(decoded->image.width, 32);
        EXPECT_LE(decoded->image.height, 32);
        EXPECT_EQ(decoded->image.rgba.size(), static_cast<size_t>(decoded->image.width * decoded->image.height * 4));
    }
}

TEST(Probe, TellsTheFormat) {
    EXPECT_EQ(probe(jpeg_of(quarters(20, 10)))->format, Format::jpeg);
    const auto png = probe(encode_png(quarters(20, 10)).value());
    ASSERT_TRUE(png.ok());
    EXPECT_EQ(png->format, Format::png);
    EXPECT_EQ(png->width, 20);
    EXPECT_EQ(name_of(png->format), "png");
}

}  // namespace
}  // namespace linesman::image
