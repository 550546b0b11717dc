#include "field/server_state.h"

#include "model/reasons.h"

namespace linesman::field {

ServerState server_state_of(const model::Capture& capture, base::Timestamp seen_at) {
    ServerState out;
    out.validation_status = model::name_of(capture.validation_status);
    out.decision = model::name_of(capture.decision());
    if (capture.review) {
        out.reason = capture.review->reason;
        out.comment = capture.review->comment;
        out.decided_by = capture.review->by_name.empty() ? capture.review->by : capture.review->by_name;
        out.decided_at = capture.review->at;
        out.sent_again = capture.resubmission > capture.review->resubmission;
    }
    out.resubmission = capture.resubmission;
    out.in_production = capture.synced_to_production;
    out.production_id = capture.production_id;
    out.seen_at = seen_at;
    return out;
}

ServerState gone_from_server(base::Timestamp seen_at) {
    ServerState out;
    out.validation_status = "gone";
    out.decision = "none";
    out.seen_at = seen_at;
    return out;
}

std::string advice_of(const ServerState& state) {
    if (state.is_gone()) return "No longer on the server. Ask the office whether to send it again.";
    if (state.decision == "superseded") return "Merged into another capture of this pole. Nothing to do.";
    if (!state.is_rejected()) return {};
    const auto* reason = model::reject_reason(state.reason);
    std::string text = "Rejected";
    if (!state.decided_by.empty()) text += " by " + state.decided_by;
    if (reason) {
        text += ": " + std::string(reason->title) + ". " + std::string(reason->advice);
    } else {
        text += state.reason.empty() ? "." : ": " + state.reason + ".";
    }
    if (!state.comment.empty()) text += " Comment: " + state.comment;
    return text;
}

base::Json to_json(const ServerState& state) {
    base::Json out = {{"validation_status", state.validation_status},
                      {"decision", state.decision},
                      {"reason", state.reason},
                      {"comment", state.comment},
                      {"decided_by", state.decided_by},
                      {"resubmission", state.resubmission},
                      {"in_production", state.in_production},
                      {"production_id", state.production_id},
                      {"sent_again", state.sent_again},
                      {"seen_at", base::format_rfc3339(state.seen_at)}};
    if (state.decided_at) out["decided_at"] = base::format_rfc3339(*state.decided_at);
    return out;
}

ServerState server_state_from_json(const base::Json& json) {
    const auto text = [&](const char* key) { return base::string_at(json, key).value_or(""); };
    const auto time = [&](const char* key) -> std::optional<base::Timestamp> {
        const auto parsed = base::parse_rfc3339(text(key));
        return parsed ? std::optional(*parsed) : std::nullopt;
    };
    ServerState out;
    out.validation_status = text("validation_status");
    out.decision = text("decision");
    out.reason = text("reason");
    out.comment = text("comment");
    out.decided_by = text("decided_by");
    out.decided_at = time("decided_at");
    out.resubmission = base::int_at(json, "resubmission").value_or(0);
    out.in_production = base::bool_at(json, "in_production").value_or(false);
    out.production_id = text("production_id");
    out.sent_again = base::bool_at(json, "sent_again").value_or(false);
    out.seen_at = time("seen_at").value_or(base::Timestamp{});
    return out;
}

}  // namespace linesman::field
