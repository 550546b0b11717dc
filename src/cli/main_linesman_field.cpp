// linesman-field: the device side. Captures offline, syncs to staging, and makes the demo's data.
#include <CLI/CLI.hpp>
#include <csignal>

#include "cli/exit_codes.h"
#include "cli/field/verbs.h"

namespace {

using namespace linesman;

constexpr const char* kFooter =
    "Signing in: LINESMAN_EMAIL and LINESMAN_PASSWORD (never flags: they would show in ps), with LINESMAN_PROJECT_ID "
    "and\n"
    "LINESMAN_API_KEY; or --backend URL for a local linesman-backend and its demo user.\n"
    "Exit codes: 0 ok, 1 some items failed, 2 usage, 69 offline, 75 retry later, 77 no permission, 78 configuration.";

CLI::App* add_capture(CLI::App& app, cli::AddOptions& add) {
    auto* verb = app.add_subcommand("add", "store one capture on this device");
    verb->add_option("--number", add.capture.pole_number, "pole number as on the pole, e.g. LAW.P.A001");
    verb->add_option("--project", add.capture.project_id, "project id");
    verb->add_option("--lat", add.latitude, "latitude in degrees")->check(CLI::Range(-90.0, 90.0));
    verb->add_option("--lon", add.longitude, "longitude in degrees")->check(CLI::Range(-180.0, 180.0));
    verb->add_option("--accuracy", add.accuracy_m, "GPS accuracy in metres")->check(CLI::Range(0.0, 1e6));
    verb->add_option("--notes", add.capture.notes, "notes");
    verb->add_option("--by", add.capture.captured_by, "who captured it");
    verb->add_option("--photo", add.photos, "slot=path; slots: before, front, side, depth, concrete, compaction");
    verb->add_flag("--draft", add.capture.draft, "save without making it ready for sync");
    return verb;
}

CLI::App* add_fleet(CLI::App& app, field::DemoFleetOptions& fleet) {
    auto* verb = app.add_subcommand("demo-fleet", "fill a local backend with the demo's data");
    verb->add_option("--captures", fleet.captures, "how many captures the devices make")->capture_default_str();
    verb->add_option("--devices", fleet.devices, "how many devices")->capture_default_str()->check(CLI::Range(3, 8));
    verb->add_option("--days", fleet.days, "over how many working days")
        ->capture_default_str()
        ->check(CLI::Range(1, 60));
    verb->add_option("--seed", fleet.seed, "the same seed gives the same data")->capture_default_str();
    verb->add_option("--photo-width", fleet.studio.width, "of the rendered photos, in pixels")->capture_default_str();
    verb->add_option("--photo-height", fleet.studio.height, "of the rendered photos, in pixels")->capture_default_str();
    return verb;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app{"The field side of Linesman: capture offline, sync to staging.", "linesman-field"};
    app.footer(kFooter);
    app.set_version_flag("--version", LINESMAN_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    cli::FieldOptions options;
    app.add_option("--dir", options.folder, "folder of the offline store (demo-fleet: of all devices)");
    app.add_option("--backend", options.backend, "URL of a local linesman-backend with demo users");
    app.add_flag("--json", options.json, "one JSON document on stdout");
    app.add_flag("-q,--quiet", options.quiet, "no messages, only data and errors");

    auto* capture = app.add_subcommand("capture", "captures on this device");
    capture->require_subcommand(1);
    capture->fallthrough();
    cli::AddOptions add;
    auto* add_verb = add_capture(*capture, add);
    std::string status;
    auto* list_verb = capture->add_subcommand("list", "what this device holds");
    list_verb->add_option("--status", status, "only these")
        ->check(CLI::IsMember({"draft", "pending", "syncing", "staged", "synced", "error"}));
    field::SyncOptions how;
    bool failed = false;
    auto* sync_verb = app.add_subcommand("sync", "bring what waits into staging");
    sync_verb->add_flag("--failed", failed, "only what failed, without waiting for its next try");
    sync_verb->add_option("--parallel", how.parallel, "items at a time")
        ->capture_default_str()
        ->check(CLI::Range(1, 8));
    sync_verb->add_option("--network", how.facts.network, "kind of network, for the report")->capture_default_str();
    auto* status_verb = app.add_subcommand("status", "counts per status and what failed");
    field::DemoFleetOptions fleet;
    auto* fleet_verb = add_fleet(app, fleet);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? cli::kOk : cli::kUsage;
    }
    if (add_verb->parsed()) {
        add.has_latitude = add_verb->count("--lat") > 0;
        add.has_longitude = add_verb->count("--lon") > 0;
        add.has_accuracy = add_verb->count("--accuracy") > 0;
        return cli::verb_capture_add(options, std::move(add));
    }
    if (list_verb->parsed()) return cli::verb_capture_list(options, status);
    if (status_verb->parsed()) return cli::verb_field_status(options);
    if (sync_verb->parsed()) {
        if (failed) how.scope = field::SyncScope::failed_only;
        return cli::verb_field_sync(options, std::move(how));
    }
    if (fleet_verb->parsed()) {
        if (options.backend.empty() || options.folder.empty()) {
            std::fprintf(stderr, "linesman-field: demo-fleet needs --backend URL and --dir DIR\n");
            return cli::kUsage;
        }
        fleet.backend_url = options.backend;
        fleet.folder = options.folder;
        return cli::verb_demo_fleet(options, std::move(fleet));
    }
    return cli::kUsage;
}
