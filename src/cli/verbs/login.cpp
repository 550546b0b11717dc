#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "app/login.h"
#include "app/open_browser.h"
#include "cli/verbs/verbs.h"

namespace linesman::cli {
namespace {

// What is typed is not shown while it lives.
class EchoOff {
  public:
    EchoOff() {
        if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    ~EchoOff() {
        if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;

  private:
    termios before_{};
    bool changed_ = false;
};

std::string ask(const char* question, bool secret) {
    std::fprintf(stderr, "%s", question);
    std::string line;
    if (secret) {
        const EchoOff quiet;
        std::getline(std::cin, line);
        std::fputc('\n', stderr);
    } else {
        std::getline(std::cin, line);
    }
    return line;
}

base::Result<app::Credentials> credentials() {
    if (auto given = credentials_from_environment()) return std::move(*given);
    if (isatty(STDIN_FILENO) == 0)
        return base::make_error(base::ErrorKind::invalid_argument,
                                "Nobody can be asked for a password here. Set LINESMAN_EMAIL and LINESMAN_PASSWORD, or "
                                "run this in a terminal.");
    app::Credentials typed;
    typed.email = ask("Email: ", false);
    typed.password = ask("Password: ", true);
    if (typed.email.empty() || typed.password.empty())
        return base::make_error(base::ErrorKind::invalid_argument, "Both email and password are needed.");
    return typed;
}

}  // namespace

int verb_login(Context& context, bool google) {
    const auto profile = context.profile();
    if (!profile) return context.fail(profile.error());
    app::LoginOptions options;
    if (google) {
        options.open_browser = [](const std::string& url) -> base::Status {
            std::fprintf(stderr,
                         "Finish the sign-in in your browser. If none opens, open this address on this computer:\n%s\n",
                         url.c_str());
            if (auto opened = app::open_browser(url); !opened)
                std::fprintf(stderr, "%s\n", opened.error().what.c_str());
            return {};
        };
    } else {
        auto given = credentials();
        if (!given) return context.fail(given.error());
        options.credentials = std::move(*given);
    }
    const auto keyring = sync::make_secret_service_keyring();
    const auto login = app::log_in(*profile, *keyring, std::move(options));
    if (!login) return context.fail(login.error());
    const auto& who = login->identity;
    context.out.document({{"uid", who.uid},
                          {"email", who.email},
                          {"name", who.name},
                          {"role", who.role},
                          {"kept", login->not_kept.empty()}});
    if (!login->not_kept.empty()) {
        return context.fail(base::make_error(
            base::ErrorKind::configuration, who.email +
                                                " was accepted, but the session cannot be kept: " + login->not_kept +
                                                " Scripts sign in with LINESMAN_EMAIL and LINESMAN_PASSWORD instead."));
    }
    context.out.data("Signed in as " + who.email + (who.role.empty() ? ", without a role." : ", " + who.role + "."));
    if (who.role.empty() && profile->roles_enforced)
        context.out.message("An account without a role can read at most; ask an admin of the project for one.");
    return kOk;
}

int verb_logout(Context& context) {
    const auto profile = context.profile();
    if (!profile) return context.fail(profile.error());
    const auto keyring = sync::make_secret_service_keyring();
    if (auto status = app::log_out(*profile, *keyring); !status) return context.fail(status.error());
    context.out.data("Signed out. A console that is running stays signed in until it closes.");
    return kOk;
}

}  // namespace linesman::cli
