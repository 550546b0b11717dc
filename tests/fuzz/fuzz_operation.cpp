// Operations and rule sets as JSON: what outbox.db and the server hold.
#include "fuzz_support.h"
#include "model/capture_fields.h"
#include "model/operation.h"
#include "model/rules/rule_set.h"

namespace {

using namespace linesman;

void check_operation(const base::Json& json) {
    const auto operation = model::operation_from_json(json);
    if (!operation) {
        fuzz::require_shown_well(operation.error());
        return;
    }
    const std::string written = base::to_text(model::to_json(*operation));
    const auto again = model::operation_from_json(base::parse_json(written, "operation").value_or(base::Json()));
    fuzz::require(again.ok() && base::to_text(model::to_json(*again)) == written, "an operation survives the outbox");
    model::Capture capture;
    capture.staging_id = operation->staging_id;
    const model::Capture after = model::apply(capture, *operation);
    fuzz::require(after.staging_id == capture.staging_id, "an operation never changes which capture it is");
    (void)model::fields_set_by(*operation, capture);
}

void check_rule_set(const base::Json& json) {
    const auto rules = model::rule_set_from_json(json);
    if (!rules) {
        fuzz::require_shown_well(rules.error());
        return;
    }
    const auto again = model::rule_set_from_json(model::to_json(*rules));
    fuzz::require(again.ok() && *again == *rules, "a rule set survives its JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto json = base::parse_json(fuzz::text_of(data, size), "operation");
    if (!json) {
        fuzz::require_shown_well(json.error());
        return 0;
    }
    check_operation(*json);
    check_rule_set(*json);
    return 0;
}
