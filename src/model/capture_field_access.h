// Calls a generic function with an accessor of one field of a capture. For the files that treat fields alike; others
// use model/capture_fields.h.
#pragma once

#include "model/capture_fields.h"

namespace linesman::model {

// `function` receives a callable that maps a (const) Capture& to a reference to the field.
template <typename Function>
auto with_field(CaptureField field, Function&& function) {
    switch (field) {
        case CaptureField::pole_number:
            return function([](auto& c) -> auto& { return c.pole_number; });
        case CaptureField::project_id:
            return function([](auto& c) -> auto& { return c.project_id; });
        case CaptureField::gps:
            return function([](auto& c) -> auto& { return c.gps; });
        case CaptureField::gps_accuracy:
            return function([](auto& c) -> auto& { return c.gps_accuracy_m; });
        case CaptureField::notes:
            return function([](auto& c) -> auto& { return c.notes; });
        case CaptureField::captured_by:
            return function([](auto& c) -> auto& { return c.captured_by; });
        case CaptureField::captured_at:
            return function([](auto& c) -> auto& { return c.captured_at; });
        case CaptureField::review:
            return function([](auto& c) -> auto& { return c.review; });
        case CaptureField::validation_status:
            return function([](auto& c) -> auto& { return c.validation_status; });
        case CaptureField::validation_errors:
            return function([](auto& c) -> auto& { return c.validation_errors; });
        case CaptureField::validated_at:
            return function([](auto& c) -> auto& { return c.validated_at; });
        case CaptureField::synced_to_production:
            return function([](auto& c) -> auto& { return c.synced_to_production; });
        case CaptureField::production_id:
            return function([](auto& c) -> auto& { return c.production_id; });
        case CaptureField::resubmission:
            return function([](auto& c) -> auto& { return c.resubmission; });
        case CaptureField::photo_before:
        case CaptureField::photo_front:
        case CaptureField::photo_side:
        case CaptureField::photo_depth:
        case CaptureField::photo_concrete:
        case CaptureField::photo_compaction:
            break;
    }
    const size_t slot = static_cast<size_t>(field) - static_cast<size_t>(CaptureField::photo_before);
    return function([slot](auto& c) -> auto& { return c.photos[slot]; });
}

}  // namespace linesman::model
