// What the person asked for in a frame. Views write it, the shell carries it out before the next frame is drawn.
// Thread: main.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/desk.h"
#include "ui/commands.h"
#include "ui/frame.h"
#include "ui/photo_seen.h"

namespace linesman::ui {

struct Intents {
    std::vector<CommandId> commands;
    std::optional<model::Row> select;
    std::optional<std::string> select_id;
    std::optional<model::Filter> filter;
    std::optional<model::SortOrder> order;
    std::optional<model::Slot> slot;
    std::optional<PhotoPose> pose;
    std::optional<Layout> layout;
    std::optional<Overlay> overlay;

    // The decision strips.
    std::optional<size_t> reject_reason;
    std::optional<std::string> hold_note, override_reason, comment;
    std::optional<model::Correction> correction;

    std::vector<std::pair<std::string, app::MatterChoice>> resolve;
    std::vector<uint64_t> dismiss;
    struct SignIn {
        std::string email, password;
        bool remember = true;
        bool google = false;  // by way of the browser; no email, no password
    };
    std::optional<SignIn> sign_in;
    std::optional<std::string> copy_text;

    // What the photo view showed, for photos_seen.
    std::vector<ShownPhoto> shown;
    bool again = false;    // draw another frame soon (an upload or an animation is not done)
    bool pending = false;  // something is being made away from the main thread, which wakes the window when it is there

    void run(CommandId id) { commands.push_back(id); }
};

}  // namespace linesman::ui
