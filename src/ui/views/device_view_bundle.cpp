// A phone as another desk saw it, from the bundle that it handed on; and choosing the file.
#include <algorithm>

#include "ui/icons.h"
#include "ui/views/device_view.h"
#include "ui/views/overlay_frame.h"
#include "ui/views/quiet_table.h"
#include "ui/widgets.h"
#include "ui/words.h"

namespace linesman::ui {

void DeviceView::draw_bundle(const Frame& frame, Intents& intents, bool fresh) {
    const auto bundle = frame.desk.devices().bundle();
    if (bundle_ != bundle) {
        bundle_ = bundle;
        bundle_view_.reset();
        device_.clear();
        chosen_ = 0;
        if (bundle->device) {
            auto view = std::make_shared<app::DeviceView>();
            view->file = *bundle->device;
            device_ = view->file.summary.device_id;
            bundle_view_ = std::move(view);
        }
    }
    if (bundle_view_ == nullptr) {
        overlay_title(frame, "Open a device bundle", "What another desk knows of a phone, from the file it handed on.");
        if (fresh) bundle_path_.clear();
        return draw_bundle_choice(frame, intents, *bundle, fresh);
    }
    draw_head(frame, intents, bundle_view_.get());
    flow_line(frame, 160, 16);
    if (text_button(frame, "Another bundle...")) intents.devices.open_bundle = std::string();
    const auto& file = bundle_view_->file;
    text_fit("From " + bundle->path + ", as of " + base::format_local(file.as_of, file.utc_offset_minutes, true) +
                 (file.is_redacted ? ". Names and accounts in it are pseudonyms." : "."),
             ImGui::GetContentRegionAvail().x, frame.theme.muted);
    draw_page(frame, intents, bundle_view_);
}

void DeviceView::draw_bundle_choice(const Frame& frame, Intents& intents, const app::BundleView& bundle, bool fresh) {
    if (!bundle.trouble.empty()) {
        text_wrapped(bundle.path + ": " + bundle.trouble, frame.theme.warning);
        if (!bundle.cure.empty()) text_wrapped(bundle.cure, frame.theme.muted);
    }
    ImGui::SetNextItemWidth(std::max(frame.px(200), ImGui::GetContentRegionAvail().x - frame.px(110)));
    if (fresh) ImGui::SetKeyboardFocusHere();
    bool open = input_text("##path", "The file, e.g. ~/Downloads/dev_3.linesman-device.json", bundle_path_,
                           ImGuiInputTextFlags_EnterReturnsTrue);
    ImGui::SameLine(0, frame.px(8));
    open |= text_button(frame, "Open", !bundle_path_.empty(), "Type the file, or choose one below.", true);
    if (open && !bundle_path_.empty()) intents.devices.open_bundle = bundle_path_;
    if (bundle.reading) {
        text_line("Reading it...", frame.theme.muted);
        intents.pending = true;
    }
    ImGui::Dummy({0, frame.px(8)});
    section(frame, "IN YOUR HOME FOLDER AND ITS DOWNLOADS, THE NEWEST FIRST");
    if (bundle.found.empty()) {
        text_wrapped(
            "There is none. \"Bundle\" at a phone, or linesmanctl devices bundle, makes one on the other desk; "
            "have it sent to you.",
            frame.theme.muted);
        return;
    }
    ImGui::BeginChild("found");
    for (const auto& path : bundle.found) {
        if (ImGui::Selectable(path.c_str())) intents.devices.open_bundle = path;
    }
    ImGui::EndChild();
}

void DeviceView::draw_captures(const Frame& frame, const app::DeviceView& view) const {
    constexpr TableColumn kColumns[] = {{"Pole", 150},    {"Capture", 0, 180}, {"Captured", 130},
                                        {"Arrived", 130}, {"Photos", 130},     {"Decision", 110}};
    const QuietTable table(frame, "captures", kColumns);
    if (!table.open()) return;
    const auto time = [&](const std::optional<base::Timestamp>& at) {
        return at ? short_time(*at, view.file.as_of) : std::string("unknown");
    };
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(view.file.captures.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const auto& capture = view.file.captures[static_cast<size_t>(i)];
            const int lost = photo_count(capture.lost);
            ImGui::TableNextRow();
            QuietTable::text(capture.pole_number.empty() ? "No number" : capture.pole_number, frame.theme.text);
            QuietTable::text(capture.staging_id, frame.theme.muted);
            QuietTable::text(time(capture.captured_at), frame.theme.muted);
            QuietTable::text(time(capture.submitted_at), frame.theme.muted);
            QuietTable::text(std::to_string(photo_count(capture.photos)) +
                                 (lost > 0 ? ", " + std::to_string(lost) + " never arrived" : std::string()),
                             lost > 0 ? frame.theme.warning : frame.theme.muted);
            QuietTable::text(capture.decision.empty() || capture.decision == "none" ? "none yet" : capture.decision,
                             frame.theme.muted);
        }
    }
}

}  // namespace linesman::ui
