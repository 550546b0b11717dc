// What a rule is: a pure function of one capture and a read-only context that appends findings. One file per rule; the
// order is in registry.cpp. Where do I add a rule: an entry in model/finding.h (appended), a default severity in
// rule_set.cpp, a file here, a line in the registry, a Flags / Ignores pair in tests/model/rules.
//
// A rule never reads the clock (only `now`, and only to decide, never in a message, so that a finding's text is
// stable), never throws and stays silent when what it compares is unknown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/finding.h"
#include "model/rules/capture_index.h"
#include "model/rules/reference_index.h"

namespace linesman::model {

struct RuleContext {
    const CompiledRules& compiled;
    const RuleSet& rules;  // of the capture's project
    const Project* project = nullptr;
    const ReferenceIndex& reference;
    const CaptureIndex& captures;
    base::Timestamp now;

    bool is_on(Rule rule) const { return rules.severity(rule) != Severity::none; }
    std::string_view text(TextId id) const { return captures.text(id); }
};

using RuleFunction = void (*)(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out);

// A finding in the making. The severity is the rule set's, lowered to `at_most`.
struct Draft {
    Rule rule{};
    std::string field;
    std::string message;
    std::string discriminator;
    std::string value, threshold;
    std::vector<FactRow> others;  // rows in the index
    Severity at_most = Severity::blocking;
};
void add_finding(const CaptureFacts& capture, const RuleContext& context, Draft draft, std::vector<Finding>& out);

// "LAW.P.A001", or "a capture without number"; cut to a readable length, broken text mended.
std::string shown_number(const RuleContext& context, const CaptureFacts& capture);
std::string shown(std::string_view text, size_t max_bytes = 80);
std::string quoted(std::string_view text);      // the same in quotation marks
std::string decimal(double value, int digits);  // digits after the point
std::string metres(double distance_m);          // "12.3 m", "1.4 km"
std::string shown_time(int64_t us);             // "2025-01-30 10:15 SAST"
std::string shown_span(double seconds);         // "40 s", "12 min", "3.5 h", "2 days"

// Captures that share something with `capture`, put together by upload key, because several documents of one upload are
// one thing. Only captures that stand are kept. Sorted by upload key.
struct OtherUpload {
    TextId upload = 0;
    std::vector<FactRow> rows;
};
std::vector<OtherUpload> group_by_upload(const RuleContext& context, const std::vector<FactRow>& rows);

// More findings of one rule on one capture would only bury the rest; the last one says that there are more.
inline constexpr size_t kMaxPerRule = 8;
// At most so many other captures are named in one finding.
inline constexpr size_t kMaxOthers = 8;

}  // namespace linesman::model
