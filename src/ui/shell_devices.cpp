// The shell's acts on devices: which of them is looked at, commands prepared and sent.
#include "ui/shell.h"

namespace linesman::ui {

using enum CommandId;

bool Shell::execute_devices(CommandId id) {
    switch (id) {
        case devices_retry:
            state_.devices.order = {};
            state_.devices.order.all_failing = true;
            state_.devices.run = 0;
            show(Overlay::device_order);
            return true;
        case devices_charts:
            show(Overlay::fleet);
            return true;
        case devices_open_bundle:
            state_.devices.bundle = true;
            state_.devices.page = DevicePage::figures;
            desk_.devices().open_bundle({});
            if (state_.overlay == Overlay::device)
                ++state_.overlay_openings;  // begins anew
            else
                show(Overlay::device);
            return true;
        case capture_photos: {
            const auto& columns = snapshot_->columns;
            const auto& chunk = columns.chunk_of(selection_.row());
            state_.devices.device = columns.names->devices.at(chunk.device[selection_.row() % model::kChunkRows]);
            state_.devices.capture = selection_.staging_id();
            state_.devices.page = DevicePage::photos;
            state_.devices.bundle = false;
            show(Overlay::device);
            return true;
        }
        default:
            return false;
    }
}

void Shell::take_devices(const DeviceIntents& intents) {
    if (intents.show) {
        state_.devices.device = intents.show->device;
        state_.devices.capture = intents.show->capture;
        state_.devices.page = intents.show->page;
        state_.devices.bundle = false;
        if (state_.overlay != Overlay::device) show(Overlay::device);
    }
    if (intents.prepare) {
        state_.devices.order = *intents.prepare;
        state_.devices.run = 0;
        if (state_.overlay == Overlay::device_order)
            ++state_.overlay_openings;  // begins anew
        else
            show(Overlay::device_order);
    }
    if (intents.send) {
        const uint64_t run = desk_.devices().send(*intents.send);
        if (run != 0) state_.devices.run = run;
        if (run == 0) toast(app::NoticeLevel::warning, "The last commands are still being sent. Wait a moment.");
    }
    if (intents.bundle) desk_.devices().export_bundle(*intents.bundle, {});
    if (intents.open_bundle) desk_.devices().open_bundle(*intents.open_bundle);
    if (intents.read_sessions) desk_.devices().read_sessions();
    if (intents.look_again) desk_.devices().look_again();
}

}  // namespace linesman::ui
