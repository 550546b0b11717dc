// How a photo lies in its box: fitted, zoomed at the cursor, dragged, turned by quarters. Pure geometry; all sizes in
// screen pixels.
#pragma once

namespace linesman::ui {

struct PoseBox {
    float width = 0, height = 0;  // of the box it is shown in
};

struct PlacedPhoto {
    float x = 0, y = 0;           // top left corner within the box
    float width = 0, height = 0;  // as drawn, after turning
};

class PhotoPose {
  public:
    // Sizes of the original, before turning; 0 while unknown.
    void set_photo(float width, float height);
    int quarter_turns() const { return turns_; }
    bool fitted() const { return scale_ <= 0; }
    // Screen pixels per pixel of the original.
    float scale(PoseBox box) const;

    void fit();
    void turn(int quarters);
    // Steps of the wheel; the point under the cursor stays.
    void zoom_at(PoseBox box, float x, float y, float steps);
    // One pixel of the photo on one of the screen, with this point in place; fits again when it already is.
    void toggle_one_to_one(PoseBox box, float x, float y);
    void drag(PoseBox box, float dx, float dy);

    PlacedPhoto place(PoseBox box) const;

  private:
    float turned_width() const { return turns_ % 2 == 0 ? width_ : height_; }
    float turned_height() const { return turns_ % 2 == 0 ? height_ : width_; }
    float fit_scale(PoseBox box) const;
    void set_scale_at(PoseBox box, float x, float y, float scale);
    void clamp(PoseBox box);

    float width_ = 0, height_ = 0;
    int turns_ = 0;
    float scale_ = 0;                          // 0 = fitted
    float centre_x_ = 0.5F, centre_y_ = 0.5F;  // point of the turned photo in the middle of the box, 0 to 1
};

}  // namespace linesman::ui
