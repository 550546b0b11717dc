// Tuning of the desk's window, each with its reason.
#pragma once

#include <cstddef>

namespace linesman::ui {

// Below, text cannot be read; above, the window holds nothing.
inline constexpr float kLeastScale = 0.6F, kMostScale = 4.0F;
// Captures whose photos are asked for ahead: at a few seconds each that is half a minute of a slow network.
inline constexpr size_t kPrefetchCaptures = 8;
// Of these, how many are uploaded as textures ahead: 2 captures of 6 photos are about 12 MB.
inline constexpr size_t kUploadAhead = 2;
// Toasts: long enough to read, short enough not to gather.
inline constexpr double kToastShortS = 2.5, kToastLongS = 7.0;
inline constexpr size_t kMostToasts = 4;
// Ages on the screen are in minutes at the finest.
inline constexpr double kAgeRefreshS = 60;
// Dear ImGui needs a second frame for popups and layouts, a third for what those cause.
inline constexpr int kExtraFrames = 3;
// How often the desk is told that the person is still there; less than the away time of sync/presence.h by far.
inline constexpr double kPresenceEveryS = 10;
// A script waits at most this long for the desk to be idle.
inline constexpr double kScriptPatienceS = 20;

}  // namespace linesman::ui
