// Photos as GL textures: keyed by image id, uploaded within a budget per frame, the least recently drawn dropped beyond
// the memory budget. Thread: main, with the GL context current.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>

#include "image/image.h"
#include "imgui.h"
#include "map/rasteriser.h"

namespace linesman::ui {

// 8 MB are uploaded in about a third of a millisecond on software GL; more would be felt.
inline constexpr size_t kUploadBytesPerFrame = size_t{8} << 20;
inline constexpr size_t kTextureBudgetBytes = size_t{96} << 20;

class Textures {
  public:
    Textures() = default;
    ~Textures();
    Textures(const Textures&) = delete;
    Textures& operator=(const Textures&) = delete;

    void begin_frame();
    // The texture of an image; ImTextureID_Invalid when this frame's upload budget is spent (wants_frame() is true
    // then). `urgent` images, those the person looks at, are uploaded beyond the budget.
    ImTextureID photo(uint64_t image_id, const image::Image& image, bool urgent);
    // The same, but only if it is already there.
    bool holds(uint64_t image_id) const { return photos_.contains(image_id); }
    // The one texture of a map; `key` tells maps apart. Replaced whenever `version` changes.
    ImTextureID map(int key, uint64_t version, const map::Pixels& pixels);
    bool has_map(int key, uint64_t version) const;
    ImTextureID map_texture(int key) const;

    bool wants_frame() const { return wants_frame_; }
    size_t bytes() const { return bytes_; }
    size_t photo_count() const { return photos_.size(); }

  private:
    struct Entry {
        unsigned name = 0;
        size_t bytes = 0;
        std::list<uint64_t>::iterator used;
    };
    struct MapEntry {
        unsigned name = 0;
        uint64_t version = 0;
        int width = 0, height = 0;
    };
    void make_room(size_t bytes);

    std::unordered_map<uint64_t, Entry> photos_;
    std::list<uint64_t> order_;  // most recently used first
    std::unordered_map<int, MapEntry> maps_;
    size_t bytes_ = 0, uploaded_ = 0;
    bool wants_frame_ = false;
};

}  // namespace linesman::ui
