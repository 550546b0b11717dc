#include "app/setting_help.h"

#include <array>
#include <utility>

namespace linesman::app {

namespace {

using Help = std::pair<std::string_view, std::string_view>;

constexpr std::array kHelp = {
    Help{"project_id", "The Firebase project that holds the captures."},
    Help{"database", "The Firestore database of the project; (default) in nearly all of them."},
    Help{"bucket", "The Storage bucket that holds the photos."},
    Help{"api_key", "Names the project when signing in; it is no secret."},
    Help{"firestore_host", "Where Firestore is asked; another host only for tests and the demo."},
    Help{"identity_host", "Where the email and the password go; another host only for tests and the demo."},
    Help{"token_host", "Where a session is renewed; another host only for tests and the demo."},
    Help{"storage_host", "Where photos come from; another host only for tests and the demo."},
    Help{"projects", "The projects this desk mirrors, separated by commas; empty for all of them."},
    Help{"ca_file", "Certificates to trust besides those of the system, for a company's proxy."},
    Help{"google_client_id", "The desktop client for signing in with Google."},
    Help{"google_client_secret", "The secret of that client."},
    Help{"google_authorize_url", "Where the browser signs in with Google; another only for tests."},
    Help{"google_token_url", "Where Google's answer is exchanged; another only for tests."},
    Help{"hold_back_s", "Seconds in which an undo sends nothing to the server."},
    Help{"pull_interval_s", "Seconds between two questions to the server while it does not tell of changes itself."},
    Help{"utc_offset_minutes", "Minutes by which times on the screen are ahead of UTC; 120 in South Africa."},
    Help{"photo_cache_mb", "Megabytes on disk for photos and their small copies."},
    Help{"device_no_contact_h", "A phone with captures waiting needs attention after so many hours without contact."},
    Help{"device_clock_ahead_min", "A phone needs attention when its clock is ahead by more minutes than this."},
    Help{"device_storage_left_mb", "A phone needs attention when it has fewer megabytes left than this."},
    Help{"device_missing_photos_percent",
         "A phone needs attention when more of its photos than this never arrived; judged from ten captures on."},
    Help{"device_sent_twice_percent",
         "A phone needs attention when it sent more of its captures twice than this; judged from ten captures on."},
    Help{"live", "auto: changes of others arrive at once; off: the server is asked regularly."},
    Help{"promote_on_approve", "Whether an approval puts the pole into production in the same step."},
    Help{"roles_enforced", "Whether only people with a role may decide; false for projects that use no roles."},
    Help{"write_back", "Whether this desk writes what the rules find into the captures."},
    Help{"presence", "Whether other desks see which capture you look at, and you theirs."},
    Help{"demo", "Whether this is the demo with made-up data."},
    Help{"base_map", "An MBTiles file that is drawn under the captures; empty for none."},
    Help{"base_map_url", "A tile server, as https://tiles.example.org/{z}/{x}/{y}.png; used when base_map is empty."},
    Help{"base_map_attribution", "Who made the tiles, shown on the map as the server's licence asks."},
    Help{"base_map_max_zoom", "The deepest zoom level that the tile server has."},
    Help{"map_layers", "GeoJSON files drawn on the map, separated by commas: boundaries, streets, cables."},
    Help{"staging_collection", "The collection that phones write captures to."},
    Help{"production_collection", "The collection of approved poles."},
    Help{"pole_keys_collection", "The collection that keeps pole numbers unique."},
    Help{"planned_collection", "The collection of planned poles."},
    Help{"audit_collection", "The collection of who decided what."},
};

}  // namespace

std::string_view help_of_setting(std::string_view key) {
    for (const auto& [name, help] : kHelp) {
        if (name == key) return help;
    }
    return {};
}

}  // namespace linesman::app
