// Values that a view asks for each frame and that are made elsewhere: asked for once for each version, kept for the few
// that are looked at, the last one shown until the next is there.
//
// Thread: any.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace linesman::app {

template <typename Value>
class OnDemand {
  public:
    // `request` must not block; it leads to provide() with the same key and version. At most `most` values are kept.
    OnDemand(std::function<void(std::string key, uint64_t version)> request, size_t most)
        : request_(std::move(request)), most_(most) {}

    // What is known, asking for it when it is missing or of another version. nullptr while it is made for the first
    // time, or when there is none.
    std::shared_ptr<const Value> get(const std::string& key, uint64_t version) {
        bool ask = false;
        std::shared_ptr<const Value> value;
        {
            const std::lock_guard lock(mutex_);
            Entry& entry = entries_[key];
            entry.last_used = ++uses_;
            value = entry.value;
            if (entry.asked != version) {
                entry.asked = version;
                ask = true;
            }
            make_room();
        }
        if (ask) request_(key, version);
        return value;
    }

    void provide(const std::string& key, std::shared_ptr<const Value> value) {
        const std::lock_guard lock(mutex_);
        if (const auto it = entries_.find(key); it != entries_.end()) it->second.value = std::move(value);
    }

    // The next get() asks again.
    void expire() {
        const std::lock_guard lock(mutex_);
        for (auto& [key, entry] : entries_) entry.asked = kNever;
    }

  private:
    static constexpr uint64_t kNever = UINT64_MAX;
    struct Entry {
        std::shared_ptr<const Value> value;
        uint64_t asked = kNever, last_used = 0;
    };
    void make_room() {
        while (entries_.size() > most_) {
            entries_.erase(std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
                return a.second.last_used < b.second.last_used;
            }));
        }
    }

    std::function<void(std::string, uint64_t)> request_;
    size_t most_;
    std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
    uint64_t uses_ = 0;
};

}  // namespace linesman::app
