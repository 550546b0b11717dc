// The desk's way to what linesman-field rescue does: with the profile's project and a store beside the desk's files.
#include "app/office_line.h"
#include "cli/field/verbs.h"
#include "cli/verbs/operations_verbs.h"

namespace linesman::cli {

int verb_rescue_export(Context& context, const RescueOptions& options) {
    const auto profile = context.profile();
    if (!profile) return context.fail(profile.error());
    if (auto status = context.folders.create(); !status) return context.fail(status.error());
    FieldOptions there;
    there.folder = context.folders.data + "/rescued";
    there.json = context.options.json;
    there.quiet = context.options.quiet;
    there.version = context.options.version;
    if (!options.offline) {
        const auto credentials = credentials_from_environment();
        if (!credentials)
            return context.fail(base::make_error(
                base::ErrorKind::permission_denied,
                "A rescue signs in by itself: set LINESMAN_EMAIL and LINESMAN_PASSWORD, or give --offline."));
        field::AgentOptions connection;
        connection.endpoints = profile->endpoints;
        connection.names = app::collection_names(*profile);
        connection.email = credentials->email;
        connection.password = credentials->password;
        connection.ca_file = profile->ca_file;
        connection.patience = base::seconds(context.options.timeout_s);
        there.connection = std::move(connection);
    }
    RescueFlags flags;
    flags.file = options.file;
    flags.report_file = options.report_file;
    flags.offline = options.offline;
    flags.sync = options.send;
    return verb_rescue(there, flags);
}

}  // namespace linesman::cli
