#include "app/demo_world.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "base/file.h"
#include "base/json.h"

extern char** environ;

namespace linesman::app {
namespace {

constexpr int kStepMs = 20;
constexpr int kBackendPatienceMs = 20'000;
constexpr const char* kProject = "demo-linesman";
constexpr const char* kStamp = "/captures";  // there once the phones have sent everything

void nap() {
    usleep(kStepMs * 1000);
}

base::Error cancelled_error() {
    return base::make_error(base::ErrorKind::cancelled, "The demo was not started.");
}

// Its output goes to `log`. Settings of this process do not reach it: the demo has its own.
base::Result<pid_t> spawn(std::vector<std::string> words, const std::string& log,
                          const std::vector<std::string>& more_environment) {
    std::vector<char*> argv, envp;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<std::string> environment = more_environment;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (!std::string_view(*entry).starts_with("LINESMAN_")) environment.emplace_back(*entry);
    }
    for (auto& entry : environment) envp.push_back(entry.data());
    envp.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    pid_t child = -1;
    const int failed = posix_spawn(&child, words[0].c_str(), &files, nullptr, argv.data(), envp.data());
    posix_spawn_file_actions_destroy(&files);
    if (failed == 0) return child;
    return base::make_error(base::ErrorKind::io, "The demo could not start " + words[0] + ".", std::to_string(failed));
}

// The exit code once it has ended; nullopt while it runs.
std::optional<int> ended(pid_t child) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) != child) return std::nullopt;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void end(pid_t child) {
    kill(child, SIGTERM);
    int status = 0;
    waitpid(child, &status, 0);
}

std::string name_of_log(const std::string& folder, const std::string& program) {
    return folder + "/" + program.substr(program.rfind('/') + 1) + ".log";
}

}  // namespace

std::string folder_of_this_program() {
    std::error_code error;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::string() : path.parent_path().string();
}

base::Result<std::unique_ptr<DemoWorld>> DemoWorld::start(const DemoOptions& options,
                                                          const std::function<void(std::string)>& say,
                                                          const std::atomic<bool>& cancelled) {
    for (const char* program : {"linesman-backend", "linesman-field", "linesmanctl"}) {
        if (access((options.programs + "/" + program).c_str(), X_OK) == 0) continue;
        return base::make_error(base::ErrorKind::not_found, std::string("The demo needs the program ") + program +
                                                                " beside this one, in " + options.programs + ".");
    }
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    if (error)
        return base::make_error(base::ErrorKind::io, "The folder " + options.folder + " cannot be made.",
                                error.message());
    std::unique_ptr<DemoWorld> world(new DemoWorld());
    world->options_ = options;
    if (!base::file_exists(options.folder + kStamp)) {
        // Begun and not ended: anew, so that nothing is there twice.
        for (const char* part : {"/backend", "/devices", "/office", "/port"})
            std::filesystem::remove_all(options.folder + part, error);
    }
    say("Starting the stand-in for Firebase");
    LINESMAN_TRY(world->start_backend(cancelled));
    LINESMAN_TRY(world->fill(say, cancelled));
    return world;
}

DemoWorld::~DemoWorld() {
    if (backend_ > 0) end(backend_);
}

base::Status DemoWorld::start_backend(const std::atomic<bool>& cancelled) {
    const std::string program = options_.programs + "/linesman-backend", ready = options_.folder + "/backend.json";
    // Addresses of photos in the documents hold the port: the one of the first start is used again.
    const std::string port = base::read_file(options_.folder + "/port", 16).value_or("0");
    std::error_code gone;
    std::filesystem::remove(ready, gone);
    auto child =
        spawn({program, "--port", port, "--data", options_.folder + "/backend", "--demo-users", "--ready-file", ready},
              name_of_log(options_.folder, program), {});
    if (!child) return child.error();
    backend_ = *child;
    for (int waited = 0; waited < kBackendPatienceMs; waited += kStepMs) {
        if (cancelled) return cancelled_error();
        const auto text = base::read_file(ready, 4096);
        const auto json = text ? base::parse_json(*text, "ready file") : base::Result<base::Json>(text.error());
        if (json) {
            url_ = base::string_at(*json, "url").value_or("");
            const auto number = base::int_at(*json, "port");
            if (number) return base::write_file_atomically(options_.folder + "/port", std::to_string(*number), false);
        }
        if (ended(backend_)) {
            backend_ = -1;
            break;
        }
        nap();
    }
    return base::make_error(base::ErrorKind::io,
                            "The stand-in for Firebase did not start. Is another demo running? Close it first.",
                            base::read_file(name_of_log(options_.folder, program), 4096).value_or(""));
}

base::Status DemoWorld::fill(const std::function<void(std::string)>& say, const std::atomic<bool>& cancelled) const {
    if (base::file_exists(options_.folder + kStamp)) return {};
    const std::string count = std::to_string(options_.captures);
    say("Six phones capture " + count + " poles and send them");
    LINESMAN_TRY(run({"linesman-field", "demo-fleet", "--backend", url_, "--dir", options_.folder + "/devices",
                      "--captures", count, "--devices", "6", "--seed", "7"},
                     cancelled));
    say("Making the keys of the poles in production");
    LINESMAN_TRY(
        run({"linesmanctl", "--data-dir", options_.folder + "/office", "promote", "--index-existing"}, cancelled));
    return base::write_file_atomically(options_.folder + kStamp, count, false);
}

base::Status DemoWorld::run(const std::vector<std::string>& words, const std::atomic<bool>& cancelled) const {
    std::vector<std::string> command = words;
    command[0] = options_.programs + "/" + command[0];
    std::vector<std::string> environment = {"LINESMAN_EMAIL=" + credentials().email,
                                            "LINESMAN_PASSWORD=" + credentials().password};
    for (const auto& [key, value] : settings()) {
        std::string variable = "LINESMAN_";
        for (const char c : key) variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        environment.push_back(variable.append("=").append(value));
    }
    const std::string log = name_of_log(options_.folder, command[0]);
    const auto child = spawn(command, log, environment);
    if (!child) return child.error();
    for (;;) {
        if (const auto code = ended(*child)) {
            if (*code == 0) return {};
            return base::make_error(base::ErrorKind::io, "The demo could not be filled: " + words[0] + " failed.",
                                    base::read_file(log, 4096).value_or(""));
        }
        if (cancelled) {
            end(*child);
            return cancelled_error();
        }
        nap();
    }
}

std::map<std::string, std::string> DemoWorld::settings() const {
    return {{"project_id", kProject}, {"api_key", "demo"},  {"demo", "true"},      {"firestore_host", url_},
            {"identity_host", url_},  {"token_host", url_}, {"storage_host", url_}};
}

Credentials DemoWorld::credentials() {
    return {"supervisor@demo.linesman.test", "linesman"};
}

}  // namespace linesman::app
