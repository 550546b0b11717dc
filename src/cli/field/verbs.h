// The verbs of linesman-field. Each gives its exit code (cli/exit_codes.h).
//
// Thread: main.
#pragma once

#include <string>
#include <vector>

#include "cli/output.h"
#include "field/field_agent.h"
#include "field/fleet/demo_fleet.h"
#include "field/offline_pole_store.h"
#include "field/offline_sync.h"

namespace linesman::cli {

struct FieldOptions {
    std::string folder;   // of the offline store; empty = below the XDG data folder
    std::string backend;  // URL of a local backend with demo users
    bool json = false;
    bool quiet = false;
    std::string store_folder() const;
};

struct AddOptions {
    field::NewCapture capture;
    double latitude = 0, longitude = 0, accuracy_m = 0;
    bool has_latitude = false, has_longitude = false, has_accuracy = false;
    std::vector<std::string> photos;  // "slot=path"
};

int verb_capture_add(const FieldOptions& options, AddOptions add);
int verb_capture_list(const FieldOptions& options, const std::string& status);
int verb_field_sync(const FieldOptions& options, field::SyncOptions how);
int verb_field_status(const FieldOptions& options);
int verb_demo_fleet(const FieldOptions& options, field::DemoFleetOptions fleet);

// Prints the error and gives its exit code.
int fail(const Output& out, const base::Error& error);

// Who to talk to: --backend with its demo user, or LINESMAN_PROJECT_ID, LINESMAN_API_KEY, LINESMAN_BUCKET, the
// LINESMAN_*_HOST variables of an emulator, LINESMAN_EMAIL and LINESMAN_PASSWORD. Errors: configuration.
base::Result<field::AgentOptions> field_connection(const FieldOptions& options);

}  // namespace linesman::cli
