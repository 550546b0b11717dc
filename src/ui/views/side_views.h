// What belongs to the selected capture beside its photos: facts, findings, and the bar in which it is decided.
#pragma once

#include <string>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

// Number, project, person, device, times and what they mean, position, planned pole, notes, both judgements.
class DetailsView {
  public:
    // Number and state; above the findings.
    void draw_head(const Frame& frame, Intents& intents) const;
    // Everything else; below the findings, which decide.
    void draw_rest(const Frame& frame) const;

  private:
    void draw_facts(const Frame& frame) const;
    void draw_operations(const Frame& frame) const;
};

// What the rules say, worst first, each with value, threshold and the other captures it is about.
class FindingsView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_finding(const Frame& frame, Intents& intents, const model::Finding& finding, size_t index) const;
};

// Approve, reject with its reasons, hold, correct, comment, undo: inline strips, no dialog.
class DecisionBar {
  public:
    void draw(const Frame& frame, Intents& intents);
    // Height in pixels that the bar needs now.
    float height(const Frame& frame) const;

    // What the open strip would do on Enter.
    void confirm(const Frame& frame, Intents& intents) const;

  private:
    void draw_buttons(const Frame& frame, Intents& intents);
    void draw_reasons(const Frame& frame, Intents& intents);
    void draw_text_strip(const Frame& frame, Intents& intents);
    void draw_correction(const Frame& frame, Intents& intents);
    void open_strip(const Frame& frame);

    std::string text_, number_, project_, notes_;
    std::string old_number_, old_project_, old_notes_;
    uint64_t opened_ = 0;
    bool focus_ = false;
};

}  // namespace linesman::ui
