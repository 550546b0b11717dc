// What a report is to be: which one, of which captures, of which time, as which files. Draws the form and checks it;
// makes nothing. Thread: main.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/facets.h"
#include "ui/frame.h"

namespace linesman::ui {

class ReportChoices {
  public:
    // Takes the profile's time zone; everything else stays as it was chosen before.
    void open(const Frame& frame);
    void draw(const Frame& frame);

    // What is chosen now. Only when problem() is blank.
    app::ReportOrder order() const;
    // What a preview depends on; nullopt while the period cannot be read.
    std::optional<app::ReportRequest> previewed() const;
    // Why the report cannot be made; blank when it can. `has_positions`: whether GeoJSON can be made of it.
    std::string problem(std::optional<bool> has_positions) const;
    report::Kind kind() const { return kind_; }

  private:
    void draw_kind(const Frame& frame);
    void draw_captures(const Frame& frame);
    void draw_facet(const Frame& frame, model::Facet facet, const char* title);
    void draw_rules(const Frame& frame);
    void draw_period(const Frame& frame);
    void draw_presets(const Frame& frame);
    void draw_files(const Frame& frame);
    int offset() const { return in_utc_ ? 0 : profile_offset_; }
    bool has(report::Format format) const;
    // The filter with the period in it, or why the period cannot be read.
    base::Result<model::Filter> filter() const;

    report::Kind kind_ = report::Kind::validation;
    model::Filter filter_ = app::ReportRequest::whole();  // without a period
    std::string from_, to_;                               // days or times as entered
    bool in_utc_ = false;
    int profile_offset_ = kNoOffset;
    std::vector<report::Format> formats_ = {report::Format::csv, report::Format::html};
    std::string folder_, name_;
    bool replace_ = false, csv_bom_ = false, with_findings_ = true;

    // Counts for the list that is open.
    std::vector<model::FacetCount> counts_;
    std::optional<model::Facet> counted_;
    model::Filter counted_filter_;
    uint64_t counted_generation_ = 0;

    static constexpr int kNoOffset = 120;  // until the profile says another
};

// "/home/nomsa/x" for "~/x".
std::string expanded_path(const std::string& path);

}  // namespace linesman::ui
