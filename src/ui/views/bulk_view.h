// Bulk: what is to be decided about the selection, the dry run as a table with counts per outcome, and the start.
// Nothing is written before the start. Thread: main.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class BulkView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void open(const Frame& frame);
    void ask(const Frame& frame, Intents& intents);
    void draw_choices(const Frame& frame);
    void draw_outcomes(const Frame& frame, const app::BulkPlan& plan);
    void draw_items(const Frame& frame, Intents& intents, const app::BulkPlan& plan);
    void draw_start(const Frame& frame, Intents& intents, const app::BulkPlan* plan);

    struct Choices {
        model::OperationKind kind = model::OperationKind::approve;
        size_t reason = 0;  // into model::kRejectReasons
        std::string comment, override_reason;
        bool operator==(const Choices&) const = default;
    };
    Choices choices_, asked_;
    bool settled_ = false;  // no text is being typed
    uint64_t opened_ = 0;
    std::optional<app::BulkPlanItem::Verdict> only_;
    std::vector<uint32_t> shown_;  // indices into the plan's items
    uint64_t shown_for_ = 0;
};

}  // namespace linesman::ui
