// linesman: the console.
#include <malloc.h>
#include <sys/resource.h>
#include <CLI/CLI.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "app/demo_world.h"
#include "app/engine.h"
#include "app/first_run_desk.h"
#include "base/file.h"
#include "base/log.h"
#include "ui/script.h"
#include "ui/window.h"

namespace {

using namespace linesman;

constexpr int kUsage = 2, kUnavailable = 69, kConfiguration = 78;

const auto g_started = std::chrono::steady_clock::now();

double ms_since_start() {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - g_started).count();
}

volatile std::sig_atomic_t g_asked_to_leave = 0;

void leave(int) {
    g_asked_to_leave = 1;
}

struct Flags {
    std::string profile = "default", data_dir, size, theme, script, screenshots, decision_times;
    float zoom = 0;
    bool offline = false, frame_stats = false, verbose = false;
};

int fail(const base::Error& error, int code) {
    std::fprintf(stderr, "linesman: %s%s%s\n", error.what.c_str(), error.detail.empty() ? "" : "\n  ",
                 error.detail.c_str());
    return code;
}

base::Result<ui::WindowOptions> window_options(const Flags& flags, const base::Folders& folders) {
    ui::WindowOptions options;
    options.layout_path = folders.state + "/layout.txt";
    options.theme = flags.theme;
    options.zoom = flags.zoom;
    options.print_frame_stats = flags.frame_stats;
    options.decision_times_path = flags.decision_times;
    options.should_close = [] { return g_asked_to_leave != 0; };
    if (!flags.size.empty() && std::sscanf(flags.size.c_str(), "%dx%d", &options.width, &options.height) != 2)
        return base::make_error(base::ErrorKind::invalid_argument,
                                "--size must look like 1280x720, not " + flags.size + ".");
    options.filters_path = folders.state + "/filters.json";
    options.keymap_path = folders.config + "/keys.txt";
    if (auto keymap = base::read_file(options.keymap_path, 1 << 16)) options.keymap_text = *keymap;
    if (flags.script.empty()) return options;
    auto text = base::read_file(flags.script, 1 << 20);
    if (!text) return text.error();
    auto script = ui::parse_script(*text);
    if (!script) return script.error();
    options.script = std::move(*script);
    for (auto& step : options.script) {
        if (step.kind == ui::ScriptStep::Kind::screenshot && !flags.screenshots.empty())
            step.text = flags.screenshots + "/" + step.text;
    }
    return options;
}

std::optional<app::Credentials> credentials_from_environment() {
    const char* email = std::getenv("LINESMAN_EMAIL");
    const char* password = std::getenv("LINESMAN_PASSWORD");
    if (!email || !password || !*email) return std::nullopt;
    return app::Credentials{email, password};
}

// The demo's programs are started while a window says how far they are. Errors: cancelled when it was closed; those of
// DemoWorld::start().
base::Result<std::unique_ptr<app::DemoWorld>> start_demo(const app::Profile& profile, const base::Folders& folders,
                                                         ui::WindowOptions window) {
    app::FirstRunDesk desk(profile, {});
    desk.say("Starting the programs of the demo");
    std::atomic<bool> cancelled = false, done = false;
    base::Result<std::unique_ptr<app::DemoWorld>> world =
        base::make_error(base::ErrorKind::cancelled, "The demo was not started.");
    std::thread worker([&] {
        world = app::DemoWorld::start(
            {app::folder_of_this_program(), folders.data + "/demo"},
            [&](std::string words) { desk.say(std::move(words)); }, cancelled);
        done = true;
    });
    window.script.clear();  // it is for the desk that opens afterwards
    window.should_close = [&] { return done || g_asked_to_leave != 0; };
    const auto shown = ui::run(desk, std::move(window));
    cancelled = true;
    worker.join();
    if (!shown) return shown.error();
    return world;
}

// What the desk opens with.
struct Opening {
    app::Profile profile;
    std::unique_ptr<app::DemoWorld> demo;  // while the demo is shown
};

// The profile of the configuration. When it names no project yet, the window asks for one, or shows the demo; nullopt
// when the person closed it instead.
base::Result<std::optional<Opening>> usable_profile(const Flags& flags, const base::Folders& folders,
                                                    const ui::WindowOptions& window) {
    std::string trouble;
    std::map<std::string, std::string> entered;
    for (;;) {
        auto profile = app::load_profile(flags.profile, app::standard_sources(folders.config, {}));
        if (!profile) return profile.error();
        if (!profile->endpoints.project_id.empty()) {
            LINESMAN_TRY(app::check_profile(*profile));
            return std::optional(Opening{std::move(*profile), nullptr});
        }
        app::FirstRunDesk desk(*profile, trouble, entered);
        const auto result = ui::run(desk, window);
        if (!result) {
            // Without a display the words of the configuration help more than those of the window.
            LINESMAN_TRY(app::check_profile(*profile));
            return result.error();
        }
        entered = desk.entered();
        if (entered.empty()) return std::optional<Opening>();
        if (entered.contains("demo")) {
            entered.clear();
            auto demo = start_demo(*profile, folders, window);
            if (demo) {
                auto shown =
                    app::load_profile(flags.profile, app::standard_sources(folders.config, (*demo)->settings()));
                if (!shown) return shown.error();
                return std::optional(Opening{std::move(*shown), std::move(*demo)});
            }
            trouble = demo.error().kind == base::ErrorKind::cancelled ? std::string() : demo.error().what;
            base::log(base::LogLevel::warning, "demo", demo.error());
            if (g_asked_to_leave != 0) return std::optional<Opening>();
            continue;
        }
        const auto saved = app::save_usable_profile(folders.config + "/config.toml", flags.profile,
                                                    app::standard_sources(folders.config, {}), entered);
        trouble = saved ? std::string() : saved.error().what;
    }
}

// Who starts the desk from a menu sees no terminal: a window says why it does not open.
int stopped(const base::Error& error, const app::Profile& profile, ui::WindowOptions window) {
    if (window.script.empty()) {
        app::FirstRunDesk desk(profile, {});
        desk.stop_with(error.what);
        window.layout_path.clear();
        const auto shown = ui::run(desk, std::move(window));
        if (!shown) base::log(base::LogLevel::warning, "ui", shown.error());
    }
    return fail(error, kConfiguration);
}

int run(const Flags& flags) {
    const auto folders = base::Folders::for_profile(flags.profile, flags.data_dir);
    if (auto status = folders.create(); !status) return fail(status.error(), kConfiguration);
    if (auto status = base::log_to(folders.state + "/linesman.log", base::LogLevel::info, flags.verbose); !status)
        return fail(status.error(), kConfiguration);
    auto options = window_options(flags, folders);
    if (!options) return fail(options.error(), kUsage);
    std::signal(SIGTERM, leave);
    std::signal(SIGINT, leave);
    auto opening = usable_profile(flags, folders, *options);
    if (!opening) return fail(opening.error(), kConfiguration);
    if (!*opening) return 0;  // the first start was left

    app::EngineOptions engine_options;
    engine_options.profile = (*opening)->profile;
    engine_options.folders = folders;
    engine_options.work_offline = flags.offline;
    engine_options.credentials = credentials_from_environment();
    if ((*opening)->demo) {
        // A desk of its own: nothing of the demo is left in the profile's files.
        engine_options.folders = base::Folders::for_profile("demo", folders.data + "/demo/desk");
        if (auto status = engine_options.folders.create(); !status) return fail(status.error(), kConfiguration);
        engine_options.credentials = app::DemoWorld::credentials();
    }
    auto engine = app::Engine::open(std::move(engine_options));
    if (!engine) return stopped(engine.error(), (*opening)->profile, *options);
    // Time from the start of the program to the first frame that shows rows, to the first one that lacks nothing (the
    // map's picture, photos), and memory at the end: for bench/desk.py.
    double first_rows_ms = 0, complete_ms = 0;
    options->on_frame = [&](uint64_t, bool idle) {
        if (complete_ms > 0) return;
        if (first_rows_ms == 0 && (*engine)->snapshot()->columns.row_count() > 0) first_rows_ms = ms_since_start();
        if (first_rows_ms > 0 && idle) complete_ms = ms_since_start();
    };
    const auto result = ui::run(**engine, std::move(*options));
    if (!result) return fail(result.error(), kUnavailable);
    for (const auto& file : result->screenshots) std::printf("%s\n", file.c_str());
    if (flags.frame_stats) {
        struct rusage usage {};
        getrusage(RUSAGE_SELF, &usage);
        std::printf("first frame with rows after %.0f ms, complete after %.0f ms, peak memory %ld MB\n", first_rows_ms,
                    complete_ms, usage.ru_maxrss / 1024);
    }
    return 0;
}

// glibc keeps what was freed for each thread's next wish, up to pictures of 32 MB: that doubles what a console holds.
// Large blocks go back to the system at once, and two arenas are enough for the few threads that allocate.
void keep_memory_small() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_ARENA_MAX, 2);
#endif
}

}  // namespace

int main(int argc, char** argv) {
    keep_memory_small();
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app{"Linesman: the desk where staged pole captures are judged.", "linesman"};
    app.set_version_flag("--version", LINESMAN_VERSION);
    app.footer(
        "Signing in: in the window, or LINESMAN_EMAIL and LINESMAN_PASSWORD. Press ? in the window for the keys.\n"
        "Exit codes: 0 ok, 2 usage, 69 no display, 78 configuration.");
    Flags flags;
    app.add_option("--profile", flags.profile, "which profile of config.toml")->capture_default_str();
    app.add_option("--data-dir", flags.data_dir, "keep all files below this folder instead of the XDG folders");
    app.add_flag("--offline", flags.offline, "start without contacting the server");
    app.add_option("--size", flags.size, "window size, e.g. 1280x720");
    app.add_option("--theme", flags.theme, "dark, light or high_contrast")
        ->check(CLI::IsMember({"dark", "light", "high_contrast"}));
    app.add_option("--zoom", flags.zoom, "1 = normal, 2 = twice as large")->check(CLI::Range(0.5F, 3.0F));
    app.add_option("--script", flags.script, "drive the window by a script (see src/ui/script.h); for tests and tours");
    app.add_option("--screenshots", flags.screenshots, "folder for the script's screenshots");
    app.add_flag("--frame-stats", flags.frame_stats, "print frame figures at the end");
    app.add_option("--decision-times", flags.decision_times,
                   "file for frames and milliseconds from each decision to the next photo on the screen");
    app.add_flag("-v,--verbose", flags.verbose, "the log on stderr as well");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kUsage;
    }
    return run(flags);
}
