#include "cli/operations_commands.h"

#include <CLI/CLI.hpp>

#include "cli/command_docs.h"
#include "cli/filter_options.h"
#include "cli/verbs/operations_verbs.h"

namespace linesman::cli {
namespace {

constexpr const char* kExportFooter =
    "REPORT is one of\n"
    "  validation  captures with what the rules and the supervisors say; counts per project, zone, PON, rule, crew,\n"
    "              device and day\n"
    "  coverage    planned poles: captured, approved, rejected, not yet captured; per project, zone and PON\n"
    "  devices     phones: health, queue, failures; each figure reported or inferred\n"
    "  decisions   who decided what, when and why; and the journal of this desk\n"
    "  handover    poles in production with who approved them\n"
    "Example: linesmanctl export validation --project Law-001 --from 2026-11-01 --to 2026-11-30 --format "
    "csv,xlsx,html\n"
    "         --out reports/november";

int usage(const std::string& text) {
    std::fprintf(stderr, "linesmanctl: %s\n", text.c_str());
    return kUsage;
}

std::vector<std::string> split_commas(const std::vector<std::string>& given) {
    std::vector<std::string> out;
    for (const auto& text : given) {
        for (size_t at = 0; at <= text.size();) {
            const size_t end = std::min(text.find(',', at), text.size());
            if (end > at) out.push_back(text.substr(at, end - at));
            at = end + 1;
        }
    }
    return out;
}

}  // namespace

struct OperationsCommands::Verbs {
    CLI::App* root = nullptr;
    CLI::App *export_verb, *verify, *generate;
    FilterOptions filter;
    std::string report;
    std::vector<std::string> formats;
    bool without_findings = false;
    std::optional<int> utc_offset_minutes;
    ExportOptions exporting;
    VerifyOptions verifying;
    std::string what, folder;
    CLI::App *devices, *device_list, *device_show, *device_photos, *device_figures, *device_bundle, *device_open;
    DeviceOptions device;

    void add_devices(CLI::App& app) {
        devices =
            app.add_subcommand("devices", "the phones: health, attempts, bundles; without a further verb, the list");
        devices->require_subcommand(0, 1);
        const auto list_options = [this](CLI::App& verb) {
            verb.add_flag("--failing", device.only_failing, "only devices that need attention");
            verb.add_option("--sort", device.sort, "health (worst first), contact, captures, missing or id")
                ->check(CLI::IsMember({"health", "contact", "captures", "missing", "id"}))
                ->capture_default_str();
        };
        list_options(*devices);
        device_list = devices->add_subcommand("list", "every device, worst first; exit 1 when one needs attention");
        list_options(*device_list);
        const auto of_device = [&](const char* name, const char* help) {
            auto* verb = devices->add_subcommand(name, help);
            verb->add_option("device", device.device, "id of the device (linesmanctl devices list)")->required();
            verb->add_flag("--offline", device.offline, "do not ask the server for sync sessions");
            return verb;
        };
        device_show = of_device("show", "one device: figures, commands, its attempts with error and cure");
        device_show->add_option("--sessions", device.sessions, "how many sync sessions to show")
            ->capture_default_str()
            ->check(CLI::Range(0, 2000));
        device_photos = of_device("photos", "every expected photo: linked, orphaned, never uploaded or unreadable");
        device_figures = devices->add_subcommand(
            "figures", "the fleet in two weeks: by day, project, crew, cause of failure; inferred and reported apart");
        device_figures->add_flag("--offline", device.offline, "do not ask the server for sync sessions");
        device_bundle = of_device("bundle", "all that is known of a device as a redacted file for another desk");
        device_bundle->add_option("--out", device.out, "the file (default: DEVICE.linesman-device.json)");
        device_open = devices->add_subcommand("open", "show a bundle as `devices show` does");
        device_open->add_option("bundle", device.bundle, "the file")->required();
        device_open->add_option("--sessions", device.sessions, "how many sync sessions to show")
            ->capture_default_str()
            ->check(CLI::Range(0, 2000));
    }

    CLI::App* rescue = nullptr;
    RescueOptions rescuing;

    void add_rescue(CLI::App& app) {
        rescue = app.add_subcommand("rescue", "captures out of a phone's exported queue, damaged ones too");
        rescue->footer(
            "Each capture keeps its id, so that what the server has already is recognised. What is saved stays in the\n"
            "profile's data folder (rescued) until it is sent; running it again sends nothing twice.\n"
            "Example: linesmanctl rescue queue.json --report rescued.json, then with --send");
        rescue->add_option("file", rescuing.file, "the export: JSON with base64 photos")->required();
        auto* send = rescue->add_flag("--send", rescuing.send, "send what was saved to staging (support, admins)");
        rescue->add_flag("--offline", rescuing.offline, "do not ask the server what it has")->excludes(send);
        rescue->add_option("--report", rescuing.report_file, "write the report (JSON) to this file");
    }

    CLI::App *queue, *queue_retry, *disk;
    QueueOptions queued;
    bool clean = false;

    void add_queue(CLI::App& app) {
        queue = app.add_subcommand("queue", "decisions of this desk that are not at the server yet");
        queue->require_subcommand(0, 1);
        queue->add_subcommand("list", "each with its state, error and cure; exit 1 when one needs a person");
        queue_retry = queue->add_subcommand("retry", "send parked decisions again");
        queue_retry->add_option("item", queued.item, "op_id or staging id");
        queue_retry->add_flag("--all", queued.all, "all that are parked");
        disk = app.add_subcommand("disk", "what this desk keeps on the disk");
        disk->add_flag("--clean", clean, "delete photos, thumbnails and set aside mirrors; never decisions");
    }

    std::optional<int> run_queue(Context& context) const {
        if (disk->parsed()) return verb_disk(context, clean);
        if (!queue->parsed()) return std::nullopt;
        if (queue_retry->parsed()) return verb_queue_retry(context, queued);
        return verb_queue_list(context);
    }

    std::optional<int> run_devices(Context& context) const {
        if (!devices->parsed()) return std::nullopt;
        if (device_show->parsed()) return verb_devices_show(context, device);
        if (device_photos->parsed()) return verb_devices_photos(context, device);
        if (device_figures->parsed()) return verb_devices_figures(context, device);
        if (device_bundle->parsed()) return verb_devices_bundle(context, device);
        if (device_open->parsed()) return verb_devices_open(context, device);
        return verb_devices_list(context, device);
    }

    void add_export(CLI::App& app) {
        export_verb =
            app.add_subcommand("export", "a report as files: CSV, XLSX, GeoJSON, JSON lines, a page to print");
        export_verb->footer(kExportFooter);
        export_verb->add_option("report", report, "validation, coverage, devices, decisions or handover")
            ->required()
            ->check(CLI::IsMember({"validation", "coverage", "devices", "decisions", "handover"}));
        export_verb->add_option("--format", formats,
                                "csv, xlsx, geojson, jsonl, html; several with commas (default: csv)");
        export_verb
            ->add_option("--out", exporting.out,
                         "a folder (made when missing), a file whose extension says the format, or - for stdout")
            ->required();
        filter.add_to(*export_verb, "all");
        export_verb->add_flag("--bom", exporting.request.csv_bom, "CSV with a byte order mark, for Excel");
        export_verb
            ->add_option("--page-rows", exporting.request.html_rows,
                         "rows of the long tables on the page; on paper it shows at most 100")
            ->capture_default_str()
            ->check(CLI::NonNegativeNumber);
        export_verb
            ->add_option("--photos", exporting.request.photo_captures,
                         "captures whose photos are on the page, 0 to 200")
            ->check(CLI::Range(0, 200))
            ->capture_default_str();
        export_verb
            ->add_option("--utc-offset", utc_offset_minutes,
                         "minutes by which the times of the report are ahead of UTC (default: the profile's)")
            ->check(CLI::Range(-840, 840));
        export_verb->add_flag("--without-findings", without_findings, "no table with a row for each finding");
    }

    int run_export(const GlobalOptions& global) {
        ListOptions list;
        if (const auto wrong = filter.finish(list, &global, utc_offset_minutes); !wrong.empty()) return usage(wrong);
        exporting.request.utc_offset_minutes = utc_offset_minutes;
        exporting.request.filter = list.filter;
        exporting.request.kind = report::kind_from_name(report).value_or(report::Kind::validation);
        exporting.request.with_findings = !without_findings;
        for (const auto& name : split_commas(formats)) {
            const auto format = report::format_from_name(name);
            if (!format) return usage("there is no format \"" + name + "\": csv, xlsx, geojson, jsonl or html");
            exporting.formats.push_back(*format);
        }
        if (exporting.out == "-" && exporting.formats.size() > 1)
            return usage("--out - writes one format; name a folder for several");
        Context context(global);
        return verb_export(context, exporting);
    }
};

OperationsCommands::OperationsCommands(CLI::App& app) : verbs_(std::make_unique<Verbs>()) {
    Verbs& v = *verbs_;
    v.root = &app;
    v.add_export(app);
    v.verify = app.add_subcommand("verify-report",
                                  "render a report again from its kept inputs and compare; list what changed since");
    v.verify->add_option("manifest", v.verifying.manifest, "FILE.manifest.json beside the report")->required();
    v.verify->add_flag("--report-only", v.verifying.offline_only, "do not look at the cache for what changed since");
    v.add_devices(app);
    v.add_rescue(app);
    v.add_queue(app);
    v.generate = add_generate(app, v.what, v.folder);
}

OperationsCommands::~OperationsCommands() = default;

std::optional<int> OperationsCommands::run(const GlobalOptions& global) const {
    Verbs& v = *verbs_;
    if (v.export_verb->parsed()) return v.run_export(global);
    Context context(global);
    if (v.verify->parsed()) return verb_verify_report(context, v.verifying);
    if (const auto code = v.run_devices(context)) return code;
    if (v.rescue->parsed()) return verb_rescue_export(context, v.rescuing);
    if (const auto code = v.run_queue(context)) return code;
    if (v.generate->parsed()) return write_command_docs(context.out, *v.root, global.version, v.what, v.folder);
    return std::nullopt;
}

}  // namespace linesman::cli
