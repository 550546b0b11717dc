#include "map/rasteriser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "map/map_points.h"

namespace linesman::map {
namespace {

MapColours test_colours() {
    MapColours colours;
    for (size_t i = 0; i < kMarkStateCount; ++i) colours.state[i] = colour(static_cast<uint32_t>(20 + i * 25), 200, 50);
    return colours;
}

Points one_point(MarkState state) {
    Points points = random_points(1, 1);
    points.state[0] = state;
    return points;
}

size_t different_from(const Pixels& pixels, Colour ground) {
    return static_cast<size_t>(
        std::count_if(pixels.data.begin(), pixels.data.end(), [&](Colour c) { return c != ground; }));
}

TEST(Rasteriser, EveryStateHasItsOwnShape) {
    const SpriteSet sprites = make_sprites(6, 1.5F);
    for (size_t a = 0; a < kMarkStateCount; ++a) {
        for (size_t b = a + 1; b < kMarkStateCount; ++b) {
            int differing = 0;
            for (size_t i = 0; i < sprites.of[a].fill.size(); ++i)
                differing += std::abs(sprites.of[a].fill[i] - sprites.of[b].fill[i]) > 128 ? 1 : 0;
            EXPECT_GT(differing, 8) << a << " and " << b;
        }
    }
}

TEST(Rasteriser, AMarkIsDrawnWhereItsCaptureIs) {
    const MapColours colours = test_colours();
    for (size_t state = 0; state < kMarkStateCount; ++state) {
        const Points points = one_point(static_cast<MarkState>(state));
        Scene scene;
        scene.points = &points;
        scene.camera = Camera(points.world(0), 17, 101, 101);
        Pixels pixels;
        Rasteriser rasteriser;
        const auto result = rasteriser.draw(scene, colours, pixels);
        EXPECT_EQ(result.visible, 1U);
        EXPECT_EQ(result.detail, Detail::shapes);
        EXPECT_GT(different_from(pixels, colours.ground), 5U);
        // Nothing far from the middle.
        for (int x = 0; x < 101; ++x) EXPECT_EQ(pixels.data[static_cast<size_t>(x)], colours.ground);
    }
}

TEST(Rasteriser, InTheCoverageLayerEveryStateOfAPlannedPoleHasItsOwnShapeAndColour) {
    const MapColours colours = test_colours();
    const model::WorldPoint place = model::world_from_geo({-26.38, 27.80});
    std::vector<Pixels> pictures;
    for (const bool near : {true, false}) {
        pictures.clear();
        for (const auto state : {model::CoverageState::missing, model::CoverageState::rejected,
                                 model::CoverageState::waiting, model::CoverageState::approved}) {
            PlannedPoints planned{{place}, {state}};
            Scene scene;
            scene.planned = &planned;
            scene.camera = Camera(place, near ? 19 : 12, 61, 61);
            Rasteriser().draw(scene, colours, pictures.emplace_back());
            EXPECT_GT(different_from(pictures.back(), colours.ground), near ? 8U : 0U);
        }
        for (size_t a = 0; a < pictures.size(); ++a) {
            for (size_t b = a + 1; b < pictures.size(); ++b) EXPECT_NE(pictures[a].data, pictures[b].data);
        }
    }
    // Without states the layer is off: a plain ring, the same for all.
    PlannedPoints plain{{place}, {}};
    Scene scene;
    scene.planned = &plain;
    scene.camera = Camera(place, 19, 61, 61);
    Pixels ring;
    Rasteriser().draw(scene, colours, ring);
    EXPECT_GT(different_from(ring, colours.ground), 8U);
}

TEST(Rasteriser, ManyPointsBecomeDotsWithClusters) {
    const Points points = random_points(50'000, 2);
    Scene scene;
    scene.points = &points;
    scene.camera = Camera(points.world(0), 12, 640, 480);
    Pixels pixels;
    Rasteriser rasteriser;
    const auto result = rasteriser.draw(scene, test_colours(), pixels);
    EXPECT_EQ(result.detail, Detail::dots);
    EXPECT_FALSE(result.clusters.empty());
    EXPECT_EQ(pixels.data.size(), 640U * 480U);
}

TEST(Rasteriser, PixelsAreOpaque) {
    const Points points = random_points(2'000, 3);
    const Graticule lines = graticule(Camera(points.world(0), 14, 300, 200), 60);
    Scene scene;
    scene.points = &points;
    scene.graticule = &lines;
    scene.camera = Camera(points.world(0), 14, 300, 200);
    Pixels pixels;
    Rasteriser().draw(scene, test_colours(), pixels);
    for (const Colour c : pixels.data) ASSERT_EQ(c >> 24, 0xFFU);
}

TEST(Rasteriser, MarksAtTheEdgeAreCut) {
    const Points points = one_point(MarkState::error);
    for (const double dx : {-50.0, 49.5, 0.0}) {
        for (const double dy : {-50.0, 49.5}) {
            Scene scene;
            scene.points = &points;
            scene.camera = Camera(points.world(0), 17, 101, 101);
            scene.camera.pan_by(dx, dy);
            Pixels pixels;
            Rasteriser().draw(scene, test_colours(), pixels);  // the sanitizers watch
            EXPECT_EQ(pixels.data.size(), 101U * 101U);
        }
    }
}

TEST(Graticule, StepsAreSensibleAndLinesLieWhereTheirDegreesAre) {
    const Camera camera(model::world_from_geo({-26.38, 27.80}), 15, 800, 600);
    const Graticule lines = graticule(camera, 100);
    ASSERT_GE(lines.meridians.size(), 2U);
    ASSERT_GE(lines.parallels.size(), 2U);
    for (const auto& line : lines.meridians) {
        const double degrees = model::geo_from_world(camera.world_from_screen({line.at_px, 0})).longitude;
        EXPECT_NEAR(degrees, line.degrees, 1e-7);
    }
    EXPECT_GE(lines.meridians[1].at_px - lines.meridians[0].at_px, 99);
    EXPECT_NE(lines.parallels[0].label.find("S"), std::string::npos);
}

TEST(Graticule, ScaleBarFitsAndIsARoundNumber) {
    for (double zoom = 3; zoom <= 22; zoom += 1) {
        const Camera camera(model::world_from_geo({-26.38, 27.80}), zoom, 800, 600);
        const ScaleBar bar = scale_bar(camera, 140);
        EXPECT_LE(bar.length_px, 140.01);
        EXPECT_GT(bar.length_px, 140 / 2.6);
        EXPECT_NEAR(bar.length_px * camera.metres_per_pixel(), bar.length_m, bar.length_m * 1e-9);
    }
}

TEST(Graticule, PositionsAreWrittenWithTheirHemisphere) {
    EXPECT_EQ(position_text({-26.38123, 27.80412}), "26.38123° S, 27.80412° E");
    EXPECT_EQ(position_text({51.5, -0.12}, 2), "51.50° N, 0.12° W");
}

}  // namespace
}  // namespace linesman::map
