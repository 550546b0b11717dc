// A decision that met another change: what it was when I looked, what the server has now, what I decided; one choice
// for each field. Thread: main.
#pragma once

#include <map>
#include <string>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class ConflictView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_fields(const Frame& frame, const app::MatterDetail& detail);
    void draw_side(const Frame& frame, const model::FieldDifference& field, app::Side side, bool choosable);
    void draw_foot(const Frame& frame, Intents& intents, const app::MatterDetail& detail);

    std::string matter_;
    std::map<model::CaptureField, app::Side> chosen_;
    std::string comment_, override_;
    uint64_t opened_ = 0;
};

}  // namespace linesman::ui
