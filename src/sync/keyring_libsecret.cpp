#include <libsecret/secret.h>

#include <atomic>
#include <mutex>

#include "sync/keyring.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;

const SecretSchema* schema() {
    static const SecretSchema kSchema = [] {
        SecretSchema made{};
        made.name = "dev.linesman.Session";
        made.flags = SECRET_SCHEMA_NONE;
        made.attributes[0] = {"profile", SECRET_SCHEMA_ATTRIBUTE_STRING};
        return made;
    }();
    return &kSchema;
}

base::Error keyring_error(const GError* error) {
    const bool slow = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) != 0;
    const bool locked = g_error_matches(error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) != 0;
    std::string what = "This desktop has no keyring service, so the sign-in is kept only until Linesman closes.";
    if (slow)
        what =
            "The desktop's keyring did not answer, so the sign-in is kept only until Linesman closes. Unlock it and "
            "sign in again.";
    if (locked)
        what =
            "The desktop's keyring is locked, so the sign-in is kept only until Linesman closes. Unlock it and sign in "
            "again.";
    return base::make_error(ErrorKind::unavailable, std::move(what), error->message != nullptr ? error->message : "");
}

// Calls block on D-Bus, so they run on a thread of their own; a second one cancels what takes too long.
class SecretServiceKeyring final : public Keyring {
  public:
    explicit SecretServiceKeyring(base::Duration timeout) : timeout_(timeout) {}

    ~SecretServiceKeyring() override {
        closing_ = true;
        {
            const std::lock_guard lock(mutex_);
            if (current_ != nullptr) g_cancellable_cancel(current_);
        }
        alive_.reset();
        calls_.stop();
        watchdog_.stop();
    }

    void load(const std::string& profile, base::Queue& queue, Loaded done) override {
        run(queue, std::move(done), [profile](GCancellable* cancel) -> base::Result<std::optional<std::string>> {
            GError* error = nullptr;
            gchar* found = secret_password_lookup_sync(schema(), cancel, &error, "profile", profile.c_str(), nullptr);
            if (error != nullptr) return take(error);
            if (found == nullptr) return std::optional<std::string>();
            std::optional<std::string> secret(found);
            secret_password_free(found);
            return secret;
        });
    }

    void save(const std::string& profile, const std::string& secret, base::Queue& queue, Done done) override {
        run(queue, std::move(done), [profile, secret](GCancellable* cancel) -> base::Status {
            GError* error = nullptr;
            const std::string label = "Linesman sign-in (" + profile + ")";
            secret_password_store_sync(schema(), SECRET_COLLECTION_DEFAULT, label.c_str(), secret.c_str(), cancel,
                                       &error, "profile", profile.c_str(), nullptr);
            if (error != nullptr) return take(error);
            return {};
        });
    }

    void erase(const std::string& profile, base::Queue& queue, Done done) override {
        run(queue, std::move(done), [profile](GCancellable* cancel) -> base::Status {
            GError* error = nullptr;
            secret_password_clear_sync(schema(), cancel, &error, "profile", profile.c_str(), nullptr);
            if (error != nullptr) return take(error);
            return {};
        });
    }

    bool lasting() const override { return true; }

  private:
    static base::Error take(GError* error) {
        base::Error out = keyring_error(error);
        g_error_free(error);
        return out;
    }

    template <typename Callback, typename Work>
    void run(base::Queue& queue, Callback done, Work work) {
        calls_.post([this, &queue, alive = std::weak_ptr<int>(alive_), done = std::move(done), work = std::move(work)] {
            GCancellable* cancel = g_cancellable_new();
            {
                const std::lock_guard lock(mutex_);
                current_ = cancel;
            }
            if (closing_) g_cancellable_cancel(cancel);
            g_object_ref(cancel);
            const base::TimerId timer = watchdog_.post_after(timeout_, [cancel] { g_cancellable_cancel(cancel); });
            auto result = std::make_shared<decltype(work(cancel))>(work(cancel));
            watchdog_.cancel(timer);
            {
                const std::lock_guard lock(mutex_);
                current_ = nullptr;
            }
            // The watchdog's own reference goes on its thread, so that a timer that is just running never sees a freed
            // object.
            watchdog_.post([cancel] { g_object_unref(cancel); });
            g_object_unref(cancel);
            if (closing_) return;
            queue.post([alive, done, result] {
                if (!alive.expired()) done(std::move(*result));
            });
        });
    }

    base::Duration timeout_;
    std::atomic<bool> closing_ = false;
    std::mutex mutex_;
    GCancellable* current_ = nullptr;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
    base::ThreadQueue watchdog_{"keyring-clock"};
    base::ThreadQueue calls_{"keyring"};
};

}  // namespace

std::unique_ptr<Keyring> make_secret_service_keyring(base::Duration timeout) {
    return std::make_unique<SecretServiceKeyring>(timeout);
}

}  // namespace linesman::sync
