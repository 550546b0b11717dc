#include "base/text.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace linesman::base {
namespace {

using namespace std::string_literals;

TEST(Utf8, ValidAndBrokenSequencesAreTold) {
    for (const std::string& good : {""s, "abc"s, "ḓḽṋṱ"s, "Привет"s, "電柱"s, "👷"s, "\0"s, "\xF4\x8F\xBF\xBF"s})
        EXPECT_TRUE(is_valid_utf8(good)) << good;
    const std::vector<std::string> broken{"\x80",
                                          "\xC3",
                                          "a\xC3",
                                          "\xC0\xAF" /* overlong */,
                                          "\xE0\x80\xAF",
                                          "\xED\xA0\x80" /* surrogate */,
                                          "\xF4\x90\x80\x80" /* above U+10FFFF */,
                                          "\xF8\x88\x80\x80\x80",
                                          "\xFF",
                                          "\xE1\xB8"};
    for (const std::string& text : broken) {
        EXPECT_FALSE(is_valid_utf8(text));
        EXPECT_TRUE(is_valid_utf8(sanitize_utf8(text)));
        EXPECT_TRUE(is_valid_utf8(fold(text + "x")));
        EXPECT_TRUE(is_valid_utf8(nfc_trimmed(text + "x")));
    }
}

TEST(Utf8, ABrokenByteIsFoundWhereverItStands) {
    for (size_t size = 1; size < 40; ++size) {
        for (size_t at = 0; at < size; ++at) {
            const std::string before(at, 'a'), after(size - at - 1, 'b');
            EXPECT_FALSE(is_valid_utf8(before + "\xFF" + after)) << size << " " << at;
            EXPECT_TRUE(is_valid_utf8(before + "ḓ" + after)) << size << " " << at;
            EXPECT_EQ(sanitize_utf8(before + "\xFF" + after), before + "\xEF\xBF\xBD" + after);
            EXPECT_EQ(sanitize_utf8(before + after, at), before);
        }
    }
}

TEST(SanitizeUtf8, CutsAtACharacterBoundary) {
    EXPECT_EQ(sanitize_utf8("aḓb", 3), "a");
    EXPECT_EQ(sanitize_utf8("aḓb", 4), "aḓ");
    EXPECT_EQ(sanitize_utf8("aḓb"), "aḓb");
    EXPECT_EQ(sanitize_utf8("abc", 0), "");
    EXPECT_EQ(sanitize_utf8("a\xFF"
                            "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(sanitize_utf8("\xFF", 2), "") << "the replacement character needs three bytes";
}

TEST(Fold, FindsNamesWithoutTheirAccentsAndCase) {
    // Venda letters as the crews write them, composed and with combining marks.
    EXPECT_EQ(fold("Ṱhohoyanḓou"), "thohoyandou");
    EXPECT_EQ(fold("ḒḼṊṰ"), "dlnt");
    EXPECT_EQ(fold("ḓḽṋṱ"), "dlnt");
    EXPECT_EQ(fold("d\xCC\xADl\xCC\xADn\xCC\xADt\xCC\xAD"), "dlnt");
    EXPECT_EQ(fold("Ṅwana"), "nwana");
    EXPECT_EQ(fold("Café Über Ñandú"), "cafe uber nandu");
    EXPECT_EQ(fold("ПРИВЕТ"), "привет");
    EXPECT_EQ(fold("Ёлка"), "елка");
    EXPECT_EQ(fold("STRASSE"), fold("Straße"));
    EXPECT_EQ(fold("ﬁbre"), "fibre") << "compatibility forms";
    EXPECT_EQ(fold("ＬＡＷ１２"), "law12");
    EXPECT_EQ(fold("LAW.P.B167"), "law.p.b167");
    EXPECT_EQ(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
}

TEST(Fold, IsStableWhenAppliedTwice) {
    for (const char* text : {"Ṱhohoyanḓou", "Straße", "İstanbul", "ﬁ", "電柱", "LAW.P.B167"})
        EXPECT_EQ(fold(fold(text)), fold(text)) << text;
}

TEST(NfcTrimmed, ComposedAndDecomposedNumbersAreOne) {
    EXPECT_EQ(nfc_trimmed("Mutal\xCC\xAD"
                          "e"),
              "Muta\xE1\xB8\xBD"
              "e");
    EXPECT_EQ(nfc_trimmed("d\xCC\xAD"), "ḓ");
    EXPECT_EQ(nfc_trimmed("ḓ"), "ḓ");
    EXPECT_NE(nfc_trimmed("ḓ"), nfc_trimmed("d")) << "accents are only ignored in search";
    EXPECT_EQ(nfc_trimmed("  LAW.P.B167\t\n"), "LAW.P.B167");
    EXPECT_EQ(nfc_trimmed(""), "");
    EXPECT_EQ(nfc_trimmed(" \t "), "");
    EXPECT_EQ(nfc_trimmed("a  b"), "a  b") << "white space inside stays";
}

TEST(NfcTrimmed, RemovesWhatPhoneKeyboardsLeaveBehind) {
    const std::string nbsp = "\xC2\xA0", zero_width = "\xE2\x80\x8B", bom = "\xEF\xBB\xBF", narrow = "\xE2\x80\xAF";
    EXPECT_EQ(nfc_trimmed(nbsp + "A1" + nbsp), "A1");
    EXPECT_EQ(nfc_trimmed(bom + nbsp + zero_width + " " + nbsp + "A1" + zero_width + nbsp + " " + zero_width + narrow),
              "A1");
    EXPECT_EQ(nfc_trimmed(nbsp + zero_width), "");
}

TEST(Upper, GivesTheCanonicalFormOfPoleNumbers) {
    EXPECT_EQ(upper(nfc_trimmed(" law.p.b167 ")), "LAW.P.B167");
    EXPECT_EQ(upper("ḓḽṋṱ"), "ḒḼṊṰ");
    EXPECT_EQ(upper(nfc_trimmed("d\xCC\xAD-1")), "Ḓ-1");
    EXPECT_EQ(upper("привет"), "ПРИВЕТ");
    EXPECT_EQ(upper("電柱 12"), "電柱 12");
    EXPECT_EQ(upper(""), "");
}

TEST(Trimmed, TakesAsciiSpaceFromBothEnds) {
    EXPECT_EQ(trimmed("\t a b \r\n"), "a b");
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed(" \f\v"), "");
}

TEST(Text, RandomBytesNeverBreakAnything) {
    std::mt19937 random(11);
    for (int round = 0; round < 5000; ++round) {
        std::string bytes(random() % 40, '\0');
        for (char& c : bytes) c = static_cast<char>(random() % 3 ? random() : "\xCC\xAD\xE1\xB8 "[random() % 5]);
        const std::string clean = sanitize_utf8(bytes);
        EXPECT_TRUE(is_valid_utf8(clean));
        EXPECT_TRUE(is_valid_utf8(fold(bytes)));
        EXPECT_TRUE(is_valid_utf8(nfc_trimmed(bytes)));
        EXPECT_TRUE(is_valid_utf8(upper(clean)));
        EXPECT_EQ(nfc_trimmed(nfc_trimmed(bytes)), nfc_trimmed(bytes));
    }
}

}  // namespace
}  // namespace linesman::base
