#include "cli/office_commands.h"

#include <CLI/CLI.hpp>

#include "cli/verbs/office_verbs.h"

namespace linesman::cli {
namespace {

constexpr const char* kRetryFooter =
    "A device that never reported reads no commands: it is listed as one that cannot be reached from here, with what\n"
    "to do with the worker. Exit 0: every device answered that it is done; 1: one failed, expired, or needs attention\n"
    "and cannot be reached; 2: a dry run that waits for --yes; 75: one has not answered yet.\n"
    "Example: linesmanctl retry --all-failing --dry-run; linesmanctl retry --all-failing --yes --timeout 900";

}  // namespace

struct OfficeCommands::Verbs {
    CLI::App *validate, *rules_show, *rules_set, *audit_verify, *audit_show, *import, *retry;
    ValidateOptions validating;
    RulesOptions rules;
    AuditOptions audit;
    ImportOptions importing;
    RetryOptions retrying;
};

OfficeCommands::OfficeCommands(CLI::App& app) : verbs_(std::make_unique<Verbs>()) {
    Verbs& v = *verbs_;
    v.validate = app.add_subcommand("validate", "run the rules: findings by rule and severity");
    v.validate->add_option("--project", v.validating.projects, "only these projects");
    v.validate->add_option("--capture", v.validating.capture, "the findings of one capture (id or pole number)");
    v.validate->add_flag("--all", v.validating.all, "decided captures too, not only those that wait");
    v.validate->add_flag("--offline", v.validating.offline, "over what was pulled last; never contacts the server");
    auto* watch = v.validate->add_flag("--watch", v.validating.watch,
                                       "be the validator: hold the lease, keep pulling, write judgements back until "
                                       "SIGTERM");
    auto* write = v.validate->add_flag("--write-back", v.validating.write_back,
                                       "write the judgements into staging once (needs the project's lease)");
    auto* preview = v.validate->add_option("--preview", v.validating.preview_file,
                                           "what these changes of a rule set (JSON) would newly fail and pass");
    watch->excludes(write)->excludes(preview);
    write->excludes(preview);

    auto* rules = app.add_subcommand("rules", "rule sets of the projects");
    rules->require_subcommand(1);
    v.rules_show = rules->add_subcommand("show", "the values in force and where each comes from");
    v.rules_show->add_option("project", v.rules.project, "a project; without it, the projects that have a rule set");
    v.rules_set = rules->add_subcommand("set", "change a project's rule set (admins)");
    v.rules_set->add_option("project", v.rules.project)->required();
    v.rules_set->add_option("file", v.rules.file, "JSON object with the members to change; null = back to the default")
        ->required();
    v.rules_set->add_flag("--dry-run", v.rules.dry_run, "check and show what would change");

    auto* audit = app.add_subcommand("audit", "the record of who did what");
    audit->require_subcommand(1);
    v.audit_verify = audit->add_subcommand("verify", "compare this desk's journal with the server's entries");
    v.audit_verify->add_flag("--offline", v.audit.offline, "only the journal's own chain");
    v.audit_verify->add_flag("--all-desks", v.audit.all_desks, "read every desk's entries: forks and changed entries");
    v.audit_show = audit->add_subcommand("show", "everything that happened to one capture");
    v.audit_show->add_option("capture", v.audit.capture, "staging id, or pole number of a capture here")->required();

    v.import = app.add_subcommand("import", "planned poles, projects and boundaries from CSV or GeoJSON");
    v.import->add_option("kind", v.importing.kind, "planned, projects or boundaries")
        ->required()
        ->check(CLI::IsMember({"planned", "projects", "boundaries"}));
    v.import->add_option("file", v.importing.file)->required();
    v.import->add_option("--project", v.importing.project, "the project of rows and geometries that name none");
    v.import->add_flag("--apply", v.importing.apply, "write; without it only counts are shown (admins)");
    v.import->add_flag("--offline", v.importing.offline, "only check the file");
    add_retry(app);
}

void OfficeCommands::add_retry(CLI::App& app) {
    Verbs& v = *verbs_;
    v.retry = app.add_subcommand("retry", "tell field devices to send again what failed, and wait for their answers");
    v.retry->footer(kRetryFooter);
    auto* devices = v.retry->add_option("device", v.retrying.devices, "device ids (linesmanctl devices list)");
    auto* all = v.retry->add_flag("--all-failing", v.retrying.all_failing,
                                  "every device on which captures failed; a dry run unless --yes is given");
    all->excludes(devices);
    auto* photos = v.retry->add_option("--photos", v.retrying.photos, "the photos of this capture (id or pole number)");
    auto* capture = v.retry->add_option("--capture", v.retrying.capture, "this whole capture (id or pole number)");
    auto* log = v.retry->add_flag("--log", v.retrying.log, "its log instead");
    photos->excludes(capture)->excludes(log)->excludes(all);
    capture->excludes(log)->excludes(all);
    v.retry->add_flag("--dry-run", v.retrying.dry_run, "only say what would be sent, and what cannot be reached");
    v.retry->add_flag("-y,--yes", v.retrying.yes, "send to all that fail without being asked");
    v.retry->add_flag("--no-wait", v.retrying.no_wait, "do not wait for the answer");
    v.retry->add_option("--lives", v.retrying.lives_h, "hours until it expires")
        ->capture_default_str()
        ->check(CLI::Range(1, 24 * 90));
    // Which devices: by name or all that fail, one of both.
    v.retry->callback([&v] {
        const auto& o = v.retrying;
        if (o.devices.empty() && !o.all_failing)
            throw CLI::ValidationError("retry", "name a device, or give --all-failing");
        if (o.devices.size() > 1 && !(o.photos.empty() && o.capture.empty()))
            throw CLI::ValidationError("retry", "a capture is on one device: name that one only");
    });
}

OfficeCommands::~OfficeCommands() = default;

std::optional<int> OfficeCommands::run(const GlobalOptions& global) const {
    const Verbs& v = *verbs_;
    GlobalOptions options = global;
    // Asked for by name: this run writes back, whatever the profile says.
    if (v.validate->parsed() && (v.validating.watch || v.validating.write_back))
        options.settings["write_back"] = "true";
    Context context(options);
    if (v.validate->parsed()) return verb_validate(context, v.validating);
    if (v.rules_show->parsed()) return verb_rules_show(context, v.rules);
    if (v.rules_set->parsed()) return verb_rules_set(context, v.rules);
    if (v.audit_verify->parsed()) return verb_audit_verify(context, v.audit);
    if (v.audit_show->parsed()) return verb_audit_show(context, v.audit);
    if (v.import->parsed()) return verb_import(context, v.importing);
    if (v.retry->parsed()) return verb_retry(context, v.retrying);
    return std::nullopt;
}

}  // namespace linesman::cli
