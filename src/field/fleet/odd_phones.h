// Staging documents as other and older apps write them (reference: domain facts). Pure: writes for a commit.
#pragma once

#include <string>

#include "base/json.h"
#include "model/capture.h"

namespace linesman::field {

// `capture` is complete: photos with URLs, ids, times. `document_name` is the full resource name.

// The seed's document alone: no schema, revision, photos map, expected_photos, updated_at; `validated` and validated_at
// written by the phone itself, having run no rule.
base::Json older_app_write(const model::Capture& capture, const std::string& document_name);
// `pole-plantings-staging`: photos.{slot}.url with uploadFailed, location, plantedAt, expiresAt.
base::Json pole_plantings_write(const model::Capture& capture, const std::string& document_name);
// `field_pole_captures`: pole.gps, validation.status, metadata.appVersion; slot keys such as beforePhoto.
base::Json field_pole_captures_write(const model::Capture& capture, const std::string& document_name);
// Values of wrong types; `kind` counts through several ways of being wrong.
base::Json wrong_types_write(const model::Capture& capture, const std::string& document_name, size_t kind);

}  // namespace linesman::field
