// A small software canvas: shapes with smooth edges and text on an Image. Draws demo photos and the pictures of
// reports. Coordinates are pixels from the top left corner; (0.5, 0.5) is the middle of the first pixel. Everything is
// clipped to the image. Thread: one; a Font may be shared between threads, it is immutable.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "image/image.h"

namespace linesman::image {

struct Point {
    float x = 0;
    float y = 0;
};

// A TrueType font. Errors of load(): not_found, io, corrupt.
class Font {
  public:
    static base::Result<std::shared_ptr<const Font>> load(const std::string& path);
    // The first of the usual places of Noto Sans (bold when asked) or DejaVu Sans that exists; not_found when none
    // does.
    static base::Result<std::shared_ptr<const Font>> load_system_sans(bool bold = false);
    ~Font();

    // Width of the text in pixels at this height (UTF-8; kerning applied).
    float measure(std::string_view text, float height_px) const;

  private:
    friend class Canvas;
    struct Face;
    explicit Font(std::unique_ptr<Face> face);
    std::unique_ptr<Face> face_;
};

enum class Align { left, centre, right };

class Canvas {
  public:
    // `image` must outlive the canvas.
    explicit Canvas(Image& image) : image_(image) {}

    void fill(Rgba colour);
    void rect(float x, float y, float width, float height, Rgba colour);
    // From `top` to `bottom` over the rectangle's height.
    void vertical_gradient(float x, float y, float width, float height, Rgba top, Rgba bottom);
    void horizontal_gradient(float x, float y, float width, float height, Rgba left, Rgba right);
    void circle(Point centre, float radius, Rgba colour);
    void ellipse(Point centre, float radius_x, float radius_y, Rgba colour);
    void ring(Point centre, float radius, float thickness, Rgba colour);
    void line(Point from, Point to, float thickness, Rgba colour);
    void polyline(std::span<const Point> points, float thickness, Rgba colour, bool closed = false);
    // Even-odd rule; any simple or self-crossing outline.
    void polygon(std::span<const Point> points, Rgba colour);
    // Baseline of the first line at y. Unknown characters show the font's box. Returns the width in pixels.
    float text(Point baseline, std::string_view text, const Font& font, float height_px, Rgba colour,
               Align align = Align::left);
    // Blends one pixel by coverage 0 to 1. Outside the image: nothing.
    void blend(int x, int y, Rgba colour, float coverage);

    int width() const { return image_.width; }
    int height() const { return image_.height; }

  private:
    Image& image_;
};

}  // namespace linesman::image
