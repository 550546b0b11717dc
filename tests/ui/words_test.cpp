#include "ui/words.h"

#include <gtest/gtest.h>

namespace linesman::ui {
namespace {

TEST(Words, APositionIsReadAsItIsWritten) {
    const model::GeoPoint place{-26.372104, 27.791235};
    const auto again = position_from_text(position_to_text(place));
    ASSERT_TRUE(again);
    EXPECT_NEAR(again->latitude, place.latitude, 1e-6);
    EXPECT_NEAR(again->longitude, place.longitude, 1e-6);
    EXPECT_TRUE(position_from_text("  -26.4 ; 27.8 "));
    EXPECT_TRUE(position_from_text("-26.4 27.8"));
}

TEST(Words, WhatIsNoPlaceIsNotTakenForOne) {
    for (const char* text :
         {"", "-26.4", "-26.4, ", "north, south", "-95, 27", "0, 0", "-26.4, 27.8, 3", "-26.4, 27.8 E"})
        EXPECT_FALSE(position_from_text(text)) << text;
}

}  // namespace
}  // namespace linesman::ui
