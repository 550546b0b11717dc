// What the person asked for in a frame. Views write it, the shell carries it out before the next frame is drawn.
// Thread: main.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/desk.h"
#include "ui/commands.h"
#include "ui/device_state.h"
#include "ui/frame.h"
#include "ui/photo_seen.h"

namespace linesman::ui {

struct Intents {
    std::vector<CommandId> commands;
    std::optional<model::Row> select;
    std::optional<std::string> select_id;
    std::optional<model::Filter> filter;
    std::optional<model::SortOrder> order;
    std::optional<model::Slot> slot, compare_slot;
    std::optional<PhotoPose> pose;
    std::optional<Layout> layout;
    std::optional<Overlay> overlay;
    std::optional<NarrowPane> pane;

    // The decision strips.
    std::optional<size_t> reject_reason;
    std::optional<std::string> hold_note, override_reason, comment, take_back_reason;
    std::optional<base::Timestamp> remind_at;  // with hold_note
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

    // Multi-selection.
    struct Pick {
        enum class How : uint8_t { toggle, range } how = How::toggle;
        model::Row row = model::kNoRow;
    };
    std::optional<Pick> pick;
    // Drawn on the map: the captures in it are added to the selection.
    struct Lassoed {
        std::vector<model::AreaPoint> area;
        std::vector<model::Row> rows;
    };
    std::optional<Lassoed> lassoed;
    bool clear_picks = false;

    // Bulk: a dry run (its captures are DeskState::Bulk::ids), the start of a plan, and what is done with a batch.
    std::optional<app::BulkRequest> plan_bulk;
    std::optional<uint64_t> start_bulk;
    struct BatchAct {
        enum class What : uint8_t { pause, resume, cancel } what = What::pause;
        std::string batch_id;
    };
    std::vector<BatchAct> batch_acts;
    std::optional<double> bulk_rate;

    // Decisions beside the flow of review: restore, ignore, undo of one operation. `said` is told once it is on disk.
    struct Act {
        app::DecisionDraft draft;
        std::string said;
    };
    std::vector<Act> acts;
    std::optional<app::MergeDraft> merge;
    std::optional<std::string> show_matter;  // op id, opens the conflict view
    std::optional<std::pair<std::string, app::MatterResolution>> resolve_fields;

    std::optional<app::ReportOrder> start_report;
    bool cancel_report = false;
    bool fresh_preview = false;  // the next preview of a report looks at the data anew
    bool clean_disk = false;

    std::optional<std::string> save_filter, forget_filter;  // names
    std::optional<std::pair<std::string, std::string>> change_setting;
    std::optional<std::map<std::string, std::string>> first_run;  // what was entered at the first start
    struct Rebinding {
        CommandId id;
        std::vector<Chord> chords;
    };
    std::vector<Rebinding> rebind;
    bool reset_keys = false;

    DeviceIntents devices;

    // What the photo view showed, for photos_seen.
    std::vector<ShownPhoto> shown;
    bool photo_presented = false;  // the selected capture's large photo is in this frame, or it is known to have none
    bool again = false;            // draw another frame soon (an upload or an animation is not done)
    bool pending = false;  // something is being made away from the main thread, which wakes the window when it is there

    void run(CommandId id) { commands.push_back(id); }
};

}  // namespace linesman::ui
