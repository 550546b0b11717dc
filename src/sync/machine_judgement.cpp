#include "sync/machine_judgement.h"

#include <algorithm>

#include "model/operation.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;
using model::Decision;
using model::Severity;

const Json& entry_fields(const Json& entry) {
    static const Json kNone = Json::object();
    const Json* fields = value::as_map(entry);
    return fields ? *fields : kNone;
}

// Written by a validator of ours, this one or an earlier one.
bool is_ours(const Json& entry) {
    const Json& fields = entry_fields(entry);
    if (value::text_at(fields, "rule") == model::kManualRejection) return false;
    return model::rule_from_code(value::text_at(fields, "code")) && !value::text_at(fields, "id").empty();
}

bool is_written(const model::Finding& finding) {
    return finding.rule != model::Rule::device_reported && finding.rule != model::Rule::photo_too_small;
}

bool counts(const model::Finding& finding) {
    return !finding.ignored && finding.severity >= Severity::error && finding.rule != model::Rule::photo_too_small;
}

Json encode_finding(const model::Finding& finding) {
    const bool is_error = finding.severity >= Severity::error && !finding.ignored;
    Json fields = {{"field", value::text(finding.field)},
                   {"rule", value::text(model::code_of(finding.rule))},
                   {"message", value::text(finding.message)},
                   {"severity", value::text(is_error ? "error" : "warning")},
                   {"code", value::text(model::code_of(finding.rule))},
                   {"id", value::text(finding.id)}};
    if (finding.ignored) {
        fields["ignored"] = value::boolean(true);
        fields["ignore_reason"] = value::text(finding.ignore_reason);
    }
    return value::map(std::move(fields));
}

Json raw_entries(const CurrentDocument& current) {
    const Json* stored = value::member(current.fields, "validation_errors");
    const Json* list = stored ? value::as_array(*stored) : nullptr;
    return list ? *list : Json::array();
}

Json wanted_entries(const CurrentDocument& current, const std::vector<model::Finding>& findings) {
    Json entries = Json::array();
    for (auto& entry : raw_entries(current)) {
        if (!is_ours(entry)) entries.push_back(std::move(entry));
    }
    size_t written = 0;
    for (const auto& finding : findings) {
        if (!is_written(finding) || written == kMaxMachineEntries) continue;
        entries.push_back(encode_finding(finding));
        ++written;
    }
    return entries;
}

MachineWrite judged(const CurrentDocument& current, const std::vector<model::Finding>& findings) {
    MachineWrite out;
    out.claims = true;
    const bool fails = std::ranges::any_of(findings, counts);
    out.changes.set.emplace_back("validation_status", value::text(fails ? "rejected" : "validated"));
    out.changes.set.emplace_back("validation_errors", value::array(wanted_entries(current, findings)));
    return out;
}

// What the person's decision wrote, and a phone took away.
MachineWrite repaired(const CurrentDocument& current, const model::Review& review) {
    MachineWrite out;
    const bool approved = review.decision == Decision::approved;
    out.changes.set.emplace_back("validation_status", value::text(approved ? "validated" : "rejected"));
    if (approved) return out;
    Json entries = raw_entries(current);
    const bool has_reason = std::ranges::any_of(entries, [](const Json& entry) {
        return value::text_at(entry_fields(entry), "rule") == model::kManualRejection;
    });
    if (has_reason) return out;
    model::Operation decision;
    decision.reason = review.reason;
    decision.comment = review.comment;
    decision.op_id = review.op_id;
    const auto entry = model::rejection_entry(decision);
    entries.push_back(value::map({{"field", value::text(entry.field)},
                                  {"rule", value::text(entry.rule)},
                                  {"message", value::text(entry.message)},
                                  {"severity", value::text(entry.severity)},
                                  {"code", value::text(entry.code)},
                                  {"id", value::text(entry.id)}}));
    out.changes.set.emplace_back("validation_errors", value::array(std::move(entries)));
    return out;
}

bool is_as_wanted(const CurrentDocument& current, const FieldChanges& changes) {
    return std::ranges::all_of(changes.set, [&](const auto& wanted) {
        const Json* now = value::member(current.fields, wanted.first);
        if (!now) return false;
        // An empty list may come without its inner key.
        const Json *list = value::as_array(*now), *other = value::as_array(wanted.second);
        return list && other ? *list == *other : *now == wanted.second;
    });
}

}  // namespace

std::optional<ValidatingClaim> claim_of(const Json& fields) {
    const Json* stored = value::member(fields, kClaimField);
    const Json* map = stored ? value::as_map(*stored) : nullptr;
    if (!map) return std::nullopt;
    return ValidatingClaim{value::text_at(*map, "by"), value::timestamp_at(*map, "until").value_or(base::Timestamp{})};
}

std::optional<MachineWrite> machine_write(const CurrentDocument& current, const model::Capture& capture,
                                          const std::vector<model::Finding>& findings) {
    if (capture.shape != model::SourceShape::staging) return std::nullopt;
    MachineWrite out;
    if (capture.in_queue()) {
        out = judged(current, findings);
    } else {
        const bool decided = capture.decision() == Decision::approved || capture.decision() == Decision::rejected;
        if (!decided) return std::nullopt;
        out = repaired(current, *capture.review);
    }
    const bool has_claim = current.fields.contains(kClaimField);
    if (is_as_wanted(current, out.changes) && !has_claim) return std::nullopt;
    if (has_claim) out.changes.removed.emplace_back(kClaimField);
    if (out.claims) {
        out.changes.removed = {kClaimField};
        out.changes.server_times.emplace_back("validated_at");
    }
    out.changes.server_times.emplace_back("updated_at");
    return out;
}

FieldChanges claim_changes(const ValidatingClaim& claim) {
    FieldChanges changes;
    changes.set = {
        {"validation_status", value::text("validating")},
        {kClaimField, value::map({{"by", value::text(claim.by)}, {"until", value::timestamp(claim.until)}})}};
    changes.server_times = {"updated_at"};
    return changes;
}

}  // namespace linesman::sync
