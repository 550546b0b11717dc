#include "field/device_inbox.h"

#include <set>

#include "base/log.h"
#include "sync/commit_parts.h"
#include "sync/device_commands.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::ErrorKind;
using base::Json;
using base::Result;
using base::Status;
namespace value = sync::value;

namespace {

const std::set<std::string> kKnownKinds = {"retry_failed", "resend_photos", "resend_capture", "upload_log"};

}  // namespace

Result<int> DeviceInbox::fetch() {
    Json query = sync::query_of(agent_.names().commands);
    sync::set_where(query, {sync::field_filter("device_id", "EQUAL", value::text(store_.device_id())),
                            sync::any_of_filter("state", {"queued", "delivered"})});
    auto reply = agent_.query(std::move(query));
    if (!reply) return reply.error();
    // The device's own clock may be years off.
    const auto server_now = base::parse_rfc3339(reply->read_time);
    int taken = 0;
    for (const auto& document : reply->documents) {
        const auto command =
            sync::decode_command(document.id(), document.fields_json, server_now ? *server_now : clock_.now());
        if (!command) {
            base::log(base::LogLevel::warning, "field", command.error());
            continue;
        }
        LINESMAN_TRY(consider(*command, taken));
    }
    return taken;
}

Status DeviceInbox::consider(const model::DeviceCommand& command, int& taken) {
    if (command.device_id != store_.device_id()) return {};
    Result<bool> is_new = false;
    if (command.state == "expired") {
        is_new = store_.refuse(command, "expired", "It came too late.");
    } else if (kKnownKinds.count(command.kind) == 0) {
        is_new = store_.refuse(command, "failed", "This app does not know the command " + command.kind + ".");
    } else if (command.state == "delivered") {
        // Taken by an earlier life of this store that is gone: what it did is not known, so it is not done again.
        is_new = store_.refuse(command, "failed", "The device lost track of this command. Send it again.");
    } else {
        is_new = store_.take(command);
        if (is_new && *is_new) ++taken;
    }
    if (!is_new) return is_new.error();
    auto known = store_.commands();
    if (!known) return known.error();
    for (const auto& mine : *known) {
        if (mine.id == command.id && mine.state == "taken" && command.state == "queued") return acknowledge(mine);
    }
    return {};
}

Status DeviceInbox::acknowledge(const TakenCommand& command) {
    const bool is_final = command.state != "taken";
    sync::FieldChanges changes;
    changes.set.emplace_back("state", value::text(is_final ? command.state : "delivered"));
    if (is_final) changes.set.emplace_back("result", value::text(command.result));
    changes.server_times = {is_final ? "finished_at" : "delivered_at", "updated_at"};
    Json write = sync::update_write(agent_.endpoints().document_name(agent_.names().commands, command.id), changes, "");
    write["currentDocument"] = Json{{"exists", true}};
    const auto reply = agent_.commit(Json::array({std::move(write)}));
    // Deleted by the office, or finished there already: nothing is left to be said.
    const bool is_settled = reply.ok() || reply.error().kind == ErrorKind::not_found ||
                            reply.error().kind == ErrorKind::precondition_failed ||
                            (is_final && reply.error().kind == ErrorKind::permission_denied);
    if (!is_settled) return reply.error();
    return is_final ? store_.command_acknowledged(command.id) : Status();
}

Status DeviceInbox::send_log(const TakenCommand& command, const DeviceFacts& facts, const std::string& text) {
    const auto reply = agent_.commit(Json::array({log_write(agent_.endpoints(), agent_.names(), store_.device_id(),
                                                            "log_" + command.id, facts, clock_.now(), text)}));
    if (!reply) return reply.error();
    return store_.finish_command(command.id, true,
                                 "The log is in " + agent_.names().sessions + "/log_" + command.id + ".");
}

Status DeviceInbox::finish(const TakenCommand& command, const DeviceFacts& facts,
                           const std::function<std::string()>& log) {
    if (command.kind == "upload_log") return send_log(command, facts, log ? log() : std::string());
    const auto items = store_.list();
    if (!items) return items.error();
    const auto outcome = outcome_of(command, *items);
    if (!outcome) return {};
    return store_.finish_command(command.id, outcome->done, outcome->result);
}

Status DeviceInbox::settle(const DeviceFacts& facts, const std::function<std::string()>& log) {
    auto taken = store_.commands();
    if (!taken) return taken.error();
    for (const auto& command : *taken) {
        if (command.state == "taken") LINESMAN_TRY(finish(command, facts, log));
    }
    taken = store_.commands();
    if (!taken) return taken.error();
    for (const auto& command : *taken) {
        if (command.state != "taken" && !command.acknowledged) LINESMAN_TRY(acknowledge(command));
    }
    return {};
}

std::optional<CommandOutcome> outcome_of(const TakenCommand& command, const std::vector<StoredCapture>& items) {
    int64_t failed = 0, waiting = 0, staged = 0;
    std::string cause;
    for (const auto& item : items) {
        if (command.kind != "retry_failed" && item.offline_id != command.offline_id) continue;
        if (item.status == ItemStatus::error) ++failed, cause = item.error;
        if (item.status == ItemStatus::pending || item.status == ItemStatus::syncing) ++waiting;
        if (item.status == ItemStatus::staged || item.status == ItemStatus::synced) ++staged;
    }
    if (command.kind == "retry_failed") {
        if (waiting > 0) return std::nullopt;
        if (failed == 0)
            return CommandOutcome{true, std::to_string(staged) + " captures are on the server, none failed."};
        return CommandOutcome{false, std::to_string(failed) + " captures failed again; the last one: " + cause};
    }
    if (waiting > 0) return std::nullopt;
    if (failed > 0) return CommandOutcome{false, cause};
    if (staged > 0) return CommandOutcome{true, "It is in staging with every photo that the device holds."};
    return CommandOutcome{false, "It is a draft on the device: the crew has not submitted it."};
}

}  // namespace linesman::field
