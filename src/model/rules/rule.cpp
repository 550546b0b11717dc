#include "model/rules/rule.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "base/text.h"

namespace linesman::model {

void add_finding(const CaptureFacts& capture, const RuleContext& context, Draft draft, std::vector<Finding>& out) {
    const Severity severity = std::min(context.rules.severity(draft.rule), draft.at_most);
    if (severity == Severity::none) return;
    Finding finding;
    finding.rule = draft.rule;
    finding.severity = severity;
    finding.id = finding_id(context.captures.staging_id(capture.row), draft.rule, draft.field, draft.discriminator);
    finding.field = std::move(draft.field);
    finding.message = std::move(draft.message);
    finding.value = std::move(draft.value);
    finding.threshold = std::move(draft.threshold);
    if (draft.others.size() > kMaxOthers) draft.others.resize(kMaxOthers);
    for (const FactRow row : draft.others) finding.others.emplace_back(context.captures.staging_id(row));
    std::sort(finding.others.begin(), finding.others.end());
    if (const auto* ignore = context.reference.ignore_of(finding.id)) {
        finding.ignored = true;
        finding.ignore_reason = ignore->reason;
    }
    out.push_back(std::move(finding));
}

std::string shown(std::string_view text, size_t max_bytes) {
    std::string out = base::sanitize_utf8(text, max_bytes);
    if (out.size() < text.size()) out += "…";
    return out;
}

std::string quoted(std::string_view text) {
    std::string out(1, '"');
    out += shown(text);
    out += '"';
    return out;
}

std::string shown_number(const RuleContext& context, const CaptureFacts& capture) {
    return capture.number == 0 ? "a capture without number" : shown(context.text(capture.number), 40);
}

// printf("%.*f") gives the same digits, but takes several times as long.
std::string decimal(double value, int digits) {
    char buffer[48];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits);
    if (written.ec == std::errc{}) return {buffer, written.ptr};
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);  // an absurd number: its first digits
    return buffer;
}

std::string metres(double distance_m) {
    if (distance_m < 1000) return decimal(distance_m, distance_m < 100 ? 1 : 0) + " m";
    return decimal(distance_m / 1000, 1) + " km";
}

std::string shown_time(int64_t us) {
    // The zone in which the desk shows every time (display() in capture_fields.h).
    return base::format_local({us}, 120) + " SAST";
}

std::string shown_span(double seconds) {
    if (seconds < 120) return decimal(seconds, 0) + " s";
    if (seconds < 7200) return decimal(seconds / 60, 0) + " min";
    if (seconds < 2 * 86400) return decimal(seconds / 3600, 1) + " h";
    return decimal(seconds / 86400, 0) + " days";
}

std::vector<OtherUpload> group_by_upload(const RuleContext& context, const std::vector<FactRow>& rows) {
    std::vector<FactRow> standing;
    for (const FactRow row : rows) {
        if (context.captures.at(row).stands()) standing.push_back(row);
    }
    const auto key = [&](FactRow row) {
        return std::pair(context.text(context.captures.at(row).upload), context.captures.staging_id(row));
    };
    std::sort(standing.begin(), standing.end(), [&](FactRow a, FactRow b) { return key(a) < key(b); });
    std::vector<OtherUpload> groups;
    for (const FactRow row : standing) {
        const TextId upload = context.captures.at(row).upload;
        if (groups.empty() || groups.back().upload != upload) groups.push_back({upload, {}});
        groups.back().rows.push_back(row);
    }
    return groups;
}

}  // namespace linesman::model
