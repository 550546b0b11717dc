#include "app/login.h"

#include <future>

#include "net/http.h"

namespace linesman::app {
namespace {

// Starts something on the queue and waits for its answer; whatever asks the network or a keyring has a limit of its
// own.
template <typename T>
T wait_on(base::Queue& queue, const std::function<void(std::function<void(T)>)>& start) {
    std::promise<T> promise;
    auto answer = promise.get_future();
    queue.post([&] { start([&](T value) { promise.set_value(std::move(value)); }); });
    return answer.get();
}

}  // namespace

base::Result<Login> log_in(const Profile& profile, sync::Keyring& keyring, LoginOptions options) {
    LINESMAN_TRY(check_profile(profile));
    if (!options.credentials) {
        if (const auto hint = google_hint(profile); !hint.empty())
            return base::make_error(base::ErrorKind::configuration, hint);
    }
    const base::SystemClock clock;
    base::ThreadQueue queue("login");
    const auto http = net::make_http({.ca_file = profile.ca_file});
    sync::Auth auth(profile.endpoints, profile.name, *http, keyring, clock, queue);
    const auto status = wait_on<base::Status>(queue, [&](std::function<void(base::Status)> done) {
        if (options.credentials)
            return auth.sign_in(options.credentials->email, options.credentials->password, std::move(done));
        auth.sign_in_google(profile.google, options.open_browser, std::move(done));
    });
    if (!status) {
        queue.stop();
        return status.error();
    }
    // The keyring answers in order: what it says to this comes after the session was saved.
    using Found = base::Result<std::optional<std::string>>;
    wait_on<bool>(queue, [&](std::function<void(bool)> done) {
        keyring.load(profile.name, queue,
                     [&queue, done = std::move(done)](const Found&) { queue.post([done] { done(true); }); });
    });
    const auto session = auth.session();
    queue.stop();
    return Login{session.identity, session.keyring_note};
}

base::Status log_out(const Profile& profile, sync::Keyring& keyring) {
    base::ThreadQueue queue("login");
    auto status = wait_on<base::Status>(
        queue, [&](std::function<void(base::Status)> done) { keyring.erase(profile.name, queue, std::move(done)); });
    queue.stop();
    return status;
}

}  // namespace linesman::app
