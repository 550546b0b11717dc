#include "app/chosen_keyring.h"

#include <gtest/gtest.h>

namespace linesman::app {
namespace {

struct ChosenKeyringTest : testing::Test {
    std::optional<std::string> kept() {
        std::optional<std::string> secret;
        keyring.load("p", queue, [&](base::Result<std::optional<std::string>> loaded) { secret = loaded.value(); });
        queue.run_ready();
        return secret;
    }
    void save(const std::string& secret) {
        keyring.save("p", secret, queue, [](base::Status status) { EXPECT_TRUE(status); });
        queue.run_ready();
    }

    base::ManualClock clock;
    base::ManualQueue queue{clock};
    ChosenKeyring keyring{sync::make_session_keyring(), sync::make_session_keyring()};
};

TEST_F(ChosenKeyringTest, RememberedSessionIsFoundAtTheNextStart) {
    save("refresh");
    EXPECT_EQ(kept(), "refresh");
}

TEST_F(ChosenKeyringTest, SessionNotToBeRememberedLeavesNothingAndRemovesTheEarlierOne) {
    save("earlier");
    keyring.remember(false);
    save("refresh");
    EXPECT_EQ(kept(), std::nullopt);
    EXPECT_FALSE(keyring.lasting());
}

}  // namespace
}  // namespace linesman::app
