#include "app/doctor.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <future>

#include "app/office_line.h"
#include "base/queue.h"
#include "net/http.h"
#include "store/cache.h"
#include "store/outbox.h"
#include "sync/keyring.h"
#include "sync/pull_query.h"

namespace linesman::app {
namespace {

using Verdict = DoctorCheck::Verdict;
constexpr uint64_t kLowDiskBytes = 512ULL << 20;

DoctorCheck check_folder(const std::string& name, const std::string& path) {
    if (access(path.c_str(), W_OK | X_OK) != 0)
        return {Verdict::bad, name, path + " cannot be written",
                "Give this user the right to write to it, or choose another with --data-dir."};
    struct stat info {};
    struct statvfs disk {};
    if (stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0)
        return {Verdict::warning, name, path + " can be read by other users", "Run: chmod 700 " + path};
    if (statvfs(path.c_str(), &disk) == 0 && static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize < kLowDiskBytes)
        return {Verdict::warning, name, path + " has less than 512 MB free",
                "Free some space: decisions are refused when the disk is full."};
    return {Verdict::good, name, path, ""};
}

DoctorCheck check_cache(const std::string& path) {
    if (!base::file_exists(path)) return {Verdict::good, "cache.db", "not there yet: the first sync makes it", ""};
    auto reader = store::CacheReader::open(path);
    if (!reader)
        return {Verdict::warning, "cache.db", reader.error().what,
                "Start Linesman: it sets the file aside and fetches everything again."};
    const auto generation = reader->generation();
    return {Verdict::good, "cache.db",
            std::to_string(reader->size_bytes() >> 20) + " MB, generation " + std::to_string(generation.value_or(0)),
            ""};
}

DoctorCheck check_outbox(const std::string& path, const base::Clock& clock) {
    if (!base::file_exists(path)) return {Verdict::good, "outbox.db", "not there yet: the first start makes it", ""};
    auto outbox = store::Outbox::open(path, clock);
    if (!outbox)
        return {Verdict::bad, "outbox.db", outbox.error().what,
                "Keep the file: it holds decisions. Ask support for help before anything else."};
    if (!outbox->read_only_reason().empty())
        return {Verdict::bad, "outbox.db", outbox->read_only_reason(),
                "Deciding stays stopped until this is looked at."};
    const auto journal = outbox->verify_journal();
    if (!journal) return {Verdict::bad, "outbox.db", journal.error().what, "Keep the file and a copy of it."};
    if (!journal->whole())
        return {Verdict::bad, "outbox.db",
                "the journal is broken at entry " + std::to_string(journal->first_broken) + ": " + journal->why,
                "Keep the file and compare with the server: linesmanctl audit verify."};
    const auto unfinished = outbox->pending();
    return {Verdict::good, "outbox.db",
            std::to_string(journal->entries) + " journal entries, chain whole; " +
                std::to_string(unfinished ? unfinished->size() : 0) + " operations not finished",
            ""};
}

// One plain request; any answer from the server will do, a 401 or 404 as well.
DoctorCheck check_server(const Profile& profile) {
    net::HttpOptions options;
    options.ca_file = profile.ca_file;
    base::ThreadQueue queue("doctor");
    const auto http = net::make_http(options);
    std::promise<base::Result<net::Response>> promise;
    auto future = promise.get_future();
    net::Request request;
    request.url = profile.endpoints.firestore + "/v1/" + profile.endpoints.documents_root();
    request.timeout = base::seconds(15);
    const auto call = http->send(std::move(request), queue,
                                 [&](base::Result<net::Response> reply) { promise.set_value(std::move(reply)); });
    const auto reply = future.get();
    const std::string host = profile.endpoints.firestore;
    if (!reply)
        return {Verdict::bad, "server", host + ": " + reply.error().what,
                "Check the network cable, Wi-Fi, proxy variables and ca_file."};
    const bool page = reply->header("content-type").find("html") != std::string::npos && reply->status < 400;
    if (page || (reply->status >= 300 && reply->status < 400))
        return {Verdict::bad, "server", "something between this desk and " + host + " answered with a web page",
                "Sign in to the network (captive portal) or mend the proxy setting."};
    return {Verdict::good, "server", host + " answers in " + std::to_string(reply->elapsed.us / 1000) + " ms", ""};
}

// Whether a session survives this process: what every start without a password needs.
DoctorCheck check_keyring(const Profile& profile) {
    base::ThreadQueue queue("doctor");
    const auto keyring = sync::make_secret_service_keyring(base::seconds(10));
    std::promise<base::Result<std::optional<std::string>>> promise;
    auto future = promise.get_future();
    keyring->load(profile.name, queue, [&](auto found) { promise.set_value(std::move(found)); });
    const auto found = future.get();
    if (!found)
        return {Verdict::warning, "keyring", found.error().what,
                "Install and unlock a keyring (gnome-keyring, KeePassXC, KWallet), or sign in anew with each start; "
                "scripts use LINESMAN_EMAIL and LINESMAN_PASSWORD."};
    return {Verdict::good, "keyring", *found ? "holds a session of this profile" : "answers; holds no session yet", ""};
}

std::string cure_of_sign_in(const base::Error& error) {
    if (error.what.find("administrator") != std::string::npos)
        return "Ask an admin of the project, or sign in with another account: linesmanctl login.";
    switch (error.kind) {
        case base::ErrorKind::unauthenticated:
            return "Sign in again: linesmanctl login, or at the console.";
        case base::ErrorKind::permission_denied:
            return "Sign in: linesmanctl login, or at the console; or ask an admin of the project about the account.";
        case base::ErrorKind::configuration:
            return "Correct the profile: linesmanctl config show --origin.";
        case base::ErrorKind::offline:
        case base::ErrorKind::timed_out:
            return "Check the network; what is cached can be read meanwhile.";
        default:
            return base::is_retryable(error.kind) ? "Try again in a minute."
                                                  : "Check email and password, or ask an admin of the project.";
    }
}

DoctorCheck check_role(const model::Session& session) {
    const std::string who = session.email + " as " + std::string(model::name_of(session.role));
    if (session.roles_enforced && session.role == model::Role::none)
        return {
            Verdict::warning, "sign-in", session.email + " has no role in this project, so deciding is refused",
            "Ask an admin of the project for the role supervisor (docs/firebase-project.md, section 2), then sign in "
            "again."};
    return {Verdict::good, "sign-in", who, ""};
}

// One small read as the console makes them: the server's rules have the last word.
DoctorCheck check_access(OfficeLine& line) {
    base::Json query = sync::query_of(line.names().staging);
    sync::set_limit(query, 1);
    const auto reply = line.query(std::move(query));
    const std::string& collection = line.names().staging;
    if (reply) return {Verdict::good, "access", collection + " can be read", ""};
    const base::Error& error = reply.error();
    if (error.kind == base::ErrorKind::permission_denied)
        return {
            Verdict::bad, "access", "the server's rules do not let this account read " + collection,
            "Ask an admin of the project for a role, or to deploy the rules (docs/firebase-project.md, section 1)."};
    return {Verdict::bad, "access", error.what, cure_of_sign_in(error)};
}

void check_session(const Profile& profile, const std::optional<Credentials>& credentials,
                   std::vector<DoctorCheck>& checks) {
    if (!credentials) checks.push_back(check_keyring(profile));
    auto line = OfficeLine::open(profile, credentials, {.patience = base::seconds(5), .backoff = {}});
    if (!line) {
        checks.push_back({Verdict::warning, "sign-in", line.error().what, cure_of_sign_in(line.error())});
        return;
    }
    checks.push_back(check_role((*line)->session()));
    checks.push_back(check_access(**line));
}

}  // namespace

std::vector<DoctorCheck> run_doctor(const Profile& profile, const base::Folders& folders, bool online,
                                    const std::optional<Credentials>& credentials) {
    const base::SystemClock clock;
    std::vector<DoctorCheck> checks;
    const auto configured = check_profile(profile);
    checks.push_back(configured
                         ? DoctorCheck{Verdict::good, "configuration", "project " + profile.endpoints.project_id, ""}
                         : DoctorCheck{Verdict::bad, "configuration", configured.error().what,
                                       "linesmanctl config set project_id NAME"});
    checks.push_back(check_folder("data folder", folders.data));
    checks.push_back(check_folder("cache folder", folders.cache));
    checks.push_back(check_cache(folders.data + "/cache.db"));
    checks.push_back(check_outbox(folders.data + "/outbox.db", clock));
    if (online && configured) {
        checks.push_back(check_server(profile));
        if (checks.back().verdict == Verdict::good) check_session(profile, credentials, checks);
    }
    return checks;
}

}  // namespace linesman::app
