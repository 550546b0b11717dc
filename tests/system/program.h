// One of our programs as a process of its own, against the server of a test; its output goes to a file.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/file.h"

namespace linesman::system_test {

class Program {
  public:
    // `words`: name of the program and its arguments. `password` empty: nobody signs in.
    Program(const std::string& base_url, const std::string& folder, std::vector<std::string> words,
            const std::string& password = "linesman", int hold_back_s = 0, const std::string& person = "supervisor") {
        words[0] = std::string(LINESMAN_BIN_DIR) + "/" + words[0];
        std::vector<std::string> environment = {"PATH=/usr/bin:/bin",
                                                "HOME=" + folder,
                                                "LINESMAN_PROJECT_ID=demo-linesman",
                                                "LINESMAN_API_KEY=demo",
                                                "LINESMAN_DEMO=true",
                                                "LINESMAN_HOLD_BACK_S=" + std::to_string(hold_back_s),
                                                "LINESMAN_PULL_INTERVAL_S=2",
                                                "LIBGL_ALWAYS_SOFTWARE=1",
                                                "LINESMAN_PRESENCE=false",  // no commit but those under test
                                                "LINESMAN_FIRESTORE_HOST=" + base_url,
                                                "LINESMAN_IDENTITY_HOST=" + base_url,
                                                "LINESMAN_TOKEN_HOST=" + base_url,
                                                "LINESMAN_STORAGE_HOST=" + base_url,
                                                "LINESMAN_EMAIL=" + person + "@demo.linesman.test",
                                                "LINESMAN_PASSWORD=" + password};
        if (password.empty()) environment.resize(environment.size() - 2);
        if (const char* display = std::getenv("DISPLAY")) environment.push_back(std::string("DISPLAY=") + display);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        log_ = folder + "/output.txt";
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
        const auto argv = pointers(words);
        const auto envp = pointers(environment);
        if (posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, argv.data(), envp.data()) != 0) pid_ = -1;
        posix_spawn_file_actions_destroy(&actions);
    }
    ~Program() {
        kill();
        wait();
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    bool started() const { return pid_ > 0; }
    // Thread: any, once.
    void kill() const { signal(SIGKILL); }
    void signal(int number) const {
        if (pid_ > 0) ::kill(pid_, number);
    }
    // The exit code; -9 when it was killed.
    int wait() {
        if (pid_ <= 0) return result_;
        int status = 0;
        if (waitpid(pid_, &status, 0) == pid_) result_ = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
        pid_ = -1;
        return result_;
    }
    std::string output() const { return base::read_file(log_).value_or("no output"); }

  private:
    static std::vector<char*> pointers(std::vector<std::string>& words) {
        std::vector<char*> out;
        for (auto& word : words) out.push_back(word.data());
        out.push_back(nullptr);
        return out;
    }
    pid_t pid_ = -1;
    int result_ = -1;
    std::string log_;
};

inline Program linesmanctl(const std::string& base_url, const std::string& folder, const std::vector<std::string>& verb,
                           const std::string& password = "linesman", const std::string& person = "supervisor") {
    std::vector<std::string> words = {"linesmanctl", "--profile", "demo", "--data-dir", folder};
    if (verb.empty() || verb.front() != "--timeout") words.insert(words.end(), {"--timeout", "60"});
    words.insert(words.end(), verb.begin(), verb.end());
    return {base_url, folder, std::move(words), password, 0, person};
}

}  // namespace linesman::system_test
