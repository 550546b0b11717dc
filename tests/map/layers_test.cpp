#include "map/layers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "map/planned_lines.h"
#include "map/rasteriser.h"

namespace linesman::map {
namespace {

constexpr Colour kGround = colour(0, 0, 0), kInk = colour(255, 255, 255);

Pixels blank(int width, int height) {
    Pixels pixels{width, height, {}};
    pixels.data.assign(static_cast<size_t>(width * height), kGround);
    return pixels;
}

Colour at(const Pixels& pixels, int x, int y) {
    return pixels.data[static_cast<size_t>(y * pixels.width + x)];
}

size_t inked(const Pixels& pixels) {
    return static_cast<size_t>(
        std::count_if(pixels.data.begin(), pixels.data.end(), [](Colour c) { return c != kGround; }));
}

TEST(Layers, ALineRunsThroughTheWholePictureEvenWhenItsEndsAreFarOutside) {
    const Camera camera({0.5, 0.5}, 10, 101, 101);
    PathLayer layer;
    layer.begin();
    layer.points = {{0.0, 0.5}, {1.0, 0.5}};
    Pixels pixels = blank(101, 101);
    draw_paths(pixels, camera, layer, kInk, 255, 1);
    for (const int x : {0, 50, 100}) EXPECT_NE(at(pixels, x, 50), kGround) << x;
    EXPECT_EQ(at(pixels, 50, 10), kGround);
    EXPECT_LT(inked(pixels), 101U * 4);
}

TEST(Layers, PathsAreNotJoinedToOneAnother) {
    const Camera camera({0.5, 0.5}, 2, 200, 200);
    PathLayer layer;
    const auto world = [&](double x, double y) { return camera.world_from_screen({x, y}); };
    layer.begin();
    layer.points.push_back(world(20, 20)), layer.points.push_back(world(20, 60));
    layer.begin();
    layer.points.push_back(world(180, 20)), layer.points.push_back(world(180, 60));
    Pixels pixels = blank(200, 200);
    draw_paths(pixels, camera, layer, kInk, 255, 1);
    EXPECT_NE(at(pixels, 20, 40), kGround);
    EXPECT_NE(at(pixels, 180, 40), kGround);
    EXPECT_EQ(at(pixels, 100, 40), kGround);
}

TEST(Layers, ATileLiesWhereItsBoundsAreAndIsDimmed) {
    auto bytes = std::make_shared<std::vector<uint8_t>>(4, uint8_t{255});
    TilePicture tile;
    tile.bounds.add({0.5, 0.0});
    tile.bounds.add({1.0, 0.5});
    tile.width = tile.height = 1;
    tile.rgba = {bytes, bytes->data()};
    Pixels pixels = blank(256, 256);
    draw_tile(pixels, Camera({0.5, 0.5}, kMinZoom, 256, 256), tile, kGround, 128);
    EXPECT_EQ(inked(pixels), 128U * 128U);
    Pixels whole = blank(512, 512);
    draw_tile(whole, Camera({0.5, 0.5}, kMinZoom, 512, 512), tile, kGround, 128);
    EXPECT_EQ(inked(whole), 256U * 256U);
    EXPECT_NE(at(whole, 300, 100), kGround);
    EXPECT_EQ(at(whole, 100, 100), kGround);
    EXPECT_EQ(at(whole, 300, 300), kGround);
    EXPECT_EQ(at(whole, 300, 100) & 0xFF, 128U);
}

TEST(Layers, ACircleHasItsRadius) {
    Pixels pixels = blank(101, 101);
    draw_circle(pixels, 50, 50, 30, kInk, 255);
    EXPECT_NE(at(pixels, 80, 50), kGround);
    EXPECT_NE(at(pixels, 50, 20), kGround);
    EXPECT_EQ(at(pixels, 50, 50), kGround);
    EXPECT_EQ(at(pixels, 65, 50), kGround);
    Pixels small = blank(101, 101);
    draw_circle(small, 50, 50, 1, kInk, 255);
    EXPECT_EQ(inked(small), 0U);
}

Points town(double failing_share) {
    Points points;
    for (uint32_t i = 0; i < 400; ++i) {
        const auto world = model::WorldPoint{0.5 + (i % 20) * 1e-6, 0.5 + static_cast<double>(i / 20) * 1e-6};
        points.x.push_back(model::fixed_from_world(world.x));
        points.y.push_back(model::fixed_from_world(world.y));
        points.state.push_back(i < 400 * failing_share ? MarkState::error : MarkState::approved);
        points.accuracy_dm.push_back(model::kNoAccuracy);
        points.row.push_back(i);
    }
    return points;
}

TEST(Layers, HeatIsWhereCapturesFailAndNowhereElse) {
    const Camera camera({0.5 + 1e-5, 0.5 + 1e-5}, 18, 400, 400);
    auto heat_of = [&](double share) {
        const Points points = town(share);
        VisiblePoints visible;
        find_visible(points, camera, 100, visible);
        Pixels pixels = blank(400, 400);
        draw_heat(points, visible, camera, 26, pixels);
        return inked(pixels);
    };
    EXPECT_EQ(heat_of(0), 0U);
    const size_t half = heat_of(0.5), all = heat_of(1);
    EXPECT_GT(half, 1000U);
    EXPECT_GT(all, half);
}

TEST(PlannedLines, ConnectACaptureWithThePoleOfItsNumberAndProject) {
    model::ColumnsBuilder builder;
    auto put = [&](const char* id, const char* number, const char* project) {
        model::RowValues values;
        values.staging_id = id;
        values.pole_number = number;
        values.project = project;
        values.flags = model::kFlagHasGps;
        values.x = values.y = 7;
        builder.put(values);
    };
    put("1", " a1", "law");
    put("2", "A1", "other");
    put("3", "", "law");
    put("4", "B1", "law");
    const auto columns = builder.publish();
    const std::vector<model::Row> rows = {0, 1, 2, 3};
    std::vector<model::PlannedPole> planned(2);
    planned[0].project_id = "law", planned[0].pole_number = "A1", planned[0].position = {-26, 27};
    planned[1].pole_number = "B1", planned[1].position = {-27, 28};  // of no project: fits every one
    const PathLayer lines = lines_to_planned(collect_points(columns, rows), columns, planned);
    ASSERT_EQ(lines.starts.size(), 2U);
    EXPECT_NEAR(lines.points[1].x, model::world_from_geo({-26, 27}).x, 1e-12);
    EXPECT_NEAR(lines.points[3].x, model::world_from_geo({-27, 28}).x, 1e-12);
}

}  // namespace
}  // namespace linesman::map
