#include "model/photo_ledger.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace linesman::model {
namespace {

constexpr std::string_view kFolder = "poles/staging/";

struct Stored {
    std::string path;
    PhotoPath parts;
};

std::vector<std::string> candidates_for(const Capture& capture, Slot slot, const std::vector<Stored>& unlinked) {
    std::vector<std::pair<int64_t, std::string>> found;
    for (const auto& object : unlinked) {
        if (object.parts.slot != slot) continue;
        const int64_t apart =
            capture.captured_at ? std::abs(object.parts.taken_at.us - capture.captured_at->us) : INT64_MAX;
        const bool own = !capture.offline_id.empty() && object.parts.offline_id == capture.offline_id;
        const bool near = object.parts.offline_id.empty() && apart <= kCandidateSlack.us;
        if (own || near) found.emplace_back(own ? -1 : apart, object.path);
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> paths;
    paths.reserve(found.size());
    for (auto& [apart, path] : found) paths.push_back(std::move(path));
    return paths;
}

}  // namespace

std::string_view name_of(LedgerState state) {
    switch (state) {
        case LedgerState::linked:
            return "linked";
        case LedgerState::orphaned:
            return "orphaned";
        case LedgerState::never_uploaded:
            return "never uploaded";
        case LedgerState::unreadable:
            return "unreadable";
        case LedgerState::unknown:
            return "unknown";
    }
    return "unknown";
}

std::optional<PhotoPath> photo_path_parts(std::string_view path) {
    if (!path.starts_with(kFolder)) return std::nullopt;
    path.remove_prefix(kFolder.size());
    PhotoPath parts;
    if (const auto slash = path.rfind('/'); slash != std::string_view::npos) {
        parts.offline_id = path.substr(0, slash);
        path.remove_prefix(slash + 1);
    }
    const auto underscore = path.find('_');
    if (underscore == std::string_view::npos) return std::nullopt;
    const auto slot = slot_from_key(path.substr(0, underscore));
    if (!slot) return std::nullopt;
    parts.slot = *slot;
    int64_t ms = 0;
    const char* begin = path.data() + underscore + 1;
    const auto [end, error] = std::from_chars(begin, path.data() + path.size(), ms);
    constexpr int64_t kMostMs = 8'640'000'000'000'000;  // ECMAScript's range
    if (error != std::errc() || end == begin || ms < 0 || ms > kMostMs) return std::nullopt;
    parts.taken_at = {ms * 1000};
    return parts;
}

std::vector<LedgerEntry> photo_ledger(std::span<const Capture> captures,
                                      const std::optional<std::set<std::string>>& stored,
                                      const std::set<std::string>& linked_elsewhere) {
    std::set<std::string> linked = linked_elsewhere;
    for (const auto& capture : captures) {
        for (const auto& photo : capture.photos) {
            if (photo) linked.insert(photo->path);
        }
    }
    std::vector<Stored> unlinked;
    if (stored) {
        for (const auto& path : *stored) {
            if (linked.contains(path)) continue;
            if (auto parts = photo_path_parts(path)) unlinked.push_back({path, std::move(*parts)});
        }
    }
    std::vector<LedgerEntry> ledger;
    for (const auto& capture : captures) {
        const SlotMask there = capture.photo_mask();
        const auto expected = static_cast<SlotMask>(capture.expected_photos.value_or(kAllSlots) | there);
        for (const Slot slot : kSlots) {
            if ((expected & bit(slot)) == 0) continue;
            LedgerEntry entry{capture.staging_id, capture.pole_number, slot, LedgerState::unknown, {}, {}};
            const auto& photo = capture.photos[index_of(slot)];
            if (photo && (there & bit(slot)) != 0) {
                entry.path = photo->path;
                const bool gone = stored && !entry.path.empty() && !stored->contains(entry.path);
                entry.state = gone ? LedgerState::unreadable : LedgerState::linked;
            } else if (stored) {
                entry.candidates = candidates_for(capture, slot, unlinked);
                entry.state = entry.candidates.empty() ? LedgerState::never_uploaded : LedgerState::orphaned;
            }
            ledger.push_back(std::move(entry));
        }
    }
    return ledger;
}

}  // namespace linesman::model
