// A slot without a photo, and the objects in Storage that may be it: looked at one beside the other, with the photos
// that the capture has, and linked by a person.
#include <algorithm>
#include <cstdlib>

#include "ui/icons.h"
#include "ui/views/device_view.h"
#include "ui/views/overlay_frame.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

namespace {

constexpr size_t kMostShown = 8;
constexpr float kPicturePx = 150;

void draw_picture(const Frame& frame, Intents& intents, const app::PhotoView& photo, float height) {
    const bool has = photo.image != nullptr && !photo.image->empty();
    const ImTextureID texture = has ? frame.textures.photo(photo.image_id, *photo.image, true) : ImTextureID_Invalid;
    if (texture != ImTextureID_Invalid) {
        const float share = static_cast<float>(photo.image->width) / static_cast<float>(photo.image->height);
        ImGui::Image(texture, {std::min(height * share, height * 1.5F), height});
        return;
    }
    const bool loading = photo.state == app::PhotoState::loading || has;
    intents.pending |= loading;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + height * 1.33F, at.y + height}, frame.theme.hover,
                                              frame.px(4));
    ImGui::Dummy({height * 1.33F, height});
    if (!loading && ImGui::IsItemHovered() && !photo.why.empty()) tooltip(photo.why);
}

std::string apart_words(const std::optional<base::Timestamp>& taken, const std::optional<base::Timestamp>& captured) {
    if (!taken || !captured) return "time not known";
    const int64_t us = taken->us - captured->us;
    if (std::abs(us) < base::kMicrosPerSecond) return "taken with the capture";
    return base::format_age(base::Duration{std::abs(us)}) + (us < 0 ? " before the capture" : " after the capture");
}

}  // namespace

void DeviceView::draw_candidates(const Frame& frame, Intents& intents, const app::LedgerView& view) {
    const auto entry = std::find_if(view.ledger.entries.begin(), view.ledger.entries.end(), [&](const auto& e) {
        return e.staging_id == choosing_->first && e.slot == choosing_->second;
    });
    if (entry == view.ledger.entries.end() || entry->state != model::LedgerState::orphaned) {
        choosing_.reset();
        return;
    }
    ImGui::Separator();
    {
        FontScope font(frame.fonts.bold, kBodyText);
        const std::string& name = entry->pole_number.empty() ? entry->staging_id : entry->pole_number;
        text_line(title_of(entry->slot) + " photo of " + name, frame.theme.text);
    }
    ImGui::SameLine(0, frame.px(14));
    if (ImGui::TextLink("Close")) choosing_.reset();
    ImGui::SameLine(0, frame.px(14));
    const auto* device = summary(frame, nullptr);
    const bool reachable = device != nullptr && device->reported.has_value();
    ImGui::BeginDisabled(!reachable);
    if (ImGui::TextLink("Ask the phone for its own...")) {
        app::FleetOrder order;
        order.kind = "resend_photos";
        order.staging_id = entry->staging_id;
        order.device_ids = {device_};
        intents.devices.prepare = std::move(order);
    }
    ImGui::EndDisabled();
    if (!reachable && ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled))
        tooltip("The phone never reported, so its app reads no commands. Call the worker.");
    ImGui::SameLine(0, frame.px(14));
    text_fit("Nearest in time first. Old names carry no pole: compare with the photos that the capture has.",
             ImGui::GetContentRegionAvail().x, frame.theme.muted);
    ImGui::BeginChild("side by side", {0, 0}, 0, ImGuiWindowFlags_HorizontalScrollbar);
    for (size_t i = 0; i < std::min(kMostShown, entry->candidates.size()); ++i) {
        ImGui::PushID(static_cast<int>(i));
        if (i > 0) ImGui::SameLine(0, frame.px(14));
        ImGui::BeginGroup();
        draw_candidate(frame, intents, *entry, entry->candidates[i]);
        ImGui::EndGroup();
        ImGui::PopID();
    }
    if (entry->candidates.size() > kMostShown) {
        ImGui::SameLine(0, frame.px(14));
        text_line("and " + std::to_string(entry->candidates.size() - kMostShown) + " more, farther away in time",
                  frame.theme.muted);
    }
    const auto detail = frame.desk.detail(entry->staging_id);
    for (const auto slot : model::kSlots) {
        if (!detail || (detail->capture.photo_mask() & model::bit(slot)) == 0) continue;
        ImGui::SameLine(0, frame.px(slot == model::Slot::before ? 24 : 10));
        ImGui::BeginGroup();
        draw_picture(frame, intents, frame.desk.photo(entry->staging_id, slot, app::PhotoSize::slot),
                     frame.px(kPicturePx * 0.7F));
        text_line("It has: " + title_of(slot), frame.theme.faint);
        ImGui::EndGroup();
    }
    ImGui::EndChild();
}

void DeviceView::draw_candidate(const Frame& frame, Intents& intents, const model::LedgerEntry& entry,
                                const std::string& path) {
    model::Photo place;
    place.path = path;
    draw_picture(frame, intents, frame.desk.stored_photo(place, app::PhotoSize::slot), frame.px(kPicturePx));
    if (ImGui::IsItemHovered()) tooltip(path);
    const auto stored = frame.desk.devices().stored(path);
    const auto detail = frame.desk.detail(entry.staging_id);
    if (stored == nullptr || detail == nullptr) {
        intents.pending = true;
        text_line("Asking Storage...", frame.theme.muted);
        return;
    }
    if (!stored->photo) {
        text_line("It cannot be read", frame.theme.warning);
        if (ImGui::IsItemHovered()) tooltip(stored->trouble + " " + stored->cure);
        return;
    }
    text_line(apart_words(stored->photo->captured_at, detail->capture.captured_at), frame.theme.text);
    text_line(bytes_text(stored->photo->bytes), frame.theme.muted);
    auto draft = app::link_draft(entry.staging_id, entry.slot, *stored->photo);
    const auto permission = frame.desk.may(draft);
    if (!text_button(frame, "Link this photo", permission.allowed, permission.why_not)) return;
    const std::string& name = entry.pole_number.empty() ? entry.staging_id : entry.pole_number;
    intents.acts.push_back({std::move(draft), "Linked: the " + std::string(model::name_of(entry.slot)) + " photo of " +
                                                  name + "; U takes it back"});
    linked_.insert({entry.staging_id, entry.slot});
    choosing_.reset();
}

}  // namespace linesman::ui
