// The engine's map, coverage, devices and settings.
#include "app/engine_parts.h"

namespace linesman::app {

BaseMap Engine::base_map() {
    return parts_->map->base_map();
}

MapTile Engine::tile(int z, uint32_t x, uint32_t y) {
    return parts_->map->tile(z, x, y);
}

std::shared_ptr<const MapLayers> Engine::map_layers() {
    return parts_->map->layers();
}

std::shared_ptr<const model::Coverage> Engine::coverage() {
    return parts_->coverage->get(snapshot());
}

DeviceDesk& Engine::devices() {
    return *parts_->devices;
}

std::vector<SettingView> Engine::settings() {
    auto settings = list_settings(parts_->options.profile);
    const std::lock_guard lock(parts_->settings_mutex);
    for (auto& setting : settings) {
        const auto changed = parts_->changed_settings.find(setting.key);
        setting.changed = changed != parts_->changed_settings.end();
        if (setting.changed) setting.next = changed->second;
    }
    return settings;
}

void Engine::change_setting(const std::string& key, const std::string& value) {
    Parts& p = *parts_;
    p.pool.submit(base::Priority::low, [&p, key, value] {
        const std::string file = p.options.folders.config + "/config.toml";
        const auto saved = save_profile_values(file, p.options.profile.name, {{key, value}});
        if (!saved) {
            p.board.notify(NoticeLevel::error, "The setting " + key + " was not saved: " + saved.error().what);
            return;
        }
        {
            const std::lock_guard lock(p.settings_mutex);
            p.changed_settings[key] = value;
        }
        p.board.notify(NoticeLevel::good, "Saved: " + key + ". It counts from the next start.");
    });
}

}  // namespace linesman::app
