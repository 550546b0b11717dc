// Other thresholds and severities tried on every capture here: which would newly fail, which newly pass. Saves nothing;
// the text for an administrator can be copied. Thread: main.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class RulesView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void take(const Frame& frame, std::string project);
    void draw_projects(const Frame& frame);
    void draw_thresholds(const Frame& frame);
    void draw_severities(const Frame& frame);
    void draw_result(const Frame& frame, Intents& intents);
    void draw_ids(const Frame& frame, Intents& intents, const char* id, const std::vector<std::string>& ids) const;
    void look_up_numbers(const Frame& frame, const app::RulePreviewView& preview);

    app::RulesInForce in_force_;
    model::RuleSet candidate_;
    std::string patterns_;  // one per line
    std::string wrong_;     // why the candidate cannot be used
    uint64_t opened_ = 0;
    std::unordered_map<std::string, std::string> numbers_;  // pole number by staging id, of the preview shown
    std::shared_ptr<const app::RulePreviewView> numbers_for_;
};

}  // namespace linesman::ui
