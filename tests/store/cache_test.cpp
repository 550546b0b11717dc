#include "store/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "store/sqlite.h"
#include "support/temp_folder.h"

namespace linesman::store {
namespace {

using base::ErrorKind;
using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kStaging[] = "staging-field-captures";

CachedDocument document(std::string id, int version, std::string notes = {}, std::string scope = "lawley open") {
    return {kStaging, std::move(id), base::format_rfc3339({1'700'000'000'000'000 + version}),
            R"({"notes":{"stringValue":")" + notes + R"("}})", std::move(scope)};
}

class CacheTest : public testing::Test {
  protected:
    Cache open(CacheOptions options = {}) {
        auto opened = Cache::open(path(), clock_, options);
        EXPECT_TRUE(opened) << opened.error().full();
        notices_ = opened->notices;
        return std::move(opened->cache);
    }
    std::string path() const { return folder_.file("cache.db"); }
    static ApplyCounts apply(Cache& cache, CacheBatch batch) {
        auto counts = cache.apply(batch);
        EXPECT_TRUE(counts) << counts.error().full();
        return counts.value_or({});
    }
    static std::vector<std::string> ids(CacheReader& reader, Part part = {}) {
        std::vector<std::string> out;
        EXPECT_TRUE(reader.for_each(
            kStaging, [&](const DocumentView& view) { return out.emplace_back(view.id), true; }, part));
        return out;
    }

    TempFolder folder_;
    base::ManualClock clock_;
    std::vector<CacheNotice> notices_;
};

TEST_F(CacheTest, DocumentComesBackVerbatim) {
    auto cache = open();
    const auto doc = document("a", 1, "leans");
    EXPECT_EQ(apply(cache, {.documents = {doc}}).added, 1U);
    EXPECT_EQ(cache.read().document(kStaging, "a").value(), doc);
    EXPECT_EQ(cache.read().document(kStaging, "b").value(), std::nullopt);
    EXPECT_EQ(cache.read().document("elsewhere", "a").value(), std::nullopt);
}

TEST_F(CacheTest, VersionsNeverGoBack) {
    auto cache = open();
    apply(cache, {.documents = {document("a", 5, "new")}});
    EXPECT_EQ(apply(cache, {.documents = {document("a", 4, "old")}}).older, 1U);
    EXPECT_EQ(cache.read().document(kStaging, "a").value(), document("a", 5, "new"));
    EXPECT_EQ(apply(cache, {.documents = {document("a", 6, "newest")}}).changed, 1U);
    EXPECT_EQ(cache.read().document(kStaging, "a").value(), document("a", 6, "newest"));
}

TEST_F(CacheTest, VersionsAreComparedAsMicrosecondsNotAsText) {
    auto cache = open();
    auto newer = document("a", 0);
    newer.update_time = "2025-01-30T08:15:00.1Z";
    auto older = document("a", 0);
    older.update_time = "2025-01-30T08:15:00.099999Z";
    apply(cache, {.documents = {older}});
    EXPECT_EQ(apply(cache, {.documents = {newer}}).changed, 1U);
    EXPECT_EQ(apply(cache, {.documents = {older}}).older, 1U);
}

TEST_F(CacheTest, UnchangedDocumentLeavesTheGeneration) {
    auto cache = open();
    apply(cache, {.documents = {document("a", 1)}});
    const auto before = cache.read().generation().value();
    EXPECT_EQ(apply(cache, {.documents = {document("a", 1)}, .values = {{"cursor", "7"}}}).unchanged, 1U);
    EXPECT_EQ(cache.read().generation().value(), before);
    apply(cache, {.documents = {document("a", 2)}});
    EXPECT_NE(cache.read().generation().value(), before);
}

TEST_F(CacheTest, GenerationOfANewFileIsNotThatOfAnOldOne) {
    int64_t first = 0;
    {
        auto cache = open();
        first = cache.read().generation().value();
    }
    clock_.advance(base::seconds(1));
    auto cache = open({.set_aside = true});
    EXPECT_NE(cache.read().generation().value(), first);
}

TEST_F(CacheTest, UnreadableVersionIsNamedAndTheRestIsStored) {
    auto cache = open();
    auto bad = document("bad", 1);
    bad.update_time = "yesterday";
    const auto counts = apply(cache, {.documents = {bad, document("good", 1)}});
    EXPECT_THAT(counts.unreadable_versions, ElementsAre("bad"));
    EXPECT_THAT(ids(cache.read()), ElementsAre("good"));
}

TEST_F(CacheTest, DeletedDocumentDoesNotComeBackAtAnOldVersion) {
    auto cache = open();
    apply(cache, {.documents = {document("a", 1)}});
    const base::Timestamp gone{1'700'000'000'000'010};
    EXPECT_EQ(apply(cache, {.deletes = {{kStaging, "a", gone}}}).deleted, 1U);
    EXPECT_EQ(apply(cache, {.documents = {document("a", 1)}}).older, 1U);
    EXPECT_THAT(ids(cache.read()), IsEmpty());
    EXPECT_EQ(apply(cache, {.documents = {document("a", 11)}}).added, 1U);
}

TEST_F(CacheTest, DeleteOlderThanTheStoredVersionIsIgnored) {
    auto cache = open();
    apply(cache, {.documents = {document("a", 20)}});
    EXPECT_EQ(apply(cache, {.deletes = {{kStaging, "a", {1'700'000'000'000'010}}}}).older, 1U);
    EXPECT_THAT(ids(cache.read()), ElementsAre("a"));
}

TEST_F(CacheTest, DocumentThatOnlyLeftTheScopeMayComeBackAtItsVersion) {
    auto cache = open();
    apply(cache, {.documents = {document("a", 1)}});
    apply(cache, {.deletes = {{kStaging, "a", {1'700'000'000'000'010}, false}}});
    EXPECT_EQ(apply(cache, {.documents = {document("a", 1)}}).added, 1U);
}

TEST_F(CacheTest, ForgottenTombstoneNoLongerHolds) {
    auto cache = open();
    apply(cache, {.deletes = {{kStaging, "a", {1'700'000'000'000'010}}}});
    ASSERT_TRUE(cache.forget_tombstones({1'700'000'000'000'011}));
    EXPECT_EQ(apply(cache, {.documents = {document("a", 1)}}).added, 1U);
}

TEST_F(CacheTest, NamesAreCountedAndListedByRangeAndScope) {
    auto cache = open();
    apply(cache,
          {.documents = {document("a", 1), document("b", 1), document("c", 1, "", "other"), document("d", 1, "", "")}});
    auto& read = cache.read();
    EXPECT_EQ(read.count(kStaging).value(), 4);
    EXPECT_EQ(read.count(kStaging, {"b", "d", {}}).value(), 2);
    EXPECT_EQ(read.count(kStaging, {"", "", "lawley open"}).value(), 2);
    EXPECT_EQ(read.count(kStaging, {"b", "", "lawley open"}).value(), 1);
    EXPECT_EQ(read.count(kStaging, {"", "", ""}).value(), 1);
    EXPECT_EQ(read.count("elsewhere").value(), 0);
    EXPECT_THAT(read.names(kStaging, {"b", "", {}}, 2).value(), ElementsAre("b", "c"));
    EXPECT_THAT(read.names(kStaging, {"", "b", "lawley open"}, 9).value(), ElementsAre("a"));
}

TEST_F(CacheTest, ScopeFollowsEvenAtTheSameVersion) {
    auto cache = open();
    apply(cache, {.documents = {document("a", 1, "", "old")}});
    apply(cache, {.documents = {document("a", 1, "", "new")}});
    EXPECT_EQ(cache.read().count(kStaging, {"", "", "new"}).value(), 1);
    EXPECT_EQ(cache.read().count(kStaging, {"", "", "old"}).value(), 0);
}

TEST_F(CacheTest, PartsTogetherGiveEveryDocumentOnce) {
    auto cache = open();
    CacheBatch batch;
    for (int i = 0; i < 101; ++i) batch.documents.push_back(document(std::to_string(i), 1));
    apply(cache, batch);
    auto reader = CacheReader::open(path());
    ASSERT_TRUE(reader);
    std::vector<std::string> all;
    for (unsigned i = 0; i < 4; ++i) {
        for (auto& id : ids(*reader, {i, 4})) all.push_back(id);
    }
    EXPECT_THAT(all, testing::UnorderedElementsAreArray(ids(*reader)));
    EXPECT_EQ(all.size(), 101U);
}

TEST_F(CacheTest, ValuesComeWithTheirDocumentsAndCanBeRemoved) {
    auto cache = open();
    apply(cache, {.values = {{"cursor", "x"}}});
    EXPECT_EQ(cache.read().value("cursor").value(), "x");
    apply(cache, {.values = {{"cursor", std::nullopt}}});
    EXPECT_EQ(cache.read().value("cursor").value(), std::nullopt);
}

TEST_F(CacheTest, NotesAreFoundByPrefixWithoutAccentsAndFollowChanges) {
    auto cache = open();
    apply(cache, {.documents = {document("a", 1, "Paal leun skuins by die dró"), document("b", 1, "Rock at 0.4 m"),
                                document("c", 1)}});
    auto& read = cache.read();
    EXPECT_THAT(read.search_notes("LEUN dro", 9).value(), ElementsAre("a"));
    EXPECT_THAT(read.search_notes("roc", 9).value(), ElementsAre("b"));
    EXPECT_THAT(read.search_notes("\" OR *", 9).value(), IsEmpty());
    EXPECT_THAT(read.search_notes("  ", 9).value(), IsEmpty());
    apply(cache, {.documents = {document("b", 2, "fine")}, .deletes = {{kStaging, "a", {1'800'000'000'000'000}}}});
    EXPECT_THAT(read.search_notes("rock", 9).value(), IsEmpty());
    EXPECT_THAT(read.search_notes("leun", 9).value(), IsEmpty());
    EXPECT_THAT(read.search_notes("fine", 9).value(), ElementsAre("b"));
}

TEST_F(CacheTest, FieldsThatAreNoJsonAreKeptAndNotSearched) {
    auto cache = open();
    auto broken = document("a", 1);
    broken.fields = "{notes: rock";
    apply(cache, {.documents = {broken}});
    EXPECT_EQ(cache.read().document(kStaging, "a").value(), broken);
    EXPECT_THAT(cache.read().search_notes("rock", 9).value(), IsEmpty());
}

TEST_F(CacheTest, SearchWaitsForTheEndOfABulkLoad) {
    auto cache = open();
    ASSERT_TRUE(cache.begin_bulk());
    apply(cache, {.documents = {document("a", 1, "rock")}});
    EXPECT_EQ(cache.read().search_notes("rock", 9).error().kind, ErrorKind::unavailable);
    ASSERT_TRUE(cache.end_bulk());
    EXPECT_THAT(cache.read().search_notes("rock", 9).value(), ElementsAre("a"));
}

TEST_F(CacheTest, BulkLoadCutShortIsMadeGoodByTheNextEndOfBulk) {
    {
        auto cache = open();
        ASSERT_TRUE(cache.begin_bulk());
        apply(cache, {.documents = {document("a", 1, "rock")}});
    }
    auto cache = open();
    EXPECT_EQ(cache.read().search_notes("rock", 9).error().kind, ErrorKind::unavailable);
    apply(cache, {.documents = {document("b", 1, "rocky")}});
    ASSERT_TRUE(cache.end_bulk());
    EXPECT_THAT(cache.read().search_notes("rock", 9).value(), UnorderedElementsAre("a", "b"));
}

TEST_F(CacheTest, AReaderMayBeThereDuringABulkLoadAndSeesWhatIsCommitted) {
    auto cache = open();
    auto before = CacheReader::open(path());
    ASSERT_TRUE(before);
    EXPECT_THAT(ids(*before), IsEmpty());
    ASSERT_TRUE(cache.begin_bulk());
    apply(cache, {.documents = {document("a", 1, "rock")}});
    EXPECT_THAT(ids(*before), ElementsAre("a"));
    auto during = CacheReader::open(path());
    ASSERT_TRUE(during);
    apply(cache, {.documents = {document("b", 1, "rocky")}});
    EXPECT_THAT(ids(*during), UnorderedElementsAre("a", "b"));
    ASSERT_TRUE(cache.end_bulk());
    apply(cache, {.documents = {document("c", 1, "rock")}});
    EXPECT_THAT(ids(*before), UnorderedElementsAre("a", "b", "c"));
    EXPECT_THAT(during->search_notes("rock", 9).value(), UnorderedElementsAre("a", "b", "c"));
}

TEST_F(CacheTest, ADocumentThatChangedOrLeftDuringABulkLoadIsFoundByItsLastText) {
    auto cache = open();
    ASSERT_TRUE(cache.begin_bulk());
    apply(cache, {.documents = {document("a", 1, "rock"), document("b", 1, "rock"), document("c", 1, "rock")}});
    apply(cache, {.documents = {document("a", 2, "sand")}, .deletes = {{kStaging, "b", {1'900'000'000'000'000}}}});
    ASSERT_TRUE(cache.end_bulk());
    EXPECT_THAT(cache.read().search_notes("rock", 9).value(), ElementsAre("c"));
    EXPECT_THAT(cache.read().search_notes("sand", 9).value(), ElementsAre("a"));
}

TEST_F(CacheTest, DroppedCollectionIsEmptyAndUsable) {
    auto cache = open();
    apply(cache, {.documents = {document("a", 1, "rock")}, .deletes = {{kStaging, "b", {1'800'000'000'000'000}}}});
    ASSERT_TRUE(cache.drop_collection(kStaging));
    EXPECT_THAT(ids(cache.read()), IsEmpty());
    EXPECT_EQ(apply(cache, {.documents = {document("b", 1, "rock")}}).added, 1U);
    EXPECT_THAT(cache.read().search_notes("rock", 9).value(), ElementsAre("b"));
}

TEST_F(CacheTest, ReaderSeesWhatWasAppliedAfterItWasOpened) {
    auto cache = open();
    auto reader = CacheReader::open(path());
    ASSERT_TRUE(reader);
    apply(cache, {.documents = {document("a", 1)}});
    EXPECT_THAT(ids(*reader), ElementsAre("a"));
}

TEST_F(CacheTest, FileThatIsNoDatabaseIsSetAsideWithANotice) {
    ASSERT_TRUE(base::write_file_atomically(path(), std::string(9000, 'z')));
    auto cache = open();
    ASSERT_EQ(notices_.size(), 1U);
    EXPECT_EQ(base::file_size(notices_[0].kept_as), 9000U);
    EXPECT_THAT(notices_[0].what, HasSubstr("fetched again"));
    EXPECT_EQ(apply(cache, {.documents = {document("a", 1)}}).added, 1U);
}

TEST_F(CacheTest, FileOfANewerProgramIsSetAsideWithANotice) {
    {
        auto db = Database::open(path());
        ASSERT_TRUE(db && db->exec("PRAGMA user_version=99"));
    }
    auto cache = open();
    ASSERT_EQ(notices_.size(), 1U);
    EXPECT_THAT(notices_[0].what, HasSubstr("newer version"));
}

TEST_F(CacheTest, OnlyTheNewestTwoSetAsideFilesAreKept) {
    for (int i = 0; i < 4; ++i) {
        auto cache = open({.set_aside = i > 0});
        clock_.advance(base::seconds(1));
    }
    EXPECT_EQ(folder_.count("cache.db.set-aside"), 2);
}

TEST_F(CacheTest, DamageInsideIsFoundByCheckOrReadingAndNeverCrashes) {
    {
        auto cache = open();
        CacheBatch batch;
        for (int i = 0; i < 200; ++i) batch.documents.push_back(document(std::to_string(i), 1, std::string(2000, 'n')));
        apply(cache, batch);
        ASSERT_TRUE(cache.end_bulk());
    }
    const auto sound = base::read_file(path()).value();
    uint64_t random = 42;
    for (int round = 0; round < 60; ++round) {
        auto bytes = sound;
        for (int i = 0; i < 40; ++i) {
            random = random * 6364136223846793005ULL + 1442695040888963407ULL;
            bytes[(random >> 20) % bytes.size()] ^= static_cast<char>(random >> 56 | 1);
        }
        ASSERT_TRUE(base::write_file_atomically(path(), bytes, false));
        for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path() + suffix);
        clock_.advance(base::seconds(1));
        auto opened = Cache::open(path(), clock_);
        ASSERT_TRUE(opened) << opened.error().full();
        (void)opened->cache.check();
        (void)opened->cache.read().for_each(kStaging, [](const DocumentView&) { return true; });
        (void)opened->cache.apply({.documents = {document("new", 1)}});
    }
}

}  // namespace
}  // namespace linesman::store
