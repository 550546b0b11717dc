// Many devices with every fault of the field: each capture exactly once in staging, each photo right or listed as lost.
// The same at full size under the label `long` (LINESMAN_LONG=1).
#include "field/fleet/simulation.h"

#include <cstdlib>

#include "field/field_fixture.h"
#include "field/fleet/tiny_photo.h"
#include "image/decode.h"

namespace linesman::field {
namespace {

using namespace test;
using backend::FaultRule;

uint64_t seed_of_run() {
    const char* given = std::getenv("LINESMAN_SEED");
    return given ? std::strtoull(given, nullptr, 10) : 7;
}

// What the server does to requests, besides what the line does.
void make_server_bad(backend::Server& server, double rate) {
    server.faults().seed(seed_of_run());
    for (const auto kind : {FaultRule::Kind::unavailable, FaultRule::Kind::drop_reply, FaultRule::Kind::reset}) {
        FaultRule rule;
        rule.kind = kind;
        rule.probability = rate / 3;
        server.faults().add(rule);
    }
}

// A good line to a server of its own, and devices in a folder of their own.
class SimulationTest : public testing::Test {
  protected:
    SimulationTest() : server(server_options()) {}
    void SetUp() override {
        ASSERT_TRUE(server.start().ok());
        options.folder = folder.file("devices");
        options.agent = owner_of(server.base_url());
        options.fault_rate = 0;
    }

    backend::Server server;
    const TempFolder folder;
    SimulationOptions options;
};

SimulationResult run_simulation(SimulationOptions options, double server_rate) {
    backend::Server server(server_options());
    EXPECT_TRUE(server.start().ok());
    const TempFolder folder;
    options.folder = folder.file("devices");
    options.agent = owner_of(server.base_url());
    options.seed = seed_of_run();
    make_server_bad(server, server_rate);
    // The comparison goes over a good line.
    std::atomic<int> finished{0};
    options.progress = [&](const std::string&) {
        if (++finished == options.devices) server.faults().clear();
    };
    const auto result = simulate(options);
    EXPECT_TRUE(result.ok()) << result.error().full();
    if (!result) return {};
    for (const auto& problem : result->problems) ADD_FAILURE() << problem << " (seed " << options.seed << ")";
    EXPECT_TRUE(result->is_right());
    EXPECT_EQ(documents_in(server, "staging-field-captures").size(), static_cast<size_t>(result->captures));
    return *result;
}

TEST(Simulation, EveryCaptureIsStagedOnceAndEveryPhotoIsRightOrListed) {
    SimulationOptions options;
    options.devices = 8;
    options.captures = 100;
    options.threads = 2;
    options.most_photo_bytes = 3000;
    const auto result = run_simulation(options, 0.05);
    EXPECT_EQ(result.captures, 100);
    EXPECT_GT(result.photos, 100);
    EXPECT_GT(result.cut + result.lost_replies, 0) << "the line was to be bad";
    EXPECT_GT(result.lives, 8);
}

TEST_F(SimulationTest, GoesOnWhereItWasStopped) {
    options.devices = 2;
    options.captures = 120;
    options.threads = 1;
    options.most_lives = 1;  // not enough for all
    EXPECT_EQ(simulate(options).error().kind, base::ErrorKind::timed_out);
    options.most_lives = 50;
    const auto result = simulate(options);
    ASSERT_TRUE(result.ok()) << result.error().full();
    EXPECT_TRUE(result->is_right()) << result->problems.at(0);
    EXPECT_EQ(documents_in(server, "staging-field-captures").size(), 120U);
}

TEST_F(SimulationTest, AMissingDocumentOrPhotoIsSeen) {
    options.devices = 1;
    options.captures = 3;
    ASSERT_TRUE(simulate(options)->is_right());
    const auto photo = server.objects().all().front();
    server.objects().erase(photo.bucket, photo.name);
    const auto without_photo = simulate(options);
    ASSERT_TRUE(without_photo.ok());
    EXPECT_EQ(without_photo->problems.size(), 2U) << "the photo, and the capture it belongs to";
    FieldAgent agent(owner_of(server.base_url()));
    const auto document = documents_in(server, "staging-field-captures").front();
    ASSERT_TRUE(agent.commit(base::Json::array({base::Json{{"delete", document->name}}})).ok());
    EXPECT_FALSE(simulate(options)->is_right());
}

TEST(TinyPhoto, IsAJpegOfTheSizeWantedAndUnlikeTheNext) {
    for (const size_t bytes : {size_t{1024}, size_t{4000}, size_t{8192}}) {
        const auto photo = tiny_photo(3, bytes);
        EXPECT_EQ(photo.size(), bytes);
        EXPECT_TRUE(image::decode(photo).ok());
        EXPECT_NE(photo, tiny_photo(4, bytes));
        EXPECT_EQ(photo, tiny_photo(3, bytes));
    }
}

// The size that the issue asks for.
TEST(SimulationLong, TwoHundredDevicesAndTwentyThousandCaptures) {
    if (!std::getenv("LINESMAN_LONG")) GTEST_SKIP() << "set LINESMAN_LONG=1";
    SimulationOptions options;
    options.devices = 200;
    options.captures = 20'000;
    options.threads = 8;
    const auto result = run_simulation(options, 0.05);
    std::printf("simulation: seed %llu, %s\n", static_cast<unsigned long long>(seed_of_run()),
                base::to_text(to_json(result)).c_str());
    EXPECT_EQ(result.captures, 20'000);
    EXPECT_GT(result.crashes, 100);
}

}  // namespace
}  // namespace linesman::field
