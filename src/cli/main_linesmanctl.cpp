// linesmanctl: Linesman without a window, for cron and scripts.
#include <CLI/CLI.hpp>
#include <csignal>

#include "cli/filter_options.h"
#include "cli/judge_commands.h"
#include "cli/office_commands.h"
#include "cli/operations_commands.h"
#include "cli/verbs/verbs.h"

namespace {

using namespace linesman;

constexpr const char* kFooter =
    "Data goes to stdout, messages to stderr. Exit codes: 0 ok, 1 findings or refusals, 2 usage, 69 offline, 75 retry "
    "later,\n"
    "77 no permission, 78 configuration, 130 interrupted.\n"
    "Signing in: LINESMAN_EMAIL and LINESMAN_PASSWORD, or the session kept by the console or by `login`.";

int usage(const std::string& text) {
    std::fprintf(stderr, "linesmanctl: %s\n", text.c_str());
    return cli::kUsage;
}

// A verb that does not exist is answered with those that do.
std::optional<std::string> unknown_verb(const CLI::App& app, int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool has_value = word == "--profile" || word == "--data-dir" || word == "--timeout";
        i += has_value ? 1 : 0;
        if (has_value || word == "--json" || word == "-q" || word == "--quiet" || word == "-v" || word == "--verbose")
            continue;
        if (word.starts_with('-')) return std::nullopt;  // what belongs to it is not known here
        std::string verbs;
        for (const auto* verb : app.get_subcommands({})) {
            if (verb->get_name() == word) return std::nullopt;
            verbs.append(" ").append(verb->get_name());
        }
        return std::string("there is no verb \"").append(word).append("\". Verbs:").append(verbs);
    }
    return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app{"Linesman without a window: the desk's work for scripts and cron.", "linesmanctl"};
    app.footer(kFooter);
    app.set_version_flag("--version", LINESMAN_VERSION);
    app.require_subcommand(1);
    cli::GlobalOptions global;
    global.version = LINESMAN_VERSION;
    app.add_option("--profile", global.profile, "which profile of config.toml")->capture_default_str();
    app.add_option("--data-dir", global.data_dir, "keep all files below this folder instead of the XDG folders");
    app.add_flag("--json", global.json, "one JSON document on stdout");
    app.add_flag("-q,--quiet", global.quiet, "no messages, only data and errors");
    app.add_flag("-v,--verbose", global.verbose, "the log on stderr as well");
    app.add_option("--timeout", global.timeout_s, "seconds to wait at most")
        ->capture_default_str()
        ->check(CLI::Range(1, 86400));
    app.fallthrough();

    app.add_subcommand("sync", "pull what changed, send what is decided, then leave");
    app.add_subcommand("status", "counts and what waits, from the cache alone");
    cli::ListOptions list;
    cli::FilterOptions filter;
    std::string item, key, value;
    auto* list_verb = app.add_subcommand("list", "captures that pass a filter");
    filter.add_to(*list_verb);
    filter.add_order_to(*list_verb);
    auto* show_verb = app.add_subcommand("show", "one capture with its findings");
    show_verb->add_option("item", item, "staging id or pole number")->required();
    const cli::JudgeCommands judge(app);
    const cli::OfficeCommands office(app);
    const cli::OperationsCommands operations(app);
    bool with_google = false;
    auto* login = app.add_subcommand("login", "sign in and keep the session in the desktop's keyring");
    login->add_flag("--google", with_google, "with Google, by way of the browser, instead of by email");
    app.add_subcommand("logout", "forget the kept session");
    app.add_subcommand("doctor", "check configuration, files, server and sign-in");
    auto* config = app.add_subcommand("config", "settings");
    config->require_subcommand(1);
    bool with_origin = false;
    auto* config_show = config->add_subcommand("show", "every setting with its value");
    config_show->add_flag("--origin", with_origin, "and where the value comes from");
    auto* config_keys = config->add_subcommand("keys", "every key there is, with its default and what it is");
    auto* config_set = config->add_subcommand("set", "write a setting of the profile to config.toml");
    config_set->add_option("key", key)->required();
    config_set->add_option("value", value)->required();

    if (const auto unknown = unknown_verb(app, argc, argv)) return usage(*unknown);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? cli::kOk : cli::kUsage;
    }
    if (const auto code = office.run(global)) return *code;
    if (const auto code = judge.run(global)) return *code;
    if (const auto code = operations.run(global)) return *code;
    cli::Context context(global);
    if (app.got_subcommand("sync")) return cli::verb_sync(context);
    if (app.got_subcommand("status")) return cli::verb_status(context);
    if (app.got_subcommand("list")) {
        if (const auto wrong = filter.finish(list, &global); !wrong.empty()) return usage(wrong);
        return cli::verb_list(context, list);
    }
    if (app.got_subcommand("show")) return cli::verb_show(context, item);
    if (app.got_subcommand("login")) return cli::verb_login(context, with_google);
    if (app.got_subcommand("logout")) return cli::verb_logout(context);
    if (app.got_subcommand("doctor")) return cli::verb_doctor(context);
    if (config->got_subcommand(config_show)) return cli::verb_config(context, with_origin);
    if (config->got_subcommand(config_keys)) return cli::verb_config_keys(context);
    return cli::verb_config_set(context, key, value);
}
