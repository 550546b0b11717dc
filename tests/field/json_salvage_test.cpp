#include "field/json_salvage.h"

#include <gtest/gtest.h>

namespace linesman::field {
namespace {

TEST(JsonSalvage, WhatIsWholeIsReadAsTheParserReadsIt) {
    for (const std::string_view text :
         {"32", "-32", "1.5", "1e3", "0", "-0", "18446744073709551615", "true", "null", "\"a\\u00e9\\ud83d\\ude00\"",
          "[1,-1,[],{}]", R"({"a":{"b":[1,2.5,"x"]},"n":null})"}) {
        const auto parsed = base::parse_json(text, "test");
        ASSERT_TRUE(parsed) << text;
        const Salvaged salvaged = salvage_json(text);
        EXPECT_TRUE(salvaged.is_whole()) << text;
        EXPECT_EQ(salvaged.value.type(), parsed->type()) << text;
        EXPECT_EQ(salvaged.value, *parsed) << text;
    }
}

TEST(JsonSalvage, AFileCutInTheMiddleKeepsWhatStoodBefore) {
    const Salvaged salvaged = salvage_json(R"([{"id":"a","size":1},{"id":"b","si)");
    ASSERT_FALSE(salvaged.is_whole());
    ASSERT_EQ(salvaged.value.size(), 2U);
    EXPECT_EQ(salvaged.value[0], base::Json({{"id", "a"}, {"size", 1}}));
    EXPECT_EQ(salvaged.value[1]["id"], "b");
    EXPECT_TRUE(salvaged.value[1].contains(std::string(kBrokenAt)));
}

TEST(JsonSalvage, ReadingGoesOnAtTheNextObjectBehindAStrayQuotationMark) {
    const Salvaged salvaged = salvage_json(R"([{"id":"a","note":"5" pole"},{"id":"b"}])");
    EXPECT_FALSE(salvaged.is_whole());
    ASSERT_GE(salvaged.value.size(), 2U);
    EXPECT_EQ(salvaged.value[0][std::string(kBrokenAt)], "note");
    EXPECT_EQ(salvaged.value.back()["id"], "b");
}

TEST(JsonSalvage, WhatFollowsTheEndIsTold) {
    const Salvaged salvaged = salvage_json("{} {}");
    ASSERT_EQ(salvaged.damage.size(), 1U);
    EXPECT_EQ(salvaged.damage[0], "at byte 3: there is more after the end");
}

TEST(JsonSalvage, AnEmptyFileAndOneNestedTooDeeplyAreBroken) {
    EXPECT_EQ(salvage_json(" \n").damage.size(), 1U);
    EXPECT_TRUE(salvage_json(" \n").value.is_null());
    EXPECT_TRUE(salvage_json(std::string(30, '[') + std::string(30, ']')).is_whole());
    EXPECT_FALSE(salvage_json(std::string(5000, '[') + std::string(5000, ']')).is_whole());
}

TEST(JsonSalvage, BreaksAreToldButNotWithoutEnd) {
    std::string text = "[";
    for (int i = 0; i < 1000; ++i) text += R"({"a":?},)";
    const Salvaged salvaged = salvage_json(text + "{}]");
    EXPECT_EQ(salvaged.damage.size(), 100U);
}

}  // namespace
}  // namespace linesman::field
