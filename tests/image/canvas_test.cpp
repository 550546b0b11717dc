#include "image/canvas.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "image/demo_photo.h"
#include "image/dhash.h"
#include "image/encode.h"

namespace linesman::image {
namespace {

constexpr Rgba kBlack{0, 0, 0, 255};
constexpr Rgba kWhite{255, 255, 255, 255};

// Sum of the red channel in units of fully covered pixels.
double covered(const Image& image) {
    double total = 0;
    for (size_t i = 0; i < image.rgba.size(); i += 4) total += image.rgba[i];
    return total / 255;
}

TEST(Canvas, WholePixelRectIsExact) {
    Image image = Image::filled(10, 10, kBlack);
    Canvas(image).rect(2, 3, 4, 5, kWhite);
    EXPECT_DOUBLE_EQ(covered(image), 20);
    EXPECT_EQ(image.pixel(2, 3), kWhite);
    EXPECT_EQ(image.pixel(5, 7), kWhite);
    EXPECT_EQ(image.pixel(6, 7), kBlack);
    EXPECT_EQ(image.pixel(1, 3), kBlack);
}

TEST(Canvas, PartlyCoveredPixelsAreBlended) {
    Image image = Image::filled(4, 4, kBlack);
    Canvas(image).rect(1.25F, 1, 1.5F, 1, kWhite);
    EXPECT_NEAR(image.pixel(1, 1).r, 191, 2);
    EXPECT_NEAR(image.pixel(2, 1).r, 191, 2);
}

TEST(Canvas, AreasOfShapesAreRight) {
    Image image = Image::filled(100, 100, kBlack);
    Canvas(image).circle({50, 50}, 30, kWhite);
    EXPECT_NEAR(covered(image), 3.14159 * 900, 15);

    Image ring = Image::filled(100, 100, kBlack);
    Canvas(ring).ring({50, 50}, 30, 4, kWhite);
    EXPECT_NEAR(covered(ring), 3.14159 * (32 * 32 - 28 * 28), 15);

    Image triangle = Image::filled(100, 100, kBlack);
    Canvas(triangle).polygon(std::array<Point, 3>{Point{10, 10}, Point{90, 20}, Point{30, 80}}, kWhite);
    EXPECT_NEAR(covered(triangle), 2700, 10);

    Image line = Image::filled(100, 100, kBlack);
    Canvas(line).line({10, 10}, {70, 90}, 3, kWhite);
    EXPECT_NEAR(covered(line), 300, 6);
}

TEST(Canvas, EvenOddRuleLeavesTheHoleOfAStarOpen) {
    Image image = Image::filled(100, 100, kBlack);
    std::vector<Point> star;
    for (int i = 0; i < 5; ++i) {
        const float angle = static_cast<float>(i) * 2.5133F;
        star.push_back({50 + 45 * std::sin(angle), 50 - 45 * std::cos(angle)});
    }
    Canvas(image).polygon(star, kWhite);
    EXPECT_EQ(image.pixel(50, 50), kBlack);
    EXPECT_EQ(image.pixel(50, 15), kWhite);
}

TEST(Canvas, HalfTransparentColourIsMixedOnce) {
    Image image = Image::filled(8, 8, kBlack);
    Canvas(image).rect(0, 0, 8, 8, {255, 255, 255, 128});
    for (int i = 0; i < 8; ++i) EXPECT_NEAR(image.pixel(i, i).r, 128, 2);
}

TEST(Canvas, GradientsGoFromOneColourToTheOther) {
    Image image = Image::filled(16, 64, kBlack);
    Canvas(image).vertical_gradient(0, 0, 16, 64, {0, 0, 0, 255}, {255, 255, 255, 255});
    EXPECT_LT(image.pixel(8, 0).r, 6);
    EXPECT_NEAR(image.pixel(8, 32).r, 128, 4);
    EXPECT_GT(image.pixel(8, 63).r, 249);
    Image across = Image::filled(64, 4, kBlack);
    Canvas(across).horizontal_gradient(0, 0, 64, 4, {0, 0, 0, 255}, {255, 255, 255, 255});
    EXPECT_LT(across.pixel(0, 2).r, 6);
    EXPECT_GT(across.pixel(63, 2).r, 249);
}

TEST(Canvas, DrawingOutsideIsClippedAndOddNumbersAreHarmless) {
    Image image = Image::filled(20, 20, kBlack);
    Canvas canvas(image);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float inf = std::numeric_limits<float>::infinity();
    canvas.rect(-100, -100, 90, 90, kWhite);
    canvas.rect(30, 30, 10, 10, kWhite);
    canvas.circle({-500, 10}, 20, kWhite);
    canvas.circle({nan, 10}, 5, kWhite);
    canvas.ring({5, 5}, -3, 1, kWhite);
    canvas.line({nan, 0}, {5, 5}, 2, kWhite);
    canvas.line({5, 5}, {5, 5}, 2, kWhite);
    canvas.polygon(std::array<Point, 3>{Point{inf, 0}, Point{0, 5}, Point{5, 0}}, kWhite);
    canvas.vertical_gradient(0, 0, -4, 3, kWhite, kWhite);
    canvas.blend(-1, 5, kWhite, 1);
    canvas.blend(20, 5, kWhite, 1);
    EXPECT_DOUBLE_EQ(covered(image), 0);
    canvas.rect(-1e6F, -1e6F, 2e6F, 2e6F, kWhite);
    EXPECT_DOUBLE_EQ(covered(image), 400);
}

TEST(Font, MissingAndBrokenFilesAreErrors) {
    EXPECT_EQ(Font::load("/nonexistent/font.ttf").error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(Font::load(LINESMAN_SOURCE_DIR "/CMakeLists.txt").error().kind, base::ErrorKind::corrupt);
}

TEST(Canvas, TextIsDrawnWhereItIsMeasured) {
    const auto font = Font::load_system_sans();
    if (!font.ok()) GTEST_SKIP() << "no sans-serif font on this machine";
    const float width = (*font)->measure("LAW.P.B167", 24);
    EXPECT_GT(width, 60);
    for (const Align align : {Align::left, Align::centre, Align::right}) {
        Image image = Image::filled(300, 60, kBlack);
        EXPECT_FLOAT_EQ(Canvas(image).text({150, 40}, "LAW.P.B167", **font, 24, kWhite, align), width);
        int left = 300, right = 0;
        for (int y = 0; y < 60; ++y) {
            for (int x = 0; x < 300; ++x) {
                if (image.pixel(x, y).r > 100) left = std::min(left, x), right = std::max(right, x);
            }
        }
        const float start = align == Align::left ? 150 : align == Align::centre ? 150 - width / 2 : 150 - width;
        EXPECT_NEAR(static_cast<float>(left), start, 4);
        EXPECT_NEAR(static_cast<float>(right), start + width, 4);
    }
}

TEST(Canvas, AnyTextIsHarmless) {
    const auto font = Font::load_system_sans();
    if (!font.ok()) GTEST_SKIP() << "no sans-serif font on this machine";
    Image image = Image::filled(120, 40, kBlack);
    Canvas canvas(image);
    for (const char* text : {"", "\xFF\xFE", "\xE1\xB8", "ḓḽṋṱ", "Привет", "電柱", "\xF0\x9F\x91\xB7", "a\nb\tc"})
        canvas.text({-20, 30}, text, **font, 20, kWhite);
    canvas.text({0, 0}, "x", **font, 0, kWhite);
    canvas.text({0, 0}, "x", **font, 1e9F, kWhite);
    EXPECT_FLOAT_EQ((*font)->measure("", 20), 0);
}

TEST(DemoPhoto, EverySlotIsDrawnDifferentlyAndAlwaysTheSame) {
    std::vector<uint64_t> hashes;
    for (const char* slot : {"before", "front", "side", "depth", "concrete", "compaction"}) {
        DemoPhotoSpec spec;
        spec.pole_number = "LAW.P.B167";
        spec.slot = slot;
        spec.seed = 42;
        spec.time_text = "2025-01-30 10:15";
        const Image image = render_demo_photo(spec);
        ASSERT_EQ(image.width, 1280);
        ASSERT_EQ(image.height, 960);
        EXPECT_EQ(image, render_demo_photo(spec)) << slot;
        const size_t bytes = encode_jpeg(image, 80)->size();
        EXPECT_GT(bytes, 40'000U) << slot;
        EXPECT_LT(bytes, 130'000U) << slot;
        hashes.push_back(dhash(image));
    }
    for (size_t i = 0; i < hashes.size(); ++i) {
        for (size_t j = 0; j < i; ++j) EXPECT_GT(hash_distance(hashes[i], hashes[j]), 0);
    }
}

TEST(DemoPhoto, SeedsGiveDifferentPhotos) {
    DemoPhotoSpec one, two;
    one.width = two.width = 160;
    one.height = two.height = 120;
    two.seed = 1;
    EXPECT_NE(render_demo_photo(one), render_demo_photo(two));
}

TEST(DemoPhoto, OddSpecsAreHarmless) {
    DemoPhotoSpec spec;
    spec.width = 16;
    spec.height = 16;
    spec.slot = "anything";
    spec.pole_number = std::string(3000, 'W');
    EXPECT_EQ(render_demo_photo(spec).width, 16);
    spec.width = 15;
    EXPECT_TRUE(render_demo_photo(spec).empty());
    spec.width = 100'000;
    EXPECT_TRUE(render_demo_photo(spec).empty());
}

}  // namespace
}  // namespace linesman::image
