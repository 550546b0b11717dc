#include "cli/context.h"

#include <cstdlib>

#include "base/log.h"

namespace linesman::cli {

Context::Context(const GlobalOptions& given)
    : out(given.json, given.quiet),
      options(given),
      folders(base::Folders::for_profile(given.profile, given.data_dir)) {}

base::Result<app::Profile> Context::profile() const {
    return app::load_profile(options.profile, app::standard_sources(folders.config, options.settings));
}

base::Result<std::unique_ptr<app::Engine>> Context::open_desk(bool offline, bool needs_console) const {
    auto loaded = profile();
    if (!loaded) return loaded.error();
    LINESMAN_TRY(app::check_profile(*loaded));
    LINESMAN_TRY(folders.create());
    LINESMAN_TRY(base::log_to(folders.state + "/linesmanctl.log", base::LogLevel::info, options.verbose));
    app::EngineOptions engine_options;
    engine_options.profile = *loaded;
    // A verb that was not asked to write judgements does not, whatever the profile says of the console.
    if (!options.settings.contains("write_back")) engine_options.profile.write_back = false;
    engine_options.folders = folders;
    engine_options.work_offline = offline;
    engine_options.via = "cli";
    if (!offline) engine_options.credentials = credentials_from_environment();
    auto engine = app::Engine::open(engine_options);
    if (!engine && engine.error().kind == base::ErrorKind::already_exists && !needs_console) {
        engine_options.mode = app::Mode::reader;
        engine = app::Engine::open(std::move(engine_options));
    }
    if (!engine) return engine.error();
    const bool read =
        (*engine)->wait_for([](const app::Snapshot& s) { return (!s.loading && !s.rules_running) || !s.fatal.empty(); },
                            base::seconds(options.timeout_s));
    if (!read) return base::make_error(base::ErrorKind::timed_out, "The cache could not be read in time.");
    if (const auto snapshot = (*engine)->snapshot(); !snapshot->fatal.empty())
        return base::make_error(base::ErrorKind::configuration, snapshot->fatal);
    return engine;
}

int Context::fail(const base::Error& error) const {
    out.problem(error);
    return exit_code(error.kind);
}

std::optional<app::Credentials> credentials_from_environment() {
    const char* email = std::getenv("LINESMAN_EMAIL");
    const char* password = std::getenv("LINESMAN_PASSWORD");
    if (!email || !password || !*email) return std::nullopt;
    return app::Credentials{email, password};
}

}  // namespace linesman::cli
