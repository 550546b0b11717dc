#include "store/sqlite.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "support/temp_folder.h"

namespace linesman::store {
namespace {

using base::ErrorKind;
using test::TempFolder;

Database memory() {
    auto database = Database::open(":memory:");
    EXPECT_TRUE(database.ok());
    return std::move(database).value();
}

TEST(Sqlite, ValuesComeBackAsTheyWereBound) {
    auto db = memory();
    ASSERT_TRUE(db.exec("CREATE TABLE t(a,b,c,d,e,f)"));
    const std::string with_nul("x\0y", 3);
    ASSERT_TRUE(db.run("INSERT INTO t VALUES(?,?,?,?,?,?)", int64_t{1} << 40, 0.25, "text", Blob{with_nul},
                       std::optional<std::string>(), std::string_view()));
    int rows = 0;
    ASSERT_TRUE(db.each("SELECT * FROM t", [&](Statement& row) {
        ++rows;
        EXPECT_EQ(row.int64(0), int64_t{1} << 40);
        EXPECT_EQ(row.real(1), 0.25);
        EXPECT_EQ(row.text(2), "text");
        EXPECT_EQ(row.blob(3), with_nul);
        EXPECT_TRUE(row.is_null(4));
        EXPECT_FALSE(row.is_null(5));
        EXPECT_EQ(row.text(5), "");
    }));
    EXPECT_EQ(rows, 1);
}

TEST(Sqlite, StatementIsReusedFromTheCacheAndComesBackUnbound) {
    auto db = memory();
    ASSERT_TRUE(db.exec("CREATE TABLE t(a)"));
    ASSERT_TRUE(db.run("INSERT INTO t VALUES(?)", 7));
    auto statement = db.prepare("INSERT INTO t VALUES(?)");
    ASSERT_TRUE(statement);
    ASSERT_TRUE(statement->run());
    EXPECT_EQ(db.int64("SELECT count(*) FROM t WHERE a IS NULL").value(), 1);
}

TEST(Sqlite, SameTextMayBeOnLoanTwice) {
    auto db = memory();
    ASSERT_TRUE(db.exec("CREATE TABLE t(a); INSERT INTO t VALUES(1),(2)"));
    int pairs = 0;
    ASSERT_TRUE(db.each("SELECT a FROM t",
                        [&](Statement&) { return db.each("SELECT a FROM t", [&](Statement&) { ++pairs; }); }));
    EXPECT_EQ(pairs, 4);
}

TEST(Sqlite, DroppedTransactionLeavesNothing) {
    auto db = memory();
    ASSERT_TRUE(db.exec("CREATE TABLE t(a)"));
    {
        auto transaction = Transaction::begin(db);
        ASSERT_TRUE(transaction);
        ASSERT_TRUE(db.run("INSERT INTO t VALUES(1)"));
    }
    EXPECT_EQ(db.int64("SELECT count(*) FROM t").value(), 0);
}

TEST(Sqlite, FullDiskIsCalledFullDisk) {
    auto db = memory();
    ASSERT_TRUE(db.exec("CREATE TABLE t(a); PRAGMA max_page_count=10"));
    const auto status = db.run("INSERT INTO t VALUES(?)", std::string(1 << 20, 'x'));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::disk_full);
}

TEST(Sqlite, TakenKeyIsAlreadyExists) {
    auto db = memory();
    ASSERT_TRUE(db.exec("CREATE TABLE t(a PRIMARY KEY); INSERT INTO t VALUES(1)"));
    EXPECT_EQ(db.run("INSERT INTO t VALUES(1)").error().kind, ErrorKind::already_exists);
}

TEST(Sqlite, FileThatIsNoDatabaseIsCorrupt) {
    const TempFolder folder;
    ASSERT_TRUE(base::write_file_atomically(folder.file("x.db"), std::string(5000, 'z')));
    const auto db = Database::open(folder.file("x.db"));
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().kind, ErrorKind::corrupt);
}

TEST(Sqlite, MissingFileIsNotFoundWhenReadOnly) {
    const TempFolder folder;
    const auto db = Database::open(folder.file("absent.db"), {.read_only = true});
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().kind, ErrorKind::not_found);
}

TEST(Sqlite, NewFileIsPrivate) {
    const TempFolder folder;
    auto db = Database::open(folder.file("x.db"));
    ASSERT_TRUE(db);
    ASSERT_TRUE(db->exec("CREATE TABLE t(a)"));
    for (const char* suffix : {"", "-wal", "-shm"}) {
        struct stat info {};
        ASSERT_EQ(stat(folder.file(std::string("x.db") + suffix).c_str(), &info), 0) << suffix;
        EXPECT_EQ(info.st_mode & 0777U, 0600U) << suffix;
    }
}

TEST(Sqlite, LockHeldElsewhereIsUnavailable) {
    const TempFolder folder;
    auto first = Database::open(folder.file("x.db"));
    auto second = Database::open(folder.file("x.db"), {.busy_timeout = base::milliseconds(1)});
    ASSERT_TRUE(first && second);
    auto transaction = Transaction::begin(*first);
    ASSERT_TRUE(transaction);
    const auto refused = Transaction::begin(*second);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_TRUE(refused.error().retryable());
}

TEST(Sqlite, CommitOfAnotherConnectionChangesDataVersion) {
    const TempFolder folder;
    auto first = Database::open(folder.file("x.db"));
    auto second = Database::open(folder.file("x.db"));
    ASSERT_TRUE(first && second);
    ASSERT_TRUE(first->exec("CREATE TABLE t(a)"));
    const auto before = second->data_version().value();
    ASSERT_TRUE(second->run("INSERT INTO t VALUES(1)"));
    EXPECT_EQ(second->data_version().value(), before);
    ASSERT_TRUE(first->run("INSERT INTO t VALUES(1)"));
    EXPECT_NE(second->data_version().value(), before);
}

TEST(Migrations, RunOnceAndInOrder) {
    auto db = memory();
    const std::vector<Migration> first = {sql_migration("CREATE TABLE t(a)")};
    const std::vector<Migration> both = {first[0], sql_migration("ALTER TABLE t ADD COLUMN b")};
    EXPECT_EQ(migrate(db, first).value(), 0);
    EXPECT_EQ(migrate(db, both).value(), 1);
    EXPECT_EQ(migrate(db, both).value(), 2);
    EXPECT_TRUE(db.run("INSERT INTO t(a,b) VALUES(1,2)"));
}

TEST(Migrations, FailedStepIsUndoneAsAWhole) {
    auto db = memory();
    const std::vector<Migration> steps = {sql_migration("CREATE TABLE t(a); CREATE TABLE t(a);")};
    EXPECT_FALSE(migrate(db, steps));
    EXPECT_EQ(db.user_version().value(), 0);
    EXPECT_FALSE(db.exec("SELECT * FROM t"));
}

TEST(Migrations, NewerSchemaIsUnsupportedAndUntouched) {
    auto db = memory();
    ASSERT_TRUE(db.exec("PRAGMA user_version=9"));
    const auto result = migrate(db, {sql_migration("CREATE TABLE t(a)")});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(db.user_version().value(), 9);
}

}  // namespace
}  // namespace linesman::store
