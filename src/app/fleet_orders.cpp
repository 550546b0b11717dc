#include "app/fleet_orders.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace linesman::app {
namespace {

using Verdict = FleetTarget::Verdict;

constexpr base::Duration kSilent = base::hours(24);  // then the answer says so; no alert

std::string captures(int64_t count) {
    return std::to_string(count) + (count == 1 ? " capture" : " captures");
}

std::string contact_words(const model::Heartbeat& beat, base::Timestamp now) {
    if (!beat.last_seen) return "It takes the command when it next has contact.";
    const std::string age = base::format_age(now - *beat.last_seen);
    if (now - *beat.last_seen > kSilent)
        return "It was last heard of " + age + " ago: the command waits for it until it expires.";
    return age == "just now" ? "It was heard of just now." : "It was last heard of " + age + " ago.";
}

const model::DeviceCommand* open_command(std::span<const model::DeviceCommand> commands, const std::string& device_id,
                                         const FleetOrder& order, base::Timestamp now) {
    for (const auto& command : commands) {
        const std::string state = state_at(command, now);
        if (command.device_id == device_id && command.kind == order.kind && command.staging_id == order.staging_id &&
            (state == "queued" || state == "delivered"))
            return &command;
    }
    return nullptr;
}

std::string needless(const model::DeviceSummary& device, const FleetTarget& target, base::Timestamp now) {
    if (target.waiting > 0)
        return "Nothing failed; " + captures(target.waiting) + " wait and go by themselves once it has a network. " +
               contact_words(*device.reported, now);
    return "Nothing failed on it, so there is nothing to send again" +
           (device.health.empty() ? std::string(".") : ": " + device.health + ".");
}

std::string outlook(const FleetOrder& order, const model::DeviceSummary& device, const FleetTarget& target,
                    base::Timestamp now) {
    const std::string contact = contact_words(*device.reported, now);
    if (order.kind == "upload_log") return "It sends its log. " + contact;
    if (order.kind == "resend_photos") return "It sends the photos of this capture again. " + contact;
    if (order.kind == "resend_capture") return "It sends this capture again. " + contact;
    if (target.failed == 0) return "By its last report nothing failed; it looks again. " + contact;
    return "It sends " + captures(target.failed) + " again. " + contact;
}

FleetTarget target_of(const model::DeviceSummary& device, std::span<const model::Person> people,
                      std::span<const model::DeviceCommand> commands, const FleetOrder& order, base::Timestamp now) {
    FleetTarget target;
    target.device_id = device.device_id;
    target.health = device.health;
    target.failing = device.failing;
    target.person = !device.person.empty() ? device.person : device.reported ? device.reported->owner_uid : "";
    if (const auto* person = person_called(people, target.person)) {
        if (!person->name.empty()) target.person = person->name;
        target.phone = person->phone;
    }
    if (!device.reported) {
        target.verdict = Verdict::unreachable;
        target.cause = device.health;
        target.text = "It never reported, so its app reads no commands: cannot be reached from here.";
        target.steps = rescue_steps(target.person, target.phone);
        return target;
    }
    target.failed = on_phone(*device.reported, {"error"});
    target.waiting = on_phone(*device.reported, {"pending", "syncing", "error"});
    target.cause =
        target.failed > 0 && !device.reported->last_error.empty() ? device.reported->last_error : device.health;
    if (const auto* open = open_command(commands, device.device_id, order, now)) {
        target.verdict = Verdict::under_way;
        target.command_id = open->id;
        target.text = "Asked already";
        if (open->created_at) {
            const std::string age = base::format_age(now - *open->created_at);
            target.text += age == "just now" ? " just now" : " " + age + " ago";
        }
        target.text += open->state == "delivered" ? "; the phone has taken it." : "; the phone has not taken it yet.";
        return target;
    }
    const bool needed = order.kind != "retry_failed" || target.failed > 0 || !order.all_failing;
    target.verdict = needed ? Verdict::will_send : Verdict::not_needed;
    target.text = needed ? outlook(order, device, target, now) : needless(device, target, now);
    return target;
}

bool is_meant(const model::DeviceSummary& device, const FleetOrder& order) {
    if (order.all_failing) return device.failing || !device.reported || on_phone(*device.reported, {"error"}) > 0;
    return std::find(order.device_ids.begin(), order.device_ids.end(), device.device_id) != order.device_ids.end();
}

void count(FleetPlan& plan) {
    for (const auto& target : plan.targets) {
        plan.will_send += target.verdict == Verdict::will_send;
        plan.under_way += target.verdict == Verdict::under_way;
        plan.unreachable += target.verdict == Verdict::unreachable;
        plan.not_needed += target.verdict == Verdict::not_needed;
    }
}

}  // namespace

std::string_view name_of(FleetTarget::Verdict verdict) {
    switch (verdict) {
        case Verdict::will_send:
            return "will be sent";
        case Verdict::under_way:
            return "under way";
        case Verdict::unreachable:
            return "cannot be reached from here";
        case Verdict::not_needed:
            return "not needed";
    }
    return "";
}

FleetPlan plan_orders(std::span<const model::DeviceSummary> devices, std::span<const model::Person> people,
                      std::span<const model::DeviceCommand> commands, const model::Session& session,
                      const FleetOrder& order, base::Timestamp now) {
    FleetPlan plan;
    plan.order = order;
    plan.refused_because = order_refusal(session);
    for (const auto& device : devices) {
        if (is_meant(device, order)) plan.targets.push_back(target_of(device, people, commands, order, now));
    }
    std::sort(plan.targets.begin(), plan.targets.end(), [](const FleetTarget& a, const FleetTarget& b) {
        return std::tuple(a.verdict, !a.failing, a.device_id) < std::tuple(b.verdict, !b.failing, b.device_id);
    });
    count(plan);
    const bool needs_capture = order.kind.starts_with("resend_");
    if (!plan.refused_because.empty()) return plan;
    if (plan.targets.empty())
        plan.refused_because = order.all_failing ? "No device needs attention." : "Choose a device first.";
    if (needs_capture && order.staging_id.empty()) plan.refused_because = "Choose the capture to be sent again.";
    return plan;
}

std::string order_refusal(const model::Session& session) {
    if (!session.signed_in) return "Nobody is signed in. Sign in with an account of the role support or admin.";
    if (!session.roles_enforced || session.role == model::Role::support || session.role == model::Role::admin)
        return {};
    return "Commands to devices are sent by support or an admin; " + session.email + " is " +
           std::string(model::name_of(session.role)) + ".";
}

std::vector<std::string> rescue_steps(const std::string& person, const std::string& phone) {
    std::string call = person.empty() ? "Find out who has this phone, and call them" : "Call " + person;
    if (!phone.empty()) call += " at " + phone;
    return {call + ".",
            "Ask them to open the app where there is a network, and to leave it open until its list is empty.",
            "They must not clear the browser's data or install the app anew: what never arrived is only on the phone.",
            "Does the list not empty? Have them export the queue from the app and send the file; support brings it in "
            "with: linesmanctl rescue FILE --send."};
}

const model::Person* person_called(std::span<const model::Person> people, std::string_view uid_or_name) {
    if (uid_or_name.empty()) return nullptr;
    for (const auto& person : people) {
        if (person.uid == uid_or_name || person.name == uid_or_name) return &person;
    }
    return nullptr;
}

int64_t on_phone(const model::Heartbeat& beat, std::initializer_list<const char*> states) {
    int64_t count = 0;
    for (const char* state : states) {
        if (const auto found = beat.queue.find(state); found != beat.queue.end())
            count += std::max<int64_t>(found->second, 0);
    }
    return count;
}

std::string state_at(const model::DeviceCommand& command, base::Timestamp now) {
    if (command.state == "queued" && command.expires_at && *command.expires_at < now) return "expired";
    return command.state;
}

}  // namespace linesman::app
