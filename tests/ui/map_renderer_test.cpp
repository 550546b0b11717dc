#include "ui/map_renderer.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace linesman::ui {
namespace {

class MapRendererTest : public testing::Test {
  protected:
    static MapWish wish_at(double longitude) {
        MapWish wish;
        auto points = std::make_shared<map::Points>();
        const auto world = model::world_from_geo({-26.4, 27.8});
        points->x.push_back(model::fixed_from_world(world.x));
        points->y.push_back(model::fixed_from_world(world.y));
        points->state.push_back(map::MarkState::error);
        points->row.push_back(7);
        wish.points = std::move(points);
        wish.camera = map::Camera(model::world_from_geo({-26.4, longitude}), 16, 320, 200);
        wish.colours.state.fill(map::colour(255, 0, 0));
        return wish;
    }
    // Pictures are made until nothing more is wanted.
    std::unique_ptr<MapPicture> last_picture() {
        std::unique_ptr<MapPicture> newest;
        while (renderer_.busy()) {
            ready_.wait();
            if (auto picture = renderer_.take()) newest = std::move(picture);
        }
        return newest;
    }
    struct Ready {
        std::mutex mutex;
        std::condition_variable changed;
        int count = 0;
        void set() {
            const std::lock_guard lock(mutex);
            ++count;
            changed.notify_all();
        }
        void wait() {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return count > 0; });
            --count;
        }
    } ready_;
    MapRenderer renderer_{[this] { ready_.set(); }};
};

TEST_F(MapRendererTest, ThePictureShowsThePointsOfTheWish) {
    renderer_.want(wish_at(27.8));
    const auto picture = last_picture();
    ASSERT_NE(picture, nullptr);
    EXPECT_EQ(picture->pixels.width, 320);
    EXPECT_EQ(picture->pixels.height, 200);
    EXPECT_EQ(picture->result.visible, 1U);
    EXPECT_EQ(picture->version, 1U);
    EXPECT_EQ(renderer_.take(), nullptr);
}

TEST_F(MapRendererTest, TheSameWishIsDrawnOnce) {
    const MapWish wish = wish_at(27.8);
    renderer_.want(wish);
    ASSERT_NE(last_picture(), nullptr);
    renderer_.want(wish);
    EXPECT_FALSE(renderer_.busy());
}

TEST_F(MapRendererTest, OfManyWishesTheNewestIsShownAtTheEnd) {
    for (int i = 0; i < 50; ++i) renderer_.want(wish_at(27.8 + 0.001 * i));
    const MapWish last = wish_at(20);
    renderer_.want(last);
    const auto picture = last_picture();
    ASSERT_NE(picture, nullptr);
    EXPECT_TRUE(picture->wish == last);
    EXPECT_EQ(picture->result.visible, 0U);
    EXPECT_LE(picture->version, 51U);
}

}  // namespace
}  // namespace linesman::ui
