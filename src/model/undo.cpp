#include "model/undo.h"

#include <algorithm>

#include "base/text.h"

namespace linesman::model {
namespace {

bool contains(const std::vector<ValidationEntry>& entries, const ValidationEntry& entry) {
    return std::find(entries.begin(), entries.end(), entry) != entries.end();
}

// Takes out what the operation added and puts back what it removed. When nobody else wrote, this is exactly the list
// before.
std::vector<ValidationEntry> entries_without(const Capture& current, const Capture& before, const Capture& after) {
    if (current.validation_errors == after.validation_errors) return before.validation_errors;
    std::vector<ValidationEntry> entries = current.validation_errors;
    for (const ValidationEntry& entry : after.validation_errors) {
        if (contains(before.validation_errors, entry)) continue;
        std::erase(entries, entry);
    }
    for (const ValidationEntry& entry : before.validation_errors) {
        if (!contains(after.validation_errors, entry) && !contains(entries, entry)) entries.push_back(entry);
    }
    return entries;
}

// The machine's judgement: phones and validators write it at any time, and nobody has decided anything by that.
bool is_judgement(CaptureField field) {
    return field == CaptureField::validation_status || field == CaptureField::validation_errors ||
           field == CaptureField::validated_at;
}

std::string shown(const std::string& text) {
    constexpr size_t kMostBytes = 80;
    if (text.empty()) return "empty";
    std::string out = "\"" + base::sanitize_utf8(text, kMostBytes);
    return out + (text.size() > kMostBytes ? "…\"" : "\"");
}

// An approval that a separate promotion followed: no pole stays in production that nobody approves any more.
bool takes_production_along(const Capture& current, const Capture& before, const Operation& undone) {
    return undone.kind == OperationKind::approve && !undone.promote && current.synced_to_production &&
           !before.synced_to_production;
}

}  // namespace

namespace {

UndoPlan plan_undo(const Capture& current, const Capture& before, const Capture& after,
                   std::vector<CaptureField> fields, const Operation& undone) {
    UndoPlan plan;
    plan.restored = current;
    plan.fields = std::move(fields);
    for (const CaptureField field : plan.fields) {
        if (!is_judgement(field) && !same(field, current, after)) {
            FieldDifference d;
            d.field = field;
            d.base = display(field, before);
            d.theirs = display(field, current);
            d.mine = display(field, after);
            d.changed_by_them = d.changed_by_me = d.clash = true;
            plan.differences.push_back(std::move(d));
        } else if (field == CaptureField::validation_errors) {
            plan.restored.validation_errors = entries_without(current, before, after);
        } else {
            copy_field(field, before, plan.restored);
        }
    }
    if (takes_production_along(current, before, undone)) {
        for (const CaptureField field : {CaptureField::synced_to_production, CaptureField::production_id}) {
            plan.fields.push_back(field);
            copy_field(field, before, plan.restored);
        }
    }
    if (!plan.possible()) {
        plan.restored = current;
        plan.why_not = "This cannot be undone, because it was changed again since: ";
        for (const FieldDifference& d : plan.differences) {
            if (&d != &plan.differences.front()) plan.why_not += ", ";
            plan.why_not += title_of(d.field);
            plan.why_not += " (this change made it " + shown(d.mine) + ", now it is " + shown(d.theirs) + ")";
        }
        plan.why_not += ". Look at the history and decide the capture as it is now.";
        return plan;
    }
    plan.extra = base::Json{{"set", fields_to_json(plan.restored, plan.fields)},
                            {"undone_by", undone.uid},
                            {"undone_kind", std::string(name_of(undone.kind))}};
    return plan;
}

}  // namespace

UndoPlan undo_capture(const Capture& current, const Capture& before, const Operation& undone) {
    return plan_undo(current, before, apply(before, undone), fields_set_by(undone, before), undone);
}

UndoPlan undo_change(const Capture& current, const Capture& before, const Capture& after, const Operation& undone) {
    std::vector<CaptureField> fields;
    for (const CaptureField field : all_fields()) {
        if (!same(field, before, after)) fields.push_back(field);
    }
    return plan_undo(current, before, after, std::move(fields), undone);
}

}  // namespace linesman::model
