#include "app/config.h"

#include <toml++/toml.h>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <set>
#include <sstream>

#include "app/setting_help.h"
#include "app/tile_server.h"
#include "base/file.h"
#include "base/text.h"
#include "net/url.h"
#include "sync/endpoints.h"

extern char** environ;

namespace linesman::app {
namespace {

using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;

// One key of a profile: how to set it from text and how to show it. The same table serves file, environment, flags and
// `config show`.
struct Key {
    const char* name;
    std::function<Status(Profile&, const std::string&)> set;
    std::function<std::string(const Profile&)> get;
};

template <typename Field>
Key text_key(const char* name, Field field) {
    return {name,
            [field](Profile& p, const std::string& v) -> Status {
                field(p) = v;
                return {};
            },
            [field](const Profile& p) { return field(const_cast<Profile&>(p)); }};
}

template <typename Field>
Key url_key(const char* name, Field field) {
    return {name,
            [field, name](Profile& p, const std::string& v) -> Status {
                std::string url = v;
                while (url.ends_with('/')) url.pop_back();
                if (!url.starts_with("http://") && !url.starts_with("https://"))
                    return make_error(ErrorKind::configuration,
                                      std::string(name) + " must start with http:// or https://, not \"" + v + "\".");
                field(p) = url;
                return {};
            },
            [field](const Profile& p) { return field(const_cast<Profile&>(p)); }};
}

Key host_key(const char* name, std::string sync::Endpoints::*host) {
    return url_key(name, [host](Profile& p) -> std::string& { return p.endpoints.*host; });
}

Key int_key(const char* name, int Profile::*field, int least, int most) {
    return {name,
            [=](Profile& p, const std::string& v) -> Status {
                int number = 0;
                const auto [end, error] = std::from_chars(v.data(), v.data() + v.size(), number);
                if (error != std::errc() || end != v.data() + v.size() || number < least || number > most)
                    return make_error(ErrorKind::configuration, std::string(name) + " must be a number from " +
                                                                    std::to_string(least) + " to " +
                                                                    std::to_string(most) + ", not \"" + v + "\".");
                p.*field = number;
                return {};
            },
            [field](const Profile& p) { return std::to_string(p.*field); }};
}

// A whole number from 1 to `most`, kept in a limit for devices as this many times `unit`.
template <typename Field>
Key limit_key(const char* name, int most, double unit, Field field) {
    return {name,
            [=](Profile& p, const std::string& v) -> Status {
                int number = 0;
                const auto [end, error] = std::from_chars(v.data(), v.data() + v.size(), number);
                if (error != std::errc() || end != v.data() + v.size() || number < 1 || number > most)
                    return make_error(ErrorKind::configuration, std::string(name) + " must be a number from 1 to " +
                                                                    std::to_string(most) + ", not \"" + v + "\".");
                auto& limit = field(p.device_limits);
                limit = static_cast<std::remove_reference_t<decltype(limit)>>(number * unit);
                return {};
            },
            [=](const Profile& p) {
                auto limits = p.device_limits;
                return std::to_string(std::llround(static_cast<double>(field(limits)) / unit));
            }};
}

Key bool_key(const char* name, bool Profile::*field) {
    return {name,
            [=](Profile& p, const std::string& v) -> Status {
                if (v != "true" && v != "false")
                    return make_error(ErrorKind::configuration,
                                      std::string(name) + " must be true or false, not \"" + v + "\".");
                p.*field = v == "true";
                return {};
            },
            [field](const Profile& p) { return std::string(p.*field ? "true" : "false"); }};
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::stringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');) {
        if (const auto name = base::trimmed(part); !name.empty()) parts.emplace_back(name);
    }
    return parts;
}

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
    return text;
}

const std::vector<Key>& keys() {
    static const std::vector<Key> table = {
        text_key("project_id", [](Profile& p) -> std::string& { return p.endpoints.project_id; }),
        text_key("database", [](Profile& p) -> std::string& { return p.endpoints.database; }),
        text_key("bucket", [](Profile& p) -> std::string& { return p.endpoints.bucket; }),
        text_key("api_key", [](Profile& p) -> std::string& { return p.endpoints.api_key; }),
        host_key("firestore_host", &sync::Endpoints::firestore),
        host_key("identity_host", &sync::Endpoints::identity),
        host_key("token_host", &sync::Endpoints::token),
        host_key("storage_host", &sync::Endpoints::storage),
        text_key("google_client_id", [](Profile& p) -> std::string& { return p.google.client_id; }),
        text_key("google_client_secret", [](Profile& p) -> std::string& { return p.google.client_secret; }),
        url_key("google_authorize_url", [](Profile& p) -> std::string& { return p.google.authorize_url; }),
        url_key("google_token_url", [](Profile& p) -> std::string& { return p.google.token_url; }),
        {"projects",
         [](Profile& p, const std::string& v) -> Status {
             p.projects = split(v);
             if (p.projects.size() > 30)
                 return make_error(ErrorKind::configuration,
                                   "projects may name at most 30 projects (a limit of Firestore).");
             return {};
         },
         [](const Profile& p) { return join(p.projects); }},
        text_key("ca_file", [](Profile& p) -> std::string& { return p.ca_file; }),
        int_key("hold_back_s", &Profile::hold_back_s, 0, 600),
        int_key("pull_interval_s", &Profile::pull_interval_s, 2, 3600),
        int_key("utc_offset_minutes", &Profile::utc_offset_minutes, -14 * 60, 14 * 60),
        int_key("photo_cache_mb", &Profile::photo_cache_mb, 16, 1 << 20),
        limit_key("device_no_contact_h", 24 * 90, static_cast<double>(base::hours(1).us),
                  [](model::DeviceLimits& l) -> int64_t& { return l.no_contact.us; }),
        limit_key("device_clock_ahead_min", 24 * 60, static_cast<double>(base::minutes(1).us),
                  [](model::DeviceLimits& l) -> int64_t& { return l.clock_skew.us; }),
        limit_key("device_storage_left_mb", 100'000, 1e6,
                  [](model::DeviceLimits& l) -> int64_t& { return l.storage_left_bytes; }),
        limit_key("device_missing_photos_percent", 100, 0.01,
                  [](model::DeviceLimits& l) -> double& { return l.missing_photo_share; }),
        limit_key("device_sent_twice_percent", 100, 0.01,
                  [](model::DeviceLimits& l) -> double& { return l.duplicate_share; }),
        {"live",
         [](Profile& p, const std::string& v) -> Status {
             if (v != "auto" && v != "off")
                 return make_error(ErrorKind::configuration, "live must be auto or off, not \"" + v + "\".");
             p.live = v == "auto";
             return {};
         },
         [](const Profile& p) { return std::string(p.live ? "auto" : "off"); }},
        bool_key("promote_on_approve", &Profile::promote_on_approve),
        bool_key("roles_enforced", &Profile::roles_enforced),
        bool_key("write_back", &Profile::write_back),
        bool_key("presence", &Profile::presence),
        bool_key("demo", &Profile::demo),
        text_key("base_map", [](Profile& p) -> std::string& { return p.base_map; }),
        {"base_map_url",
         [](Profile& p, const std::string& v) -> Status {
             if (!v.empty()) LINESMAN_TRY(check_tile_url(v));
             p.base_map_url = v;
             return {};
         },
         [](const Profile& p) { return p.base_map_url; }},
        text_key("base_map_attribution", [](Profile& p) -> std::string& { return p.base_map_attribution; }),
        int_key("base_map_max_zoom", &Profile::base_map_max_zoom, 1, 22),
        {"map_layers",
         [](Profile& p, const std::string& v) -> Status {
             p.map_layers = split(v);
             return {};
         },
         [](const Profile& p) { return join(p.map_layers); }},
        text_key("staging_collection", [](Profile& p) -> std::string& { return p.staging; }),
        text_key("production_collection", [](Profile& p) -> std::string& { return p.production; }),
        text_key("pole_keys_collection", [](Profile& p) -> std::string& { return p.pole_keys; }),
        text_key("planned_collection", [](Profile& p) -> std::string& { return p.planned; }),
        text_key("audit_collection", [](Profile& p) -> std::string& { return p.audit; }),
    };
    return table;
}

const Key* find_key(const std::string& name) {
    for (const auto& key : keys()) {
        if (key.name == name) return &key;
    }
    return nullptr;
}

Status set_value(Profile& profile, const std::string& name, const std::string& value, const std::string& origin) {
    const Key* key = find_key(name);
    if (!key)
        return make_error(
            ErrorKind::configuration,
            origin + " sets \"" + name + "\", which is no setting of Linesman. See `linesmanctl config keys`.");
    if (auto status = key->set(profile, value); !status)
        return make_error(ErrorKind::configuration, origin + ": " + status.error().what);
    profile.origins[name] = origin;
    return {};
}

Result<std::string> value_text(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return std::string(flag->get() ? "true" : "false");
    if (const auto* list = node.as_array()) {
        std::vector<std::string> parts;
        for (const auto& item : *list) {
            const auto* text = item.as_string();
            if (!text) return make_error(ErrorKind::configuration, "a list may hold only texts");
            parts.push_back(text->get());
        }
        return join(parts);
    }
    return make_error(ErrorKind::configuration, "the value must be a text, a number, true, false or a list of texts");
}

Result<toml::table> read_toml(const std::string& file) {
    auto text = base::read_file(file, 1 << 20);
    if (!text) return text.error();
    try {
        return toml::parse(*text, file);
    } catch (const toml::parse_error& error) {
        std::ostringstream where;
        where << error.source().begin;
        return make_error(ErrorKind::configuration, file + " cannot be read: " + std::string(error.description()) + ".",
                          where.str());
    }
}

Status apply_file(Profile& profile, const std::string& file) {
    auto table = read_toml(file);
    if (!table) {
        if (table.error().kind == ErrorKind::not_found) return {};
        return table.error();
    }
    const auto* section = (*table)["profile"][profile.name].as_table();
    if (!section) return {};
    for (const auto& [name, node] : *section) {
        auto value = value_text(node);
        if (!value)
            return make_error(ErrorKind::configuration,
                              file + ", " + std::string(name.str()) + ": " + value.error().what + ".");
        LINESMAN_TRY(set_value(profile, std::string(name.str()), *value, file));
    }
    return {};
}

}  // namespace

ConfigSources standard_sources(const std::string& config_dir, std::map<std::string, std::string> flags) {
    ConfigSources sources;
    sources.files = {"/etc/xdg/linesman/config.toml", config_dir + "/config.toml"};
    for (char** entry = environ; *entry; ++entry) {
        const std::string text = *entry;
        const auto equals = text.find('=');
        if (text.starts_with("LINESMAN_") && equals != std::string::npos)
            sources.environment[text.substr(0, equals)] = text.substr(equals + 1);
    }
    sources.flags = std::move(flags);
    return sources;
}

Result<Profile> load_profile(const std::string& name, const ConfigSources& sources) {
    Profile profile;
    profile.name = name;
    for (const auto& key : keys()) profile.origins[key.name] = "default";
    for (const auto& file : sources.files) LINESMAN_TRY(apply_file(profile, file));
    for (const auto& key : keys()) {
        std::string variable = "LINESMAN_";
        for (const char* c = key.name; *c; ++c) variable += *c >= 'a' && *c <= 'z' ? static_cast<char>(*c - 32) : *c;
        if (const auto it = sources.environment.find(variable); it != sources.environment.end())
            LINESMAN_TRY(set_value(profile, key.name, it->second, variable));
    }
    for (const auto& [key, value] : sources.flags) LINESMAN_TRY(set_value(profile, key, value, "the command line"));
    if (profile.endpoints.bucket.empty() && !profile.endpoints.project_id.empty())
        profile.endpoints.bucket = profile.endpoints.project_id + ".appspot.com";
    return profile;
}

Result<std::vector<std::string>> profile_names(const ConfigSources& sources) {
    std::set<std::string> names;
    for (const auto& file : sources.files) {
        auto table = read_toml(file);
        if (!table) {
            if (table.error().kind == ErrorKind::not_found) continue;
            return table.error();
        }
        if (const auto* profiles = (*table)["profile"].as_table()) {
            for (const auto& [name, node] : *profiles) names.insert(std::string(name.str()));
        }
    }
    return std::vector<std::string>(names.begin(), names.end());
}

model::DeviceLimits device_limits_of(const Profile& profile) {
    model::DeviceLimits limits = profile.device_limits;
    limits.utc_offset_minutes = profile.utc_offset_minutes;
    return limits;
}

Status check_profile(const Profile& profile) {
    if (profile.endpoints.project_id.empty())
        return make_error(ErrorKind::configuration, "The profile \"" + profile.name +
                                                        "\" names no Firebase project. Set project_id in config.toml, "
                                                        "or run ./demo to try Linesman without one.");
    const auto& e = profile.endpoints;
    // Colon and dot: projects of a domain ("example.com:my-project").
    if (e.project_id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.:") != std::string::npos)
        return make_error(ErrorKind::configuration,
                          "project_id is \"" + e.project_id +
                              "\": the id of a Firebase project has only small letters, "
                              "digits and dashes. Its console shows it under Project settings.");
    LINESMAN_TRY(sync::check_endpoints(e));
    for (const auto& [name, url] : {std::pair{"google_authorize_url", profile.google.authorize_url},
                                    std::pair{"google_token_url", profile.google.token_url}}) {
        const auto parts = net::parse_url(url);
        if (!parts || parts->has_user_info || (parts->scheme == "http" && !net::is_loopback(parts->host)))
            return make_error(ErrorKind::configuration, std::string(name) +
                                                            " of the profile is not valid: it must use https. Plain "
                                                            "http is for this machine only.");
    }
    return {};
}

std::string google_hint(const Profile& profile) {
    if (!profile.google.client_id.empty()) return {};
    return "To sign in with Google, put google_client_id and google_client_secret of a desktop client into [profile." +
           profile.name + "] of config.toml (docs/firebase-project.md, section 5).";
}

std::vector<SettingView> list_settings(const Profile& profile) {
    std::vector<SettingView> settings;
    for (const auto& key : keys()) {
        SettingView view;
        view.key = key.name;
        view.value = key.get(profile);
        view.origin = profile.origins.contains(key.name) ? profile.origins.at(key.name) : "default";
        if (view.key.ends_with("secret") && !view.value.empty()) view.value = "set, not shown";
        view.help = help_of_setting(key.name);
        settings.push_back(std::move(view));
    }
    return settings;
}

std::string describe(const Profile& profile, bool with_origin) {
    std::string text;
    for (const auto& key : keys()) {
        text += std::string(key.name) + " = " + key.get(profile);
        if (with_origin) text += "  # " + profile.origins.at(key.name);
        text += '\n';
    }
    return text;
}

Status save_profile_values(const std::string& file, const std::string& profile,
                           const std::map<std::string, std::string>& values) {
    toml::table root;
    if (auto table = read_toml(file)) {
        root = std::move(*table);
    } else if (table.error().kind != ErrorKind::not_found) {
        return table.error();
    }
    if (!root["profile"].as_table()) root.insert_or_assign("profile", toml::table{});
    auto& profiles = *root["profile"].as_table();
    if (!profiles[profile].as_table()) profiles.insert_or_assign(profile, toml::table{});
    auto& section = *profiles[profile].as_table();
    for (const auto& [name, value] : values) {
        Profile probe;
        LINESMAN_TRY(set_value(probe, name, value, "the new value"));
        section.insert_or_assign(name, value);
    }
    std::ostringstream text;
    text << root << '\n';
    return base::write_file_atomically(file, text.str());
}

Status save_usable_profile(const std::string& file, const std::string& profile, ConfigSources sources,
                           const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values) {
        Profile probe;
        if (const Key* key = find_key(name)) LINESMAN_TRY(key->set(probe, value));
        sources.flags[name] = value;
    }
    auto candidate = load_profile(profile, sources);
    if (!candidate) return candidate.error();
    LINESMAN_TRY(check_profile(*candidate));
    return save_profile_values(file, profile, values);
}

}  // namespace linesman::app
