// The single checks of model/decision_policy.h, for that file. Each returns why something is refused, in words for the
// supervisor, or nothing when it is allowed.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/decision_policy.h"

namespace linesman::model {

// A photo counts as seen when it was shown at least so large and so long (contract, "photos_seen").
inline constexpr uint32_t kSeenLeastPixels = 200;
inline constexpr uint32_t kSeenLeastMs = 300;
// Longer than any note or number of a person; keeps the document far below Firestore's 1 MiB.
inline constexpr size_t kMaxNotesBytes = 10'000;
inline constexpr size_t kMaxNumberBytes = 64;

bool is_blank(std::string_view text);
// The parts one after the other (GCC 12 warns wrongly about chains of operator+).
std::string sentence(std::initializer_list<std::string_view> parts);
// Name of who decided, as shown.
std::string decider_of(const Capture& capture);

// Turning another person's standing decision into another one, or merging it away, needs words why.
std::optional<std::string> others_decision_refusal(const PolicyInput& input, const Operation& operation);
// Projects that require it: every photo that is there was really shown, in its present content.
std::optional<std::string> unseen_photos_refusal(const PolicyInput& input, const Operation& operation);
std::optional<std::string> rejection_reason_refusal(const Operation& operation);
std::optional<std::string> correction_refusal(const Capture& capture, const Correction& correction);
// What production would not take, whatever the rules say: no project, no plausible position, no number.
std::optional<std::string> promotion_refusal(const PolicyInput& input);

// Blocking findings refuse; errors need an override with a reason: in the operation, which over bulk and command line
// takes the project's leave, or `earlier`, when they were approved.
Permission check_findings(const PolicyInput& input, const Operation& operation, const std::vector<Override>& earlier);

}  // namespace linesman::model
