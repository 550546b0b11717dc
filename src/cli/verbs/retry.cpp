// linesmanctl retry: a command to one field device, and what came of it.
#include "cli/verbs/office_verbs.h"
#include "cli/verbs/verbs.h"

namespace linesman::cli {
namespace {

base::Json as_json(const model::DeviceCommand& command) {
    base::Json out = {{"id", command.id},
                      {"device_id", command.device_id},
                      {"kind", command.kind},
                      {"state", command.state},
                      {"result", command.result}};
    if (!command.staging_id.empty()) out["staging_id"] = command.staging_id;
    if (command.expires_at) out["expires_at"] = base::format_rfc3339(*command.expires_at);
    return out;
}

// Which command, about which capture.
base::Result<app::DeviceOrder> order_of(Context& context, const RetryOptions& options) {
    app::DeviceOrder order;
    if (!options.devices.empty()) order.device_id = options.devices.front();
    order.lives_for = base::hours(options.lives_h);
    if (options.log) order.kind = "upload_log";
    if (!options.photos.empty()) order.kind = "resend_photos";
    if (!options.capture.empty()) order.kind = "resend_capture";
    const std::string& item = options.photos.empty() ? options.capture : options.photos;
    if (item.empty()) return order;
    auto id = staging_id_of(context, item);
    if (!id) return id.error();
    order.staging_id = std::move(*id);
    return order;
}

}  // namespace

int verb_retry(Context& context, const RetryOptions& options) {
    const auto order = order_of(context, options);
    if (!order) return context.fail(order.error());
    if (options.all_failing || options.dry_run || options.devices.size() > 1)
        return retry_many(context, options, *order);
    auto line = open_line(context);
    if (!line) return context.fail(line.error());
    const base::SystemClock clock;
    auto journal = app::Administration::open(context.folders.data + "/outbox.db", clock);
    if (!journal) return context.fail(journal.error());
    auto command = app::send_order(**line, *order, clock, &*journal);
    if (!command) return context.fail(command.error());
    context.out.message("Sent " + command->kind + " to " + command->device_id + " (" + command->id + ").");
    if (!options.no_wait) {
        const auto answer = app::wait_for_answer(**line, command->id, base::seconds(context.options.timeout_s), clock,
                                                 [&](const model::DeviceCommand& now) {
                                                     if (now.state == "delivered")
                                                         context.out.message("The device has taken it.");
                                                 });
        if (!answer) return context.fail(answer.error());
        command = answer;
    }
    context.out.document(as_json(*command));
    context.out.data(command->state + (command->result.empty() ? "" : ": " + command->result));
    if (app::is_over(*command)) return command->state == "done" ? kOk : kFindings;
    if (options.no_wait) return kOk;
    context.out.message("The device has not answered yet; the command waits for it" +
                        (command->expires_at ? " until " + base::format_rfc3339(*command->expires_at) : "") + ".");
    return kTryLater;
}

}  // namespace linesman::cli
