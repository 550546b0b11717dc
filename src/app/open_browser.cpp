#include "app/open_browser.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <thread>

extern char** environ;

namespace linesman::app {
namespace {

std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
    while (!rest.empty()) {
        const size_t end = std::min(rest.find(':'), rest.size());
        std::string candidate(rest.substr(0, end));
        candidate.append("/").append(name);
        if (end > 0 && access(candidate.c_str(), X_OK) == 0) return candidate;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

}  // namespace

base::Status open_browser(const std::string& url) {
    if (!url.starts_with("https://") && !url.starts_with("http://"))
        return base::make_error(base::ErrorKind::configuration, "The address of the sign-in page is not valid.");
    std::string program = find_program("xdg-open");
    const base::Error missing = base::make_error(
        base::ErrorKind::io,
        "No browser could be opened. Install xdg-utils and a browser, or sign in with email and password.");
    if (program.empty()) return missing;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    std::string address = url;
    std::array<char*, 3> words{program.data(), address.data(), nullptr};
    pid_t child = -1;
    const int failed = posix_spawn(&child, program.c_str(), &files, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) return missing;
    // xdg-open ends once the browser has the address; without this it would stay a zombie until we end.
    std::thread([child] { waitpid(child, nullptr, 0); }).detach();
    return {};
}

}  // namespace linesman::app
