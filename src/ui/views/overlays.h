// What lies over the desk for a moment: command palette, key help, messages, matters for a person, sign-in, toasts, and
// the views that have a file of their own.
// None is modal: Escape or a click beside it closes it, and nothing is decided by closing.
#pragma once

#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"
#include "ui/views/batches_view.h"
#include "ui/views/bulk_view.h"
#include "ui/views/conflict_view.h"
#include "ui/views/coverage_view.h"
#include "ui/views/device_order_view.h"
#include "ui/views/device_view.h"
#include "ui/views/duplicates_view.h"
#include "ui/views/filter_popup.h"
#include "ui/views/fleet_view.h"
#include "ui/views/history_view.h"
#include "ui/views/keys_view.h"
#include "ui/views/my_day_view.h"
#include "ui/views/reports_view.h"
#include "ui/views/rules_view.h"
#include "ui/views/settings_view.h"

namespace linesman::ui {

class Overlays {
  public:
    void draw(const Frame& frame, Intents& intents);
    KeysView& keys() { return keys_; }

  private:
    void draw_own(const Frame& frame, Intents& intents);
    void begin(const Frame& frame, const char* title, ImVec2 size, bool from_top);
    void end(const Frame& frame, Intents& intents);
    void find_captures(const Frame& frame);
    void draw_palette(const Frame& frame, Intents& intents);
    void draw_help(const Frame& frame, Intents& intents);
    void draw_notices(const Frame& frame, Intents& intents);
    void draw_matters(const Frame& frame, Intents& intents);
    void draw_sign_in(const Frame& frame, Intents& intents);
    void draw_sign_in_form(const Frame& frame, Intents& intents, bool busy);
    bool draw_sign_in_fields(const Frame& frame, bool busy);
    bool draw_sign_in_button(const Frame& frame, bool typing, bool busy);
    void draw_google_button(const Frame& frame, Intents& intents, bool busy);
    void draw_toasts(const Frame& frame) const;

    BulkView bulk_;
    BatchesView batches_;
    ConflictView conflict_;
    DuplicatesView duplicates_;
    HistoryView history_;
    RulesView rules_;
    CoverageView coverage_;
    ReportsView reports_;
    MyDayView my_day_;
    SettingsView settings_;
    KeysView keys_;
    SaveFilterView save_filter_;
    DeviceView device_;
    DeviceOrderView device_order_;
    FleetView fleet_;

    uint64_t opened_ = 0;
    bool fresh_ = false;  // first frame of an overlay: takes the keyboard
    std::string query_;
    std::vector<model::Row> found_;  // captures for found_for_
    std::string found_for_;
    uint64_t found_generation_ = 0;
    int chosen_ = 0;

    struct SignInForm {
        std::string email, password;
        bool remember = true;
        uint64_t sent = 0;   // number of the attempt that this form made; 0 = none under way
        bool again = false;  // the keyboard goes back to the password
    } form_;
};

// One matter with its choices; also used by the sync view.
void draw_matter(const Frame& frame, Intents& intents, const app::OpenMatter& matter);
void draw_notice(const Frame& frame, Intents& intents, const app::Notice& notice);

}  // namespace linesman::ui
