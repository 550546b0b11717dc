#include "map/camera.h"

#include <gtest/gtest.h>

#include <random>

namespace linesman::map {
namespace {

TEST(Camera, ScreenAndWorldAreInverse) {
    const Camera camera({0.577, 0.576}, 17.3, 1280, 720);
    for (const ScreenPoint at : {ScreenPoint{0, 0}, {1280, 720}, {333.25, 12.5}}) {
        const auto back = camera.screen_from_world(camera.world_from_screen(at));
        EXPECT_NEAR(back.x, at.x, 1e-4);
        EXPECT_NEAR(back.y, at.y, 1e-4);
    }
}

TEST(Camera, ZoomKeepsTheWorldUnderTheCursor) {
    Camera camera({0.577, 0.576}, 12, 1000, 800);
    const ScreenPoint cursor{123, 701};
    const auto before = camera.world_from_screen(cursor);
    camera.zoom_at(cursor, 3.5);
    const auto after = camera.world_from_screen(cursor);
    EXPECT_NEAR(before.x, after.x, 1e-12);
    EXPECT_NEAR(before.y, after.y, 1e-12);
    EXPECT_DOUBLE_EQ(camera.zoom(), 15.5);
}

TEST(Camera, ZoomStaysWithinItsLimits) {
    Camera camera({0.5, 0.5}, 10, 100, 100);
    camera.zoom_at({50, 50}, 1000);
    EXPECT_DOUBLE_EQ(camera.zoom(), kMaxZoom);
    camera.zoom_at({50, 50}, -1000);
    EXPECT_DOUBLE_EQ(camera.zoom(), kMinZoom);
}

TEST(Camera, PanMovesTheWorldWithTheCursor) {
    Camera camera({0.5, 0.5}, 10, 100, 100);
    const auto world = camera.world_from_screen({20, 30});
    camera.pan_by(15, -7);
    const auto at = camera.screen_from_world(world);
    EXPECT_NEAR(at.x, 35, 1e-6);
    EXPECT_NEAR(at.y, 23, 1e-6);
}

TEST(Camera, FitShowsAllOfTheBounds) {
    Camera camera({0.1, 0.1}, 3, 900, 500);
    const WorldBounds bounds{0.5771, 0.5760, 0.5774, 0.5769};
    camera.fit(bounds, 40);
    const auto a = camera.screen_from_world({bounds.min_x, bounds.min_y});
    const auto b = camera.screen_from_world({bounds.max_x, bounds.max_y});
    EXPECT_GE(a.x, 39.9);
    EXPECT_GE(a.y, 39.9);
    EXPECT_LE(b.x, 860.1);
    EXPECT_LE(b.y, 460.1);
}

TEST(Camera, FitOfNothingChangesNothing) {
    Camera camera({0.1, 0.1}, 3, 900, 500);
    const Camera before = camera;
    camera.fit({}, 10);
    EXPECT_EQ(camera, before);
}

TEST(Camera, MetresPerPixelAgreeWithDistancesOnTheGround) {
    const model::GeoPoint a{-26.38, 27.80}, b{-26.38, 27.801};
    const auto wa = model::world_from_geo(a), wb = model::world_from_geo(b);
    const Camera camera(wa, 18, 1000, 1000);
    const double px = camera.screen_from_world(wb).x - camera.screen_from_world(wa).x;
    EXPECT_NEAR(px * camera.metres_per_pixel(), model::distance_m(a, b), 0.5);
}

}  // namespace
}  // namespace linesman::map
