// One phone: its figures with their source and trend, its attempts one by one with stage, bytes, error and cure, the
// photo ledger of its captures (or of one capture), and the commands it was sent. Thread: main.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class DeviceView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_head(const Frame& frame, Intents& intents, const app::DeviceView* view);
    void draw_figures(const Frame& frame, Intents& intents, const app::DeviceView& view) const;
    // device_view_attempts.cpp
    void draw_attempts(const Frame& frame, Intents& intents, const app::DeviceView& view);
    void list_attempts(const app::DeviceView& view);
    void draw_attempt_rows(const Frame& frame, const app::DeviceView& view);
    void draw_attempt_row(const Frame& frame, const app::DeviceView& view, size_t at);
    void draw_attempt(const Frame& frame, const app::DeviceView& view) const;
    void draw_commands(const Frame& frame, Intents& intents) const;
    // device_view_photos.cpp
    void draw_photos(const Frame& frame, Intents& intents);
    void draw_ledger(const Frame& frame, Intents& intents, const app::LedgerView& view);
    void draw_entry(const Frame& frame, Intents& intents, const model::LedgerEntry& entry) const;

    struct Place {
        uint32_t session = 0, attempt = 0;
    };
    uint64_t opened_ = 0;
    DevicePage page_ = DevicePage::figures;
    std::string device_, capture_;
    std::shared_ptr<const app::DeviceView> listed_;  // attempts_ belong to it
    std::vector<Place> attempts_;                    // newest first
    size_t chosen_ = 0;
    bool only_failed_ = false, listed_failed_ = false, reveal_ = false;
    std::optional<model::LedgerState> only_state_;
};

}  // namespace linesman::ui
