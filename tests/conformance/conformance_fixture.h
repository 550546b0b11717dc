// Every test runs against both servers, each in a database of its own.
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <optional>

#include "base/ids.h"
#include "conformance/firestore_under_test.h"

namespace linesman::conformance {

class Conformance : public ::testing::TestWithParam<Which> {
  protected:
    void SetUp() override {
        const Endpoint server = endpoint(GetParam());
        if (server.port == 0) GTEST_SKIP() << server.why_missing;
        db_.emplace(server.port, "demo-" + base::random_base36(12));
    }
    Firestore& db() { return *db_; }

  private:
    std::optional<Firestore> db_;
};

}  // namespace linesman::conformance

#define LINESMAN_CONFORMANCE(Suite)                                                                     \
    class Suite : public linesman::conformance::Conformance {};                                         \
    INSTANTIATE_TEST_SUITE_P(Backend, Suite, ::testing::Values(linesman::conformance::Which::backend)); \
    INSTANTIATE_TEST_SUITE_P(Emulator, Suite, ::testing::Values(linesman::conformance::Which::emulator))
