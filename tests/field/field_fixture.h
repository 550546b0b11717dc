// A device and a local backend for the tests of the field room.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "backend/server.h"
#include "field/field_agent.h"
#include "image/encode.h"

namespace linesman::field::test {

class TempFolder {
  public:
    TempFolder() {
        char pattern[] = "/tmp/linesman-field-XXXXXX";
        path_ = mkdtemp(pattern);
    }
    ~TempFolder() { std::filesystem::remove_all(path_); }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    std::string file(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

inline backend::ServerOptions server_options() {
    backend::ServerOptions options;
    options.demo_users = true;
    return options;
}

// A small JPEG; different for every `shade`.
inline std::string small_jpeg(uint8_t shade) {
    return image::encode_jpeg(image::Image::filled(24, 16, {shade, 90, 60, 255}), 80).value();
}

inline NewCapture pole(const std::string& number, int photos = 2) {
    NewCapture out;
    out.pole_number = number;
    out.project_id = "Law-001";
    out.gps = model::GeoPoint{-26.38, 27.80};
    out.gps_accuracy_m = 4;
    out.captured_by = "worker-01";
    for (int i = 0; i < photos; ++i)
        out.photos.push_back({model::kSlots[static_cast<size_t>(i)],
                              small_jpeg(static_cast<uint8_t>(40 * i + static_cast<int>(number.size())))});
    return out;
}

inline OfflinePoleStore open_store(const std::string& folder, const base::Clock& clock) {
    auto store = OfflinePoleStore::open(folder, clock);
    if (!store) std::abort();
    return std::move(*store);
}

// Speaks to the server with every right, so that tests need no sign-in.
inline AgentOptions owner_of(const std::string& url) {
    AgentOptions options;
    options.endpoints = *local_backend(url);
    options.bearer = "owner";
    options.patience = base::seconds(60);
    return options;
}

inline std::vector<backend::DocumentPtr> documents_in(backend::Server& server, const std::string& collection) {
    std::vector<backend::DocumentPtr> out;
    const auto view = server.documents().view();
    for (const auto& [path, entries] : view.all()) {
        if (!path.ends_with("/" + collection)) continue;
        for (const auto& [id, entry] : entries.entries()) {
            if (entry.current) out.push_back(entry.current);
        }
    }
    return out;
}

}  // namespace linesman::field::test
