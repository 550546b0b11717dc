// What a command to field devices would do, worked out before anything is sent: which devices it reaches, which need
// none, which cannot be reached, and what to tell the worker instead. Pure; thread: any.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/decision_policy.h"
#include "model/device.h"
#include "model/project.h"

namespace linesman::app {

// What a person asks for.
struct FleetOrder {
    std::string kind = "retry_failed";    // or resend_photos, resend_capture, upload_log
    std::string staging_id;               // of the capture to be sent again
    std::vector<std::string> device_ids;  // ignored when `all_failing`
    bool all_failing = false;             // every device that needs attention, and those that never reported
    base::Duration lives_for = base::hours(7 * int64_t{24});
};

struct FleetTarget {
    enum class Verdict : uint8_t {
        will_send,
        under_way,    // asked already: that command is followed instead of a second one
        unreachable,  // never reported, so its app reads no commands
        not_needed,
    } verdict{};
    std::string device_id;
    std::string person, phone;        // who has it (inferred from its captures, or reported), and the number to call
    std::string health;               // as model/device_metrics.h has it
    bool failing = false;             // needs attention, for whatever reason
    int64_t failed = 0, waiting = 0;  // on the phone, reported; `waiting` counts the failed ones as well
    std::string cause;                // of its failures in the phone's words, else its health
    std::string text;                 // what would happen, or why not and what helps
    std::string command_id;           // under_way
    std::vector<std::string> steps;   // unreachable: what to do with the worker, in order
};
std::string_view name_of(FleetTarget::Verdict verdict);  // "will be sent"

// The dry run.
struct FleetPlan {
    FleetOrder order;
    std::string refused_because;       // the whole: the role, nothing chosen
    std::vector<FleetTarget> targets;  // in the order of the verdicts, those that need attention first, then by id
    size_t will_send = 0, under_way = 0, unreachable = 0, not_needed = 0;
};

// `commands`: those that the desk knows of, in any order.
FleetPlan plan_orders(std::span<const model::DeviceSummary> devices, std::span<const model::Person> people,
                      std::span<const model::DeviceCommand> commands, const model::Session& session,
                      const FleetOrder& order, base::Timestamp now);

// Why this person may send no commands; empty when they may.
std::string order_refusal(const model::Session& session);

// What to do with the worker when the office cannot reach the phone. `person` and `phone` may be empty.
std::vector<std::string> rescue_steps(const std::string& person, const std::string& phone);

// Whoever is meant by an account or name in a capture or heartbeat; nullptr when nobody is known by it.
const model::Person* person_called(std::span<const model::Person> people, std::string_view uid_or_name);

// Captures on the phone in these states, as it reported them.
int64_t on_phone(const model::Heartbeat& beat, std::initializer_list<const char*> states);

// "queued" past its time is "expired", also before anybody has written so.
std::string state_at(const model::DeviceCommand& command, base::Timestamp now);

}  // namespace linesman::app
