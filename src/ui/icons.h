// Glyphs of Font Awesome 4.7 (private use area U+F000...), as UTF-8. Without the icon font they are drawn as nothing;
// every icon has a word beside it or a tooltip, so nothing is lost but looks.
#pragma once

namespace linesman::ui::icon {

inline constexpr const char* kCheck = "\xef\x80\x8c";         // f00c
inline constexpr const char* kTimes = "\xef\x80\x8d";         // f00d
inline constexpr const char* kSearch = "\xef\x80\x82";        // f002
inline constexpr const char* kUser = "\xef\x80\x87";          // f007
inline constexpr const char* kCog = "\xef\x80\x93";           // f013
inline constexpr const char* kClock = "\xef\x80\x97";         // f017
inline constexpr const char* kInbox = "\xef\x80\x9c";         // f01c
inline constexpr const char* kRotateRight = "\xef\x80\x9e";   // f01e
inline constexpr const char* kRefresh = "\xef\x80\xa1";       // f021
inline constexpr const char* kFlag = "\xef\x80\xa4";          // f024
inline constexpr const char* kCamera = "\xef\x80\xb0";        // f030
inline constexpr const char* kPicture = "\xef\x80\xbe";       // f03e
inline constexpr const char* kList = "\xef\x80\xba";          // f03a
inline constexpr const char* kPencil = "\xef\x81\x80";        // f040
inline constexpr const char* kMarker = "\xef\x81\x81";        // f041
inline constexpr const char* kAdjust = "\xef\x81\x82";        // f042
inline constexpr const char* kPause = "\xef\x81\x8c";         // f04c
inline constexpr const char* kPlay = "\xef\x81\x8b";          // f04b
inline constexpr const char* kChevronRight = "\xef\x81\x94";  // f054
inline constexpr const char* kCheckCircle = "\xef\x81\x98";   // f058
inline constexpr const char* kTimesCircle = "\xef\x81\x97";   // f057
inline constexpr const char* kInfo = "\xef\x81\x9a";          // f05a
inline constexpr const char* kCrosshairs = "\xef\x81\x9b";    // f05b
inline constexpr const char* kBan = "\xef\x81\x9e";           // f05e
inline constexpr const char* kExclamation = "\xef\x81\xaa";   // f06a
inline constexpr const char* kEye = "\xef\x81\xae";           // f06e
inline constexpr const char* kWarning = "\xef\x81\xb1";       // f071
inline constexpr const char* kComment = "\xef\x81\xb5";       // f075
inline constexpr const char* kSignIn = "\xef\x82\x90";        // f090
inline constexpr const char* kExpand = "\xef\x82\xb2";        // f0b2
inline constexpr const char* kLink = "\xef\x83\x81";          // f0c1
inline constexpr const char* kCloud = "\xef\x83\x82";         // f0c2
inline constexpr const char* kBars = "\xef\x83\x89";          // f0c9
inline constexpr const char* kTable = "\xef\x83\x8e";         // f0ce
inline constexpr const char* kSortDown = "\xef\x83\x9d";      // f0dd
inline constexpr const char* kSortUp = "\xef\x83\x9e";        // f0de
inline constexpr const char* kUndo = "\xef\x83\xa2";          // f0e2
inline constexpr const char* kExchange = "\xef\x83\xac";      // f0ec
inline constexpr const char* kBell = "\xef\x83\xb3";          // f0f3
inline constexpr const char* kMobile = "\xef\x84\x8b";        // f10b
inline constexpr const char* kSpinner = "\xef\x84\x90";       // f110
inline constexpr const char* kKeyboard = "\xef\x84\x9c";      // f11c
inline constexpr const char* kUnlink = "\xef\x84\xa7";        // f127
inline constexpr const char* kCompass = "\xef\x85\x8e";       // f14e
inline constexpr const char* kPlug = "\xef\x87\xa6";          // f1e6
inline constexpr const char* kWifi = "\xef\x87\xab";          // f1eb
inline constexpr const char* kHourglass = "\xef\x89\x92";     // f252
inline constexpr const char* kMap = "\xef\x89\xb9";           // f279

}  // namespace linesman::ui::icon
