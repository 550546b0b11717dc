// The filters of the queue with live counts: each says how many captures the list would hold with it. Findings by rule
// and severity, project, zone, PON, crew, device, time, decision, and filters saved under a name. Thread: main.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/facets.h"
#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class FilterPopup {
  public:
    static void open();
    void draw(const Frame& frame, Intents& intents);

  private:
    enum class Page : uint8_t { findings, project, zone, pon, person, device, time, saved };
    void draw_findings(const Frame& frame, Intents& intents);
    void draw_facet(const Frame& frame, Intents& intents, model::Facet facet);
    void draw_time(const Frame& frame, Intents& intents);
    void draw_days(const Frame& frame, model::Filter& filter, bool& changed);
    void draw_decision(const Frame& frame, Intents& intents);
    void draw_saved(const Frame& frame, Intents& intents) const;
    // The rows that pass this filter; nullptr while they are worked out. Asks the desk, which keeps a few lists.
    const app::RowList* rows_for(const Frame& frame, Intents& intents, const model::Filter& filter);
    static model::Severity severity_here(const Frame& frame, model::Rule rule);

    Page page_ = Page::findings;
    std::string query_;
    std::shared_ptr<const app::RowList> rows_, rows_decided_;  // rows_for() of this page; the second for decisions
    // Counted over rows_, once for each list.
    const app::RowList* counted_ = nullptr;
    model::Filter counted_filter_;
    std::vector<model::FacetCount> counts_;
    model::JudgementCounts judged_, decided_;
    std::array<model::Severity, model::kRuleCount> severities_{};  // of each rule here
    std::string from_, to_;                                        // days being typed
    std::optional<int64_t> typed_from_us_, typed_to_us_;           // period that they were last taken from
};

// What is set, as small plates that can be taken away one by one. Nothing when nothing is set.
void draw_filter_plates(const Frame& frame, Intents& intents);

// The overlay that asks for a name.
class SaveFilterView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    std::string name_;
    uint64_t opened_ = 0;
};

}  // namespace linesman::ui
