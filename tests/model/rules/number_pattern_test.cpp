#include "model/rules/number_pattern.h"

#include <cmath>
#include <map>

#include <regex>

namespace linesman::model {
namespace {

bool matches(const std::string& pattern, const std::string& text) {
    const auto compiled = NumberPattern::compile(pattern);
    EXPECT_TRUE(compiled.ok()) << pattern << ": " << (compiled.ok() ? "" : compiled.error().what);
    return compiled.ok() && compiled->matches(text);
}

TEST(NumberPattern, TheDefaultAcceptsTheNumbersOfLawley) {
    const std::string pattern = R"(^[A-Z]{2,4}\.P\.[A-Z]\d{3,4}$)";
    for (const char* good : {"LAW.P.A001", "LAW.P.B167", "LAW.P.C518", "LAW.P.E417", "MO.P.A0001", "MOHA.P.Z999"})
        EXPECT_TRUE(matches(pattern, good)) << good;
    for (const char* bad : {"LAW.S.A001", "LAW-P-001", "TEST.P.001", "2025-01-30", "law.p.a001", "LAW.P.A001 ", "",
                            "LAW.P.A00001", "XLAWS.P.A001", "LAW.P.A01"})
        EXPECT_FALSE(matches(pattern, bad)) << bad;
}

TEST(NumberPattern, AgreesWithTheStandardLibrary) {
    const std::vector<std::string> patterns = {"^a*b+c?$", "a|bc|d",      "^(ab|c){2,3}$", "[^a]b",    "^(?:a(b|c)*)+$",
                                               R"(\d\d)",  "^$",          "a.c",           R"(^\w+$)", "(a|b)c{2}",
                                               "^a{0,2}$", R"(^[\d.]+$)", "^a{2,}b$"};
    const std::string letters = "abc.1";
    std::string text;
    for (int length = 0; length <= 5; ++length) {
        for (int i = 0, count = static_cast<int>(std::pow(5, length)); i < count; ++i) {
            text.clear();
            for (int k = 0, rest = i; k < length; ++k, rest /= 5) text += letters[static_cast<size_t>(rest % 5)];
            for (const auto& pattern : patterns) {
                static std::map<std::string, std::regex> cache;
                const auto [regex, is_new] = cache.try_emplace(pattern, pattern);
                static std::map<std::string, NumberPattern> ours;
                if (!ours.contains(pattern)) ours.emplace(pattern, NumberPattern::compile(pattern).value());
                ASSERT_EQ(ours.at(pattern).matches(text), std::regex_search(text, regex->second))
                    << pattern << " on " << text;
            }
        }
    }
}

TEST(NumberPattern, RefusesWhatItDoesNotUnderstand) {
    for (const char* bad : {"", "(", ")", "[a", "a{2", "a{3,2}", "*a", "a**", R"(\1)", "(?=a)", "a{65}", R"(a\)",
                            "[z-a]", "((((((((((((((((((((a))))))))))))))))))))"})
        EXPECT_FALSE(NumberPattern::compile(bad).ok()) << bad;
    EXPECT_FALSE(NumberPattern::compile("((a{60}){60}){60}").ok());
    EXPECT_NE(NumberPattern::compile("a{3,2}").error().what.find("backwards"), std::string::npos);
}

TEST(NumberPattern, HostilePatternsEndInTime) {
    const auto pattern = NumberPattern::compile("^(a|a)*(a*)*(a+)+$");
    ASSERT_TRUE(pattern.ok());
    EXPECT_FALSE(pattern->matches(std::string(63, 'a') + "b"));
    EXPECT_TRUE(pattern->matches(std::string(64, 'a')));
    EXPECT_FALSE(pattern->matches(std::string(1 << 20, 'a')));
}

}  // namespace
}  // namespace linesman::model
