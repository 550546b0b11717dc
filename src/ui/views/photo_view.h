// The photos of a capture: one large, six slots always visible with their state. Zoom at the cursor to real pixels,
// drag, turn.
#pragma once

#include <array>

#include "ui/frame.h"
#include "ui/intents.h"
#include "ui/photo_tone.h"

namespace linesman::ui {

class PhotoView {
  public:
    PhotoView();
    void draw(const Frame& frame, Intents& intents);
    // Where the large photo was drawn last, in screen pixels; for Z, which zooms at the cursor.
    ImVec2 stage_at() const { return stage_at_; }
    PoseBox stage_box() const { return {stage_size_.x, stage_size_.y}; }

  private:
    // One of the photos that are shown large.
    struct Shown {
        std::string staging_id;
        model::Slot slot = model::Slot::before;
        int place = 0;  // 0 = left or alone
    };
    void draw_stage(const Frame& frame, Intents& intents, const Shown& shown, ImVec2 at, ImVec2 size);
    void draw_picture(const Frame& frame, Intents& intents, const Shown& shown, const app::PhotoView& photo, ImVec2 at,
                      ImVec2 size);
    // The line below a stage: nothing lies on the photo, whose corners carry what the phone wrote into them.
    void draw_caption(const Frame& frame, const Shown& shown, const app::PhotoView& photo, ImVec2 at,
                      ImVec2 size) const;
    void draw_words(const Frame& frame, Intents& intents, const app::PhotoView& photo, ImVec2 at, ImVec2 size) const;
    void draw_strip(const Frame& frame, Intents& intents, ImVec2 at, ImVec2 size);
    void draw_label(const Frame& frame, const app::PhotoView& photo, size_t index, bool active, ImVec2 at,
                    float width) const;
    void draw_thumbnail(const Frame& frame, Intents& intents, size_t index, ImVec2 at, ImVec2 size);

    ImVec2 stage_at_{}, stage_size_{};
    PhotoTone tone_;
};

}  // namespace linesman::ui
