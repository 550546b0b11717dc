#include "model/device_session.h"

#include <gtest/gtest.h>

#include "base/result.h"

namespace linesman::model {
namespace {

DeviceSession session(std::vector<DeviceAttempt> attempts) {
    DeviceSession out;
    out.attempts = std::move(attempts);
    return out;
}

TEST(DeviceSession, FiguresAreOfWhatSucceededAndTheThroughputOfAllThatWasSent) {
    const auto figures = upload_figures({session({{"a", "document", "staged", "", 1'000'000, 1000},
                                                  {"b", "document", "staged", "", 1'000'000, 3000},
                                                  {"c", "photos", "timed_out", "no answer", 500'000, 6000}}),
                                         session({{"c", "document", "already_there", "", 0, 200}})});
    EXPECT_EQ(figures.attempts, 4);
    EXPECT_EQ(figures.failed, 1);
    EXPECT_EQ(figures.bytes, 2'500'000);
    EXPECT_EQ(figures.median_ms, 1000);
    EXPECT_EQ(figures.p95_ms, 1000);  // of three the second: the share is cut down
    EXPECT_DOUBLE_EQ(figures.bytes_per_s, 250'000);
}

TEST(DeviceSession, WithoutAttemptsThereAreNoFigures) {
    const auto figures = upload_figures({});
    EXPECT_FALSE(figures.median_ms);
    EXPECT_FALSE(figures.p95_ms);
    EXPECT_EQ(figures.bytes_per_s, 0);
}

TEST(DeviceSession, EveryFailureHasACauseAndACureAndASuccessHasNone) {
    for (const auto kind :
         {base::ErrorKind::offline, base::ErrorKind::timed_out, base::ErrorKind::permission_denied,
          base::ErrorKind::corrupt, base::ErrorKind::disk_full, base::ErrorKind::io, base::ErrorKind::unsupported}) {
        EXPECT_NE(advice_for(base::name_of(kind)).cause, "") << base::name_of(kind);
        EXPECT_NE(advice_for(base::name_of(kind)).cure, "") << base::name_of(kind);
    }
    EXPECT_EQ(advice_for("staged").cause, "");
    EXPECT_EQ(advice_for("already_there").cure, "");
}

}  // namespace
}  // namespace linesman::model
