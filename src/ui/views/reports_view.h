// Reports: the form, what the report would hold, how far it has come, and what was written or why not. A report goes on
// when the view is closed. Everything can be reached with Tab, Space and Enter. Thread: main.
#pragma once

#include "ui/frame.h"
#include "ui/intents.h"
#include "ui/views/report_choices.h"

namespace linesman::ui {

class ReportsView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_form(const Frame& frame, Intents& intents);
    static void draw_preview(const Frame& frame, Intents& intents, const app::ReportPreview* preview, bool readable);
    static void draw_rows(const Frame& frame, const report::Preview& preview);
    void draw_start(const Frame& frame, Intents& intents, const app::ReportPreview* preview);
    void draw_job(const Frame& frame, Intents& intents, const app::ReportJob& job);
    static void draw_progress(const Frame& frame, const app::ReportJob& job);
    static void draw_written(const Frame& frame, Intents& intents, const app::ReportJob& job);

    ReportChoices choices_;
    uint64_t opened_ = 0;
    uint64_t put_away_ = 0;  // id of the job whose end was seen
};

}  // namespace linesman::ui
