#include "sync/device_commands.h"

#include <algorithm>
#include <array>

#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;

constexpr std::array<std::string_view, 4> kKinds = {"retry_failed", "resend_photos", "resend_capture", "upload_log"};

base::Error bad_command(const std::string& what) {
    return base::make_error(ErrorKind::invalid_argument, what, "device command");
}

}  // namespace

std::string command_refusal(const model::DeviceSummary& device) {
    if (device.device_id.empty()) return "Choose a device first; captures without a device id cannot be reached.";
    if (device.reported) return {};
    return "The device " + device.device_id +
           " never reported, so its app reads no commands. Call the worker and go through the rescue steps together.";
}

base::Result<Json> command_write(const Endpoints& endpoints, const CollectionNames& names, const std::string& id,
                                 const NewDeviceCommand& command) {
    if (std::ranges::find(kKinds, command.kind) == kKinds.end())
        return bad_command("Devices know no command " + command.kind + ".");
    if (command.device_id.empty())
        return bad_command("Choose a device first; captures without a device id cannot be reached.");
    if (command.kind.starts_with("resend_") && command.staging_id.empty())
        return bad_command("Choose the capture to be sent again.");
    Json fields = Json::object();
    fields["device_id"] = value::text(command.device_id);
    fields["kind"] = value::text(command.kind);
    fields["state"] = value::text("queued");
    fields["created_by"] = value::text(command.created_by);
    fields["expires_at"] = value::timestamp(command.created_at + command.lives_for);
    if (!command.staging_id.empty()) fields["staging_id"] = value::text(command.staging_id);
    Json write = Json::object();
    write["update"] = Json{{"name", endpoints.document_name(names.commands, id)}, {"fields", std::move(fields)}};
    write["currentDocument"] = Json{{"exists", false}};
    const auto server_time = [](const char* path) {
        return Json{{"fieldPath", path}, {"setToServerValue", "REQUEST_TIME"}};
    };
    write["updateTransforms"] = Json::array({server_time("created_at"), server_time("updated_at")});
    return write;
}

net::Call create_command(Firestore& firestore, const CollectionNames& names, const std::string& id,
                         const NewDeviceCommand& command, std::function<void(base::Status)> done) {
    auto write = command_write(firestore.endpoints(), names, id, command);
    // A refused command is sent as an empty commit, so that `done` still runs on the client's queue and exactly once.
    Json writes = write ? Json::array({std::move(*write)}) : Json::array();
    std::optional<base::Error> refused;
    if (!write) refused = write.error();
    return firestore.commit(std::move(writes), [refused, done = std::move(done)](base::Result<CommitReply> reply) {
        if (refused) return done(*refused);
        const bool is_there = reply.ok() || reply.error().kind == ErrorKind::already_exists;
        done(is_there ? base::Status() : base::Status(reply.error()));
    });
}

base::Result<model::DeviceCommand> decode_command(std::string_view id, std::string_view fields_json,
                                                  base::Timestamp now) {
    const auto fields = value::parse_fields(fields_json);
    if (!fields) return fields.error();
    model::DeviceCommand command;
    command.id = id;
    command.device_id = value::text_at(*fields, "device_id");
    command.kind = value::text_at(*fields, "kind");
    command.state = value::text_at(*fields, "state");
    command.staging_id = value::text_at(*fields, "staging_id");
    command.result = value::text_at(*fields, "result");
    command.created_by = value::text_at(*fields, "created_by");
    command.created_at = value::timestamp_at(*fields, "created_at");
    command.expires_at = value::timestamp_at(*fields, "expires_at");
    command.finished_at = value::timestamp_at(*fields, "finished_at");
    if (command.state == "queued" && command.expires_at && *command.expires_at < now) command.state = "expired";
    return command;
}

}  // namespace linesman::sync
