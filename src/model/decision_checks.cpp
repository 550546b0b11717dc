#include "model/decision_checks.h"

#include <algorithm>

#include "base/text.h"
#include "model/geo.h"
#include "model/keys.h"
#include "model/reasons.h"

namespace linesman::model {
namespace {

bool has_control_characters(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
}

bool is_seen(const Photo& photo, const PhotoSeen& seen) {
    if (seen.shown_ms < kSeenLeastMs || seen.max_px < kSeenLeastPixels) return false;
    return photo.md5.empty() || seen.md5.empty() || photo.md5 == seen.md5;
}

bool is_overridden(const Finding& finding, const std::vector<Override>& overrides) {
    return std::any_of(overrides.begin(), overrides.end(),
                       [&](const Override& o) { return o.finding_id == finding.id && !is_blank(o.reason); });
}

std::optional<std::string> number_refusal(const Capture& capture, const std::string& number) {
    if (canonical_number(number).empty()) {
        if (!capture.synced_to_production) return std::nullopt;
        return "The pole is in production and must keep a number. Type the right number.";
    }
    if (!base::is_valid_utf8(number) || has_control_characters(number))
        return "The pole number holds characters that cannot be stored. Type it again.";
    if (number.size() > kMaxNumberBytes) return "The pole number is longer than 64 characters. Type the number only.";
    return std::nullopt;
}

std::optional<std::string> project_refusal(const std::string& project) {
    if (is_blank(project)) return "Choose a project.";
    if (!base::is_valid_utf8(project) || project.find('/') != std::string::npos || has_control_characters(project)) {
        return "This is not a project id. Choose a project from the list.";
    }
    return std::nullopt;
}

}  // namespace

Permission Permission::yes() {
    return {true, {}, {}};
}
Permission Permission::no(std::string why) {
    return {false, std::move(why), {}};
}

bool is_blank(std::string_view text) {
    return base::nfc_trimmed(text).empty();
}

std::string sentence(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) text += part;
    return text;
}

std::string decider_of(const Capture& capture) {
    if (!capture.review) return "nobody";
    if (!capture.review->by_name.empty()) return capture.review->by_name;
    return capture.review->by.empty() ? "another person" : capture.review->by;
}

std::optional<std::string> others_decision_refusal(const PolicyInput& input, const Operation& operation) {
    const Capture& capture = input.capture;
    const bool stands =
        !capture.in_queue() && (capture.decision() == Decision::approved || capture.decision() == Decision::rejected);
    if (!stands || capture.review->by == input.session.uid || !is_blank(operation.comment)) return std::nullopt;
    return sentence({decider_of(capture), " has ", name_of(capture.decision()),
                     " this capture. Say in the comment why you decide otherwise, or undo that decision."});
}

std::optional<std::string> unseen_photos_refusal(const PolicyInput& input, const Operation& operation) {
    if (!input.project || !input.project->requires_seen_photos) return std::nullopt;
    const SlotMask there = input.capture.photo_mask();
    std::string unseen;
    for (const Slot slot : kSlots) {
        if (!(there & bit(slot))) continue;
        const auto seen = operation.photos_seen.find(slot);
        if (seen != operation.photos_seen.end() && is_seen(*input.capture.photos[index_of(slot)], seen->second))
            continue;
        if (!unseen.empty()) unseen += ", ";
        unseen += name_of(slot);
    }
    if (unseen.empty()) return std::nullopt;
    return sentence(
        {"This project approves only what was looked at. Not yet seen: ", unseen, ". Open these photos first."});
}

std::optional<std::string> rejection_reason_refusal(const Operation& operation) {
    if (operation.reason.empty()) return "Choose a reason for the rejection, so that the crew knows what to do.";
    if (!reject_reason(operation.reason))
        return sentence({"The reason \"", operation.reason, "\" is not known. Choose one from the list."});
    if (operation.reason == "other" && is_blank(operation.comment))
        return "Write a comment: the reason is \"other\", and the crew reads only that.";
    return std::nullopt;
}

std::optional<std::string> correction_refusal(const Capture& capture, const Correction& correction) {
    const Correction& c = correction;
    if (c.pole_number) {
        if (auto no = number_refusal(capture, *c.pole_number)) return no;
    }
    if (c.project_id) {
        if (auto no = project_refusal(*c.project_id)) return no;
    }
    if (c.gps && !is_plausible(*c.gps))
        return "This is not a position on the ground. Set the position on the map again.";
    if (c.notes && (!base::is_valid_utf8(*c.notes) || c.notes->size() > kMaxNotesBytes)) {
        return "The notes are too long or cannot be stored. Shorten them to 10,000 characters.";
    }
    const bool changes = (c.pole_number && *c.pole_number != capture.pole_number) ||
                         (c.project_id && *c.project_id != capture.project_id) ||
                         (c.notes && *c.notes != capture.notes) || (c.gps && c.gps != capture.gps);
    if (!changes) return "Nothing was changed. Change the number, the project, the notes or the position.";
    return std::nullopt;
}

std::optional<std::string> promotion_refusal(const PolicyInput& input) {
    const Capture& capture = input.capture;
    if (is_blank(capture.project_id)) return "The capture belongs to no project. Correct the project first.";
    if (!capture.gps || !is_plausible(*capture.gps)) return "The capture has no position. Correct the position first.";
    if (canonical_number(capture.pole_number).empty() && !(input.project && input.project->allows_blank_number)) {
        return "The capture has no pole number, and this project takes no pole into production without one. Correct "
               "the number first, "
               "or approve without promotion.";
    }
    return std::nullopt;
}

Permission check_findings(const PolicyInput& input, const Operation& operation, const std::vector<Override>& earlier) {
    Permission permission = Permission::yes();
    bool overrides_any = false;
    std::string errors;
    for (const Finding& finding : input.findings) {
        if (finding.severity == Severity::blocking) {
            // Even one marked as ignored: what blocks cannot be waved through.
            return Permission::no(sentence({title_of(finding.rule), ": ", finding.message}));
        }
        if (finding.ignored || finding.severity != Severity::error) continue;
        if (is_overridden(finding, earlier)) continue;
        if (is_overridden(finding, operation.overrides)) {
            overrides_any = true;
            continue;
        }
        permission.needs_override.push_back(finding.id);
        if (errors.find(title_of(finding.rule)) != std::string::npos) continue;  // one rule, several findings
        errors += errors.empty() ? "" : ", ";
        errors += title_of(finding.rule);
    }
    const bool by_hand = operation.via == "desk";
    const bool may_override = by_hand || (input.project && input.project->allows_bulk_override);
    if (!permission.needs_override.empty()) {
        permission.allowed = false;
        permission.why_not =
            sentence({"There are errors: ", errors,
                      may_override ? ". Correct them, or give a reason for each to approve nevertheless."
                                   : ". This project allows overriding errors only one by one at the desk."});
        if (!may_override) permission.needs_override.clear();
        return permission;
    }
    if (overrides_any && !may_override) {
        return Permission::no(
            "This project does not allow errors to be overridden in bulk or from the command line. Decide this "
            "capture at the desk.");
    }
    return permission;
}

}  // namespace linesman::model
