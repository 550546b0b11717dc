#include "ui/fonts.h"

#include <array>
#include <initializer_list>
#include <string>

#include "base/file.h"

namespace linesman::ui {

namespace {

constexpr std::array kFolders = {"/usr/share/fonts/truetype/noto/", "/usr/share/fonts/noto/",
                                 "/usr/share/fonts/google-noto/",   "/usr/share/fonts/truetype/dejavu/",
                                 "/usr/share/fonts/dejavu/",        "/usr/local/share/fonts/"};
constexpr std::array kIconFiles = {"/usr/share/fonts/truetype/font-awesome/fontawesome-webfont.ttf",
                                   "/usr/share/fonts-font-awesome/fonts/fontawesome-webfont.ttf",
                                   "/usr/share/fonts/fontawesome/fontawesome-webfont.ttf"};

std::string find_font(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        for (const char* folder : kFolders) {
            std::string path = std::string(folder) + name;
            if (base::file_exists(path)) return path;
        }
    }
    return {};
}

void merge(const std::string& path, float offset_y, float size_factor) {
    if (path.empty()) return;
    ImFontConfig config;
    config.MergeMode = true;
    config.GlyphOffset = {0, offset_y};
    ImGui::GetIO().Fonts->AddFontFromFileTTF(path.c_str(), kBodyText * size_factor, &config);
}

std::string icon_file() {
    for (const char* path : kIconFiles) {
        if (base::file_exists(path)) return path;
    }
    return {};
}

ImFont* load(std::initializer_list<const char*> names, const std::string& icons) {
    const std::string path = find_font(names);
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    ImFont* font = path.empty() ? atlas.AddFontDefault() : atlas.AddFontFromFileTTF(path.c_str(), kBodyText);
    merge(icons, -1.0F, 0.82F);
    // Symbols and letters that Noto Sans itself lacks.
    merge(find_font({"NotoSansSymbols2-Regular.ttf"}), 0, 1);
    merge(find_font({"NotoSansSymbols-Regular.ttf"}), 0, 1);
    // Faces and hands, which those lack, in one colour.
    if (path.find("DejaVu") == std::string::npos) merge(find_font({"DejaVuSans.ttf"}), 0, 0.94F);
    return font;
}

}  // namespace

Fonts load_fonts() {
    Fonts fonts;
    const std::string icons = icon_file();
    fonts.has_icons = !icons.empty();
    fonts.regular = load({"NotoSans-Regular.ttf", "DejaVuSans.ttf"}, icons);
    // Letters of scripts that cannot be drawn as they are written (ui/shaping.h): better than boxes, and marked.
    for (const char* letters :
         {"NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf"})
        merge(find_font({letters}), 0, 1);
    fonts.bold = load({"NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf"}, icons);
    fonts.mono = load({"NotoSansMono-Regular.ttf", "NotoMono-Regular.ttf", "DejaVuSansMono.ttf"}, icons);
    if (find_font({"NotoSans-Regular.ttf"}).empty()) {
        fonts.missing.push_back(
            "Noto Sans is not installed, so text looks plain. Install the package fonts-noto-core.");
    }
    if (!fonts.has_icons) {
        fonts.missing.push_back(
            "The icon font is not installed, so icons are left out. Install the package fonts-font-awesome.");
    }
    return fonts;
}

}  // namespace linesman::ui
