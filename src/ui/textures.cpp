#include "ui/textures.h"

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>

namespace linesman::ui {

namespace {

ImTextureID id_of(unsigned name) {
    return static_cast<ImTextureID>(name);
}

unsigned make_texture(bool mipmaps) {
    GLuint name = 0;
    glGenTextures(1, &name);
    glBindTexture(GL_TEXTURE_2D, name);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, mipmaps ? GL_LINEAR_MIPMAP_NEAREST : GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    return name;
}

}  // namespace

Textures::~Textures() {
    for (const auto& [id, entry] : photos_) glDeleteTextures(1, &entry.name);
    for (const auto& [key, entry] : maps_) glDeleteTextures(1, &entry.name);
}

void Textures::begin_frame() {
    uploaded_ = 0;
    wants_frame_ = false;
}

ImTextureID Textures::photo(uint64_t image_id, const image::Image& image, bool urgent) {
    if (image_id == 0 || image.empty()) return ImTextureID_Invalid;
    if (const auto found = photos_.find(image_id); found != photos_.end()) {
        order_.splice(order_.begin(), order_, found->second.used);
        return id_of(found->second.name);
    }
    if (!urgent && uploaded_ + image.bytes() > kUploadBytesPerFrame && uploaded_ > 0) {
        wants_frame_ = true;
        return ImTextureID_Invalid;
    }
    // A mip chain adds a third.
    const size_t bytes = image.bytes() + image.bytes() / 3;
    make_room(bytes);
    Entry entry;
    entry.name = make_texture(true);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, image.width, image.height, 0, GL_RGBA, GL_UNSIGNED_BYTE,
                 image.rgba.data());
    glGenerateMipmap(GL_TEXTURE_2D);
    entry.bytes = bytes;
    order_.push_front(image_id);
    entry.used = order_.begin();
    bytes_ += bytes;
    uploaded_ += image.bytes();
    const unsigned name = entry.name;
    photos_.emplace(image_id, entry);
    return id_of(name);
}

void Textures::make_room(size_t bytes) {
    while (!order_.empty() && bytes_ + bytes > kTextureBudgetBytes) {
        const auto oldest = photos_.find(order_.back());
        glDeleteTextures(1, &oldest->second.name);
        bytes_ -= oldest->second.bytes;
        photos_.erase(oldest);
        order_.pop_back();
    }
}

bool Textures::has_map(int key, uint64_t version) const {
    const auto found = maps_.find(key);
    return found != maps_.end() && found->second.version == version;
}

ImTextureID Textures::map_texture(int key) const {
    const auto found = maps_.find(key);
    return found == maps_.end() ? ImTextureID_Invalid : id_of(found->second.name);
}

ImTextureID Textures::map(int key, uint64_t version, const map::Pixels& pixels) {
    MapEntry& entry = maps_[key];
    if (entry.name == 0) entry.name = make_texture(false);
    if (entry.version == version) return id_of(entry.name);
    glBindTexture(GL_TEXTURE_2D, entry.name);
    if (entry.width == pixels.width && entry.height == pixels.height) {
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, pixels.width, pixels.height, GL_RGBA, GL_UNSIGNED_BYTE,
                        pixels.data.data());
    } else {
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, pixels.width, pixels.height, 0, GL_RGBA, GL_UNSIGNED_BYTE,
                     pixels.data.data());
        entry.width = pixels.width;
        entry.height = pixels.height;
    }
    entry.version = version;
    return id_of(entry.name);
}

}  // namespace linesman::ui
