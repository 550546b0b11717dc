#include "model/keys.h"

#include "base/ids.h"
#include "base/text.h"

namespace linesman::model {
namespace {

// True when both hold at least one photo whose content is known, and no content is in both.
bool photos_differ(const Capture& a, const Capture& b) {
    bool known_a = false, known_b = false;
    for (const auto& photo_b : b.photos) known_b = known_b || (photo_b && !photo_b->md5.empty());
    for (const auto& photo_a : a.photos) {
        if (!photo_a || photo_a->md5.empty()) continue;
        known_a = true;
        for (const auto& photo_b : b.photos) {
            if (photo_b && photo_b->md5 == photo_a->md5) return false;
        }
    }
    return known_a && known_b;
}

}  // namespace

std::string canonical_number(std::string_view pole_number) {
    return base::upper(base::nfc_trimmed(pole_number));
}

std::string upload_key(const Capture& capture) {
    const std::string_view key = base::trimmed(capture.offline_id);
    return key.empty() ? capture.staging_id : std::string(key);
}

std::string production_id(std::string_view upload_key) {
    return "p_" + base::sha256_hex(upload_key);
}

std::string pole_key_id(std::string_view project_id, std::string_view canonical_number) {
    std::string text(project_id);
    text += '\n';
    text += canonical_number;
    return base::sha256_hex(text);
}

bool are_distinct_uploads(const Capture& a, const Capture& b) {
    if (a.device_id.empty() || b.device_id.empty() || a.device_id == b.device_id) return false;
    // A time that is not known cannot be said to differ.
    if (!a.captured_at || !b.captured_at || *a.captured_at == *b.captured_at) return false;
    if (canonical_number(a.pole_number) == canonical_number(b.pole_number)) return false;
    return photos_differ(a, b);
}

}  // namespace linesman::model
