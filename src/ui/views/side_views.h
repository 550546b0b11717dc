// What belongs to the selected capture beside its photos: facts, findings, and the bar in which it is decided.
#pragma once

#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"
#include "ui/widgets.h"

namespace linesman::ui {

// Number, project, person, device, times and what they mean, position, planned pole, notes, both judgements.
class DetailsView {
  public:
    // Number and state; above the findings.
    void draw_head(const Frame& frame, Intents& intents) const;
    // Everything else; below the findings, which decide.
    void draw_rest(const Frame& frame, Intents& intents) const;

  private:
    void draw_facts(const Frame& frame) const;
    void draw_present(const Frame& frame) const;
    // Taking back what another person, or this one on another day, decided: opens the strip that asks for the reason.
    void draw_take_back(const Frame& frame, Intents& intents) const;
    void draw_operations(const Frame& frame) const;
};

// What the rules say, worst first, each with value, threshold and the other captures it is about.
class FindingsView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void take_request(const Frame& frame);
    void draw_finding(const Frame& frame, Intents& intents, const model::Finding& finding, size_t index);
    void draw_ignore(const Frame& frame, Intents& intents, const model::Finding& finding);
    // What was measured, what it may be, and who set that.
    void draw_origin(const Frame& frame, const model::Finding& finding) const;

    std::string rules_from_, rules_of_;  // "rule-sets/Law-001, version 3"; the project that is in force for
    uint64_t rules_generation_ = 0;      // Snapshot::generation
    std::string capture_, ignoring_;     // capture shown; id of the finding whose reason is being written
    std::string reason_;
    uint64_t requests_ = 0;
    bool focus_ = false;
};

// Approve, reject with its reasons, hold, correct, comment, undo, take back: inline strips, no dialog. Where there is
// little room the open strip is drawn in another part of the window, so that the photo stays as large as it was.
class DecisionBar {
  public:
    // The buttons; with `strip_here` the open strip above them.
    void draw(const Frame& frame, Intents& intents, bool strip_here);
    // The open strip alone, with buttons that confirm and close it.
    void draw_strip_alone(const Frame& frame, Intents& intents);
    // Height in pixels that draw() needs now, when it is this wide.
    float height(const Frame& frame, float width, bool strip_here) const;

    // What the open strip would do on Enter.
    void confirm(const Frame& frame, Intents& intents) const;

  private:
    struct Button {
        CommandId id;
        const char* icon;
        ButtonLook look;
        std::string_view title;
        ButtonFace face = ButtonFace::full;
        float x = 0;  // from the left edge of the room
        int row = 0;
    };
    // Every button has a place: in one row as long as icons, keys and words can give way, else in several.
    static std::vector<Button> placed_buttons(const Frame& frame, float room);
    static int place(const Frame& frame, std::vector<Button>& buttons, float room, float gap);
    static float strip_height(const Frame& frame, float room);
    void draw_strip(const Frame& frame, Intents& intents);
    void draw_buttons(const Frame& frame, Intents& intents);
    static int reason_columns(const Frame& frame, float room);
    void draw_reasons(const Frame& frame, Intents& intents);
    static std::vector<std::string> overridden_findings(const Frame& frame);
    void draw_text_strip(const Frame& frame, Intents& intents);
    void draw_correction(const Frame& frame, Intents& intents);
    void open_strip(const Frame& frame);

    size_t remind_ = 0;  // into the choices of a reminder; 0 = none
    std::string text_, number_, project_, notes_, position_;
    std::string old_number_, old_project_, old_notes_, old_position_;
    uint64_t opened_ = 0;
    bool focus_ = false;
};

}  // namespace linesman::ui
