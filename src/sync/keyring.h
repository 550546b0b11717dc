// Where the session of a profile is kept between runs: the desktop's Secret Service (libsecret), or this process's
// memory where there is none. Never a file.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/queue.h"
#include "base/result.h"

namespace linesman::sync {

// Thread: any. Callbacks run on `queue`, once, in the order of the calls; none after the keyring is destroyed. `queue`
// must outlive the keyring.
class Keyring {
  public:
    using Loaded =
        std::function<void(base::Result<std::optional<std::string>>)>;  // nullopt: nothing is kept for the profile
    using Done = std::function<void(base::Status)>;

    virtual ~Keyring() = default;
    // Errors: unavailable (no Secret Service, locked, or it does not answer within the timeout), in words.
    virtual void load(const std::string& profile, base::Queue& queue, Loaded done) = 0;
    virtual void save(const std::string& profile, const std::string& secret, base::Queue& queue, Done done) = 0;
    virtual void erase(const std::string& profile, base::Queue& queue, Done done) = 0;
    // False when what is saved ends with this process; the person is told.
    virtual bool lasting() const = 0;
};

// Keeps secrets in memory until the process ends.
std::unique_ptr<Keyring> make_session_keyring();

// libsecret; calls run on a thread of their own. A locked keyring makes the desktop ask for its password, which is why
// the timeout is long.
std::unique_ptr<Keyring> make_secret_service_keyring(base::Duration timeout = base::seconds(30));

}  // namespace linesman::sync
