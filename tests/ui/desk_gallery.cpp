// Opens the desk over generated captures, for looking at it while working on the UI:
//   desk_gallery [--captures N] [--size W H] [--zoom Z] [--theme NAME] [--state
//   loading|offline|empty|signed-out|matters|duplicates|base-map|presence]
//                [--script FILE] [--screenshot FILE] [--plain] [--role NAME]
#include <cstdio>
#include <cstring>
#include <string>

#include "base/file.h"
#include "support/fake_desk.h"
#include "ui/window.h"

using namespace linesman;

int main(int argc, char** argv) {
    test::FakeDeskOptions desk_options;
    desk_options.photos_in_background = true;
    ui::WindowOptions options;
    bool presence = false;
    options.print_frame_stats = true;
    options.width = 1280;
    options.height = 720;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        auto value = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string("0"); };
        if (name == "--captures") desk_options.captures = static_cast<uint32_t>(std::stoul(value()));
        if (name == "--size") options.width = std::stoi(value()), options.height = std::stoi(value());
        if (name == "--zoom") options.zoom = std::stof(value());
        if (name == "--theme") options.theme = value();
        if (name == "--screenshot") options.screenshot_path = value();
        if (name == "--plain") desk_options.plain_photos = true;
        if (name == "--role") desk_options.role = model::role_from_name(value());
        if (name == "--state") {
            const std::string state = value();
            desk_options.loading = state == "loading";
            desk_options.offline = state == "offline";
            desk_options.signed_in = state != "signed-out";
            desk_options.with_matters = state == "matters";
            desk_options.with_duplicates = state == "duplicates";
            desk_options.with_base_map = state == "base-map";
            presence = state == "presence";
            if (state == "empty" || state == "signed-out") desk_options.captures = 0;
        }
        if (name == "--script") {
            const auto text = base::read_file(value());
            auto script = text ? ui::parse_script(*text) : base::Result<std::vector<ui::ScriptStep>>(text.error());
            if (!script) return std::fprintf(stderr, "%s\n", script.error().full().c_str()), 2;
            options.script = *script;
        }
    }
    test::FakeDesk desk(desk_options);
    if (presence) {
        desk.change([&](app::Snapshot& snapshot) {
            app::PeopleHere people;
            for (size_t i = 0; i < desk.size(); i += 3)
                people[desk.capture(i).staging_id] = {{"Thandi Nkosi", desk.now() + base::hours(1)}};
            snapshot.people_here = std::make_shared<const app::PeopleHere>(std::move(people));
        });
    }
    const auto result = ui::run(desk, std::move(options));
    if (!result) return std::fprintf(stderr, "%s\n", result.error().full().c_str()), 1;
    return 0;
}
