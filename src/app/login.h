// Signing in and out without a window: what `linesmanctl login` and `logout` do. The session goes into the keyring,
// where the console and every later verb of this profile find it.
//
// Thread: any; waits. Errors: those of sync::Auth in words; configuration when the profile cannot sign in that way.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/config.h"
#include "app/engine.h"
#include "sync/auth.h"

namespace linesman::app {

struct LoginOptions {
    std::optional<Credentials> credentials;  // nullopt: with Google, by way of the browser
    sync::OpenBrowser open_browser = {};     // runs on another thread
};

struct Login {
    sync::Identity identity;
    std::string not_kept;  // why the session ends with this process; empty when the keyring has it
};

base::Result<Login> log_in(const Profile& profile, sync::Keyring& keyring, LoginOptions options);

// Forgets the kept session. Errors: those of the keyring.
base::Status log_out(const Profile& profile, sync::Keyring& keyring);

}  // namespace linesman::app
