// Tuning of the map, each with its reason.
#pragma once

#include <cstddef>

namespace linesman::map {

// Edge of a density cell: 2 px is the smallest that is still seen as a colour on a desk screen; below kFineDots
// captures on the screen 3 px dots are found more easily and hide nothing.
inline constexpr int kDotPx = 2;
inline constexpr int kSparseDotPx = 3;
inline constexpr unsigned kFineDots = 100'000;
// Bins for judging how crowded the screen is: about the size of a full shape.
inline constexpr int kCrowdCellPx = 16;
// Captures per occupied crowd cell above which shapes would hide one another.
inline constexpr double kMostPerCellFull = 1.6;
inline constexpr double kMostPerCellSmall = 3.2;
// Above this many on the screen shapes cost more than the frame's budget (a full shape is about 0.5 us).
inline constexpr size_t kMostShapes = 12'000;
inline constexpr float kFullRadiusPx = 6.0F;
inline constexpr float kSmallRadiusPx = 3.6F;
// Clusters: far enough apart for a label with a count.
inline constexpr double kClusterCellPx = 150;
// A click within this distance of a mark means the mark.
inline constexpr double kPickRadiusPx = 12;
// Cells of the heat: a few house plots at street zoom, a street at project zoom.
inline constexpr float kHeatCellPx = 26;
// More accuracy circles than these cover one another.
inline constexpr size_t kMostCircles = 1'500;
// Fewer points than these: what lies far from the middle of all, by eight times their median distance from it and at
// least 400 m, does not count for the first view.
inline constexpr size_t kFewPoints = 100;
inline constexpr double kFarFactor = 8;
inline constexpr double kLeastSpread = 0.00001;
// Planned poles are hollow marks while there are few on the screen, single pixels otherwise.
inline constexpr size_t kMostPlannedMarks = 4'000;

}  // namespace linesman::map
