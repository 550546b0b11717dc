// Device bundles, written and read, and single objects in Storage.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "app/device_file.h"
#include "app/devices_desk.h"
#include "app/photo_link.h"

namespace linesman::app {
namespace {

constexpr size_t kMostBundlesNamed = 40;
constexpr uint64_t kMostBundleBytes = 64ULL << 20;

std::string home_folder() {
    const char* home = std::getenv("HOME");
    return home && *home ? home : ".";
}

// The newest first. What cannot be read is left out.
std::vector<std::string> bundles_in(const std::vector<std::string>& folders) {
    std::vector<std::pair<std::filesystem::file_time_type, std::string>> found;
    for (const auto& folder : folders) {
        std::error_code error;
        std::filesystem::directory_iterator entry(folder, error);
        for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
            std::error_code unreadable;
            const auto time = entry->last_write_time(unreadable);
            const std::string path = entry->path().string();
            if (!unreadable && path.ends_with(kBundleEnding)) found.emplace_back(time, path);
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    if (found.size() > kMostBundlesNamed) found.resize(kMostBundlesNamed);
    std::vector<std::string> paths;
    for (auto& [time, path] : found) paths.push_back(std::move(path));
    return paths;
}

// As typed by a person: "~" is their home folder, a relative path is in it.
std::string full_path(const std::string& typed) {
    if (typed.starts_with("~/")) return home_folder() + typed.substr(1);
    return typed.starts_with('/') ? typed : home_folder() + "/" + typed;
}

}  // namespace

void DevicesDesk::export_bundle(const std::string& device_id, const std::string& path) {
    std::string file = path;
    if (file.empty()) {
        file = home_folder() + "/" + device_id + kBundleEnding;
    }
    queue_.post([this, device_id, file] { write_bundle(device_id, file); });
}

void DevicesDesk::write_bundle(const std::string& device_id, const std::string& path) {
    auto file = read_device(*needs_.board.snapshot(), cache_path(), needs_.profile, device_id);
    if (!file) return needs_.board.notify(NoticeLevel::error, file.error().what);
    if (const auto known = known_.find(device_id); known != known_.end() && known->second.asked) {
        file->sessions = known->second.sessions;
        file->sessions_unknown = known->second.unknown;
    }
    const auto written = base::write_file_atomically(path, to_bundle(redacted(std::move(*file))));
    if (!written) return needs_.board.notify(NoticeLevel::error, written.error().what, cure_for(written.error()));
    needs_.board.notify(NoticeLevel::good, "The bundle of " + device_id + " is in " + path + ".",
                        "Names and accounts are pseudonyms in it. \"Open a device bundle\" or linesmanctl devices open "
                        "shows it on any desk.");
}

void DevicesDesk::open_bundle(const std::string& path) {
    {
        const std::lock_guard lock(mutex_);
        auto next = std::make_shared<BundleView>();
        next->found = bundle_->found;
        next->reading = !path.empty();
        next->path = path;
        bundle_ = std::move(next);
    }
    queue_.post([this, path] { read_bundle(path); });
}

std::shared_ptr<const BundleView> DevicesDesk::bundle() {
    const std::lock_guard lock(mutex_);
    return bundle_;
}

void DevicesDesk::read_bundle(const std::string& path) {
    BundleView view;
    view.path = path;
    view.found = bundles_in({home_folder(), home_folder() + "/Downloads"});
    if (!path.empty()) {
        const auto text = base::read_file(full_path(path), kMostBundleBytes);
        auto file = text ? device_from_bundle(*text) : base::Result<DeviceFile>(text.error());
        if (file) {
            view.device = std::make_shared<const DeviceFile>(std::move(*file));
        } else {
            view.trouble = file.error().what;
            view.cure = "Choose a file that \"Bundle\" or linesmanctl devices bundle made.";
        }
    }
    {
        const std::lock_guard lock(mutex_);
        if (bundle_->path != path) return;  // another was asked for since
        bundle_ = std::make_shared<const BundleView>(std::move(view));
    }
    needs_.board.wake();
}

std::shared_ptr<const StoredPhoto> DevicesDesk::stored(const std::string& path) {
    uint64_t look = 0;
    {
        const std::lock_guard lock(mutex_);
        look = looks_;
    }
    return stored_.get(path, look);
}

void DevicesDesk::read_stored(const std::string& path) {
    auto stored = std::make_shared<StoredPhoto>();
    auto line = ready_line();
    auto photo = line ? read_stored_photo(**line, path) : base::Result<model::Photo>(line.error());
    if (line) used(**line);
    if (photo) {
        stored->photo = std::move(*photo);
    } else {
        stored->trouble = photo.error().what;
        stored->cure = cure_for(photo.error());
    }
    stored_.provide(path, std::move(stored));
    needs_.board.wake();
}

}  // namespace linesman::app
