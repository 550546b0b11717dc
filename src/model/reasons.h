// Reasons for a rejection, chosen by digit after R.
#pragma once

#include <array>
#include <string_view>

namespace linesman::model {

struct RejectReason {
    std::string_view code;    // on the wire
    std::string_view title;   // on the screen
    std::string_view advice;  // what the crew reads
};

inline constexpr std::array<RejectReason, 9> kRejectReasons = {{
    {"wrong_number", "Wrong or missing pole number", "Check the number on the pole and send it again."},
    {"wrong_place", "Position is wrong", "Stand at the pole, wait for a good GPS fix and capture again."},
    {"photo_missing", "Photo missing", "Take the missing photos and send again."},
    {"photo_unclear", "Photo unclear", "Take a sharper photo in better light."},
    {"wrong_photo", "Photo shows something else", "Take the photo that the slot asks for."},
    {"depth", "Planting depth not shown or too shallow", "Show the tape measure in the hole."},
    {"concrete", "Concrete or compaction not acceptable", "Mend the base and photograph it again."},
    {"duplicate", "Duplicate of another capture", "No action: this pole is captured already."},
    {"other", "Other (see comment)", "Read the comment."},
}};

// nullptr when the code is unknown.
const RejectReason* reject_reason(std::string_view code);

}  // namespace linesman::model
