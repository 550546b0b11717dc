// The verbs of linesman-field. Each gives its exit code (cli/exit_codes.h).
//
// Thread: main.
#pragma once

#include <string>
#include <vector>

#include "cli/output.h"
#include "field/capture_import.h"
#include "field/conditions.h"
#include "field/device_round.h"
#include "field/field_agent.h"
#include "field/fleet/demo_fleet.h"
#include "field/fleet/simulation.h"
#include "field/offline_pole_store.h"

namespace linesman::cli {

struct FieldOptions {
    std::string folder;   // of the offline store; empty = below the XDG data folder
    std::string backend;  // URL of a local backend with demo users
    bool json = false;
    bool quiet = false;
    std::string version;  // of this program, for its man pages
    std::string store_folder() const;
};

// What `capture add`, `edit` and `correct` take.
struct CaptureFlags {
    field::NewCapture capture;
    double latitude = 0, longitude = 0, accuracy_m = 0;
    bool has_latitude = false, has_longitude = false, has_accuracy = false;
    bool has_number = false, has_project = false, has_notes = false;
    std::vector<std::string> photos;   // "slot=path"
    std::vector<std::string> without;  // slots of photos that are given up
    bool submit = false;
};

int verb_capture_add(const FieldOptions& options, CaptureFlags flags);
int verb_capture_list(const FieldOptions& options, const std::string& status);
// Takes a pending or failed capture back to draft first.
int verb_capture_edit(const FieldOptions& options, const std::string& id, const CaptureFlags& flags);
int verb_capture_submit(const FieldOptions& options, const std::vector<std::string>& ids);
// A rejected capture becomes a draft, is changed, and is submitted again (unless flags.capture.draft).
int verb_capture_correct(const FieldOptions& options, const std::string& id, const CaptureFlags& flags);

struct ImportFlags {
    std::string file;
    field::CaptureImportOptions import;
};
// Exit 1 when rows were refused.
int verb_capture_import(const FieldOptions& options, const ImportFlags& flags);

struct SyncFlags {
    field::SyncOptions sync;
    field::PausePolicy policy;
    bool failed_only = false, metered = false, charging = false, even_metered = false, even_low_battery = false;
    int battery_percent = -1;
    bool delete_promoted = false;
    int interval_s = 900;  // agent
    int rounds = 0;        // agent; 0: until SIGTERM
};
int verb_field_sync(const FieldOptions& options, const SyncFlags& flags);
// Sync, commands and reports on a timer until SIGTERM or SIGINT.
int verb_field_agent(const FieldOptions& options, const SyncFlags& flags);
// `check`: asks the server first.
int verb_field_status(const FieldOptions& options, bool check);

struct RescueFlags {
    std::string file, report_file;
    bool offline = false;  // the server is not asked
    bool sync = false;     // sends what was saved
};
// Exit 1 when something is lost or could not be saved.
int verb_rescue(const FieldOptions& options, const RescueFlags& flags);

int verb_demo_fleet(const FieldOptions& options, field::DemoFleetOptions fleet);
int verb_simulate(const FieldOptions& options, field::SimulationOptions simulation);

// Prints the error and gives its exit code.
int fail(const Output& out, const base::Error& error);

// Who to talk to: --backend with its demo user, or LINESMAN_PROJECT_ID, LINESMAN_API_KEY, LINESMAN_BUCKET, the
// LINESMAN_*_HOST variables of an emulator, LINESMAN_EMAIL and LINESMAN_PASSWORD. Errors: configuration.
base::Result<field::AgentOptions> field_connection(const FieldOptions& options);

// The store of this device and a log beside it, for a verb that talks to the server. A log that cannot be written is
// said and no reason to stop. Errors: those of OfflinePoleStore::open().
base::Result<field::OfflinePoleStore> open_logged_store(const Output& out, const std::string& folder,
                                                        const base::Clock& clock);

// The options of one round under these flags: what the device tells of itself, when to pause.
field::RoundOptions round_options(const SyncFlags& flags, const std::string& store_folder);
// What a round brought, in words and as JSON; the exit code.
int report_round(const Output& out, const field::RoundResult& result);

}  // namespace linesman::cli
