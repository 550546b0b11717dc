#include "backend/stream_rules.h"

#include <array>
#include <random>
#include <utility>

#include "backend/api_error.h"

namespace linesman::backend {

using base::Json;

namespace {

constexpr std::array<std::pair<const char*, uint64_t StreamStats::*>, 11> kStats = {{
    {"channelsOpened", &StreamStats::channels_opened},
    {"backChannels", &StreamStats::back_channels},
    {"cut", &StreamStats::cut},
    {"messages", &StreamStats::messages},
    {"documents", &StreamStats::documents},
    {"removals", &StreamStats::removals},
    {"targetsFull", &StreamStats::targets_full},
    {"targetsResumed", &StreamStats::targets_resumed},
    {"targetsExpired", &StreamStats::targets_expired},
    {"filters", &StreamStats::filters},
    {"snapshots", &StreamStats::snapshots},
}};

constexpr std::array<std::pair<const char*, bool StreamSettings::*>, 5> kFlags = {{
    {"forgetRemovals", &StreamSettings::forget_removals},
    {"bareRemovals", &StreamSettings::bare_removals},
    {"bloomFilter", &StreamSettings::bloom_filter},
    {"alwaysFilter", &StreamSettings::always_filter},
    {"silent", &StreamSettings::silent},
}};

constexpr std::array<std::pair<const char*, int64_t StreamSettings::*>, 4> kNumbers = {{
    {"keepAliveMs", &StreamSettings::keep_alive_ms},
    {"wrongCount", &StreamSettings::wrong_count},
    {"frameDelayMs", &StreamSettings::frame_delay_ms},
    {"messagesPerFrame", &StreamSettings::messages_per_frame},
}};

}  // namespace

uint64_t StreamRules::first_epoch() {
    // Tokens of an earlier run of the backend must not be valid in this one: its commit log is gone.
    std::random_device random;
    return (uint64_t{random()} << 32) | random();
}

StreamSettings StreamRules::settings() const {
    const std::lock_guard lock(mutex_);
    return settings_;
}

void StreamRules::set(const StreamSettings& settings) {
    const std::lock_guard lock(mutex_);
    settings_ = settings;
}

void StreamRules::cut_next(CutRule rule) {
    const std::lock_guard lock(mutex_);
    cut_ = std::move(rule);
}

void StreamRules::refuse_next(RefuseRule rule) {
    const std::lock_guard lock(mutex_);
    refuse_ = rule;
}

void StreamRules::expire_tokens() {
    const std::lock_guard lock(mutex_);
    ++epoch_;
}

uint64_t StreamRules::token_epoch() const {
    const std::lock_guard lock(mutex_);
    return epoch_;
}

void StreamRules::reset() {
    const std::lock_guard lock(mutex_);
    settings_ = {};
    cut_.reset();
    refuse_.reset();
    stats_ = {};
}

std::optional<CutRule> StreamRules::take_cut(const std::string& service) {
    const std::lock_guard lock(mutex_);
    ++stats_.back_channels;
    if (!cut_ || cut_->remaining == 0 || (!cut_->service.empty() && cut_->service != service)) return {};
    --cut_->remaining;
    return cut_;
}

std::optional<int> StreamRules::take_refusal() {
    const std::lock_guard lock(mutex_);
    if (!refuse_ || refuse_->remaining == 0) return {};
    --refuse_->remaining;
    return refuse_->code;
}

StreamStats StreamRules::stats() const {
    const std::lock_guard lock(mutex_);
    return stats_;
}

void StreamRules::count(uint64_t StreamStats::*field, uint64_t by) {
    const std::lock_guard lock(mutex_);
    stats_.*field += by;
}

base::Status StreamRules::from_json(const Json& json) {
    if (!json.is_object()) return invalid("The settings must be an object.");
    StreamSettings settings = this->settings();
    for (const auto& [key, member] : kFlags) settings.*member = base::bool_at(json, key).value_or(settings.*member);
    for (const auto& [key, member] : kNumbers) settings.*member = base::int_at(json, key).value_or(settings.*member);
    if (const auto age = base::int_at(json, "tokenAgeS")) settings.token_age = base::seconds(*age);
    if (const auto code = base::int_at(json, "expiredCause")) settings.expired_cause = static_cast<int>(*code);
    if (settings.keep_alive_ms < 1 || settings.messages_per_frame < 1 || settings.frame_delay_ms < 0) {
        return invalid("keepAliveMs and messagesPerFrame must be above 0, frameDelayMs not below.");
    }
    set(settings);
    if (const Json* cut = base::find(json, "cut")) {
        CutRule rule;
        rule.service = base::string_at(*cut, "service").value_or("");
        rule.after_messages = base::int_at(*cut, "afterMessages").value_or(0);
        rule.half_frame = base::bool_at(*cut, "halfFrame").value_or(false);
        rule.remaining = base::int_at(*cut, "count").value_or(1);
        cut_next(std::move(rule));
    }
    if (const Json* refuse = base::find(json, "refuse")) {
        refuse_next(
            {static_cast<int>(base::int_at(*refuse, "code").value_or(7)), base::int_at(*refuse, "count").value_or(1)});
    }
    return {};
}

Json StreamRules::to_json() const {
    const std::lock_guard lock(mutex_);
    Json settings = Json::object();
    for (const auto& [key, member] : kFlags) settings[key] = settings_.*member;
    for (const auto& [key, member] : kNumbers) settings[key] = settings_.*member;
    settings["tokenAgeS"] = settings_.token_age.us / base::kMicrosPerSecond;
    settings["expiredCause"] = settings_.expired_cause;
    Json stats = Json::object();
    for (const auto& [key, member] : kStats) stats[key] = stats_.*member;
    return {{"settings", std::move(settings)}, {"stats", std::move(stats)}};
}

}  // namespace linesman::backend
