// linesman-field: the device side. Captures offline, syncs to staging, rescues phones, makes the demo's data and load.
#include <CLI/CLI.hpp>
#include <csignal>

#include "cli/exit_codes.h"
#include "cli/field_commands.h"

namespace {

using namespace linesman;

constexpr const char* kFooter =
    "Signing in: LINESMAN_EMAIL and LINESMAN_PASSWORD (never flags: they would show in ps), with LINESMAN_PROJECT_ID "
    "and\n"
    "LINESMAN_API_KEY; or --backend URL for a local linesman-backend and its demo user.\n"
    "Exit codes: 0 ok, 1 some items failed, 2 usage, 69 offline, 75 retry later, 77 no permission, 78 configuration.";

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app{"The field side of Linesman: capture offline, sync to staging.", "linesman-field"};
    app.footer(kFooter);
    app.set_version_flag("--version", LINESMAN_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    cli::FieldOptions options;
    options.version = LINESMAN_VERSION;
    app.add_option("--dir", options.folder, "folder of the offline store (demo-fleet: of all devices)");
    app.add_option("--backend", options.backend, "URL of a local linesman-backend with demo users");
    app.add_flag("--json", options.json, "one JSON document on stdout");
    app.add_flag("-q,--quiet", options.quiet, "no messages, only data and errors");

    const cli::FieldCommands commands(app, options);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? cli::kOk : cli::kUsage;
    }
    return commands.run();
}
