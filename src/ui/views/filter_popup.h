// The filters of the queue with live counts: findings by severity, project, zone, PON, crew, device, state, and those
// saved under a name. Thread: main.
#pragma once

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
    void draw_findings(const Frame& frame, Intents& intents) const;
    void draw_facet(const Frame& frame, Intents& intents, model::Facet facet);
    static void draw_time(const Frame& frame, Intents& intents);
    void draw_saved(const Frame& frame, Intents& intents) const;
    void count(const Frame& frame, model::Facet facet);

    Page page_ = Page::findings;
    std::string query_;
    std::vector<model::FacetCount> counts_;
    // What counts_ was made for.
    uint64_t generation_ = 0;
    model::Filter filter_;
    std::optional<model::Facet> facet_;
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
