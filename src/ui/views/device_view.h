// One phone: its figures with their source and trend, its attempts one by one with stage, bytes, error and cure, the
// photo ledger of its captures (or of one capture) with photos to link, and the commands it was sent. The same of a
// bundle that another desk handed on; that one needs no server. Thread: main.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class DeviceView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    using View = std::shared_ptr<const app::DeviceView>;
    void draw_head(const Frame& frame, Intents& intents, const app::DeviceView* view);
    void draw_orders(const Frame& frame, Intents& intents, const model::DeviceSummary* device) const;
    void draw_page(const Frame& frame, Intents& intents, const View& view);
    void draw_figures(const Frame& frame, Intents& intents, const app::DeviceView& view) const;
    void draw_trends(const Frame& frame, Intents& intents, const app::DeviceView& view) const;
    // What is known of it now; of a bundle, what was known when it was made.
    const model::DeviceSummary* summary(const Frame& frame, const app::DeviceView* view) const;
    base::Timestamp now(const Frame& frame, const app::DeviceView* view) const {
        return is_bundle_ && view != nullptr ? view->file.as_of : frame.now;
    }
    // device_view_attempts.cpp
    void draw_attempts(const Frame& frame, Intents& intents, const View& view);
    void list_attempts(const app::DeviceView& view);
    void draw_attempt_rows(const Frame& frame, const app::DeviceView& view);
    void draw_attempt_row(const Frame& frame, const app::DeviceView& view, size_t at);
    void draw_attempt(const Frame& frame, const app::DeviceView& view) const;
    void draw_commands(const Frame& frame, Intents& intents, const app::DeviceView* view) const;
    // device_view_photos.cpp
    void draw_photos(const Frame& frame, Intents& intents);
    void draw_ledger(const Frame& frame, Intents& intents, const app::LedgerView& view);
    void draw_entry(const Frame& frame, Intents& intents, const model::LedgerEntry& entry);
    // device_view_link.cpp
    void draw_candidates(const Frame& frame, Intents& intents, const app::LedgerView& view);
    void draw_candidate(const Frame& frame, Intents& intents, const model::LedgerEntry& entry, const std::string& path);
    // device_view_bundle.cpp
    void draw_bundle(const Frame& frame, Intents& intents, bool fresh);
    void draw_bundle_choice(const Frame& frame, Intents& intents, const app::BundleView& bundle, bool fresh);
    void draw_captures(const Frame& frame, const app::DeviceView& view) const;

    struct Place {
        uint32_t session = 0, attempt = 0;
    };
    uint64_t opened_ = 0;
    DevicePage page_ = DevicePage::figures;
    bool is_bundle_ = false;
    std::string device_, capture_;
    View listed_;                  // attempts_ belong to it
    std::vector<Place> attempts_;  // newest first
    size_t chosen_ = 0;
    bool only_failed_ = false, listed_failed_ = false, reveal_ = false;
    std::optional<model::LedgerState> only_state_;
    using Gap = std::pair<std::string, model::Slot>;  // staging id, slot without a photo
    std::optional<Gap> choosing_;                     // its candidates are shown
    std::set<Gap> linked_;                            // by this person, since the view was opened
    std::string bundle_path_;
    std::shared_ptr<const app::BundleView> bundle_;
    View bundle_view_;  // made of bundle_
};

}  // namespace linesman::ui
