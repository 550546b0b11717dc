#include <algorithm>
#include <cmath>

#include "ui/icons.h"
#include "ui/shell.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {
constexpr float kDividerPx = 6;
constexpr float kNarrowPx = 880;  // of the design: below, three columns have no room for a photo
constexpr float kLowPx = 520;     // of the design: below, a strip would take its height from the photo
}  // namespace

// Begins a panel; the caller ends it with ImGui::EndChild() whatever is returned.
bool Shell::panel(const Frame& frame, const char* id, ImVec2 at, ImVec2 size, float pad, ImU32 ground) {
    const float inset = frame.px(pad);
    if (ground != 0) {
        grounds_.push_back({static_cast<int>(at.x), static_cast<int>(at.y), static_cast<int>(std::ceil(size.x)),
                            static_cast<int>(std::ceil(size.y)), ground});
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {inset, inset});
    const bool open =
        ImGui::BeginChild(id, size, pad > 0 ? ImGuiChildFlags_AlwaysUseWindowPadding : 0,
                          pad > 0 ? 0 : ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar();
    return open;
}

void Shell::divide(const Frame& frame, const char* id, ImVec2 at, ImVec2 size, bool vertical, float Layout::*share,
                   float whole, float sign) {
    const float moved = splitter(frame, id, at, size, vertical);
    if (moved == 0 || whole < 1) return;
    Layout layout = intents_.layout.value_or(state_.layout);
    layout.*share = std::clamp(layout.*share + sign * moved / whole, 0.12F, 0.85F);
    intents_.layout = layout;
}

void Shell::draw(const Frame& frame) {
    const ImGuiViewport& viewport = *ImGui::GetMainViewport();
    ImGui::SetNextWindowPos(viewport.Pos);
    ImGui::SetNextWindowSize(viewport.Size);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::Begin("desk", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                     ImGuiWindowFlags_NoNav);
    ImGui::PopStyleVar(3);
    const float top = std::floor(frame.px(kTopBarHeight)), bottom = std::floor(frame.px(kStatusBarHeight));
    const ImVec2 at = viewport.Pos, size = viewport.Size;
    if (panel(frame, "top", at, {size.x, top}, 0, theme_.bar)) draw_top_bar(frame, intents_);
    ImGui::EndChild();
    narrow_ = false;
    const ImVec2 body_at{at.x, at.y + top}, body{size.x, size.y - top - bottom};
    if (!snapshot_->fatal.empty()) {
        if (panel(frame, "fatal", body_at, body, 12))
            empty_state(frame, intents_, icon::kBan, "The desk cannot work", snapshot_->fatal, CommandId::quit);
        ImGui::EndChild();
    } else if (snapshot_->first_run) {
        if (panel(frame, "welcome", body_at, body, 12)) welcome_view_.draw(frame, intents_);
        ImGui::EndChild();
    } else {
        switch (state_.layout.kind) {
            case LayoutKind::review:
                draw_review(frame, body_at, body);
                break;
            case LayoutKind::support:
                draw_support(frame, body_at, body);
                break;
            case LayoutKind::analyst:
                draw_analyst(frame, body_at, body);
                break;
        }
    }
    if (panel(frame, "status", {at.x, at.y + size.y - bottom}, {size.x, bottom}, 0, theme_.bar))
        draw_status_bar(frame, intents_);
    ImGui::EndChild();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float line = std::max(1.0F, std::floor(frame.scale));
    list.AddRectFilled({at.x, at.y + top - line}, {at.x + size.x, at.y + top}, theme_.line);
    list.AddRectFilled({at.x, at.y + size.y - bottom}, {at.x + size.x, at.y + size.y - bottom + line}, theme_.line);
    ImGui::End();
    overlays_.draw(frame, intents_);
}

void Shell::draw_centre(const Frame& frame, ImVec2 at, ImVec2 size) {
    // However large the text, some of the photo stays; what has no room in the bar is scrolled.
    const bool strip_here = !strip_beside_;
    const float bar = std::floor(std::min(decision_bar_.height(frame, size.x, strip_here), size.y * 0.62F));
    if (panel(frame, "photos", at, {size.x, size.y - bar}, 0, theme_.stage)) photo_view_.draw(frame, intents_);
    ImGui::EndChild();
    if (panel(frame, "decide", {at.x, at.y + size.y - bar}, {size.x, bar}, 10, theme_.bar))
        decision_bar_.draw(frame, intents_, strip_here);
    ImGui::EndChild();
    const float line = std::max(1.0F, std::floor(frame.scale));
    ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + size.y - bar}, {at.x + size.x, at.y + size.y - bar + line},
                                              theme_.line);
}

void Shell::draw_side(const Frame& frame, ImVec2 at, ImVec2 size) {
    const float divider = frame.px(kDividerPx);
    const float upper = std::floor(size.y * state_.layout.side_split);
    if (panel(frame, "details", at, {size.x, upper}, 14)) draw_capture(frame);
    ImGui::EndChild();
    if (panel(frame, "map", {at.x, at.y + upper + divider / 2}, {size.x, size.y - upper - divider / 2}, 0))
        map_view_.draw(frame, intents_);
    ImGui::EndChild();
    divide(frame, "side_split", {at.x, at.y + upper - divider / 2}, {size.x, divider}, false, &Layout::side_split,
           size.y, 1);
}

void Shell::draw_capture(const Frame& frame) {
    details_view_.draw_head(frame, intents_);
    findings_view_.draw(frame, intents_);
    details_view_.draw_rest(frame, intents_);
}

// The queue; while a strip is open that has no room below the photo, the strip.
void Shell::draw_queue_or_strip(const Frame& frame, ImVec2 at, ImVec2 size) {
    const bool strip = strip_beside_ && review_.mode() != ReviewFlow::Mode::idle;
    if (panel(frame, strip ? "strip" : "queue", at, size, 10, strip ? theme_.bar : 0)) {
        if (strip) {
            decision_bar_.draw_strip_alone(frame, intents_);
        } else {
            queue_view_.draw(frame, intents_);
        }
    }
    ImGui::EndChild();
}

// One of queue, capture and map, or the open strip.
void Shell::draw_narrow_column(const Frame& frame, ImVec2 at, ImVec2 size) {
    if (review_.mode() != ReviewFlow::Mode::idle) return draw_queue_or_strip(frame, at, size);
    const float tabs = std::floor(frame.px(38));
    const NarrowPane shown = selection_.any() ? state_.pane : NarrowPane::queue;
    if (panel(frame, "panes", at, {size.x, tabs}, 0, theme_.bar)) {
        ImGui::SetCursorPos({frame.px(6), frame.px(4)});
        const std::string count = list_ != nullptr ? short_count(list_->rows.size()) : std::string();
        auto pane = [&](const char* title, std::string_view beside, NarrowPane which) {
            if (tab(frame, title, title, beside, shown == which)) intents_.pane = which;
            ImGui::SameLine(0, frame.px(2));
        };
        pane("Queue", count, NarrowPane::queue);
        pane("Capture", {}, NarrowPane::capture);
        pane("Map", {}, NarrowPane::map);
    }
    ImGui::EndChild();
    const ImVec2 below{at.x, at.y + tabs}, rest{size.x, size.y - tabs};
    switch (shown) {
        case NarrowPane::queue:
            return draw_queue_or_strip(frame, below, rest);
        case NarrowPane::capture:
            if (panel(frame, "details", below, rest, 10)) draw_capture(frame);
            break;
        case NarrowPane::map:
            if (panel(frame, "map", below, rest, 0)) map_view_.draw(frame, intents_);
            break;
    }
    ImGui::EndChild();
}

// Large text in a small window: the photo has two thirds of it, queue, capture and map share a column.
void Shell::draw_narrow_review(const Frame& frame, ImVec2 at, ImVec2 size) {
    const float left = std::floor(std::min(frame.px(248), size.x * 0.40F));
    const float line = std::max(1.0F, std::floor(frame.scale));
    draw_narrow_column(frame, at, {left - line, size.y});
    draw_centre(frame, {at.x + left, at.y}, {size.x - left, size.y});
    ImGui::GetWindowDrawList()->AddRectFilled({at.x + left - line, at.y}, {at.x + left, at.y + size.y}, theme_.line);
}

void Shell::draw_review(const Frame& frame, ImVec2 at, ImVec2 size) {
    narrow_ = size.x < frame.px(kNarrowPx);
    strip_beside_ = narrow_ || size.y < frame.px(kLowPx);
    if (narrow_) {
        draw_narrow_review(frame, at, size);
        return;
    }
    const float divider = frame.px(kDividerPx), half = divider / 2;
    const float queue = std::floor(std::clamp(size.x * state_.layout.queue_share, frame.px(264), size.x * 0.5F));
    const float side = std::floor(std::clamp(size.x * state_.layout.side_share, frame.px(250), size.x * 0.45F));
    const float centre = size.x - queue - side;
    draw_queue_or_strip(frame, at, {queue - half, size.y});
    draw_centre(frame, {at.x + queue, at.y}, {centre, size.y});
    draw_side(frame, {at.x + queue + centre, at.y}, {side, size.y});
    divide(frame, "queue_share", {at.x + queue - half, at.y}, {divider, size.y}, true, &Layout::queue_share, size.x, 1);
    divide(frame, "side_share", {at.x + queue + centre - half, at.y}, {divider, size.y}, true, &Layout::side_share,
           size.x, -1);
}

// Devices above, sync below; in a low window one of them.
void Shell::draw_support(const Frame& frame, ImVec2 at, ImVec2 size) {
    if (size.y < frame.px(kLowPx)) return draw_low_support(frame, at, size);
    const float divider = frame.px(kDividerPx), half = divider / 2;
    const float upper = std::floor(size.y * state_.layout.support_split);
    if (panel(frame, "devices", at, {size.x, upper - half}, 14)) devices_view_.draw(frame, intents_);
    ImGui::EndChild();
    if (panel(frame, "sync", {at.x, at.y + upper + half}, {size.x, size.y - upper - half}, 14))
        sync_view_.draw(frame, intents_);
    ImGui::EndChild();
    divide(frame, "support_split", {at.x, at.y + upper - half}, {size.x, divider}, false, &Layout::support_split,
           size.y, 1);
}

void Shell::draw_low_support(const Frame& frame, ImVec2 at, ImVec2 size) {
    const float tabs = std::floor(frame.px(38));
    if (panel(frame, "panes", at, {size.x, tabs}, 0, theme_.bar)) {
        ImGui::SetCursorPos({frame.px(6), frame.px(4)});
        if (tab(frame, "Devices", "Devices", {}, !support_sync_)) support_sync_ = false;
        ImGui::SameLine(0, frame.px(2));
        const uint32_t unsent = snapshot_->outbox.unsent() + snapshot_->outbox.parked + snapshot_->outbox.conflicts;
        if (tab(frame, "Sync", "Sync", unsent > 0 ? short_count(unsent) : std::string(), support_sync_))
            support_sync_ = true;
    }
    ImGui::EndChild();
    if (panel(frame, support_sync_ ? "sync" : "devices", {at.x, at.y + tabs}, {size.x, size.y - tabs}, 14)) {
        if (support_sync_) {
            sync_view_.draw(frame, intents_);
        } else {
            devices_view_.draw(frame, intents_);
        }
    }
    ImGui::EndChild();
}

void Shell::draw_analyst(const Frame& frame, ImVec2 at, ImVec2 size) {
    const float divider = frame.px(kDividerPx), half = divider / 2;
    const float map = std::floor(size.x * state_.layout.analyst_map);
    if (panel(frame, "map", at, {map - half, size.y}, 0)) map_view_.draw(frame, intents_);
    ImGui::EndChild();
    if (panel(frame, "queue", {at.x + map + half, at.y}, {size.x - map - half, size.y}, 10))
        queue_view_.draw(frame, intents_);
    ImGui::EndChild();
    divide(frame, "analyst_map", {at.x + map - half, at.y}, {divider, size.y}, true, &Layout::analyst_map, size.x, 1);
}

}  // namespace linesman::ui
