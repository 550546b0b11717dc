#include "cli/verbs/verbs.h"

namespace linesman::cli {

int verb_config(Context& context, bool with_origin) {
    const auto profile = context.profile();
    if (!profile) return context.fail(profile.error());
    if (context.out.json()) {
        base::Json json = base::Json::object();
        const std::string text = app::describe(*profile, false);
        for (size_t at = 0; at < text.size();) {
            const size_t end = text.find('\n', at);
            const std::string line = text.substr(at, end - at);
            const size_t equals = line.find(" = ");
            const std::string key = line.substr(0, equals);
            json[key] = {{"value", line.substr(equals + 3)}, {"origin", profile->origins.at(key)}};
            at = end + 1;
        }
        context.out.document(json);
        return kOk;
    }
    std::string text = app::describe(*profile, with_origin);
    if (!text.empty()) text.pop_back();
    context.out.data(text);
    return kOk;
}

int verb_config_keys(Context& context) {
    // Of a profile that nobody configured, so that it helps while the file is broken.
    const app::Profile profile;
    base::Json json = base::Json::array();
    std::vector<std::vector<std::string>> table = {{"KEY", "DEFAULT", "WHAT IT IS"}};
    for (const auto& setting : app::list_settings(profile)) {
        json.push_back({{"key", setting.key}, {"default", setting.value}, {"help", setting.help}});
        table.push_back({setting.key, setting.value, setting.help});
    }
    context.out.document({{"keys", std::move(json)}});
    context.out.data(Output::table(table));
    context.out.message("Set one with: linesmanctl config set KEY VALUE, or with the variable LINESMAN_KEY.");
    return kOk;
}

int verb_config_set(Context& context, const std::string& key, const std::string& value) {
    if (auto status = context.folders.create(); !status) return context.fail(status.error());
    const std::string file = context.folders.config + "/config.toml";
    if (auto status = app::save_profile_values(file, context.options.profile, {{key, value}}); !status)
        return context.fail(status.error());
    context.out.message("Written to " + file + ".");
    return kOk;
}

}  // namespace linesman::cli
