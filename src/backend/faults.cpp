#include "backend/faults.h"

#include <array>

#include "backend/api_error.h"

namespace linesman::backend {

using base::Json;
using Kind = FaultRule::Kind;

namespace {

constexpr std::array<std::pair<const char*, Kind>, 6> kKinds = {{
    {"delay", Kind::delay},
    {"rate_limited", Kind::rate_limited},
    {"unavailable", Kind::unavailable},
    {"reset", Kind::reset},
    {"drop_reply", Kind::drop_reply},
    {"cut_body", Kind::cut_body},
}};

HttpReply refusal(const FaultRule& rule) {
    const bool limited = rule.kind == Kind::rate_limited;
    HttpReply reply =
        error_reply(limited ? base::make_error(base::ErrorKind::rate_limited, "Quota exceeded.")
                            : base::make_error(base::ErrorKind::unavailable, "The service is currently unavailable."));
    if (limited || rule.retry_after_s > 0)
        reply.headers.emplace_back("Retry-After", std::to_string(rule.retry_after_s));
    return reply;
}

void act(const FaultRule& rule, FaultDecision& decision) {
    switch (rule.kind) {
        case Kind::delay:
            decision.delay.us += base::milliseconds(rule.delay_ms).us;
            return;
        case Kind::rate_limited:
        case Kind::unavailable:
            decision.reply = refusal(rule);
            return;
        case Kind::reset:
            decision.reset = true;
            return;
        case Kind::drop_reply:
            decision.drop_reply = true;
            return;
        case Kind::cut_body:
            decision.cut_body = true;
            return;
    }
}

base::Result<FaultRule> rule_from_json(const Json& json) {
    FaultRule rule;
    const std::string kind = base::string_at(json, "kind").value_or("");
    const auto* found =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& item) { return kind == item.first; });
    if (found == kKinds.end()) return invalid("Unknown fault \"" + kind.substr(0, 60) + "\".");
    rule.kind = found->second;
    rule.method = base::string_at(json, "method").value_or("");
    rule.path_contains = base::string_at(json, "path").value_or("");
    rule.delay_ms = base::int_at(json, "delayMs").value_or(0);
    rule.retry_after_s = base::int_at(json, "retryAfterS").value_or(0);
    rule.probability = base::number_at(json, "probability").value_or(1);
    rule.remaining = base::int_at(json, "count").value_or(-1);
    return rule;
}

}  // namespace

void Faults::add(FaultRule rule) {
    const std::lock_guard lock(mutex_);
    rules_.push_back(std::move(rule));
}

void Faults::next(Kind kind, int64_t count, const std::string& path) {
    FaultRule rule;
    rule.kind = kind;
    rule.remaining = count;
    rule.path_contains = path;
    add(std::move(rule));
}

void Faults::clear() {
    const std::lock_guard lock(mutex_);
    rules_.clear();
}

void Faults::seed(uint64_t seed) {
    const std::lock_guard lock(mutex_);
    random_.seed(seed);
}

FaultDecision Faults::decide(const std::string& method, const std::string& decoded_path) {
    const std::lock_guard lock(mutex_);
    FaultDecision decision;
    bool hit = false;
    for (FaultRule& rule : rules_) {
        if (rule.remaining == 0 || (!rule.method.empty() && rule.method != method)) continue;
        if (decoded_path.find(rule.path_contains) == std::string::npos) continue;
        if (rule.probability < 1 && std::uniform_real_distribution<double>(0, 1)(random_) >= rule.probability) continue;
        if (rule.remaining > 0) --rule.remaining;
        act(rule, decision);
        hit = true;
    }
    if (hit) ++hits_;
    return decision;
}

uint64_t Faults::hits() const {
    const std::lock_guard lock(mutex_);
    return hits_;
}

base::Status Faults::from_json(const Json& json) {
    std::vector<FaultRule> rules;
    if (const Json* list = base::find(json, "rules")) {
        if (!list->is_array()) return invalid("rules must be a list.");
        for (const Json& item : *list) {
            auto rule = rule_from_json(item);
            if (!rule) return rule.error();
            rules.push_back(std::move(*rule));
        }
    }
    const std::lock_guard lock(mutex_);
    rules_ = std::move(rules);
    if (const auto seed = base::int_at(json, "seed")) random_.seed(static_cast<uint64_t>(*seed));
    return {};
}

Json Faults::to_json() const {
    const std::lock_guard lock(mutex_);
    Json rules = Json::array();
    for (const FaultRule& rule : rules_) {
        const auto* kind =
            std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& item) { return item.second == rule.kind; });
        rules.push_back({{"kind", kind->first},
                         {"method", rule.method},
                         {"path", rule.path_contains},
                         {"delayMs", rule.delay_ms},
                         {"retryAfterS", rule.retry_after_s},
                         {"probability", rule.probability},
                         {"count", rule.remaining}});
    }
    return {{"rules", std::move(rules)}, {"hits", hits_}};
}

}  // namespace linesman::backend
