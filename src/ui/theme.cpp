#include "ui/theme.h"

#include <cmath>

namespace linesman::ui {

namespace {

constexpr ImU32 rgb(uint32_t hex) {
    return IM_COL32(hex >> 16 & 0xFF, hex >> 8 & 0xFF, hex & 0xFF, 255);
}
constexpr ImU32 rgba(uint32_t hex, uint32_t alpha) {
    return (rgb(hex) & 0x00FFFFFFU) | alpha << 24;
}
ImVec4 vec(ImU32 colour) {
    return ImGui::ColorConvertU32ToFloat4(colour);
}

void set_states(Theme& theme, std::array<uint32_t, map::kMarkStateCount> hex) {
    for (size_t i = 0; i < hex.size(); ++i) theme.state[i] = theme.map.state[i] = rgb(hex[i]);
}

Theme dark() {
    Theme t;
    t.kind = ThemeKind::dark;
    t.panel = rgb(0x16181D), t.stage = rgb(0x0D0E11), t.bar = rgb(0x1B1E24), t.raised = rgb(0x23272F);
    t.line = rgb(0x2A2F38), t.line_strong = rgb(0x3A414D);
    t.text = rgb(0xE8EAED), t.muted = rgb(0xA3ABB8), t.faint = rgb(0x7C8594);
    t.accent = rgb(0x7A86FF), t.accent_text = rgb(0x0B0C12), t.accent_soft = rgba(0x7A86FF, 44);
    t.hover = rgba(0xFFFFFF, 14), t.active = rgba(0xFFFFFF, 26), t.selected = rgba(0x7A86FF, 48);
    t.good = rgb(0x35C295), t.warning = rgb(0xF0AE2E), t.error = rgb(0xFF6F3D);
    set_states(t, {0x6B7380, 0x35C295, 0xD68AB6, 0x8FCDF2, 0x5A97EA, 0xF0AE2E, 0xFF6F3D, 0xFFFFFF});
    t.map.ground = rgb(0x111318), t.map.grid = rgb(0x1D2027), t.map.planned = rgb(0x727B8A),
    t.map.outline = rgb(0x0B0C0F);
    return t;
}

Theme light() {
    Theme t;
    t.kind = ThemeKind::light;
    t.panel = rgb(0xFFFFFF), t.stage = rgb(0xE9EBEF), t.bar = rgb(0xF6F7F9), t.raised = rgb(0xFFFFFF);
    t.line = rgb(0xE3E6EB), t.line_strong = rgb(0xC9CED6);
    t.text = rgb(0x1A1D23), t.muted = rgb(0x525B69), t.faint = rgb(0x737C8A);
    t.accent = rgb(0x4450D6), t.accent_text = rgb(0xFFFFFF), t.accent_soft = rgba(0x4450D6, 26);
    t.hover = rgba(0x1A1D23, 12), t.active = rgba(0x1A1D23, 24), t.selected = rgba(0x4450D6, 30);
    t.good = rgb(0x007F5C), t.warning = rgb(0xA86A00), t.error = rgb(0xC14400);
    set_states(t, {0x9AA1AC, 0x00865F, 0xA8488A, 0x2587C2, 0x1F4FB0, 0xC98500, 0xC94700, 0x111111});
    t.map.ground = rgb(0xF3F4F6), t.map.grid = rgb(0xE4E6EA), t.map.planned = rgb(0x8C95A3),
    t.map.outline = rgb(0xFFFFFF);
    return t;
}

Theme high_contrast() {
    Theme t;
    t.kind = ThemeKind::high_contrast;
    t.panel = rgb(0x000000), t.stage = rgb(0x000000), t.bar = rgb(0x000000), t.raised = rgb(0x101010);
    t.line = rgb(0x8A8A8A), t.line_strong = rgb(0xFFFFFF);
    t.text = rgb(0xFFFFFF), t.muted = rgb(0xF0F0F0), t.faint = rgb(0xD0D0D0);
    t.accent = rgb(0xFFD60A), t.accent_text = rgb(0x000000), t.accent_soft = rgba(0xFFD60A, 70);
    t.hover = rgba(0xFFFFFF, 50), t.active = rgba(0xFFFFFF, 80), t.selected = rgba(0xFFD60A, 90);
    t.good = rgb(0x4CE0B3), t.warning = rgb(0xFFC04D), t.error = rgb(0xFF8A5C);
    set_states(t, {0xB0B0B0, 0x4CE0B3, 0xFFA6D9, 0xA6DDFF, 0x78B0FF, 0xFFC04D, 0xFF8A5C, 0xFFFFFF});
    t.map.ground = rgb(0x000000), t.map.grid = rgb(0x3A3A3A), t.map.planned = rgb(0xC0C0C0),
    t.map.outline = rgb(0x000000);
    return t;
}

void apply_sizes(ImGuiStyle& style) {
    style.WindowPadding = {12, 10};
    style.FramePadding = {10, 5};
    style.CellPadding = {8, 4};
    style.ItemSpacing = {8, 6};
    style.ItemInnerSpacing = {6, 4};
    style.ScrollbarSize = 10;
    style.GrabMinSize = 24;
    style.WindowRounding = 8;
    style.PopupRounding = 8;
    style.ChildRounding = 0;
    style.FrameRounding = 6;
    style.ScrollbarRounding = 6;
    style.GrabRounding = 6;
    style.WindowBorderSize = 1;
    style.ChildBorderSize = 0;
    style.PopupBorderSize = 1;
    style.FrameBorderSize = 0;
    style.SeparatorTextBorderSize = 1;
}

}  // namespace

std::string_view name_of(ThemeKind kind) {
    switch (kind) {
        case ThemeKind::dark:
            return "dark";
        case ThemeKind::light:
            return "light";
        case ThemeKind::high_contrast:
            return "high_contrast";
    }
    return "dark";
}

ImU32 with_alpha(ImU32 colour, float alpha) {
    const float old = static_cast<float>(colour >> IM_COL32_A_SHIFT) / 255.0F;
    return (colour & ~IM_COL32_A_MASK) | static_cast<ImU32>(std::lround(old * alpha * 255.0F)) << IM_COL32_A_SHIFT;
}

Theme make_theme(ThemeKind kind) {
    switch (kind) {
        case ThemeKind::dark:
            return dark();
        case ThemeKind::light:
            return light();
        case ThemeKind::high_contrast:
            return high_contrast();
    }
    return dark();
}

void apply_theme(const Theme& theme, float scale) {
    ImGuiStyle style;
    apply_sizes(style);
    style.ScaleAllSizes(scale);
    style.FontSizeBase = 18;
    style.FontScaleMain = scale;
    // Boxes that are not ticked must be seen too.
    style.FrameBorderSize = std::max(1.0F, theme.kind == ThemeKind::high_contrast ? 2 * scale : scale);
    auto set = [&style](ImGuiCol index, ImU32 colour) { style.Colors[index] = vec(colour); };
    for (int i = 0; i < ImGuiCol_COUNT; ++i) style.Colors[i] = vec(theme.line);
    set(ImGuiCol_Text, theme.text), set(ImGuiCol_TextDisabled, theme.faint);
    set(ImGuiCol_WindowBg, theme.raised), set(ImGuiCol_ChildBg, 0), set(ImGuiCol_PopupBg, theme.raised);
    set(ImGuiCol_Border, theme.line_strong), set(ImGuiCol_BorderShadow, 0);
    set(ImGuiCol_FrameBg, theme.hover), set(ImGuiCol_FrameBgHovered, theme.active),
        set(ImGuiCol_FrameBgActive, theme.active);
    set(ImGuiCol_ScrollbarBg, 0), set(ImGuiCol_ScrollbarGrab, theme.line_strong);
    set(ImGuiCol_ScrollbarGrabHovered, theme.faint), set(ImGuiCol_ScrollbarGrabActive, theme.muted);
    set(ImGuiCol_CheckMark, theme.accent), set(ImGuiCol_SliderGrab, theme.accent),
        set(ImGuiCol_SliderGrabActive, theme.accent);
    set(ImGuiCol_Button, theme.hover), set(ImGuiCol_ButtonHovered, theme.active),
        set(ImGuiCol_ButtonActive, theme.accent_soft);
    set(ImGuiCol_Header, theme.selected), set(ImGuiCol_HeaderHovered, theme.hover),
        set(ImGuiCol_HeaderActive, theme.active);
    set(ImGuiCol_Separator, theme.line), set(ImGuiCol_SeparatorHovered, theme.accent),
        set(ImGuiCol_SeparatorActive, theme.accent);
    set(ImGuiCol_TableHeaderBg, 0), set(ImGuiCol_TableBorderLight, theme.line),
        set(ImGuiCol_TableBorderStrong, theme.line);
    set(ImGuiCol_TableRowBg, 0), set(ImGuiCol_TableRowBgAlt, 0);
    set(ImGuiCol_TextLink, theme.accent);
    set(ImGuiCol_TextSelectedBg, theme.accent_soft), set(ImGuiCol_InputTextCursor, theme.accent);
    set(ImGuiCol_NavCursor, theme.accent), set(ImGuiCol_DragDropTarget, theme.accent);
    set(ImGuiCol_ModalWindowDimBg, rgba(0x000000, 90));
    ImGui::GetStyle() = style;
}

}  // namespace linesman::ui
