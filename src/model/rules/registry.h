// All rules, and the function that applies them in order.
#pragma once

#include <span>

#include "model/rules/rule.h"

namespace linesman::model {

// One per file of this folder.
void number_format(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void number_prefix(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void project_known(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void duplicate_number(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void number_in_production(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void duplicate_upload(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void near_duplicate(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void gps_present(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void gps_accuracy(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void gps_country(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void gps_boundary(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void planned_distance(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void planned_nearer_other(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void photos_complete(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void photo_too_small(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void photo_reused(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void capture_times(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void speed_impossible(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void field_limits(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void device_reported(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);
void document_unreadable(const CaptureFacts&, const RuleContext&, std::vector<Finding>&);

// are_distinct_uploads() of model/keys.h, on facts.
bool are_distinct_facts(const CaptureFacts& a, const CaptureFacts& b);

std::span<const RuleFunction> all_rules();

// Everything the rules say about the capture in `row`, sorted by severity (worst first), rule, field, id. Empty for a
// removed capture. With `candidate` that rule set is used instead of the project's own (preview).
std::vector<Finding> judge(FactRow row, const CaptureIndex& captures, const ReferenceIndex& reference,
                           base::Timestamp now, const CompiledRules* candidate = nullptr);

}  // namespace linesman::model
