#include "cli/field_commands.h"

#include <CLI/CLI.hpp>

#include "cli/command_docs.h"
#include "cli/exit_codes.h"

namespace linesman::cli {
namespace {

// A verb that changes one capture, with its flags.
struct CaptureVerb {
    CLI::App* app = nullptr;
    CaptureFlags flags;
    std::string id;

    void add_flags() {
        auto& capture = flags.capture;
        app->add_option("--number", capture.pole_number, "pole number as on the pole, e.g. LAW.P.A001");
        app->add_option("--project", capture.project_id, "project id");
        app->add_option("--lat", flags.latitude, "latitude in degrees")->check(CLI::Range(-90.0, 90.0));
        app->add_option("--lon", flags.longitude, "longitude in degrees")->check(CLI::Range(-180.0, 180.0));
        app->add_option("--accuracy", flags.accuracy_m, "GPS accuracy in metres")->check(CLI::Range(0.0, 1e6));
        app->add_option("--notes", capture.notes, "notes");
        app->add_option("--photo", flags.photos, "slot=path; slots: before, front, side, depth, concrete, compaction");
    }
    CaptureFlags taken() const {
        CaptureFlags out = flags;
        out.has_number = app->count("--number") > 0;
        out.has_project = app->count("--project") > 0;
        out.has_notes = app->count("--notes") > 0;
        out.has_latitude = app->count("--lat") > 0;
        out.has_longitude = app->count("--lon") > 0;
        out.has_accuracy = app->count("--accuracy") > 0;
        return out;
    }
};

void add_sync_flags(CLI::App& verb, SyncFlags& flags) {
    verb.add_option("--parallel", flags.sync.parallel, "captures at a time, at most; adapts to the line")
        ->capture_default_str()
        ->check(CLI::Range(1, 8));
    verb.add_option("--network", flags.sync.facts.network, "kind of network, for the report")->capture_default_str();
    verb.add_flag("--metered", flags.metered, "the connection is metered: pause");
    verb.add_flag("--even-metered", flags.even_metered, "send all the same");
    verb.add_option("--battery", flags.battery_percent, "percent; without it, what the system says")
        ->check(CLI::Range(0, 100));
    verb.add_flag("--charging", flags.charging, "the charger is connected");
    verb.add_flag("--even-low-battery", flags.even_low_battery, "send below 20 % and without a charger all the same");
    verb.add_flag("--delete-promoted", flags.delete_promoted,
                  "delete local data of captures that production holds with every photo");
}

}  // namespace

struct FieldCommands::Verbs {
    CaptureVerb add, edit, correct;
    CLI::App *root = nullptr, *list, *submit, *import, *sync, *agent, *status, *rescue, *demo_fleet, *simulate,
             *generate;
    std::string docs, docs_folder;
    std::string list_status;
    std::vector<std::string> submit_ids;
    ImportFlags importing;
    SyncFlags syncing, working;
    bool check = false;
    RescueFlags rescuing;
    field::DemoFleetOptions fleet;
    field::SimulationOptions simulation;

    void add_capture(CLI::App& app);
    void add_import(CLI::App& capture);
    void add_sync(CLI::App& app);
    void add_fleet(CLI::App& app);
};

void FieldCommands::Verbs::add_capture(CLI::App& app) {
    auto* capture = app.add_subcommand("capture", "captures on this device");
    capture->require_subcommand(1);
    capture->fallthrough();
    add.app = capture->add_subcommand("add", "store one capture on this device");
    add.add_flags();
    add.app->add_option("--by", add.flags.capture.captured_by, "who captured it; without it, who signs in to sync");
    add.app->add_flag("--draft", add.flags.capture.draft, "save without making it ready for sync");
    list = capture->add_subcommand("list", "what this device holds");
    list->add_option("--status", list_status, "only these")
        ->check(CLI::IsMember({"draft", "pending", "syncing", "staged", "synced", "error"}));
    edit.app = capture->add_subcommand("edit", "change a capture that is not in staging yet; it becomes a draft");
    edit.app->add_option("id", edit.id, "offline id")->required();
    edit.add_flags();
    edit.app->add_option("--without", edit.flags.without, "slot of a photo that is gone for good");
    edit.app->add_flag("--submit", edit.flags.submit, "and make it ready for sync");
    submit = capture->add_subcommand("submit", "make drafts ready for sync");
    submit->add_option("ids", submit_ids, "offline ids; without any, all drafts");
    correct.app = capture->add_subcommand("correct", "change a capture that a supervisor rejected, and send it again");
    correct.app->add_option("id", correct.id, "offline id")->required();
    correct.add_flags();
    correct.app->add_option("--without", correct.flags.without, "slot of a photo that is gone for good");
    correct.app->add_flag("--draft", correct.flags.capture.draft, "do not submit yet");
    add_import(*capture);
}

void FieldCommands::Verbs::add_import(CLI::App& capture) {
    import = capture.add_subcommand("import", "captures from CSV or GeoJSON, with a folder of photos");
    import->add_option("file", importing.file)->required();
    import->add_option("--photos", importing.import.photo_folder,
                       "folder; names tell number and slot, such as LAW.P.A001_front.jpg");
    import->add_option("--project", importing.import.defaults.project_id, "of rows that name none");
    import->add_option("--by", importing.import.defaults.captured_by, "who captured rows that name nobody");
    import
        ->add_option("--utc-offset", importing.import.defaults.utc_offset_minutes,
                     "minutes, of times without an offset")
        ->capture_default_str()
        ->check(CLI::Range(-840, 840));
    import->add_flag("--draft", importing.import.draft, "as drafts");
    import->add_flag("--dry-run", importing.import.dry_run, "only check");
}

void FieldCommands::Verbs::add_sync(CLI::App& app) {
    sync = app.add_subcommand("sync", "bring what waits into staging, take commands, ask what became of the rest");
    sync->add_option("ids", syncing.sync.only, "only these captures");
    sync->add_flag("--failed", syncing.failed_only, "only what failed, without waiting for its next try");
    add_sync_flags(*sync, syncing);
    agent = app.add_subcommand("agent", "sync, report and obey on a timer, until SIGTERM");
    agent->alias("watch");
    agent->add_option("--interval", working.interval_s, "seconds between two rounds")
        ->capture_default_str()
        ->check(CLI::Range(1, 86400));
    agent->add_option("--rounds", working.rounds, "leave after so many; 0 = never");
    add_sync_flags(*agent, working);
    status = app.add_subcommand("status", "where every capture stands, and what the office wants corrected");
    status->add_flag("--check", check, "ask the server first");
    rescue = app.add_subcommand("rescue", "captures out of a phone's exported queue, damaged ones too");
    rescue->add_option("file", rescuing.file, "the export: JSON with base64 photos")->required();
    rescue->add_flag("--sync", rescuing.sync, "and send what was saved");
    rescue->add_flag("--offline", rescuing.offline, "do not ask the server what it has");
    rescue->add_option("--report", rescuing.report_file, "write the report (JSON) to this file");
}

void FieldCommands::Verbs::add_fleet(CLI::App& app) {
    demo_fleet = app.add_subcommand("demo-fleet", "fill a local backend with the demo's data");
    demo_fleet->add_option("--captures", fleet.captures, "how many captures the devices make")->capture_default_str();
    demo_fleet->add_option("--devices", fleet.devices, "how many devices")
        ->capture_default_str()
        ->check(CLI::Range(3, 8));
    demo_fleet->add_option("--days", fleet.days, "over how many working days")
        ->capture_default_str()
        ->check(CLI::Range(1, 60));
    demo_fleet->add_option("--seed", fleet.seed, "the same seed gives the same data")->capture_default_str();
    demo_fleet->add_option("--photo-width", fleet.studio.width, "of the rendered photos, in pixels")
        ->capture_default_str();
    demo_fleet->add_option("--photo-height", fleet.studio.height, "of the rendered photos, in pixels")
        ->capture_default_str();
    simulate = app.add_subcommand("simulate", "N devices with seeded faults against a local backend: load and proof");
    simulate->add_option("--devices", simulation.devices)->capture_default_str()->check(CLI::Range(1, 10'000));
    simulate->add_option("--captures", simulation.captures, "of all devices together")
        ->capture_default_str()
        ->check(CLI::Range(0, 10'000'000));
    simulate->add_option("--seed", simulation.seed)->capture_default_str();
    simulate->add_option("--fault-rate", simulation.fault_rate, "share of requests that fail; scales all faults")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 0.9));
    simulate->add_option("--photos", simulation.most_photos, "of a capture, at most")
        ->capture_default_str()
        ->check(CLI::Range(1, 6));
    simulate->add_option("--photo-bytes", simulation.most_photo_bytes, "of a photo, at most")
        ->capture_default_str()
        ->check(CLI::Range(1024, 60'000));
    simulate->add_option("--threads", simulation.threads, "devices at work at the same time")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
}

FieldCommands::FieldCommands(CLI::App& app, FieldOptions& options)
    : options_(options), verbs_(std::make_unique<Verbs>()) {
    verbs_->root = &app;
    verbs_->add_capture(app);
    verbs_->add_sync(app);
    verbs_->add_fleet(app);
    verbs_->generate = add_generate(app, verbs_->docs, verbs_->docs_folder);
}
FieldCommands::~FieldCommands() = default;

int FieldCommands::run_capture() const {
    const Verbs& v = *verbs_;
    if (v.add.app->parsed()) return verb_capture_add(options_, v.add.taken());
    if (v.list->parsed()) return verb_capture_list(options_, v.list_status);
    if (v.edit.app->parsed()) return verb_capture_edit(options_, v.edit.id, v.edit.taken());
    if (v.submit->parsed()) return verb_capture_submit(options_, v.submit_ids);
    if (v.correct.app->parsed()) return verb_capture_correct(options_, v.correct.id, v.correct.taken());
    return verb_capture_import(options_, v.importing);
}

int FieldCommands::run_fleet() const {
    const Verbs& v = *verbs_;
    if (options_.backend.empty() || options_.folder.empty()) {
        std::fprintf(stderr, "linesman-field: this verb needs --backend URL and --dir DIR\n");
        return kUsage;
    }
    if (v.demo_fleet->parsed()) {
        auto fleet = v.fleet;
        fleet.backend_url = options_.backend;
        fleet.folder = options_.folder;
        return verb_demo_fleet(options_, std::move(fleet));
    }
    return verb_simulate(options_, v.simulation);
}

int FieldCommands::run() const {
    const Verbs& v = *verbs_;
    if (v.generate->parsed())
        return write_command_docs(Output(options_.json, options_.quiet), *v.root, options_.version, v.docs,
                                  v.docs_folder);
    if (v.sync->parsed()) return verb_field_sync(options_, v.syncing);
    if (v.agent->parsed()) return verb_field_agent(options_, v.working);
    if (v.status->parsed()) return verb_field_status(options_, v.check);
    if (v.rescue->parsed()) return verb_rescue(options_, v.rescuing);
    if (v.demo_fleet->parsed() || v.simulate->parsed()) return run_fleet();
    return run_capture();
}

}  // namespace linesman::cli
