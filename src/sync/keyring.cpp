#include "sync/keyring.h"

#include <map>
#include <mutex>

namespace linesman::sync {
namespace {

class SessionKeyring final : public Keyring {
  public:
    void load(const std::string& profile, base::Queue& queue, Loaded done) override {
        std::optional<std::string> found;
        {
            const std::lock_guard lock(mutex_);
            if (const auto it = secrets_.find(profile); it != secrets_.end()) found = it->second;
        }
        post(queue, [done = std::move(done), found = std::move(found)] { done(found); });
    }
    void save(const std::string& profile, const std::string& secret, base::Queue& queue, Done done) override {
        {
            const std::lock_guard lock(mutex_);
            secrets_[profile] = secret;
        }
        post(queue, [done = std::move(done)] { done({}); });
    }
    void erase(const std::string& profile, base::Queue& queue, Done done) override {
        {
            const std::lock_guard lock(mutex_);
            secrets_.erase(profile);
        }
        post(queue, [done = std::move(done)] { done({}); });
    }
    bool lasting() const override { return false; }

  private:
    void post(base::Queue& queue, base::Task task) {
        queue.post([alive = std::weak_ptr<int>(alive_), task = std::move(task)] {
            if (!alive.expired()) task();
        });
    }

    std::mutex mutex_;
    std::map<std::string, std::string> secrets_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::unique_ptr<Keyring> make_session_keyring() {
    return std::make_unique<SessionKeyring>();
}

}  // namespace linesman::sync
