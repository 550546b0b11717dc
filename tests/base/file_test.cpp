#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "support/temp_folder.h"

namespace linesman::base {
namespace {

unsigned mode_of(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST(File, WhatIsWrittenIsReadBack) {
    const test::TempFolder folder;
    const std::string path = folder / "a";
    std::string bytes("\0\xFF\n binary", 10);
    bytes += std::string(300'000, 'x');
    ASSERT_TRUE(write_file_atomically(path, bytes).ok());
    EXPECT_EQ(read_file(path).value(), bytes);
    EXPECT_EQ(file_size(path), bytes.size());
    EXPECT_EQ(mode_of(path), 0600U);
    ASSERT_TRUE(write_file_atomically(path, "", false).ok());
    EXPECT_EQ(read_file(path).value(), "");
    EXPECT_EQ(folder.count(), 1) << "no temporary is left";
}

TEST(File, ReadErrorsAreTold) {
    const test::TempFolder folder;
    EXPECT_EQ(read_file(folder / "absent").error().kind, ErrorKind::not_found);
    EXPECT_EQ(read_file(folder.path()).error().kind, ErrorKind::io);
    ASSERT_TRUE(write_file_atomically(folder / "a", "12345").ok());
    EXPECT_TRUE(read_file(folder / "a", 5).ok());
    EXPECT_EQ(read_file(folder / "a", 4).error().kind, ErrorKind::too_large);
    EXPECT_TRUE(read_file("/proc/self/status").ok()) << "files that say they have no size";
    EXPECT_EQ(read_file("/proc/self/status", 3).error().kind, ErrorKind::too_large);
}

TEST(File, AHugeSparseFileIsRefusedBeforeItIsRead) {
    const test::TempFolder folder;
    ASSERT_TRUE(write_file_atomically(folder / "huge", "").ok());
    if (truncate((folder / "huge").c_str(), off_t{1} << 42) != 0)
        GTEST_SKIP() << "the file system takes no sparse file of 4 TiB";
    EXPECT_EQ(read_file(folder / "huge", 1 << 20).error().kind, ErrorKind::too_large);
}

TEST(File, AFailedWriteLeavesTheOldFileAndNoTemporary) {
    const test::TempFolder folder;
    EXPECT_EQ(write_file_atomically(folder / "no/such/folder", "x").error().kind, ErrorKind::not_found);
    // A folder stands where the file should go: the rename fails after the temporary was written.
    ASSERT_TRUE(make_private_dirs(folder / "taken/inside").ok());
    const Status status = write_file_atomically(folder / "taken", "x");
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().what.find("taken"), std::string::npos);
    EXPECT_EQ(folder.count(), 1);
}

TEST(File, NoSpaceIsDiskFullAndOtherwiseIo) {
    EXPECT_EQ(file_error(ENOSPC, "/x", "write").kind, ErrorKind::disk_full);
    EXPECT_EQ(file_error(EDQUOT, "/x", "write").kind, ErrorKind::disk_full);
    EXPECT_EQ(file_error(EACCES, "/x", "write").kind, ErrorKind::io);
    EXPECT_EQ(file_error(ENOENT, "/x", "open").kind, ErrorKind::not_found);
    EXPECT_NE(file_error(ENOSPC, "/var/outbox.db", "write").what.find("/var/outbox.db"), std::string::npos);
}

// Runs in a child process with a file system of its own of 64 KiB. 0 = as it should be, 77 = not possible here.
int write_on_a_full_disk(const std::string& mount_point) {
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 77;
    mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (mount("tmpfs", mount_point.c_str(), "tmpfs", 0, "size=64k") != 0) return 77;
    const std::string path = mount_point + "/a";
    if (!write_file_atomically(path, "old").ok()) return 1;
    const Status status = write_file_atomically(path, std::string(1 << 20, 'x'));
    if (status.ok()) return 2;
    if (status.error().kind != ErrorKind::disk_full) return 3;
    if (read_file(path).value_or("") != "old") return 4;
    size_t left = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(mount_point)) ++left;
    return left == 1 ? 0 : 5;
}

TEST(File, AFullDiskKeepsTheOldFileAndSaysSo) {
    const test::TempFolder folder;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) _exit(write_on_a_full_disk(folder.path()));
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no small file system can be mounted without privileges here";
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(File, MakesPrivateFoldersAndRefusesAFileInTheWay) {
    const test::TempFolder folder;
    ASSERT_TRUE(make_private_dirs(folder / "a/b//c/").ok());
    ASSERT_TRUE(make_private_dirs(folder / "a/b/c").ok());
    EXPECT_EQ(mode_of(folder / "a"), 0700U);
    EXPECT_EQ(mode_of(folder / "a/b/c"), 0700U);
    ASSERT_TRUE(write_file_atomically(folder / "file", "x").ok());
    EXPECT_FALSE(make_private_dirs(folder / "file").ok());
    EXPECT_FALSE(make_private_dirs(folder / "file/below").ok());
    EXPECT_FALSE(make_private_dirs("").ok());
    EXPECT_TRUE(file_exists(folder / "a"));
    EXPECT_FALSE(file_exists(folder / "z"));
    EXPECT_EQ(file_size(folder / "z"), 0U);
}

TEST(Folders, LieBelowTheRootOrFollowXdg) {
    const Folders rooted = Folders::for_profile("demo", "/r");
    EXPECT_EQ(rooted.data, "/r/data");
    EXPECT_EQ(rooted.config, "/r/config");
    setenv("XDG_DATA_HOME", "/x/data", 1);
    setenv("XDG_CACHE_HOME", "relative/is/ignored", 1);
    setenv("HOME", "/home/someone", 1);
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_CONFIG_HOME");
    const Folders folders = Folders::for_profile("desk");
    EXPECT_EQ(folders.data, "/x/data/linesman/desk");
    EXPECT_EQ(folders.cache, "/home/someone/.cache/linesman/desk");
    EXPECT_EQ(folders.state, "/home/someone/.local/state/linesman/desk");
    EXPECT_EQ(folders.config, "/home/someone/.config/linesman");
}

TEST(Folders, AreMadePrivate) {
    const test::TempFolder folder;
    const Folders folders = Folders::for_profile("demo", folder / "root");
    ASSERT_TRUE(folders.create().ok());
    for (const auto& path : {folders.data, folders.cache, folders.state, folders.config})
        EXPECT_EQ(mode_of(path), 0700U) << path;
}

}  // namespace
}  // namespace linesman::base
