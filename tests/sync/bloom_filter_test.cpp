#include "sync/bloom_filter.h"

#include <gtest/gtest.h>

#include "base/ids.h"

namespace linesman::sync {
namespace {

base::Json filter_json(std::string_view bitmap, int padding, int hashes) {
    return {{"bits", {{"bitmap", base::base64_encode(bitmap)}, {"padding", padding}}}, {"hashCount", hashes}};
}

TEST(BloomFilter, AFilterMadeByTheOfficialClientsTestsIsUnderstood) {
    const auto filter = BloomFilter::from_json(filter_json(std::string("\xED\x05", 2), 5, 8));
    ASSERT_TRUE(filter.ok());
    EXPECT_TRUE(filter->might_contain("\xC3\x80\xC3\x92\xE2\x88\x91"));
    EXPECT_FALSE(filter->might_contain("\xC3\x92\xE2\x88\x91\xC3\x80"));
}

TEST(BloomFilter, AnEmptyFilterContainsNothing) {
    for (const auto& json : {base::Json::object(), filter_json("", 0, 0), base::Json{{"hashCount", 0}}}) {
        const auto filter = BloomFilter::from_json(json);
        ASSERT_TRUE(filter.ok());
        EXPECT_FALSE(filter->might_contain("projects/p/databases/(default)/documents/c/a"));
    }
}

TEST(BloomFilter, AFullFilterMayContainEverything) {
    const auto filter = BloomFilter::from_json(filter_json(std::string(16, '\xFF'), 3, 16));
    ASSERT_TRUE(filter.ok());
    EXPECT_TRUE(filter->might_contain("anything"));
}

TEST(BloomFilter, WhatFitsNoBitmapIsRefused) {
    EXPECT_FALSE(BloomFilter::from_json(filter_json("a", 8, 3)).ok());
    EXPECT_FALSE(BloomFilter::from_json(filter_json("a", -1, 3)).ok());
    EXPECT_FALSE(BloomFilter::from_json(filter_json("", 1, 0)).ok());
    EXPECT_FALSE(BloomFilter::from_json(filter_json("a", 0, 0)).ok());
    EXPECT_FALSE(BloomFilter::from_json(filter_json("a", 0, -4)).ok());
    EXPECT_FALSE(BloomFilter::from_json(filter_json("a", 0, 1 << 30)).ok());
    EXPECT_FALSE(BloomFilter::from_json({{"bits", {{"bitmap", "*"}, {"padding", 0}}}, {"hashCount", 3}}).ok());
}

}  // namespace
}  // namespace linesman::sync
