#include "app/profile_lock.h"

#include <gtest/gtest.h>

#include "app/app_support.h"

namespace linesman::app {
namespace {

TEST(ProfileLock, ASecondConsoleIsRefusedAndToldWhatToDo) {
    const test::TempFolder folder;
    const auto first = ProfileLock::take(folder.file("console.lock"));
    ASSERT_TRUE(first.ok());
    const auto second = ProfileLock::take(folder.file("console.lock"));
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().kind, base::ErrorKind::already_exists);
    EXPECT_NE(second.error().what.find("--profile"), std::string::npos);
}

TEST(ProfileLock, IsFreeAgainOnceTheFirstIsGone) {
    const test::TempFolder folder;
    { ASSERT_TRUE(ProfileLock::take(folder.file("console.lock")).ok()); }
    EXPECT_TRUE(ProfileLock::take(folder.file("console.lock")).ok());
}

TEST(ProfileLock, AFolderThatIsNotThereIsNamed) {
    const test::TempFolder folder;
    const auto lock = ProfileLock::take(folder.file("none/console.lock"));
    ASSERT_FALSE(lock.ok());
    EXPECT_NE(lock.error().full().find("none/console.lock"), std::string::npos);
}

}  // namespace
}  // namespace linesman::app
