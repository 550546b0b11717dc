#include "app/device_service.h"

#include <chrono>
#include <thread>

#include "base/ids.h"
#include "sync/device_commands.h"

namespace linesman::app {

using base::ErrorKind;
using base::make_error;
using base::Result;

namespace {

constexpr int kMostSends = 5;
constexpr base::Duration kQuickLook = base::seconds(1);  // while the device may be at work on it
constexpr base::Duration kSlowLook = base::seconds(15);  // each look is a read that is billed
constexpr base::Duration kQuickFor = base::minutes(1);

Result<model::DeviceCommand> read_command(OfficeLine& line, const std::string& id, base::Timestamp now) {
    const auto reply = line.get({line.endpoints().document_name(line.names().commands, id)});
    if (!reply) return reply.error();
    if (reply->documents.empty())
        return make_error(ErrorKind::not_found, "The command " + id + " is no longer on the server.");
    const auto server_now = base::parse_rfc3339(reply->read_time);
    return sync::decode_command(id, reply->documents.front().fields_json, server_now ? *server_now : now);
}

base::Status check_device(OfficeLine& line, const std::string& device_id) {
    model::DeviceSummary device;
    device.device_id = device_id;
    if (!device_id.empty()) {
        const auto reply = line.get({line.endpoints().document_name(line.names().devices, device_id)});
        if (!reply) return reply.error();
        if (!reply->documents.empty()) device.reported.emplace();
    }
    const auto why = sync::command_refusal(device);
    return why.empty() ? base::Status() : base::Status(make_error(ErrorKind::not_found, why));
}

}  // namespace

Result<model::DeviceCommand> send_order(OfficeLine& line, const DeviceOrder& order, const base::Clock& clock) {
    const auto role = line.session().role;
    if (line.session().roles_enforced && role != model::Role::support && role != model::Role::admin) {
        return make_error(ErrorKind::permission_denied, "Commands to devices are sent by support or an admin; " +
                                                            line.session().email + " is " +
                                                            std::string(model::name_of(role)) + ".");
    }
    LINESMAN_TRY(check_device(line, order.device_id));
    sync::NewDeviceCommand command;
    command.device_id = order.device_id;
    command.kind = order.kind;
    command.staging_id = order.staging_id;
    command.created_by = line.session().uid;
    command.created_at = clock.now();
    command.lives_for = order.lives_for;
    const std::string id = base::uuid7(clock);
    auto write = sync::command_write(line.endpoints(), line.names(), id, command);
    if (!write) return write.error();
    for (int tries = 1;; ++tries) {
        const auto reply = line.commit(base::Json::array({*write}));
        // There already: the reply of an earlier try was lost.
        if (reply || reply.error().kind == ErrorKind::already_exists) break;
        if (!reply.error().retryable() || tries >= kMostSends) return reply.error();
        line.back_off(reply.error());
    }
    line.reset_backoff();
    return read_command(line, id, clock.now());
}

Result<model::DeviceCommand> wait_for_answer(OfficeLine& line, const std::string& command_id, base::Duration patience,
                                             const base::Clock& clock,
                                             const std::function<void(const model::DeviceCommand&)>& changed) {
    const base::Duration begun = clock.steady();
    std::string state;
    for (;;) {
        auto command = read_command(line, command_id, clock.now());
        if (!command) return command;
        if (std::exchange(state, command->state) != command->state && changed) changed(*command);
        const base::Duration waited{clock.steady().us - begun.us};
        if (is_over(*command) || waited >= patience) return command;
        const auto look = waited < kQuickFor ? kQuickLook : kSlowLook;
        const int64_t left_us = std::min(look.us, patience.us - waited.us);
        std::this_thread::sleep_for(std::chrono::microseconds(left_us));
    }
}

}  // namespace linesman::app
