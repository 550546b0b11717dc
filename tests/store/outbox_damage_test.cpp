// Full disks, damaged files and files of newer programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "base/file.h"
#include "store/operations.h"
#include "store/outbox.h"
#include "store/outbox_schema.h"
#include "store/sqlite.h"
#include "support/temp_folder.h"

namespace linesman::store {
namespace {

using base::ErrorKind;
using test::TempFolder;
using testing::HasSubstr;

class OutboxDamage : public testing::Test {
  protected:
    std::string path() const { return folder_.file("outbox.db"); }
    Outbox open() {
        auto opened = Outbox::open(path(), clock_);
        EXPECT_TRUE(opened) << opened.error().full();
        return std::move(opened).value();
    }
    // Makes a file of `count` operations, all in the main file.
    void fill(int count) {
        auto outbox = open();
        for (int i = 0; i < count; ++i) {
            auto operation = approval("op" + std::to_string(i), "cap" + std::to_string(i), clock_.now());
            operation.base_fields = std::string(1500, 'f');
            ASSERT_TRUE(outbox.enqueue(operation));
        }
    }
    // The file without WAL, as bytes.
    std::string bytes() const { return base::read_file(path()).value(); }
    void overwrite(const std::string& content) {
        ASSERT_TRUE(base::write_file_atomically(path(), content, false));
        for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path() + suffix);
    }
    // The first byte of the leaf page that holds `text`.
    static size_t page_of(const std::string& content, const std::string& text) {
        return content.find(text) / kOutboxPageBytes * kOutboxPageBytes;
    }

    TempFolder folder_;
    base::ManualClock clock_;
};

TEST_F(OutboxDamage, NewerSchemaIsReadAndNeverWritten) {
    fill(2);
    {
        auto db = Database::open(path());
        ASSERT_TRUE(db && db->exec("PRAGMA user_version=99"));
    }
    auto outbox = open();
    EXPECT_THAT(outbox.read_only_reason(), HasSubstr("newer version"));
    EXPECT_EQ(outbox.pending()->size(), 2U);
    const auto refused = outbox.enqueue(approval("op9", "cap9", clock_.now()));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(refused.error().what, outbox.read_only_reason());
    EXPECT_FALSE(outbox.withdraw("op0"));
    EXPECT_FALSE(outbox.set_draft("nomsa", "cap1", "x"));
    EXPECT_EQ(folder_.count("outbox.db.damaged"), 0);
}

TEST_F(OutboxDamage, DamagedPageLosesItsRowsOnlyAndStopsDeciding) {
    fill(40);
    auto content = bytes();
    const size_t page = page_of(content, "\"cap20\"");
    content.replace(page, kOutboxPageBytes, kOutboxPageBytes, '\x5a');
    overwrite(content);
    auto outbox = open();
    EXPECT_THAT(outbox.read_only_reason(), HasSubstr("damaged"));
    EXPECT_EQ(folder_.count("outbox.db.damaged"), 1);
    EXPECT_EQ(folder_.count("outbox.db.mend"), 0);
    const auto kept = outbox.pending()->size();
    EXPECT_GE(kept, 30U);
    EXPECT_LE(kept, 40U);
    EXPECT_FALSE(outbox.salvage_report()->empty());
    EXPECT_FALSE(outbox.enqueue(approval("new", "cap1", clock_.now())));
}

TEST_F(OutboxDamage, StopSurvivesARestartUntilAPersonAccepts) {
    fill(40);
    auto content = bytes();
    content.replace(page_of(content, "\"cap20\""), kOutboxPageBytes, kOutboxPageBytes, '\x5a');
    overwrite(content);
    { auto outbox = open(); }
    auto outbox = open();
    EXPECT_THAT(outbox.read_only_reason(), HasSubstr("damaged"));
    ASSERT_TRUE(outbox.accept_salvage("nomsa"));
    EXPECT_EQ(outbox.read_only_reason(), "");
    EXPECT_TRUE(outbox.enqueue(approval("new", "cap1", clock_.now())));
    std::vector<std::string> kinds;
    ASSERT_TRUE(outbox.each_journal_row(0, [&](const JournalRow& row) { return kinds.push_back(row.kind), true; }));
    ASSERT_GE(kinds.size(), 3U);
    EXPECT_EQ(kinds[kinds.size() - 3], "salvaged");
    EXPECT_EQ(kinds[kinds.size() - 2], "salvage_accepted");
}

TEST_F(OutboxDamage, FileThatIsNoDatabaseIsKeptAndDecidingStops) {
    const std::string garbage(8192, 'g');
    overwrite(garbage);
    auto outbox = open();
    EXPECT_THAT(outbox.read_only_reason(), HasSubstr("damaged"));
    bool found = false;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
        if (entry.path().filename().string().starts_with("outbox.db.damaged"))
            found = base::read_file(entry.path()).value() == garbage;
    }
    EXPECT_TRUE(found);
}

TEST_F(OutboxDamage, MendingCutShortGoesOnFromTheCopy) {
    fill(10);
    const auto content = bytes();
    overwrite(std::string(8192, 'g'));
    // As a crash leaves it: the copy and the marker are there, the file itself is anything.
    ASSERT_TRUE(base::write_file_atomically(folder_.file("outbox.db.damaged-x"), content));
    ASSERT_TRUE(base::write_file_atomically(folder_.file("outbox.db.mending"), folder_.file("outbox.db.damaged-x")));
    auto outbox = open();
    EXPECT_EQ(outbox.pending()->size(), 10U);
    EXPECT_THAT(outbox.read_only_reason(), HasSubstr("damaged"));
    EXPECT_EQ(folder_.count("outbox.db.mend"), 0);
    EXPECT_EQ(base::read_file(folder_.file("outbox.db.damaged-x")).value(), content);
}

TEST_F(OutboxDamage, RandomFlipsNeverCrashAndNeverLoseTheOldFile) {
    fill(40);
    const auto sound = bytes();
    uint64_t random = 99;
    int stopped = 0;
    for (int round = 0; round < 40; ++round) {
        auto content = sound;
        for (int i = 0; i < 30; ++i) {
            random = random * 6364136223846793005ULL + 1442695040888963407ULL;
            content[(random >> 20) % content.size()] ^= static_cast<char>(random >> 56 | 1);
        }
        overwrite(content);
        clock_.advance(base::seconds(1));
        const int copies = folder_.count("outbox.db.damaged");
        auto opened = Outbox::open(path(), clock_);
        ASSERT_TRUE(opened) << opened.error().full();
        (void)opened->verify_journal();
        (void)opened->pending();
        if (opened->read_only_reason().empty()) continue;
        ++stopped;
        // A flip in the version number makes it a file of a newer program, which is read and never touched.
        if (opened->read_only_reason().find("newer version") != std::string::npos) continue;
        EXPECT_GT(folder_.count("outbox.db.damaged"), copies) << opened->read_only_reason();
    }
    EXPECT_GT(stopped, 0);
}

// A tiny file system of its own in memory; only root may mount one.
class TinyDisk {
  public:
    explicit TinyDisk(std::string path) : path_(std::move(path)) {
        std::filesystem::create_directory(path_);
        mounted_ = mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=512k") == 0;
    }
    ~TinyDisk() {
        if (mounted_) umount2(path_.c_str(), MNT_DETACH);
    }
    TinyDisk(const TinyDisk&) = delete;
    TinyDisk& operator=(const TinyDisk&) = delete;
    bool mounted() const { return mounted_; }

  private:
    std::string path_;
    bool mounted_ = false;
};

TEST_F(OutboxDamage, FullDiskRefusesTheKeyAndKeepsNothing) {
    const TinyDisk disk(folder_.file("disk"));
    if (!disk.mounted()) GTEST_SKIP() << "a file system may not be mounted here";
    const auto file = folder_.file("disk/outbox.db");
    auto opened = Outbox::open(file, clock_);
    ASSERT_TRUE(opened) << opened.error().full();
    int written = 0;
    base::Error error;
    for (; written < 1000; ++written) {
        auto operation = approval("op" + std::to_string(written), "cap", clock_.now());
        operation.base_fields = std::string(8000, 'f');
        const auto result = opened->enqueue(operation);
        if (result) continue;
        error = result.error();
        break;
    }
    EXPECT_GT(written, 5);
    EXPECT_EQ(error.kind, ErrorKind::disk_full) << error.full();
    EXPECT_THAT(error.what, HasSubstr("your decision on cap was not recorded"));
    EXPECT_EQ(opened->pending()->size(), static_cast<size_t>(written));
    EXPECT_TRUE(opened->verify_journal()->whole());
    EXPECT_EQ(opened->read_only_reason(), "");
    // Once there is room again the same key works.
    ASSERT_EQ(mount("tmpfs", folder_.file("disk").c_str(), "tmpfs", MS_REMOUNT, "size=8m"), 0);
    EXPECT_TRUE(opened->enqueue(approval("again", "cap", clock_.now())));
    EXPECT_EQ(opened->head()->sequence, written + 1);
}

TEST_F(OutboxDamage, AFullDiskWritesNothingOfABatch) {
    const TinyDisk disk(folder_.file("disk"));
    if (!disk.mounted()) GTEST_SKIP() << "a file system may not be mounted here";
    auto opened = Outbox::open(folder_.file("disk/outbox.db"), clock_);
    ASSERT_TRUE(opened) << opened.error().full();
    ASSERT_TRUE(opened->enqueue(approval("before", "cap", clock_.now())));
    std::vector<model::Operation> operations;
    for (int i = 0; i < 1000; ++i) {
        const std::string number = std::to_string(i);
        operations.push_back(approval("op" + number, "cap" + number, clock_.now()));
        operations.back().base_fields = std::string(8000, 'f');
    }
    const BulkBatch batch{"b", "nomsa", clock_.now(), "Approve 1000 captures", base::Json::object()};
    const auto refused = opened->enqueue_batch(batch, operations);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::disk_full) << refused.error().full();
    EXPECT_THAT(refused.error().what, HasSubstr("Approve 1000 captures"));
    EXPECT_EQ(opened->pending()->size(), 1U);
    EXPECT_TRUE(opened->batches({}, 9)->empty());
    EXPECT_EQ(opened->head()->sequence, 1);
    EXPECT_TRUE(opened->verify_journal()->whole());
    ASSERT_EQ(mount("tmpfs", folder_.file("disk").c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
    EXPECT_EQ(opened->enqueue_batch(batch, operations)->size(), operations.size());
}

}  // namespace
}  // namespace linesman::store
