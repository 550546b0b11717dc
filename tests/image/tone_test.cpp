#include "image/tone.h"

#include <gtest/gtest.h>

namespace linesman::image {
namespace {

// Tones from `low` to `high` in equal parts.
Image ramp(uint8_t low, uint8_t high) {
    Image image = Image::filled(256, 30, {});
    for (int y = 0; y < 30; ++y) {
        for (int x = 0; x < 256; ++x) {
            const auto tone = static_cast<uint8_t>(low + (high - low) * x / 255);
            uint8_t* p = image.at(x, y);
            p[0] = p[1] = p[2] = tone;
        }
    }
    return image;
}

TEST(Tone, ADarkFlatPhotoUsesEveryToneAfterwards) {
    const Image out = spread_tones(ramp(20, 70));
    EXPECT_LT(out.pixel(0, 5).r, 12);
    EXPECT_GT(out.pixel(255, 5).r, 243);
    EXPECT_GT(out.pixel(128, 5).r, 120);  // lifted
    for (int x = 1; x < 256; ++x) EXPECT_GE(out.pixel(x, 3).r, out.pixel(x - 1, 3).r);
}

TEST(Tone, AFewBrightPixelsDoNotKeepThePhotoDark) {
    Image image = ramp(10, 60);
    image.at(3, 3)[0] = image.at(3, 3)[1] = image.at(3, 3)[2] = 255;
    EXPECT_GT(spread_tones(image).pixel(250, 10).g, 235);
}

TEST(Tone, OneToneStaysOneToneAndNothingIsLost) {
    const Image out = spread_tones(Image::filled(10, 10, {40, 40, 40, 255}));
    EXPECT_EQ(out.pixel(0, 0), out.pixel(9, 9));
    EXPECT_GT(out.pixel(0, 0).r, 40);
    EXPECT_LT(out.pixel(0, 0).r, 120);
    EXPECT_TRUE(spread_tones({}).empty());
}

}  // namespace
}  // namespace linesman::image
