#include "model/rules/string_pool.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace linesman::model {
namespace {

TEST(StringPool, TheEmptyTextIsZeroAndEqualTextsAreOne) {
    StringPool pool;
    EXPECT_EQ(pool.intern(""), 0U);
    const TextId id = pool.intern("LAW.P.A001");
    EXPECT_EQ(pool.intern(std::string("LAW.P.") + "A001"), id);
    EXPECT_EQ(pool.at(id), "LAW.P.A001");
    EXPECT_EQ(pool.find("LAW.P.A001"), id);
    EXPECT_EQ(pool.find("LAW.P.A002"), kNoText);
    EXPECT_EQ(pool.size(), 2U);
}

TEST(StringPool, TextsWithZerosAndOfAnyLengthStayWhatTheyWereWhileItGrows) {
    StringPool pool;
    std::map<std::string, TextId> known = {{"", 0}};
    std::mt19937_64 random(5);
    for (int i = 0; i < 20'000; ++i) {
        // Around a quarter of a block a text gets a block of its own; blocks end at any place.
        const size_t length = i % 500 == 0 ? 16'000 + random() % 800 : random() % 40;
        std::string text(length, '\0');
        for (char& c : text) c = static_cast<char>(random() % 3);
        const TextId id = pool.intern(text);
        const auto [at, is_new] = known.try_emplace(text, id);
        ASSERT_EQ(at->second, id);
        if (is_new) ASSERT_EQ(id, known.size() - 1) << "ids are dense";
    }
    ASSERT_EQ(pool.size(), known.size());
    for (const auto& [text, id] : known) {
        ASSERT_EQ(pool.at(id), text);
        ASSERT_EQ(pool.find(text), id);
    }
}

}  // namespace
}  // namespace linesman::model
