#define IMGUI_DEFINE_MATH_OPERATORS
#include "ui/widgets.h"

#include <algorithm>
#include <cmath>

#include "imgui_internal.h"
#include "ui/icons.h"
#include "ui/shaping.h"

namespace linesman::ui {

namespace {

const char* end_of(std::string_view text) {
    return text.data() + text.size();
}

int resize_text(ImGuiInputTextCallbackData* data) {
    if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
        auto& text = *static_cast<std::string*>(data->UserData);
        text.resize(static_cast<size_t>(data->BufTextLen));
        data->Buf = text.data();
    }
    return 0;
}

}  // namespace

void draw_mark(ImDrawList& list, ImVec2 c, float r, map::MarkState state, const Theme& theme) {
    const ImU32 colour = theme.of(state);
    switch (state) {
        case map::MarkState::superseded:
            list.AddCircleFilled(c, r * 0.5F, colour);
            break;
        case map::MarkState::approved:
            list.AddCircle(c, r * 0.82F, colour, 0, std::max(1.5F, r * 0.36F));
            break;
        case map::MarkState::rejected: {
            const float a = r * 0.75F, w = std::max(1.6F, r * 0.42F);
            list.AddLine({c.x - a, c.y - a}, {c.x + a, c.y + a}, colour, w);
            list.AddLine({c.x - a, c.y + a}, {c.x + a, c.y - a}, colour, w);
            break;
        }
        case map::MarkState::open:
            list.AddCircleFilled(c, r * 0.88F, colour);
            break;
        case map::MarkState::held:
            list.AddQuadFilled({c.x, c.y - r}, {c.x + r, c.y}, {c.x, c.y + r}, {c.x - r, c.y}, colour);
            break;
        case map::MarkState::warning:
            list.AddTriangleFilled({c.x, c.y - r}, {c.x + r * 1.05F, c.y + r * 0.8F}, {c.x - r * 1.05F, c.y + r * 0.8F},
                                   colour);
            break;
        case map::MarkState::error:
            list.AddRectFilled({c.x - r * 0.85F, c.y - r * 0.85F}, {c.x + r * 0.85F, c.y + r * 0.85F}, colour);
            break;
        case map::MarkState::conflict: {
            const float s = r * 0.95F;
            list.AddTriangleFilled({c.x - s, c.y - s}, {c.x + s, c.y - s}, {c.x, c.y + r * 0.2F}, colour);
            list.AddTriangleFilled({c.x - s, c.y + s}, {c.x, c.y - r * 0.2F}, {c.x + s, c.y + s}, colour);
            break;
        }
    }
}

float text_width(std::string_view text) {
    return ImGui::CalcTextSize(text.data(), end_of(text)).x;
}

std::string shortened(std::string_view text, float width) {
    if (text_width(text) <= width) return std::string(text);
    const float dots = text_width("…");
    ImFont* font = ImGui::GetFont();
    const char* cut = nullptr;
    font->CalcTextSizeA(ImGui::GetFontSize(), std::max(0.0F, width - dots), 0, text.data(), end_of(text), &cut);
    std::string result(text.data(), cut != nullptr ? cut : text.data());
    while (!result.empty() && result.back() == ' ') result.pop_back();
    return result += "…";
}

void mark_unshaped(std::string_view text, ImU32 colour) {
    if (!needs_shaping(text)) return;
    const ImVec2 from = ImGui::GetItemRectMin(), to = ImGui::GetItemRectMax();
    const float dash = std::max(2.0F, ImGui::GetFontSize() * 0.16F), thick = std::max(1.0F, dash * 0.4F);
    for (float x = from.x; x < to.x; x += dash * 2)
        ImGui::GetWindowDrawList()->AddRectFilled({x, to.y - thick}, {std::min(x + dash, to.x), to.y}, colour);
    if (!ImGui::IsItemHovered()) return;
    tooltip(
        "This script cannot be drawn here as it is written: its letters stand apart or in the wrong order. A right "
        "click copies the text.");
    if (ImGui::IsItemClicked(ImGuiMouseButton_Right)) ImGui::SetClipboardText(std::string(text).c_str());
}

void text_line(std::string_view text, ImU32 colour) {
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::TextUnformatted(text.data(), end_of(text));
    ImGui::PopStyleColor();
    mark_unshaped(text, colour);
}

void text_wrapped(std::string_view text, ImU32 colour) {
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(text.data(), end_of(text));
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
    mark_unshaped(text, colour);
}

void text_fit(std::string_view text, float width, ImU32 colour) {
    const std::string cut = shortened(text, width);
    text_line(cut, colour);
    if (cut != text && ImGui::IsItemHovered() && !needs_shaping(cut)) tooltip(text);
}

void tooltip(std::string_view text) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ImGui::GetFontSize() * 0.6F, ImGui::GetFontSize() * 0.4F});
    if (ImGui::BeginTooltip()) {
        ImGui::PushTextWrapPos(ImGui::GetFontSize() * 24);
        ImGui::TextUnformatted(text.data(), end_of(text));
        ImGui::PopTextWrapPos();
        ImGui::EndTooltip();
    }
    ImGui::PopStyleVar();
}

void section(const Frame& frame, std::string_view title) {
    FontScope font(frame.fonts.bold, kSmallText);
    text_line(title, frame.theme.faint);
}

float key_cap_width(const Frame& frame, std::string_view key) {
    FontScope font(frame.fonts.regular, kSmallText - 2);
    return std::max(frame.px(18), text_width(key) + frame.px(10));
}

void draw_key_cap(const Frame& frame, ImDrawList& list, ImVec2 at, float height, std::string_view key, ImU32 text,
                  ImU32 edge) {
    FontScope font(frame.fonts.regular, kSmallText - 2);
    const float width = std::max(frame.px(18), text_width(key) + frame.px(10));
    list.AddRect(at, {at.x + width, at.y + height}, edge, frame.px(4), 0, std::max(1.0F, frame.scale));
    const float x = std::floor(at.x + (width - text_width(key)) / 2),
                y = std::floor(at.y + (height - ImGui::GetFontSize()) / 2);
    list.AddText({x, y}, text, key.data(), end_of(key));
}

void key_cap(const Frame& frame, std::string_view key) {
    const float width = key_cap_width(frame, key), height = frame.px(20);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_key_cap(frame, *ImGui::GetWindowDrawList(), at, height, key, frame.theme.muted, frame.theme.line_strong);
    ImGui::Dummy({width, height});
}

void badge(const Frame& frame, const char* icon, std::string_view text, ImU32 colour) {
    FontScope font(frame.fonts.regular, kSmallText);
    std::string label = icon != nullptr && frame.fonts.has_icons ? std::string(icon) + "  " : std::string();
    label.append(text);
    const float height = frame.px(22), width = text_width(label) + frame.px(14);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + width, at.y + height}, with_alpha(colour, 0.16F), frame.px(5));
    list.AddText({at.x + frame.px(7), std::floor(at.y + (height - ImGui::GetFontSize()) / 2)}, colour, label.data(),
                 end_of(label));
    ImGui::Dummy({width, height});
}

void empty_state(const Frame& frame, Intents& intents, const char* icon, std::string_view headline,
                 std::string_view words, std::optional<CommandId> next) {
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float width = std::min(room.x - frame.px(24), frame.px(380));
    const ImVec2 origin = ImGui::GetCursorPos();
    const float x = origin.x + (room.x - width) / 2;
    ImGui::SetCursorPosY(origin.y + std::max(frame.px(12), room.y * 0.5F - frame.px(80)));
    auto centred = [&](std::string_view text, ImU32 colour) {
        ImGui::SetCursorPosX(x + std::max(0.0F, (width - text_width(text)) / 2));
        text_line(text, colour);
    };
    if (frame.fonts.has_icons) {
        FontScope font(frame.fonts.regular, 40);
        centred(icon, frame.theme.faint);
    }
    {
        FontScope font(frame.fonts.bold, kBodyText + 1);
        centred(headline, frame.theme.text);
    }
    ImGui::SetCursorPosX(x);
    ImGui::BeginGroup();
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
    if (text_width(words) <= width) {
        centred(words, frame.theme.muted);
    } else {
        ImGui::PushStyleColor(ImGuiCol_Text, frame.theme.muted);
        ImGui::TextUnformatted(words.data(), end_of(words));
        ImGui::PopStyleColor();
    }
    ImGui::PopTextWrapPos();
    ImGui::EndGroup();
    if (next) {
        ImGui::Dummy({0, frame.px(4)});
        const float cap = key_cap_width(frame, frame.keymap.first_label(*next));
        const float button = text_width(command(*next).title) + cap + frame.px(32);
        ImGui::SetCursorPosX(x + std::max(0.0F, (width - button) / 2));
        command_button(frame, intents, *next, nullptr, ButtonLook::plain);
    }
}

bool input_text(const char* id, const char* hint, std::string& text, ImGuiInputTextFlags flags) {
    return ImGui::InputTextWithHint(id, hint, text.data(), text.capacity() + 1,
                                    flags | ImGuiInputTextFlags_CallbackResize, resize_text, &text);
}

bool input_multiline(const char* id, std::string& text, ImVec2 size, ImGuiInputTextFlags flags) {
    return ImGui::InputTextMultiline(id, text.data(), text.capacity() + 1, size,
                                     flags | ImGuiInputTextFlags_CallbackResize, resize_text, &text);
}

float splitter(const Frame& frame, const char* id, ImVec2 at, ImVec2 size, bool vertical) {
    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton(id, size);
    const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
    if (hot) ImGui::SetMouseCursor(vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float line = std::max(1.0F, std::floor(frame.scale));
    const ImU32 colour = hot ? frame.theme.accent : frame.theme.line;
    if (vertical) {
        const float x = std::floor(at.x + size.x / 2);
        list.AddRectFilled({x, at.y}, {x + line, at.y + size.y}, colour);
    } else {
        const float y = std::floor(at.y + size.y / 2);
        list.AddRectFilled({at.x, y}, {at.x + size.x, y + line}, colour);
    }
    if (!ImGui::IsItemActive()) return 0;
    return vertical ? ImGui::GetIO().MouseDelta.x : ImGui::GetIO().MouseDelta.y;
}

ImU32 colour_of(const Theme& theme, app::NoticeLevel level) {
    switch (level) {
        case app::NoticeLevel::info:
            return theme.muted;
        case app::NoticeLevel::good:
            return theme.good;
        case app::NoticeLevel::warning:
            return theme.warning;
        case app::NoticeLevel::error:
            return theme.error;
    }
    return theme.muted;
}

const char* icon_of(app::NoticeLevel level) {
    switch (level) {
        case app::NoticeLevel::info:
            return icon::kInfo;
        case app::NoticeLevel::good:
            return icon::kCheckCircle;
        case app::NoticeLevel::warning:
            return icon::kWarning;
        case app::NoticeLevel::error:
            return icon::kExclamation;
    }
    return icon::kInfo;
}

map::MarkState mark_of(model::Severity severity) {
    switch (severity) {
        case model::Severity::none:
            return map::MarkState::open;
        case model::Severity::warning:
            return map::MarkState::warning;
        case model::Severity::error:
        case model::Severity::blocking:
            return map::MarkState::error;
    }
    return map::MarkState::open;
}

ImU32 colour_of(const Theme& theme, model::Severity severity) {
    return theme.of(mark_of(severity));
}

const char* icon_of(model::Severity severity) {
    switch (severity) {
        case model::Severity::none:
            return icon::kCheckCircle;
        case model::Severity::warning:
            return icon::kWarning;
        case model::Severity::error:
            return icon::kExclamation;
        case model::Severity::blocking:
            return icon::kBan;
    }
    return icon::kInfo;
}

}  // namespace linesman::ui
