#include "sync/keyring.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>

namespace linesman::sync {
namespace {

TEST(SessionKeyring, KeepsSecretsPerProfileWhileTheProcessLives) {
    base::ManualClock clock;
    base::ManualQueue queue{clock};
    const auto keyring = make_session_keyring();
    EXPECT_FALSE(keyring->lasting());
    std::vector<std::optional<std::string>> found;
    const auto load = [&](const std::string& profile) {
        keyring->load(profile, queue, [&](base::Result<std::optional<std::string>> r) { found.push_back(r.value()); });
    };
    keyring->save("a", "secret", queue, [](base::Status s) { EXPECT_TRUE(s.ok()); });
    load("a");
    load("b");
    keyring->erase("a", queue, [](base::Status s) { EXPECT_TRUE(s.ok()); });
    load("a");
    queue.run_ready();
    EXPECT_EQ(found, (std::vector<std::optional<std::string>>{"secret", std::nullopt, std::nullopt}));
}

TEST(SessionKeyring, NothingIsCalledAfterItIsGone) {
    base::ManualClock clock;
    base::ManualQueue queue{clock};
    auto keyring = make_session_keyring();
    keyring->load("a", queue, [](base::Result<std::optional<std::string>>) { ADD_FAILURE(); });
    keyring.reset();
    queue.run_ready();
}

TEST(SecretServiceKeyring, WithoutASessionBusEveryCallSaysSoInWords) {
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    base::ThreadQueue queue("test");
    const auto keyring = make_secret_service_keyring(base::seconds(5));
    std::promise<base::Status> saved;
    keyring->save("p", "secret", queue, [&](base::Status s) { saved.set_value(std::move(s)); });
    const auto status = saved.get_future().get();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind, base::ErrorKind::unavailable);
    EXPECT_NE(status.error().what.find("keyring"), std::string::npos);
    EXPECT_EQ(status.error().full().find("secret"), std::string::npos);
    std::promise<bool> loaded;
    keyring->load("p", queue, [&](base::Result<std::optional<std::string>> r) { loaded.set_value(r.ok()); });
    EXPECT_FALSE(loaded.get_future().get());
}

}  // namespace
}  // namespace linesman::sync
