#include "ui/photo_pose.h"

#include <algorithm>
#include <cmath>

namespace linesman::ui {

namespace {
constexpr float kZoomPerStep = 1.25F;
constexpr float kMostScale = 8;  // a pixel of the photo as 8 x 8 of the screen: nothing more can be seen
}  // namespace

void PhotoPose::set_photo(float width, float height) {
    if (width <= 0 || height <= 0) return;
    width_ = width;
    height_ = height;
}

float PhotoPose::fit_scale(PoseBox box) const {
    if (width_ <= 0 || height_ <= 0) return 1;
    return std::min(box.width / turned_width(), box.height / turned_height());
}

float PhotoPose::scale(PoseBox box) const {
    return fitted() ? fit_scale(box) : scale_;
}

void PhotoPose::fit() {
    scale_ = 0;
    centre_x_ = centre_y_ = 0.5F;
}

void PhotoPose::turn(int quarters) {
    turns_ = ((turns_ + quarters) % 4 + 4) % 4;
    fit();
}

PlacedPhoto PhotoPose::place(PoseBox box) const {
    const float s = scale(box);
    const float w = turned_width() * s, h = turned_height() * s;
    return {box.width / 2 - centre_x_ * w, box.height / 2 - centre_y_ * h, w, h};
}

void PhotoPose::set_scale_at(PoseBox box, float x, float y, float scale) {
    const PlacedPhoto before = place(box);
    if (before.width <= 0 || before.height <= 0) return;
    const float u = (x - before.x) / before.width, v = (y - before.y) / before.height;
    scale_ = scale;
    const float w = turned_width() * scale, h = turned_height() * scale;
    centre_x_ = u + (box.width / 2 - x) / w;
    centre_y_ = v + (box.height / 2 - y) / h;
    clamp(box);
}

void PhotoPose::zoom_at(PoseBox box, float x, float y, float steps) {
    const float least = fit_scale(box);
    const float wanted = scale(box) * std::pow(kZoomPerStep, steps);
    if (wanted <= least * 1.001F) {
        fit();
        return;
    }
    set_scale_at(box, x, y, std::min(wanted, std::max(kMostScale, least)));
}

void PhotoPose::toggle_one_to_one(PoseBox box, float x, float y) {
    if (!fitted() && std::abs(scale_ - 1) < 0.001F) {
        fit();
        return;
    }
    set_scale_at(box, x, y, 1);
}

void PhotoPose::drag(PoseBox box, float dx, float dy) {
    if (fitted()) return;
    const PlacedPhoto now = place(box);
    if (now.width <= 0 || now.height <= 0) return;
    centre_x_ -= dx / now.width;
    centre_y_ -= dy / now.height;
    clamp(box);
}

void PhotoPose::clamp(PoseBox box) {
    const PlacedPhoto now = place(box);
    // A side that fits stays centred; a longer one never leaves a gap.
    auto limit = [](float centre, float length, float room) {
        if (length <= room) return 0.5F;
        const float half = room / 2 / length;
        return std::clamp(centre, half, 1 - half);
    };
    centre_x_ = limit(centre_x_, now.width, box.width);
    centre_y_ = limit(centre_y_, now.height, box.height);
}

}  // namespace linesman::ui
