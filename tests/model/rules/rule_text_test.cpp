// The texts of findings, and the order of interned texts.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

#include "model/rules/rule.h"
#include "model/rules/string_pool.h"
#include "model/sentence.h"

namespace linesman::model {
namespace {

std::string printed(double value, int digits) {
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
    return buffer;
}

TEST(Decimal, WritesWhatPrintfWrites) {
    for (const double value : {0.0, -0.0, 0.5, 1.5, 2.5, 0.25, 99.95, 99.949999, 999.5, -12.345, 1e15, 1e300, -1e300,
                               std::nan(""), std::numeric_limits<double>::infinity()}) {
        for (const int digits : {0, 1, 5}) EXPECT_EQ(decimal(value, digits), printed(value, digits));
    }
    std::mt19937_64 random(3);
    for (int i = 0; i < 20'000; ++i) {
        const double value = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 80) - 60);
        const int digits = static_cast<int>(random() % 6);
        ASSERT_EQ(decimal(value, digits), printed(value, digits)) << digits;
    }
}

TEST(Metres, AreShownByTheirSize) {
    EXPECT_EQ(metres(0), "0.0 m");
    EXPECT_EQ(metres(12.34), "12.3 m");
    EXPECT_EQ(metres(123.4), "123 m");
    EXPECT_EQ(metres(1'000), "1.0 km");
    EXPECT_EQ(metres(12'345), "12.3 km");
    EXPECT_EQ(shown_span(119), "119 s");
    EXPECT_EQ(shown_span(120), "2 min");
    EXPECT_EQ(shown_span(7'200), "2.0 h");
    EXPECT_EQ(shown_span(3 * 86'400), "3 days");
}

TEST(Sentence, IsItsPartsInOrder) {
    EXPECT_EQ(sentence({}), "");
    EXPECT_EQ(sentence({"a", "", std::string(100, 'b'), "c."}), "a" + std::string(100, 'b') + "c.");
}

TEST(HeadOf, SortsAsTheTextsDo) {
    EXPECT_LT(head_of(""), head_of("a"));
    EXPECT_LT(head_of("Z"), head_of("a"));
    EXPECT_LT(head_of("z"), head_of("\xC3\xA9"));
    EXPECT_EQ(head_of("12345678"), head_of("123456789"));
    std::mt19937 random(5);
    const auto text = [&] {
        std::string out(random() % 12, '\0');
        for (char& c : out) c = "\0ab\xFF"[random() % 4];
        return out;
    };
    for (int i = 0; i < 20'000; ++i) {
        const std::string a = text(), b = text();
        if (head_of(a) != head_of(b)) {
            ASSERT_EQ(head_of(a) < head_of(b), a < b);
        }
    }
}

}  // namespace
}  // namespace linesman::model
