// The verbs of the machine and of the office. Every one returns an exit code (exit_codes.h).
#pragma once

#include <string>
#include <vector>

#include "app/device_service.h"
#include "app/office_line.h"
#include "cli/context.h"

namespace linesman::cli {

struct ValidateOptions {
    std::vector<std::string> projects;
    std::string capture, preview_file;
    bool all = false, offline = false, watch = false, write_back = false;
};
// Findings by rule and severity; exit 1 when a capture looked at has errors.
int verb_validate(Context& context, const ValidateOptions& options);
// `validate --watch`: the validator, until SIGTERM or SIGINT.
int verb_validate_watch(Context& context, const ValidateOptions& options);

struct RulesOptions {
    std::string project, file;
    bool dry_run = false;
};
int verb_rules_show(Context& context, const RulesOptions& options);
int verb_rules_set(Context& context, const RulesOptions& options);

struct AuditOptions {
    std::string capture;
    bool offline = false, all_desks = false;
};
// Exit 1 when something is wrong.
int verb_audit_verify(Context& context, const AuditOptions& options);
int verb_audit_show(Context& context, const AuditOptions& options);

struct ImportOptions {
    std::string kind, file, project;
    bool apply = false, offline = false;
};
// Exit 1 when there are bad rows.
int verb_import(Context& context, const ImportOptions& options);

struct RetryOptions {
    std::vector<std::string> devices;
    std::string photos, capture;  // a staging id or pole number to be sent again
    bool all_failing = false, log = false, dry_run = false, yes = false, no_wait = false;
    int lives_h = 24 * 7;
};
// A command to field devices; waits for the answers. Exit 1 when one failed or cannot be reached, 75 when one has not
// answered yet.
int verb_retry(Context& context, const RetryOptions& options);
// Several devices, or all that need attention: dry run, receipts (retry_many.cpp).
int retry_many(Context& context, const RetryOptions& options, const app::DeviceOrder& order);

// The staging id that `item` names: itself, or the capture here with that pole number.
base::Result<std::string> staging_id_of(Context& context, const std::string& item);

// A signed-in line to the profile's server; LINESMAN_EMAIL and LINESMAN_PASSWORD, or the session kept by the console.
base::Result<std::unique_ptr<app::OfficeLine>> open_line(const Context& context);

// A sync that ran out of time, with what has held it up as far as it is known.
base::Error not_in_time(const app::SyncState& sync);

// Waits until the desk has pulled everything since `begun` and judged it. An error says why not.
base::Status wait_until_pulled(Context& context, app::Engine& desk, base::Timestamp begun);

}  // namespace linesman::cli
