#include "ui/shaping.h"

#include <gtest/gtest.h>

namespace linesman::ui {
namespace {

TEST(Shaping, LatinWithAnyAccentsGreekCyrillicAndSignsAreDrawnAsTheyAre) {
    for (const char* text : {"", "LAW.P.A012", "Ḽavhengwa ḓ ḽ ṋ ṱ ḙ", "d\xCC\xAD", "Ελλάδα", "Владивосток",
                             "5 × 6 – “ok”", "\xF0\x9F\x98\x80 done", "日本", "한국"})
        EXPECT_FALSE(needs_shaping(text)) << text;
}

TEST(Shaping, ScriptsThatJoinReorderOrRunFromTheRightAreMarked) {
    for (const char* text : {"قطب", "pole שלום", "खंभा", "କ", "କ୍ଷ", "ကျွန်", "ខ្មែរ", "བོད", "\xEF\xB7\xB2"})
        EXPECT_TRUE(needs_shaping(text)) << text;
}

TEST(Shaping, BrokenTextIsNotMarkedAndEndsWhereItEnds) {
    for (const std::string& text : {std::string("\xD8"), std::string("\xE0\xA4"), std::string("\xF0\x90"),
                                    std::string("a\xFF\xFE"), std::string("\xEF\xBB\xBF")})
        needs_shaping(text);  // reads nothing behind its end (sanitizers)
    EXPECT_FALSE(needs_shaping("\xEF\xBB\xBFwith a byte order mark"));
}

}  // namespace
}  // namespace linesman::ui
