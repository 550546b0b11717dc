// Configuration: config.toml, environment and flags, each value with its origin.
//
// Order, later wins: built-in default < /etc/xdg/linesman/config.toml < the user's config.toml < LINESMAN_* variables <
// flags. One profile is one Firebase project seen by one desk:
//
//   [profile.default]
//   project_id = "my-project"        # required
//   api_key = "AIza..."              # required for sign-in; identifies the project, is no secret
//   bucket = "my-project.appspot.com"
//   google_client_id = "...apps.googleusercontent.com"   # for signing in with Google; of type "desktop app"
//   google_client_secret = "..."                          # comes with it; not confidential for desktop apps
//   projects = ["Law-001"]           # scope; empty = all
//   hold_back_s = 10
//   firestore_host = "http://127.0.0.1:8080"   # emulator or the local backend; loopback only without TLS
//
// No password or token is ever read from or written to this file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/setting_view.h"
#include "base/result.h"
#include "model/device_metrics.h"
#include "sync/firestore.h"
#include "sync/google_sign_in.h"

namespace linesman::app {

struct Profile {
    std::string name = "default";
    sync::Endpoints endpoints;
    sync::GoogleClient google;          // without a client id people sign in by email only
    std::vector<std::string> projects;  // scope; empty = all
    std::string ca_file;
    int hold_back_s = 10;  // 0 to 600
    bool promote_on_approve = true;
    bool roles_enforced = true;
    int utc_offset_minutes = 120;      // Africa/Johannesburg has no summer time
    int pull_interval_s = 15;          // 2 to 3600
    int photo_cache_mb = 2048;         // on disk
    bool write_back = false;           // the machine's judgements go into staging (contract, "Machine write-back")
    bool presence = true;              // other desks see which capture this person is at, and the other way round
    bool live = true;                  // "auto": changes of others arrive at once; "off": the server is asked regularly
    std::string base_map;              // MBTiles file under the captures; empty = none
    std::string base_map_url;          // tile server with {z}, {x}, {y}, used without base_map; empty = none
    std::string base_map_attribution;  // who made those tiles, shown on the map
    int base_map_max_zoom = 19;        // 1 to 22
    std::vector<std::string> map_layers;  // GeoJSON files drawn on the map
    bool demo = false;                    // the local stand-in: said on the screen

    model::DeviceLimits device_limits;  // beyond these a phone needs attention; see device_limits_of()

    // Collection names; real projects use others.
    std::string staging = "staging-field-captures";
    std::string production = "planted-poles";
    std::string pole_keys = "pole-keys";
    std::string planned = "planned-poles";
    std::string audit = "capture-audit";

    // "key" -> where its value came from: "default", a file, "LINESMAN_PROJECT_ID", "--project".
    std::map<std::string, std::string> origins;
};

struct ConfigSources {
    std::vector<std::string> files;                  // in order of rising precedence; missing ones are skipped
    std::map<std::string, std::string> environment;  // only LINESMAN_* is looked at
    std::map<std::string, std::string> flags;        // key -> value, as in the file
};

// The sources of this process: /etc/xdg and the user's folder, getenv.
ConfigSources standard_sources(const std::string& config_dir, std::map<std::string, std::string> flags);

// Errors: configuration, naming file, line or variable, and key. Unknown keys are errors too, so that a slip of the pen
// is seen.
base::Result<Profile> load_profile(const std::string& name, const ConfigSources& sources);

// Names of the profiles in the files.
base::Result<std::vector<std::string>> profile_names(const ConfigSources& sources);

// The profile's limits with its day.
model::DeviceLimits device_limits_of(const Profile& profile);

// Checks what a profile needs before anything is contacted: project id present, hosts are https or loopback.
base::Status check_profile(const Profile& profile);

// What is missing for signing in with Google, and where it goes; empty when nothing is.
std::string google_hint(const Profile& profile);

// Every key with its value, origin and one sentence, in the order of the table.
std::vector<SettingView> list_settings(const Profile& profile);
// Values as "key = value  # origin", for `config show --origin`.
std::string describe(const Profile& profile, bool with_origin);

// Writes or replaces one profile's keys in the user's file, keeping the others.
base::Status save_profile_values(const std::string& file, const std::string& profile,
                                 const std::map<std::string, std::string>& values);

// The same, unless the profile could not be used with them (check_profile): then the file stays as it was. `sources`:
// as for load_profile.
base::Status save_usable_profile(const std::string& file, const std::string& profile, ConfigSources sources,
                                 const std::map<std::string, std::string>& values);

}  // namespace linesman::app
