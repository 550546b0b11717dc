// linesmanctl: Linesman without a window, for cron and scripts.
#include <CLI/CLI.hpp>
#include <csignal>

#include "cli/office_commands.h"
#include "cli/verbs/verbs.h"

namespace {

using namespace linesman;

constexpr const char* kFooter =
    "Data goes to stdout, messages to stderr. Exit codes: 0 ok, 1 findings or refusals, 2 usage, 69 offline, 75 retry "
    "later,\n"
    "77 no permission, 78 configuration, 130 interrupted.\n"
    "Signing in: LINESMAN_EMAIL and LINESMAN_PASSWORD, or the session kept by the console.";

void add_filter(CLI::App& verb, cli::ListOptions& list, std::string& scope, std::vector<std::string>& rules,
                std::string& sort) {
    verb.add_option("--scope", scope, "open, all, held, decided, conflicts or resubmitted")
        ->check(CLI::IsMember({"open", "all", "held", "decided", "conflicts", "resubmitted"}))
        ->capture_default_str();
    verb.add_option("--search", list.filter.search, "part of a pole number or staging id");
    verb.add_option("--project", list.filter.projects, "only these projects");
    verb.add_option("--device", list.filter.devices, "only these devices");
    verb.add_option("--rule", rules, "only captures with a finding of these rules, e.g. gps_missing");
    verb.add_flag("--lost-photos", list.filter.only_lost_photos,
                  "only captures whose device held photos that never arrived");
    verb.add_option("--sort", sort,
                    "submitted, captured, decided, number, severity, project or device; -KEY for the other way")
        ->capture_default_str();
    verb.add_option("--limit", list.limit, "how many to show; 0 = all")->capture_default_str();
}

int usage(const std::string& text) {
    std::fprintf(stderr, "linesmanctl: %s\n", text.c_str());
    return cli::kUsage;
}

// Fills what CLI11 cannot convert by itself; empty when everything is right, else what is wrong.
std::string finish_filter(cli::ListOptions& list, const std::string& scope, const std::vector<std::string>& rules,
                          std::string sort) {
    const std::map<std::string, model::QueueScope> scopes = {
        {"open", model::QueueScope::open},           {"all", model::QueueScope::all},
        {"held", model::QueueScope::held},           {"decided", model::QueueScope::decided},
        {"conflicts", model::QueueScope::conflicts}, {"resubmitted", model::QueueScope::resubmitted}};
    list.filter.scope = scopes.at(scope);
    for (const auto& code : rules) {
        const auto rule = model::rule_from_code(code);
        if (!rule) return "there is no rule \"" + code + "\"";
        list.filter.rules |= model::bit(*rule);
    }
    list.order.descending = sort.starts_with('-');
    if (list.order.descending) sort.erase(0, 1);
    const std::map<std::string, model::SortKey> keys = {
        {"submitted", model::SortKey::submitted}, {"captured", model::SortKey::captured},
        {"decided", model::SortKey::decided},     {"number", model::SortKey::pole_number},
        {"severity", model::SortKey::severity},   {"project", model::SortKey::project},
        {"device", model::SortKey::device}};
    const auto key = keys.find(sort);
    if (key == keys.end()) return "cannot sort by \"" + sort + "\"";
    list.order.key = key->second;
    return {};
}

CLI::App* add_decision(CLI::App& app, const char* name, const char* help, cli::DecideOptions& options) {
    auto* verb = app.add_subcommand(name, help);
    verb->add_option("items", options.items, "staging ids or pole numbers")->required();
    verb->add_option("--comment", options.comment, "a comment for the record");
    verb->add_flag("--dry-run", options.dry_run, "only say what would be done or refused, and why");
    return verb;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app{"Linesman without a window: the desk's work for scripts and cron.", "linesmanctl"};
    app.footer(kFooter);
    app.set_version_flag("--version", LINESMAN_VERSION);
    app.require_subcommand(1);
    cli::GlobalOptions global;
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
    std::string scope = "open", sort = "submitted", item, key, value;
    std::vector<std::string> rules;
    auto* list_verb = app.add_subcommand("list", "captures that pass a filter");
    add_filter(*list_verb, list, scope, rules, sort);
    auto* show_verb = app.add_subcommand("show", "one capture with its findings");
    show_verb->add_option("item", item, "staging id or pole number")->required();
    cli::DecideOptions decide;
    auto* approve = add_decision(app, "approve", "approve captures", decide);
    approve->add_option("--override", decide.override_reason,
                        "approve despite errors, for this reason (the project must allow it)");
    auto* reject = add_decision(app, "reject", "reject captures", decide);
    reject->add_option("--reason", decide.reason, "reason code, e.g. photo_unclear")->required();
    auto* hold = add_decision(app, "hold", "hold captures for later", decide);
    hold->add_option("--remind", decide.remind_h, "remind in this many hours");
    auto* undo = add_decision(app, "undo", "take back the last decision on captures", decide);
    undo->add_option("--reason", decide.reason, "needed for another person's decision");
    cli::DecideOptions promotion;
    bool index_existing = false;
    auto* promote = app.add_subcommand("promote", "bring approved captures into production");
    promote->add_option("items", promotion.items, "staging ids or pole numbers");
    promote->add_flag("--dry-run", promotion.dry_run, "only say what would be done or refused, and why");
    promote->add_flag("--index-existing", index_existing,
                      "make the keys of poles that are in production already; once per project");
    const cli::OfficeCommands office(app);
    app.add_subcommand("doctor", "check configuration, files, server and sign-in");
    auto* config = app.add_subcommand("config", "settings");
    config->require_subcommand(1);
    bool with_origin = false;
    auto* config_show = config->add_subcommand("show", "every setting with its value");
    config_show->add_flag("--origin", with_origin, "and where the value comes from");
    auto* config_set = config->add_subcommand("set", "write a setting of the profile to config.toml");
    config_set->add_option("key", key)->required();
    config_set->add_option("value", value)->required();

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? cli::kOk : cli::kUsage;
    }
    if (const auto code = office.run(global)) return *code;
    cli::Context context(global);
    if (app.got_subcommand("sync")) return cli::verb_sync(context);
    if (app.got_subcommand("status")) return cli::verb_status(context);
    if (app.got_subcommand("list")) {
        if (const auto wrong = finish_filter(list, scope, rules, sort); !wrong.empty()) return usage(wrong);
        return cli::verb_list(context, list);
    }
    if (app.got_subcommand("show")) return cli::verb_show(context, item);
    if (app.got_subcommand("doctor")) return cli::verb_doctor(context);
    if (promote->parsed()) {
        if (index_existing) return cli::verb_index_existing(context);
        if (promotion.items.empty()) return usage("promote needs captures, or --index-existing");
        promotion.kind = model::OperationKind::promote;
        return cli::verb_decide(context, promotion);
    }
    if (config->got_subcommand(config_show)) return cli::verb_config(context, with_origin);
    if (config->got_subcommand(config_set)) return cli::verb_config_set(context, key, value);
    decide.kind = approve->parsed()  ? model::OperationKind::approve
                  : reject->parsed() ? model::OperationKind::reject
                  : hold->parsed()   ? model::OperationKind::hold
                                     : model::OperationKind::undo;
    return cli::verb_decide(context, decide);
}
