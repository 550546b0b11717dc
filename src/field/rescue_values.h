// Values of an exported queue as they really stand there: numbers as text, times in four forms, photos as data URLs.
// Internal to the rescue. Pure.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "model/capture.h"

namespace linesman::field::rescue_values {

// The first member that is there and not null; nullptr when none is.
const base::Json* any_of(const base::Json& object, std::span<const std::string_view> names);
inline const base::Json* any_of(const base::Json& object, std::initializer_list<std::string_view> names) {
    return any_of(object, std::span(names.begin(), names.size()));
}
// Text, or a number as text; empty for anything else.
std::string text_of(const base::Json* value);
std::optional<double> number_of(const base::Json* value);
// RFC 3339, milliseconds, {seconds, nanoseconds}, {_seconds, _nanoseconds}.
std::optional<base::Timestamp> time_of(const base::Json* value);
// {latitude, longitude}, {lat, lng}, {lat, lon}, "lat,lng"; numbers may be text.
std::optional<model::GeoPoint> position_of(const base::Json* value);

// The bytes of a photo: base64, with or without "data:image/jpeg;base64,". Errors: corrupt, with the reason in words.
base::Result<std::string> photo_bytes(std::string_view encoded);
// "data:image", or base64 of an image's first bytes.
bool looks_like_photo(std::string_view text);

}  // namespace linesman::field::rescue_values
