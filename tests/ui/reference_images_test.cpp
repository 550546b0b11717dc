// The real window against a reviewed set of screenshots, tests/ui/reference/*.png (640 pixels wide): a panel that
// moved, went missing or lost its colour fails; another Mesa or a touch of anti-aliasing does not.
//
// Renewing them after a wanted change of the window:
//   LINESMAN_RENEW_REFERENCE=1 build/release/bin/test_ui --gtest_filter='ReferenceImages.*'   # with a DISPLAY
// then look at every picture that `git status` names, and commit them with the change. A failure leaves what was drawn
// and where it differs (red) in build/<preset>/reference-failures/.
#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "image/decode.h"
#include "image/encode.h"
#include "image/resize.h"
#include "ui/layout.h"
#include "ui/window_fixture.h"

namespace linesman::ui {
namespace {

constexpr int kWide = 640;
// A block of 8 x 8 pixels counts as different when its mean colour is off by this much in a channel...
constexpr int kBlock = 8, kBlockTolerance = 14;
// ... and the picture when this share of its blocks is.
constexpr double kMostDifferent = 0.004;

struct Difference {
    double share = 1;  // of blocks
    image::Image marked;
};

// The mean of one block, per channel.
std::array<int, 3> mean_of(const image::Image& picture, int x0, int y0) {
    std::array<int, 3> sum{};
    int count = 0;
    for (int y = y0; y < std::min(y0 + kBlock, picture.height); ++y) {
        for (int x = x0; x < std::min(x0 + kBlock, picture.width); ++x, ++count) {
            for (size_t c = 0; c < 3; ++c) sum[c] += picture.at(x, y)[c];
        }
    }
    for (auto& value : sum) value /= std::max(count, 1);
    return sum;
}

Difference compare(const image::Image& wanted, const image::Image& actual) {
    Difference difference{1, actual};
    if (wanted.width != actual.width || wanted.height != actual.height) return difference;
    size_t blocks = 0, different = 0;
    for (int y = 0; y < wanted.height; y += kBlock) {
        for (int x = 0; x < wanted.width; x += kBlock, ++blocks) {
            const auto a = mean_of(wanted, x, y), b = mean_of(actual, x, y);
            bool off = false;
            for (size_t c = 0; c < 3; ++c) off |= std::abs(a[c] - b[c]) > kBlockTolerance;
            if (!off) continue;
            ++different;
            for (int py = y; py < std::min(y + kBlock, wanted.height); ++py) {
                for (int px = x; px < std::min(x + kBlock, wanted.width); ++px) {
                    uint8_t* pixel = difference.marked.at(px, py);
                    pixel[0] = static_cast<uint8_t>(128 + pixel[0] / 2);
                    pixel[1] = static_cast<uint8_t>(pixel[1] / 3);
                    pixel[2] = static_cast<uint8_t>(pixel[2] / 3);
                }
            }
        }
    }
    difference.share = static_cast<double>(different) / static_cast<double>(std::max<size_t>(blocks, 1));
    return difference;
}

struct View {
    const char* name;
    int width, height;
    float zoom;
    const char* theme;
    const char* script;  // after the desk has come to rest
};
constexpr View kViews[] = {
    {"review-dark", 1280, 720, 1, "dark", ""},
    {"review-light", 1280, 720, 1, "light", "key R\nwait-idle\n"},
    {"review-large", 1920, 1080, 1, "dark", "key V\nwait-idle\n"},
    {"review-200-percent", 1280, 720, 2, "dark", ""},
    {"reject-200-percent", 1280, 720, 2, "light", "key R\nwait-idle\n"},
    {"map-200-percent", 1280, 720, 2, "high_contrast", "key M\nwait-idle\n"},
    {"analyst", 1280, 720, 1, "light", "key F7\nwait-idle\n"},
    {"conflict", 1280, 720, 1, "dark",
     "key Ctrl+M\nwait-idle\nmouse 361 258\nclick\nwait-idle\nmouse 3 3\nwait-idle\n"},
    {"duplicates", 1280, 720, 1, "light", "key D\nwait-idle\n"},
    {"dry-run", 1280, 720, 1, "high_contrast", "key Shift+Down\nkey Shift+Down\nkey Shift+A\nwait-idle\n"},
    {"filters", 1280, 720, 1, "dark", "mouse 314 141\nclick\nwait-idle\nmouse 900 3\nwait-idle\n"},
    {"support", 1280, 720, 1, "light", "key F6\nwait-idle\n"},
    {"reports", 1280, 720, 1, "dark", "run reports.show\nwait-idle\n"},
    {"coverage-200-percent", 1280, 720, 2, "dark", "run coverage.show\nwait-idle\n"},
    {"retry-200-percent", 1280, 720, 2, "light", "run devices.retry_failing\nwait-idle\n"},
    {"ledger-200-percent", 1280, 720, 2, "high_contrast", "run devices.capture_photos\nwait-idle\n"},
};

class ReferenceImages : public WindowTest {
  protected:
    static std::string file_of(const View& view) {
        return std::string(LINESMAN_SOURCE_DIR) + "/tests/ui/reference/" + view.name + ".png";
    }
    static std::string failures() { return std::string(LINESMAN_BIN_DIR) + "/../reference-failures"; }

    // What the window shows, made small; empty when it could not be drawn.
    image::Image drawn(const View& view, const Layout* layout = nullptr) {
        test::FakeDeskOptions desk_options;
        desk_options.captures = 240;
        desk_options.plain_photos = true;
        desk_options.with_duplicates = true;
        desk_options.with_matters = std::string_view(view.name) == "conflict";
        test::FakeDesk desk(desk_options);
        const std::string shot = folder_ + "/" + view.name + ".png";
        // The pointer rests where it points at nothing.
        WindowOptions options =
            with_script("mouse 3 3\nwait-idle\n" + std::string(view.script) + "screenshot " + shot + "\nquit");
        options.width = view.width;
        options.height = view.height;
        options.zoom = view.zoom;
        options.theme = view.theme;
        if (layout != nullptr) {
            options.layout_path = folder_ + "/layout.json";
            EXPECT_TRUE(save_layout(options.layout_path, *layout));
        }
        const auto result = run(desk, options);
        EXPECT_TRUE(result) << (result ? "" : result.error().full());
        const auto png = base::read_file(shot);
        if (!png) return {};
        const auto picture = image::decode(*png);
        return picture ? image::downscaled(picture->image, kWide, kWide * view.height / view.width) : image::Image{};
    }
    static image::Image reference(const View& view) {
        const auto png = base::read_file(file_of(view));
        const auto picture = png ? image::decode(*png) : base::Result<image::Decoded>(png.error());
        return picture ? picture->image : image::Image{};
    }
    static void write(const std::string& path, const image::Image& picture) {
        const auto png = image::encode_png(picture);
        ASSERT_TRUE(png);
        ASSERT_TRUE(base::write_file_atomically(path, *png, false));
    }
};

TEST_F(ReferenceImages, EveryViewLooksAsReviewed) {
    const bool renew = std::getenv("LINESMAN_RENEW_REFERENCE") != nullptr;
    for (const auto& view : kViews) {
        const image::Image actual = drawn(view);
        ASSERT_FALSE(actual.empty()) << view.name;
        if (renew) {
            write(file_of(view), actual);
            continue;
        }
        const image::Image wanted = reference(view);
        const Difference difference = compare(wanted, actual);
        if (difference.share <= kMostDifferent) continue;
        std::filesystem::create_directories(failures());
        write(failures() + "/" + view.name + ".actual.png", actual);
        write(failures() + "/" + view.name + ".difference.png", difference.marked);
        ADD_FAILURE() << view.name << ": " << difference.share * 100
                      << " % of the picture differs from tests/ui/reference/" << view.name << ".png; see " << failures()
                      << "/" << view.name << ".difference.png. When the change is wanted: LINESMAN_RENEW_REFERENCE=1.";
    }
}

// That the comparison is good for something: a divider moved by 40 pixels of 1280 is noticed.
TEST_F(ReferenceImages, APanelThatMovedIsNoticed) {
    const View& view = kViews[0];
    Layout moved;
    moved.queue_share += 40.0F / 1280;
    const image::Image actual = drawn(view, &moved);
    ASSERT_FALSE(actual.empty());
    EXPECT_GT(compare(reference(view), actual).share, kMostDifferent * 4);
}

// What another driver may do: colours off by a few steps, a pixel of noise.
TEST_F(ReferenceImages, ATouchOfAntiAliasingIsNot) {
    image::Image wanted = reference(kViews[0]);
    ASSERT_FALSE(wanted.empty());
    image::Image actual = wanted;
    for (size_t i = 0; i < actual.rgba.size(); ++i) {
        if (i % 4 == 3) continue;
        const int noise = static_cast<int>(i * 2654435761U % 13) - 6;
        actual.rgba[i] = static_cast<uint8_t>(std::clamp(actual.rgba[i] + noise, 0, 255));
    }
    EXPECT_LE(compare(wanted, actual).share, kMostDifferent);
}

}  // namespace
}  // namespace linesman::ui
