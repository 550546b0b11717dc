// The desk as a whole: takes key presses in order, turns them and the views' intents into acts, keeps selection,
// photos, map and decisions together, lays out the views. Knows ImGui, not the window system.
//
//   begin: snapshot, list → keys of this frame → commands → intents of the last frame → (decide → advance) → draw
// so that a key and the capture it leads to are in one frame.
//
// Thread: main, with the GL context current.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"
#include "ui/views/bars.h"
#include "ui/views/devices_view.h"
#include "ui/views/map_view.h"
#include "ui/views/overlays.h"
#include "ui/views/photo_view.h"
#include "ui/views/queue_view.h"
#include "ui/views/side_views.h"
#include "ui/views/sync_view.h"
#include "ui/views/welcome_view.h"

namespace linesman::ui {

// A part of the window with another ground than the clear colour: cleared with a scissor before drawing.
struct Ground {
    int x = 0, y = 0, width = 0, height = 0;  // pixels, y from the top
    ImU32 colour = 0;
};

class Shell {
  public:
    Shell(app::Desk& desk, Layout layout, Keymap keymap, SavedFilters filters, Fonts fonts);

    // Before ImGui::NewFrame(): theme and scale. `content_scale` is the screen's own.
    void before_frame(float content_scale);
    // One frame between ImGui::NewFrame() and ImGui::Render().
    void frame(base::Duration steady_now);
    void run(CommandId id) { intents_.run(id); }

    // After frame().
    const std::vector<Ground>& grounds() const { return grounds_; }
    ImU32 clear_colour() const { return theme_.panel; }
    bool wants_frame() const;         // an upload, a wait for the disk: draw again at once
    double wants_frame_in_s() const;  // a toast that ends, an age that changes; < 0 = not at all
    bool idle() const;                // nothing is loading: for scripts
    // For measurements (ui/decision_times.h): decisions that led on, and whether the photo of the selected capture is
    // in this frame. Off: nothing is asked for ahead.
    uint64_t advances() const { return advances_; }
    bool photo_presented() const { return photo_presented_; }
    void set_prefetch(bool on) { prefetch_ = on; }
    bool wants_quit() const { return quit_; }
    const Layout& layout() const { return state_.layout; }
    float scale() const { return scale_; }
    const Selection& selection() const { return selection_; }
    const ReviewFlow& review() const { return review_; }
    const Keymap& keymap() const { return keymap_; }
    uint64_t keymap_changes() const { return keymap_changes_; }
    const SavedFilters& saved_filters() const { return saved_filters_; }
    const Picks& picks() const { return picks_; }
    const DeskState& state() const { return state_; }

  private:
    // shell.cpp
    bool shows_form() const;
    void take_news();
    void take_keys();
    void take_intents();
    void take_decisions(const Intents& intents);
    void after(const Step& step);
    void selection_moved();
    void tell_presence();
    void prefetch();
    CommandContext command_context() const;
    Frame make_frame();
    void toast(app::NoticeLevel level, std::string text);
    // shell_acts.cpp
    bool execute_select(CommandId id);
    bool execute_bulk(CommandId id);
    void take_picks(const Intents& intents);
    void take_bulk(const Intents& intents);
    void poll_bulk();
    void poll_report();
    void take_acts(const Intents& intents);
    void take_back(const std::string& reason);
    void started(const app::DecisionOutcome& outcome, std::string said);
    void finished_act(const std::string& said);
    void poll_acts();
    void take_choices(const Intents& intents);
    void tell_reminders();
    // shell_devices.cpp
    bool execute_devices(CommandId id);
    void take_devices(const DeviceIntents& intents);
    // shell_commands.cpp
    void execute(CommandId id);
    bool execute_queue(CommandId id);
    bool execute_photo(CommandId id);
    bool execute_decision(CommandId id);
    bool execute_map(CommandId id);
    bool execute_sync(CommandId id);
    bool execute_view(CommandId id);
    void set_scope(model::QueueScope scope);
    void set_filter(model::Filter filter);
    void next_photo();
    model::Slot slot_after(model::Slot from) const;
    void compare_slots();
    void compare_captures();
    void show(Overlay overlay);
    void zoom(float factor);
    // shell_layout.cpp
    void draw(const Frame& frame);
    void draw_review(const Frame& frame, ImVec2 at, ImVec2 size);
    void draw_narrow_review(const Frame& frame, ImVec2 at, ImVec2 size);
    void draw_narrow_column(const Frame& frame, ImVec2 at, ImVec2 size);
    void draw_queue_or_strip(const Frame& frame, ImVec2 at, ImVec2 size);
    void draw_capture(const Frame& frame);
    void draw_support(const Frame& frame, ImVec2 at, ImVec2 size);
    void draw_low_support(const Frame& frame, ImVec2 at, ImVec2 size);
    void draw_analyst(const Frame& frame, ImVec2 at, ImVec2 size);
    void draw_centre(const Frame& frame, ImVec2 at, ImVec2 size);
    void draw_side(const Frame& frame, ImVec2 at, ImVec2 size);
    bool panel(const Frame& frame, const char* id, ImVec2 at, ImVec2 size, float pad, ImU32 ground = 0);
    void divide(const Frame& frame, const char* id, ImVec2 at, ImVec2 size, bool vertical, float Layout::*share,
                float whole, float sign);

    app::Desk& desk_;
    Keymap keymap_;
    uint64_t keymap_changes_ = 0;
    SavedFilters saved_filters_;
    Fonts fonts_;
    Theme theme_;
    Textures textures_;
    DeskState state_;
    Selection selection_;
    Picks picks_;
    ReviewFlow review_;
    PhotoSeenTracker seen_;
    Intents intents_;  // of the frame drawn last
    std::shared_ptr<const app::Snapshot> snapshot_;
    std::shared_ptr<const app::RowList> list_;
    std::shared_ptr<const app::CaptureDetail> detail_;
    std::vector<model::Row> upcoming_;
    CommandContext context_;
    std::optional<base::Timestamp> reminded_;    // every reminder up to here was told; unset before the first frame
    std::string looking_at_, looked_at_before_;  // captures
    std::string told_at_;                        // capture that the desk knows this person to be at
    double told_s_ = 0;                          // steady, when it was told
    uint64_t moves_seen_ = 0, last_notice_ = 0;
    std::vector<std::pair<std::string, std::string>> acts_under_way_;  // op id, what to say once it is on disk
    std::vector<std::pair<std::string, model::Row>> recent_;           // decided in this session, newest last
    float scale_ = 1;
    base::Duration steady_{};
    uint64_t advances_ = 0;
    bool photo_presented_ = false, prefetch_ = true;
    bool narrow_ = false;        // the window drawn last had no room for three columns
    bool strip_beside_ = false;  // ... nor for a strip below the photo
    bool support_sync_ = false;  // the Support layout of a low window shows the sync
    bool quit_ = false, again_ = false, pending_ = false, loading_ = false, notices_seen_ = false;
    ThemeKind applied_theme_{};
    float applied_scale_ = 0;
    uint64_t list_version_ = 0;
    bool report_busy_ = false;  // one was being made at the last frame
    int mods_ = 0;
    std::vector<Ground> grounds_;

    QueueView queue_view_;
    PhotoView photo_view_;
    MapView map_view_;
    DetailsView details_view_;
    FindingsView findings_view_;
    DecisionBar decision_bar_;
    Overlays overlays_;
    WelcomeView welcome_view_;
    DevicesView devices_view_;
    SyncView sync_view_;
};

}  // namespace linesman::ui
