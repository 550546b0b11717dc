// The verbs of support and analysis. Every one returns an exit code (exit_codes.h).
#pragma once

#include <string>
#include <vector>

#include "app/report_request.h"
#include "cli/context.h"
#include "report/render.h"

namespace linesman::cli {

struct ExportOptions {
    app::ReportRequest request;
    std::vector<report::Format> formats;
    std::string out;  // folder, FILE.EXT, or "-"
};
// A report as files with manifest and inputs, or one format on stdout.
int verb_export(Context& context, const ExportOptions& options);

struct VerifyOptions {
    std::string manifest;
    bool offline_only = false;  // do not look at the cache for what changed since
};
// Exit 1 when a file is not what the manifest says.
int verb_verify_report(Context& context, const VerifyOptions& options);

struct RescueOptions {
    std::string file, report_file;
    bool offline = false, send = false;
};
// Captures out of a phone's exported queue, into a store of this desk's own and from there to staging. Exit 1 when
// something is lost or could not be saved.
int verb_rescue_export(Context& context, const RescueOptions& options);

struct DeviceOptions {
    std::string device, out, bundle;
    std::string sort = "health";
    bool only_failing = false, offline = false;
    int sessions = 20;
};
// Exit 1 when a device needs attention.
int verb_devices_list(Context& context, const DeviceOptions& options);
int verb_devices_show(Context& context, const DeviceOptions& options);
// What became of every photo that a device's captures should have.
int verb_devices_photos(Context& context, const DeviceOptions& options);
// The fleet in two weeks by day, project, crew, cause of failure.
int verb_devices_figures(Context& context, const DeviceOptions& options);
int verb_devices_bundle(Context& context, const DeviceOptions& options);
int verb_devices_open(Context& context, const DeviceOptions& options);

struct QueueOptions {
    std::string item;  // op_id or staging id
    bool all = false;
};
// Exit 1 when something needs a person.
int verb_queue_list(Context& context);
int verb_queue_retry(Context& context, const QueueOptions& options);
// What this desk keeps on the disk; `clean` deletes what can be fetched again.
int verb_disk(Context& context, bool clean);

}  // namespace linesman::cli
