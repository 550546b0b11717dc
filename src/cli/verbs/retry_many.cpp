// linesmanctl retry for several devices, or all that fail: what would be sent, receipts, what is still failing.
#include <algorithm>

#include "app/device_file.h"
#include "cli/interrupt.h"
#include "cli/verbs/office_verbs.h"
#include "model/device_metrics.h"

namespace linesman::cli {
namespace {

using Verdict = app::FleetTarget::Verdict;

base::Json as_json(const app::FleetTarget& target) {
    base::Json out = {{"device", target.device_id}, {"verdict", app::name_of(target.verdict)},
                      {"person", target.person},    {"phone", target.phone},
                      {"health", target.health},    {"needs_attention", target.failing},
                      {"failed", target.failed},    {"waiting", target.waiting},
                      {"cause", target.cause},      {"text", target.text}};
    if (!target.steps.empty()) out["steps"] = target.steps;
    if (!target.command_id.empty()) out["command"] = target.command_id;
    return out;
}

base::Json as_json(const app::FleetPlan& plan) {
    base::Json targets = base::Json::array();
    for (const auto& target : plan.targets) targets.push_back(as_json(target));
    return {{"kind", plan.order.kind},         {"will_send", plan.will_send},   {"under_way", plan.under_way},
            {"unreachable", plan.unreachable}, {"not_needed", plan.not_needed}, {"devices", std::move(targets)}};
}

base::Json as_json(const app::OrderReceipt& receipt) {
    const bool sent = !receipt.command.state.empty();
    base::Json out = {{"device", receipt.device_id},
                      {"person", receipt.person},
                      {"command", receipt.command.id},
                      {"state", sent ? receipt.command.state : "not sent"},
                      {"result", sent ? receipt.command.result : receipt.why}};
    if (receipt.command.finished_at) out["finished_at"] = base::format_rfc3339(*receipt.command.finished_at);
    return out;
}

void print_plan(const Context& context, const app::FleetPlan& plan) {
    std::vector<std::vector<std::string>> rows = {{"DEVICE", "PERSON", "FAILED", "WHAT", "CAUSE", "NOTE"}};
    const app::FleetTarget* unreachable = nullptr;
    for (const auto& target : plan.targets) {
        const bool reports = target.verdict != Verdict::unreachable;
        if (!reports && (!unreachable || target.failing)) unreachable = &target;
        std::string person = target.person.empty() ? "unknown" : target.person;
        if (!target.phone.empty()) person += ", " + target.phone;
        rows.push_back({target.device_id, std::move(person), reports ? std::to_string(target.failed) : "?",
                        std::string(app::name_of(target.verdict)), target.cause, reports ? target.text : ""});
    }
    if (rows.size() > 1) context.out.data(Output::table(rows));
    if (unreachable) {
        context.out.data(
            "Devices that cannot be reached from here never reported; their apps read no commands. For "
            "each of them:");
        size_t number = 0;
        for (const auto& step : app::rescue_steps({}, {}))
            context.out.data("  " + std::to_string(++number) + ". " + step);
    }
    const auto count = [](size_t n, const char* words) { return std::to_string(n) + words; };
    context.out.data(count(plan.will_send, " to be sent, ") + count(plan.under_way, " under way already, ") +
                     count(plan.unreachable, " that cannot be reached from here, ") +
                     count(plan.not_needed, " with nothing to send again."));
}

void print_receipts(const Context& context, const std::vector<app::OrderReceipt>& receipts) {
    std::vector<std::vector<std::string>> rows = {{"DEVICE", "PERSON", "STATE", "RESULT"}};
    for (const auto& receipt : receipts) {
        const bool sent = !receipt.command.state.empty();
        rows.push_back({receipt.device_id, receipt.person, sent ? receipt.command.state : "not sent",
                        sent ? receipt.command.result : receipt.why});
    }
    if (rows.size() > 1) context.out.data(Output::table(rows));
}

// What is known of the devices: the cache's captures, and the server's heartbeats when it can be asked.
base::Result<app::FleetPlan> make_plan(Context& context, const app::FleetOrder& order, app::OfficeLine* line) {
    auto desk = context.open_desk(true, false);
    if (!desk) return desk.error();
    const auto profile = context.profile();
    if (!profile) return profile.error();
    const auto snapshot = (*desk)->snapshot();
    auto devices = snapshot->devices;
    std::vector<model::DeviceCommand> commands = *snapshot->commands;
    if (line) {
        const base::SystemClock clock;
        auto news = app::read_fleet(*line, clock);
        if (!news) return news.error();
        devices = model::summarize_devices(snapshot->columns, news->heartbeats, (*desk)->now(),
                                           app::device_limits_of(*profile));
        commands = std::move(news->commands);
    }
    for (const auto& id : order.device_ids) {
        const bool known =
            std::any_of(devices.begin(), devices.end(), [&](const auto& d) { return d.device_id == id; });
        if (!known)
            return base::make_error(base::ErrorKind::not_found,
                                    "No device is called \"" + id +
                                        "\". linesmanctl devices list names them; a device "
                                        "that was never heard of needs the rescue (linesmanctl rescue FILE).");
    }
    auto session = line ? line->session() : snapshot->session;
    if (!line) session.signed_in = true, session.roles_enforced = false;  // nothing can be sent without a line
    return app::plan_orders(devices, *snapshot->people, commands, session, order, (*desk)->now());
}

// Failing devices that no command helps count, so that a script sees them.
int code_of(const app::FleetPlan& plan, const std::vector<app::OrderReceipt>& receipts, bool waited) {
    bool wrong = false, open = false;
    for (const auto& target : plan.targets) wrong |= target.verdict == Verdict::unreachable && target.failing;
    for (const auto& receipt : receipts) {
        const auto& state = receipt.command.state;
        wrong |= state.empty() || state == "failed" || state == "expired";
        open |= state == "queued" || state == "delivered";
    }
    if (wrong) return kFindings;
    return open && waited ? kTryLater : kOk;
}

// Until everybody has answered, the patience is over, or the person interrupts.
base::Status follow(Context& context, app::OfficeLine& line, std::vector<app::OrderReceipt>& receipts) {
    const base::SystemClock clock;
    const InterruptWatch watch;
    const auto over = [&] {
        const auto count = std::count_if(receipts.begin(), receipts.end(),
                                         [](const auto& receipt) { return app::is_over(receipt.command); });
        return std::to_string(count) + " of " + std::to_string(receipts.size()) + " devices have answered";
    };
    app::Following how;
    how.patience = base::seconds(context.options.timeout_s);
    how.go_on = [] { return !InterruptWatch::interrupted(); };
    how.changed = [&](const app::OrderReceipt&) { context.out.progress(over()); };
    auto followed = app::follow_orders(line, receipts, clock, how);
    context.out.end_progress();
    return followed;
}

// What was only planned: shown, and what to do to have it sent.
int end_dry(Context& context, const RetryOptions& options, const app::FleetPlan& plan, const base::Json& json) {
    context.out.document(json);
    if (plan.targets.empty()) {
        context.out.data(plan.refused_because);
        return kOk;
    }
    const bool unhelped = std::any_of(plan.targets.begin(), plan.targets.end(), [](const auto& target) {
        return target.verdict == Verdict::unreachable && target.failing;
    });
    if (options.dry_run) return unhelped ? kFindings : kOk;
    context.out.message("Nothing was sent. Add --yes to send.");
    return kUsage;
}

int send(Context& context, const RetryOptions& options, app::OfficeLine& line, const app::FleetPlan& plan,
         base::Json json) {
    const base::SystemClock clock;
    auto journal = app::Administration::open(context.folders.data + "/outbox.db", clock);
    if (!journal) return context.fail(journal.error());
    auto receipts = app::send_orders(line, plan, clock, &*journal, "cli");
    base::Status followed;
    if (!options.no_wait && !receipts.empty()) followed = follow(context, line, receipts);
    print_receipts(context, receipts);
    base::Json list = base::Json::array();
    for (const auto& receipt : receipts) list.push_back(as_json(receipt));
    json["receipts"] = std::move(list);
    context.out.document(json);
    if (!followed) context.out.problem(followed.error());
    const int code = code_of(plan, receipts, !options.no_wait);
    if (code == kTryLater || (code == kOk && options.no_wait && !receipts.empty()))
        context.out.message(
            "The commands wait for the devices until they expire; linesmanctl devices show DEVICE has each answer.");
    return !followed && code != kFindings ? exit_code(followed.error().kind) : code;
}

}  // namespace

int retry_many(Context& context, const RetryOptions& options, const app::DeviceOrder& one) {
    app::FleetOrder order;
    order.kind = one.kind;
    order.staging_id = one.staging_id;
    order.lives_for = one.lives_for;
    order.device_ids = options.devices;
    order.all_failing = options.all_failing;
    auto line = open_line(context);
    const bool dry = options.dry_run || (options.all_failing && !options.yes);
    if (!line && !dry) return context.fail(line.error());
    const auto plan = make_plan(context, order, line ? line->get() : nullptr);
    if (!plan) return context.fail(plan.error());
    base::Json json = as_json(*plan);
    json["dry_run"] = dry;
    if (!line) context.out.message("As of the last sync: " + line.error().what);
    if (!plan->targets.empty()) {
        print_plan(context, *plan);
        if (!plan->refused_because.empty())
            return context.fail(base::make_error(base::ErrorKind::permission_denied, plan->refused_because));
    }
    if (dry || plan->targets.empty()) return end_dry(context, options, *plan, json);
    return send(context, options, **line, *plan, std::move(json));
}

}  // namespace linesman::cli
