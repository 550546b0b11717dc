// linesman-backend: the local stand-in for Firebase as a program.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>

#include "backend/server.h"
#include "base/file.h"
#include "base/log.h"

namespace {

using linesman::backend::Server;
using linesman::backend::ServerOptions;

constexpr const char* kBanner =
    "linesman-backend: a local stand-in for Firebase, for demo and tests only. Production is Firebase.\n";

// Each connection is a file; the usual soft limit of 1,024 is fewer than the server's own limit of connections.
void allow_many_connections() {
    constexpr rlim_t kWanted = 8192;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kWanted) return;
    limit.rlim_cur = std::min(kWanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

int run(const ServerOptions& options, const std::string& ready_file) {
    // Blocked before any thread starts, so that only sigwait below receives them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    allow_many_connections();
    Server server(options);
    if (const auto started = server.start(); !started) {
        std::cerr << "linesman-backend: " << started.error().what << "\n";
        return 1;
    }
    const linesman::base::Json ready = {{"url", server.base_url()},
                                        {"port", server.port()},
                                        {"project", options.project_id},
                                        {"data", options.data_folder.empty() ? "memory" : options.data_folder}};
    const std::string line = linesman::base::to_text(ready) + "\n";
    std::cout << line << std::flush;
    if (!ready_file.empty()) {
        if (const auto written = linesman::base::write_file_atomically(ready_file, line); !written) {
            std::cerr << "linesman-backend: " << written.error().what << "\n";
            return 1;
        }
    }
    int received = 0;
    sigwait(&signals, &received);
    server.stop();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"A local stand-in for Firebase (Firestore, Auth, Storage) on loopback, for demo and tests."};
    ServerOptions options;
    std::string ready_file;
    bool no_gzip = false;
    app.set_version_flag("--version", LINESMAN_VERSION);
    app.add_option("--bind", options.address, "Loopback address to listen on")->capture_default_str();
    app.add_option("--port", options.port, "Port; 0 picks a free one")
        ->capture_default_str()
        ->check(CLI::Range(0, 65535));
    app.add_option("--data", options.data_folder, "Folder that keeps everything; without it all is in memory");
    app.add_option("--project", options.project_id, "Project id in tokens")->capture_default_str();
    app.add_option("--ready-file", ready_file, "Also write the JSON line with the port to this file");
    app.add_flag(
        "--demo-users", options.demo_users,
        "Make supervisor@, second@, support@, analyst@, admin@, device@ demo.linesman.test, password linesman");
    app.add_flag("--require-auth", options.require_auth, "Refuse requests without a valid token");
    app.add_flag("--no-gzip", no_gzip, "Never compress replies");
    CLI11_PARSE(app, argc, argv);
    options.gzip = !no_gzip;
    std::cerr << kBanner;
    return run(options, ready_file);
}
