#include "image/resize.h"

#include <gtest/gtest.h>

#include "builders.h"
#include "image/decode.h"
#include "image/dhash.h"
#include "image/exif.h"

namespace linesman::image {
namespace {

TEST(Downscaled, HalvingIsTheMeanOfFourPixels) {
    Image image = Image::filled(4, 2, {0, 0, 0, 255});
    image.at(0, 0)[0] = 100;
    image.at(1, 0)[0] = 50;
    image.at(0, 1)[0] = 30;
    image.at(1, 1)[0] = 20;
    const Image half = downscaled(image, 2, 1);
    EXPECT_EQ(half.width, 2);
    EXPECT_EQ(half.height, 1);
    EXPECT_EQ(half.pixel(0, 0), (Rgba{50, 0, 0, 255}));
    EXPECT_EQ(half.pixel(1, 0), (Rgba{0, 0, 0, 255}));
}

TEST(Downscaled, OneColourStaysExactlyThatColour) {
    const Rgba colour{201, 7, 128, 255};
    const Image image = Image::filled(97, 61, colour);
    for (const auto& [w, h] : std::vector<std::pair<int, int>>{{96, 60}, {50, 31}, {13, 7}, {3, 61}, {1, 1}}) {
        const Image small = downscaled(image, w, h);
        ASSERT_EQ(small.width, w);
        ASSERT_EQ(small.height, h);
        for (int y = 0; y < h; ++y) {
            for (int x = 0; x < w; ++x) ASSERT_EQ(small.pixel(x, y), colour);
        }
    }
}

TEST(Downscaled, KeepsTheMeanBrightness) {
    Image image = Image::filled(101, 67, {0, 0, 0, 255});
    double total = 0;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            image.at(x, y)[1] = static_cast<uint8_t>((x * 7 + y * 13) % 256);
            total += image.at(x, y)[1];
        }
    }
    const Image small = downscaled(image, 17, 11);
    double small_total = 0;
    for (size_t i = 1; i < small.rgba.size(); i += 4) small_total += small.rgba[i];
    EXPECT_NEAR(small_total / (17 * 11), total / (101 * 67), 0.6);
}

TEST(Downscaled, NeverEnlargesAndTakesOddRequests) {
    const Image image = test::quarters(10, 8);
    EXPECT_EQ(downscaled(image, 100, 100), image);
    EXPECT_EQ(downscaled(image, 0, -5).width, 1);
    EXPECT_TRUE(downscaled({}, 5, 5).empty());
}

TEST(Downscaled, TransparentColoursDoNotBleed) {
    Image image = Image::filled(2, 1, {255, 0, 0, 255});
    image.at(1, 0)[0] = 0;
    image.at(1, 0)[1] = 255;  // green, but fully transparent
    image.at(1, 0)[3] = 0;
    const Rgba p = downscaled(image, 1, 1).pixel(0, 0);
    EXPECT_EQ(p.g, 0);
    EXPECT_GE(p.r, 253);
    EXPECT_EQ(p.a, 128);
}

TEST(Cropped, IsClippedToTheImage) {
    const Image image = test::quarters(10, 8);
    EXPECT_EQ(cropped(image, 5, 0, 5, 4), Image::filled(5, 4, {0, 255, 0, 255}));
    EXPECT_EQ(cropped(image, -3, -3, 6, 6).width, 3);
    EXPECT_EQ(cropped(image, 8, 6, 100, 2'000'000'000).height, 2);
    EXPECT_TRUE(cropped(image, 10, 0, 4, 4).empty());
    EXPECT_TRUE(cropped(image, 0, 0, -1, 4).empty());
}

TEST(Thumbnail, IsUprightSmallAndHasNoExif) {
    const std::string photo = test::with_orientation(test::jpeg_of(test::quarters(1600, 800)), 6);
    const auto thumbnail = make_thumbnail(photo, 512);
    ASSERT_TRUE(thumbnail.ok());
    const auto info = probe(*thumbnail);
    ASSERT_TRUE(info.ok());
    EXPECT_EQ(info->width, 256);
    EXPECT_EQ(info->height, 512);
    EXPECT_EQ(info->orientation, 1);
    EXPECT_FALSE(read_exif(*thumbnail).orientation);
    EXPECT_FALSE(make_thumbnail("not a photo").ok());
}

TEST(Encode, RefusesEmptyImages) {
    EXPECT_EQ(encode_jpeg({}, 80).error().kind, base::ErrorKind::invalid_argument);
    EXPECT_EQ(encode_png({}).error().kind, base::ErrorKind::invalid_argument);
}

TEST(Encode, QualityTradesSizeAndIsClamped) {
    Image image = test::quarters(200, 200);
    for (size_t i = 0; i < image.rgba.size(); i += 4) image.rgba[i] = static_cast<uint8_t>(i * 2654435761U >> 13);
    const size_t low = encode_jpeg(image, 20)->size();
    const size_t high = encode_jpeg(image, 95)->size();
    EXPECT_LT(low * 2, high);
    EXPECT_EQ(encode_jpeg(image, -4)->size(), encode_jpeg(image, 1)->size());
    EXPECT_EQ(encode_jpeg(image, 4000)->size(), encode_jpeg(image, 100)->size());
}

TEST(Dhash, SurvivesScalingAndCompressionAndTellsViewsApart) {
    Image view = Image::filled(320, 240, {0, 0, 0, 255});
    Image other = view;
    for (int y = 0; y < 240; ++y) {
        for (int x = 0; x < 320; ++x) {
            view.at(x, y)[1] = static_cast<uint8_t>((x * x / 400 + y) % 256);
            other.at(x, y)[1] = static_cast<uint8_t>((y * y / 200 + 3 * (319 - x) / 2) % 256);
        }
    }
    const auto copy = decode(test::jpeg_of(view, 60), {111, 111});
    ASSERT_TRUE(copy.ok());
    EXPECT_LE(hash_distance(dhash(view), dhash(copy->image)), 6);
    EXPECT_GT(hash_distance(dhash(view), dhash(other)), 12);
    EXPECT_EQ(dhash({}), 0U);
    EXPECT_EQ(dhash(Image::filled(3, 3, {9, 9, 9, 255})), 0U);
    EXPECT_EQ(hash_distance(0, ~0ULL), 64);
}

}  // namespace
}  // namespace linesman::image
