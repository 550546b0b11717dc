#include "sync/change_aggregator.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "support/temp_folder.h"
#include "sync/cache_applier.h"

namespace linesman::sync {
namespace {

constexpr char kStaging[] = "staging-field-captures";

std::string at(int second) {
    return base::format_rfc3339({1'700'000'000'000'000 + second * base::kMicrosPerSecond});
}

store::CachedDocument document(const std::string& id, int second, const std::string& fields = "{}") {
    return {kStaging, id, at(second), fields, "open"};
}

TEST(ChangeAggregator, TheNewestVersionWinsWhateverTheOrder) {
    ChangeAggregator batch;
    batch.put(document("a", 2, "{\"two\":{}}"));
    batch.put(document("a", 1, "{\"one\":{}}"));
    const auto taken = batch.take();
    ASSERT_EQ(taken.documents.size(), 1U);
    EXPECT_EQ(taken.documents[0].fields, "{\"two\":{}}");
    EXPECT_TRUE(batch.empty());
}

TEST(ChangeAggregator, ARemovalWinsOverVersionsUpToItsTimeAndLosesToNewerOnes) {
    ChangeAggregator batch;
    const auto gone_at = *base::parse_rfc3339(at(5));
    batch.put(document("a", 5));
    batch.remove(kStaging, "a", gone_at, true);
    batch.remove(kStaging, "b", gone_at, true);
    batch.put(document("b", 6));
    const auto taken = batch.take();
    ASSERT_EQ(taken.documents.size(), 1U);
    EXPECT_EQ(taken.documents[0].id, "b");
    ASSERT_EQ(taken.deletes.size(), 1U);
    EXPECT_EQ(taken.deletes[0].id, "a");
}

// What append() promises: the cache settles a document that came twice after all.
TEST(ChangeAggregator, AnAppendedDocumentThatCameTwiceIsStoredOnceInItsNewestVersion) {
    test::TempFolder folder;
    base::SystemClock clock;
    auto opened = store::Cache::open(folder.file("cache.db"), clock);
    ASSERT_TRUE(opened.ok());
    CacheApplier applier(opened->cache, nullptr);
    ChangeAggregator batch;
    batch.append(document("a", 2, "{\"two\":{}}"));
    batch.append(document("a", 1, "{\"one\":{}}"));
    batch.append(document("b", 3));
    batch.remove(kStaging, "b", *base::parse_rfc3339(at(4)), false);
    ASSERT_TRUE(applier.apply(batch.take(), true).ok());
    const auto a = opened->cache.read().document(kStaging, "a");
    ASSERT_TRUE(a.ok() && a->has_value());
    EXPECT_EQ((*a)->fields, "{\"two\":{}}");
    const auto b = opened->cache.read().document(kStaging, "b");
    ASSERT_TRUE(b.ok());
    EXPECT_FALSE(b->has_value());
}

}  // namespace
}  // namespace linesman::sync
