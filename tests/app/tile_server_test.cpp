#include "app/tile_server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include "app/app_support.h"
#include "app/map_service.h"
#include "image/encode.h"
#include "support/fake_http.h"
#include "support/temp_folder.h"
#include "support/test_server.h"

namespace linesman::app {
namespace {

using linesman::test::FakeHttp;

constexpr const char* kUrl = "https://tiles.example.org/{z}/{x}/{y}.png";

net::Response picture(std::string body, net::Headers headers = {}) {
    headers.emplace_back("Content-Type", "image/png");
    return linesman::test::reply(200, std::move(body), std::move(headers));
}

struct TileServerTest : testing::Test {
    linesman::test::TempFolder folder;
    base::ManualClock clock{base::Timestamp{1'763'800'000'000'000}};
    base::ManualQueue queue{clock};
    FakeHttp http;
    std::vector<std::string> told;
    std::unique_ptr<TileServer> server = start();

    std::unique_ptr<TileServer> start() {
        TileServerOptions options;
        options.url = kUrl;
        options.cache_path = folder.file("tiles.db");
        options.backoff.jitter = 0;
        return std::make_unique<TileServer>(
            options, http, queue, clock, [this](std::string words) { told.push_back(std::move(words)); }, 1);
    }
    // What one tile answers: its bytes, "none" or the kind of the error; "waiting" when nothing came.
    std::string ask(int z, uint32_t x, uint32_t y) {
        std::string answer = "waiting";
        server->want(z, x, y, [&](base::Result<ServedTile> served) {
            answer = !served                 ? std::string(base::name_of(served.error().kind))
                     : served->bytes.empty() ? "none"
                                             : served->bytes;
        });
        queue.run_ready();
        return answer;
    }
};

TEST_F(TileServerTest, ATileIsAskedForOnceAndThenKeptAsLongAsTheServerSays) {
    http.script.push_back(picture("A", {{"Cache-Control", "max-age=3600"}}));
    EXPECT_EQ(ask(14, 9456, 9421), "A");
    ASSERT_EQ(http.requests.size(), 1U);
    EXPECT_EQ(http.requests[0].url, "https://tiles.example.org/14/9456/9421.png");
    clock.advance(base::minutes(59));
    EXPECT_EQ(ask(14, 9456, 9421), "A");
    server = start();  // the next day's desk
    EXPECT_EQ(ask(14, 9456, 9421), "A");
    EXPECT_EQ(http.requests.size(), 1U);
}

TEST_F(TileServerTest, AfterItsTimeItIsAskedAboutByETagAndNotSentAgain) {
    http.script.push_back(picture("A", {{"Cache-Control", "max-age=60"}, {"ETag", "\"v1\""}}));
    ask(3, 1, 1);
    clock.advance(base::minutes(2));
    http.script.push_back(linesman::test::reply(304, "", {{"Cache-Control", "max-age=600"}}));
    EXPECT_EQ(ask(3, 1, 1), "A");
    ASSERT_EQ(http.requests.size(), 2U);
    const auto& headers = http.requests[1].headers;
    EXPECT_TRUE(std::any_of(headers.begin(), headers.end(), [](const auto& header) {
        return header.first == "If-None-Match" && header.second == "\"v1\"";
    }));
    clock.advance(base::minutes(9));
    EXPECT_EQ(ask(3, 1, 1), "A");
    EXPECT_EQ(http.requests.size(), 2U) << "the new time counts";
}

TEST_F(TileServerTest, ANewPictureTakesThePlaceOfTheOldOne) {
    http.script.push_back(picture("A", {{"Expires", "0"}}));
    ask(3, 1, 1);
    http.script.push_back(picture("B", {{"Cache-Control", "max-age=60"}}));
    EXPECT_EQ(ask(3, 1, 1), "B");
    EXPECT_EQ(ask(3, 1, 1), "B");
    EXPECT_EQ(http.requests.size(), 2U);
}

TEST_F(TileServerTest, NoStoreIsNotKept) {
    http.script = {picture("A", {{"Cache-Control", "no-store"}}), picture("B", {{"Cache-Control", "no-store"}})};
    EXPECT_EQ(ask(3, 1, 1), "A");
    EXPECT_EQ(ask(3, 1, 1), "B");
}

TEST_F(TileServerTest, NothingThereIsRememberedToo) {
    http.script.push_back(linesman::test::reply(404, "no such tile", {{"Cache-Control", "max-age=600"}}));
    EXPECT_EQ(ask(3, 1, 1), "none");
    EXPECT_EQ(ask(3, 1, 1), "none");
    EXPECT_EQ(http.requests.size(), 1U);
    EXPECT_TRUE(told.empty());
}

TEST_F(TileServerTest, AtMostTwoAtATimeTheNewestWishFirst) {
    http.hold = true;
    std::vector<uint32_t> order;
    for (uint32_t x = 0; x < 10; ++x)
        server->want(9, x, 0, [&order, x](const base::Result<ServedTile>&) { order.push_back(x); });
    queue.run_ready();
    EXPECT_EQ(http.requests.size(), 2U);
    http.handler = [](const net::Request&) { return picture("A"); };
    http.release();
    queue.run_ready();
    EXPECT_EQ(http.requests.size(), 10U);
    EXPECT_EQ(order, (std::vector<uint32_t>{0, 1, 9, 8, 7, 6, 5, 4, 3, 2}));
}

TEST_F(TileServerTest, AMapThatRushesPastDoesNotQueueUpAThousandTiles) {
    http.hold = true;
    int cancelled = 0;
    for (uint32_t x = 0; x < 500; ++x) {
        server->want(9, x, 0, [&](const base::Result<ServedTile>& served) {
            cancelled += !served && served.error().kind == base::ErrorKind::cancelled ? 1 : 0;
        });
    }
    EXPECT_GT(cancelled, 250);
    http.handler = [](const net::Request&) { return picture("A"); };
    http.release();
    queue.run_ready();
    EXPECT_LT(http.requests.size(), 250U);
}

TEST_F(TileServerTest, WithoutALineKeptTilesServeAlthoughTheirTimeIsOverAndTheMapSaysSo) {
    http.script.push_back(picture("A", {{"Cache-Control", "max-age=60"}}));
    ask(3, 1, 1);
    clock.advance(base::hours(5));
    EXPECT_EQ(ask(3, 1, 1), "A");  // the script is empty: no connection
    ASSERT_FALSE(told.empty());
    EXPECT_NE(told.back().find("cannot be reached"), std::string::npos);
    EXPECT_EQ(ask(3, 2, 2), "unavailable") << "not there, and not asked for again at once";
    EXPECT_EQ(http.requests.size(), 2U);
    clock.advance(base::minutes(11));
    http.script.push_back(picture("B"));
    EXPECT_EQ(ask(3, 2, 2), "B");
    EXPECT_EQ(told.back(), "");
}

TEST_F(TileServerTest, ABusyServerIsLeftAloneForAsLongAsItSays) {
    auto busy = linesman::test::reply(429, "", {{"Retry-After", "120"}});
    http.script.push_back(busy);
    EXPECT_EQ(ask(3, 1, 1), "rate_limited");
    clock.advance(base::seconds(100));
    EXPECT_EQ(ask(3, 1, 1), "unavailable");
    EXPECT_EQ(http.requests.size(), 1U);
    clock.advance(base::seconds(40));
    http.script.push_back(picture("A"));
    EXPECT_EQ(ask(3, 1, 1), "A");
}

TEST_F(TileServerTest, ThePageOfAPortalIsNotKeptAsAPieceOfMap) {
    http.script.push_back(linesman::test::reply(200, "<html>sign in</html>", {{"Content-Type", "text/html"}}));
    EXPECT_EQ(ask(3, 1, 1), "unavailable");
    clock.advance(base::hours(1));
    http.script.push_back(picture("A"));
    EXPECT_EQ(ask(3, 1, 1), "A");
}

TEST_F(TileServerTest, ARefusalNamesTheSetting) {
    http.script.push_back(linesman::test::reply(403, "forbidden"));
    EXPECT_EQ(ask(3, 1, 1), "permission_denied");
    EXPECT_NE(told.back().find("base_map_url"), std::string::npos);
}

TEST_F(TileServerTest, WorkingOfflineAsksNothingAndEndsWhatIsUnderWay) {
    http.hold = true;
    std::string answer = "waiting";
    server->want(3, 1, 1, [&](const base::Result<ServedTile>& served) { answer = served ? "picture" : "error"; });
    server->set_offline(true);
    EXPECT_EQ(answer, "error");
    EXPECT_EQ(ask(3, 2, 2), "offline");
    EXPECT_EQ(http.requests.size(), 1U);
    http.hold = false;
    server->set_offline(false);
    http.script.push_back(picture("A"));
    EXPECT_EQ(ask(3, 2, 2), "A");
}

TEST(TileUrl, IsCheckedBeforeAnythingIsAsked) {
    EXPECT_TRUE(check_tile_url(kUrl));
    EXPECT_TRUE(check_tile_url("http://127.0.0.1:8080/{z}/{x}/{y}.png"));
    EXPECT_FALSE(check_tile_url("http://tiles.example.org/{z}/{x}/{y}.png")) << "not in the clear";
    EXPECT_FALSE(check_tile_url("https://tiles.example.org/{z}/{x}.png"));
    EXPECT_FALSE(check_tile_url("https://me:secret@tiles.example.org/{z}/{x}/{y}.png"));
    EXPECT_FALSE(check_tile_url("{z}{x}{y}"));
}

// The real line against a server on loopback: what it is told, how many it meets at once, and the picture on the map.
TEST(TileLine, TheServerMeetsAtMostTwoConnectionsAndOurOwnName) {
    const auto png = image::encode_png(image::Image::filled(8, 8, {10, 200, 10, 255}));
    ASSERT_TRUE(png);
    std::mutex mutex;
    int now = 0, most = 0;
    std::set<std::string> agents, cookies;
    linesman::test::TestServer tiles([&](const linesman::test::TestRequest& request) {
        {
            const std::lock_guard lock(mutex);
            most = std::max(most, ++now);
            agents.insert(request.header("user-agent"));
            cookies.insert(request.header("cookie") + request.header("authorization"));
        }
        std::this_thread::yield();
        const std::lock_guard lock(mutex);
        --now;
        return linesman::test::TestReply{200, {{"Content-Type", "image/png"}, {"Cache-Control", "max-age=60"}}, *png};
    });
    linesman::test::TempFolder folder;
    test::Signal woken;
    base::WorkerPool pool{1};
    base::SystemClock clock;
    net::HttpOptions options;
    options.user_agent = kTileUserAgent;
    options.max_connections_per_host = kTileConnections;
    TileLine line;
    line.server.url = tiles.url() + "/{z}/{x}/{y}.png";
    line.server.cache_path = folder.file("tiles.db");
    line.attribution = "Somebody's map";
    line.http = net::make_http(std::move(options));
    MapService service(
        {}, {}, pool, [&] { woken.set(); }, clock, std::move(line));
    EXPECT_TRUE(service.base_map().there);
    EXPECT_EQ(service.base_map().attribution, "Somebody's map");
    const auto all_ready = [&] {
        bool ready = true;
        for (uint32_t x = 0; x < 12; ++x) ready &= service.tile(6, x, 3).state == MapTile::State::ready;
        return ready;
    };
    ASSERT_TRUE(woken.wait(all_ready));
    EXPECT_EQ(service.tile(6, 3, 3).image->pixel(4, 4), (image::Rgba{10, 200, 10, 255}));
    const std::lock_guard lock(mutex);
    EXPECT_LE(most, 2);
    EXPECT_EQ(agents, (std::set<std::string>{kTileUserAgent}));
    EXPECT_EQ(cookies, (std::set<std::string>{""}));
}

TEST(TileLine, APictureThatIsNoneIsAPlaceWithoutATile) {
    linesman::test::TestServer tiles([](const linesman::test::TestRequest&) {
        return linesman::test::TestReply{200, {{"Content-Type", "text/html"}}, "<html>sign in to the Wi-Fi</html>"};
    });
    test::Signal woken;
    base::WorkerPool pool{1};
    base::SystemClock clock;
    TileLine line;
    line.server.url = tiles.url() + "/{z}/{x}/{y}.png";
    line.http = net::make_http({});
    MapService service(
        {}, {}, pool, [&] { woken.set(); }, clock, std::move(line));
    service.tile(6, 0, 0);
    EXPECT_TRUE(woken.wait([&] { return service.tile(6, 0, 0).state == MapTile::State::none; }));
}

}  // namespace
}  // namespace linesman::app
