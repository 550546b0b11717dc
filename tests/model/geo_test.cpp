#include "model/geo.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace linesman::model {
namespace {

TEST(Mercator, KnownPoints) {
    const WorldPoint middle = world_from_geo({0, 0});
    EXPECT_DOUBLE_EQ(middle.x, 0.5);
    EXPECT_DOUBLE_EQ(middle.y, 0.5);
    EXPECT_NEAR(world_from_geo({85.051128779806592, -180}).y, 0, 1e-12);
    EXPECT_NEAR(world_from_geo({-85.051128779806592, 180}).y, 1, 1e-12);
    // Tile 18/151333/150992 of the common web map scheme holds Lawley's middle: x / 2^18 and y / 2^18.
    const WorldPoint lawley = world_from_geo({-26.38, 27.80});
    EXPECT_NEAR(lawley.x, (27.80 + 180) / 360, 1e-15);
    const double phi = -26.38 * M_PI / 180;
    EXPECT_NEAR(lawley.y, 0.5 - std::log(std::tan(M_PI / 4 + phi / 2)) / (2 * M_PI), 1e-12);
}

TEST(Mercator, PolesAreClampedAndNothingLeavesTheWorld) {
    EXPECT_EQ(world_from_geo({90, 0}).y, world_from_geo({86, 0}).y);
    EXPECT_GE(world_from_geo({90, 0}).y, 0);
    EXPECT_LE(world_from_geo({-90, 0}).y, 1);
}

TEST(Mercator, ThereAndBackIsWithinAMicrometre) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> latitude(-85, 85), longitude(-180, 180);
    for (int i = 0; i < 10'000; ++i) {
        const GeoPoint point = {latitude(random), longitude(random)};
        ASSERT_LT(distance_m(point, geo_from_world(world_from_geo(point))), 1e-6 * 1000);
    }
}

TEST(Mercator, FixedPointIsWithinACentimetre) {
    std::mt19937_64 random(2);
    std::uniform_real_distribution<double> unit(0, 1);
    for (int i = 0; i < 10'000; ++i) {
        const double coordinate = unit(random);
        ASSERT_NEAR(world_from_fixed(fixed_from_world(coordinate)), coordinate, 0.5000001 / 4294967296.0);
    }
    EXPECT_EQ(fixed_from_world(-1), 0U);
    EXPECT_EQ(fixed_from_world(1), UINT32_MAX);
    EXPECT_EQ(fixed_from_world(std::nan("")), 0U);
}

TEST(Distance, KnownLengths) {
    EXPECT_EQ(distance_m({-26.38, 27.8}, {-26.38, 27.8}), 0);
    EXPECT_NEAR(distance_m({0, 0}, {0, 1}), 111'195.08, 0.01);
    EXPECT_NEAR(distance_m({90, 0}, {-90, 0}), M_PI * 6'371'008.8, 0.01);
    EXPECT_NEAR(distance_m({0, 179.5}, {0, -179.5}), 111'195.08, 0.01);
    EXPECT_NEAR(distance_m({0, 0}, {0, 180}), M_PI * 6'371'008.8, 0.01);
}

TEST(Plausible, AcceptsTheGroundAndRefusesNonsense) {
    EXPECT_TRUE(is_plausible({-26.38, 27.8}));
    EXPECT_TRUE(is_plausible({0, 27.8}));
    EXPECT_TRUE(is_plausible({90, 180}));
    const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
    for (const GeoPoint point :
         {GeoPoint{0, 0}, {nan, 27}, {-26, nan}, {90.1, 0}, {0, 180.1}, {infinity, 0}, {-0.0, 1e-9}}) {
        EXPECT_FALSE(is_plausible(point)) << point.latitude << ", " << point.longitude;
    }
}

Ring square(double south, double west, double size) {
    return {{south, west}, {south, west + size}, {south + size, west + size}, {south + size, west}};
}

TEST(Contains, HolesAreOutsideAndIslandsInThemInside) {
    MultiPolygon area;
    area.polygons = {{{square(0, 0, 10), square(2, 2, 6)}}, {{square(4, 4, 2)}}};
    EXPECT_TRUE(area.contains({1, 1}));
    EXPECT_FALSE(area.contains({3, 3}));
    EXPECT_TRUE(area.contains({5, 5}));
    EXPECT_FALSE(area.contains({11, 5}));
    EXPECT_FALSE(area.contains({-1, 5}));
}

TEST(Contains, EdgesAndCornersCountAsInside) {
    MultiPolygon area;
    area.polygons = {{{square(0, 0, 10), square(2, 2, 6)}}};
    for (const GeoPoint point : {GeoPoint{0, 0}, {0, 5}, {5, 0}, {10, 10}, {10, 5}, {5, 10}, {2, 5}, {8, 8}}) {
        EXPECT_TRUE(area.contains(point)) << point.latitude << ", " << point.longitude;
    }
    constexpr double kMillimetre = 0.001 / 111'195.0;
    EXPECT_TRUE(area.contains({-0.9 * kMillimetre, 5}));
    EXPECT_FALSE(area.contains({-1.5 * kMillimetre, 5}));
}

TEST(Contains, ClosedRingsAndOpenRingsAgree) {
    MultiPolygon open, closed;
    Ring ring = {{-26.40, 27.79}, {-26.36, 27.79}, {-26.37, 27.82}, {-26.41, 27.81}};
    open.polygons = {{{ring}}};
    ring.push_back(ring.front());
    closed.polygons = {{{ring}}};
    std::mt19937_64 random(4);
    std::uniform_real_distribution<double> latitude(-26.42, -26.35), longitude(27.78, 27.83);
    for (int i = 0; i < 2000; ++i) {
        const GeoPoint point = {latitude(random), longitude(random)};
        ASSERT_EQ(open.contains(point), closed.contains(point));
    }
}

TEST(Contains, RingsWithoutAreaHoldNothing) {
    MultiPolygon area;
    EXPECT_FALSE(area.contains({0, 0}));
    area.polygons = {{{}}, {{{{0, 0}, {1, 1}}}}};
    EXPECT_FALSE(area.contains({0.5, 0.5}));
}

}  // namespace
}  // namespace linesman::model
