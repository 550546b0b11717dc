#include "model/csv_values.h"

#include <gtest/gtest.h>

namespace linesman::model {
namespace {

TEST(ColumnKey, SpellingsOfOneNameAreOne) {
    for (const char* name : {"Pole Number", "pole_number", "poleNumber", " POLE-NUMBER ", "Pôle.Number"})
        EXPECT_EQ(column_key(name), "polenumber") << name;
}

TEST(ColumnKey, DigitsCountAndSignsDoNot) {
    EXPECT_EQ(column_key("GPS (2)"), "gps2");
    EXPECT_EQ(column_key("_-/"), "");
    EXPECT_EQ(column_key(""), "");
}

TEST(NumberFromText, ReadsWhatSpreadsheetsWrite) {
    EXPECT_EQ(number_from_text(" 27.8 ", false), 27.8);
    EXPECT_EQ(number_from_text("+3", false), 3.0);
    EXPECT_EQ(number_from_text("-2.5e1", false), -25.0);
    EXPECT_EQ(number_from_text("-26,372", true), -26.372);
    EXPECT_EQ(number_from_text("-26.372", true), -26.372);
}

TEST(NumberFromText, RefusesWhatIsNotOnlyANumber) {
    for (const char* text : {"", " ", "+", "12 m", "1.2.3", "27,8", "0x10", "nan", "inf", "1e999", "++1"})
        EXPECT_FALSE(number_from_text(text, false)) << text;
    EXPECT_FALSE(number_from_text("1,234,5", true)) << "groups of digits are not told from decimals";
}

}  // namespace
}  // namespace linesman::model
