// The field simulation with Google's emulator for the documents and our backend for the photos.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "backend/server.h"
#include "base/ids.h"
#include "conformance/firestore_under_test.h"
#include "field/fleet/simulation.h"

namespace linesman::conformance {
namespace {

void simulate_on_emulator(int devices, int captures) {
    const auto emulator = endpoint(Which::emulator);
    if (emulator.port == 0) GTEST_SKIP() << emulator.why_missing;
    backend::Server photos;
    ASSERT_TRUE(photos.start().ok());
    std::string folder = (std::filesystem::temp_directory_path() / "linesman-emulator-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    field::SimulationOptions options;
    options.folder = folder;
    options.devices = devices;
    options.captures = captures;
    options.threads = 4;
    options.fault_rate = 0.1;
    auto& endpoints = options.agent.endpoints;
    endpoints.project_id = "demo-" + base::random_base36(12);
    endpoints.bucket = endpoints.project_id + ".appspot.com";
    endpoints.firestore = "http://127.0.0.1:" + std::to_string(emulator.port);
    endpoints.storage = endpoints.identity = endpoints.token = photos.base_url();
    options.agent.bearer = "owner";
    const auto result = field::simulate(options);
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    ASSERT_TRUE(result.ok()) << result.error().full();
    for (const auto& problem : result->problems) ADD_FAILURE() << problem << " (seed " << options.seed << ")";
    EXPECT_TRUE(result->is_right());
    EXPECT_EQ(result->captures, captures);
    std::printf("on the emulator: seed %llu, %s\n", static_cast<unsigned long long>(options.seed),
                base::to_text(field::to_json(*result)).c_str());
}

TEST(FieldOnEmulator, EveryCaptureIsStagedOnceAndEveryPhotoIsRightOrListed) {
    simulate_on_emulator(4, 60);
}

TEST(FieldOnEmulatorLong, AThousandCaptures) {
    if (!std::getenv("LINESMAN_LONG")) GTEST_SKIP() << "set LINESMAN_LONG=1";
    simulate_on_emulator(20, 1000);
}

}  // namespace
}  // namespace linesman::conformance
