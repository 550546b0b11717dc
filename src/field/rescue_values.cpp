#include "field/rescue_values.h"

#include <charconv>
#include <cmath>

#include "base/ids.h"
#include "base/text.h"
#include "model/planned_import.h"
#include "sync/storage_client.h"

namespace linesman::field::rescue_values {

using base::ErrorKind;
using base::Json;
using base::make_error;

const Json* any_of(const Json& object, std::span<const std::string_view> names) {
    for (const auto name : names) {
        const Json* found = base::find(object, name);
        if (found != nullptr && !found->is_null()) return found;
    }
    return nullptr;
}

std::string text_of(const Json* value) {
    if (value == nullptr) return {};
    if (value->is_string()) return base::sanitize_utf8(value->get_ref<const std::string&>());
    return value->is_number() ? base::to_text(*value) : std::string();
}

std::optional<double> number_of(const Json* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) return value->get<double>();
    if (!value->is_string()) return std::nullopt;
    const auto text = base::trimmed(value->get_ref<const std::string&>());
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::optional<base::Timestamp> time_of(const Json* value) {
    constexpr double kLatest_ms = 8.64e15;  // ECMAScript's range
    if (value == nullptr) return std::nullopt;
    if (value->is_object()) {
        const auto seconds = number_of(any_of(*value, {"seconds", "_seconds"}));
        const auto nanoseconds = number_of(any_of(*value, {"nanoseconds", "_nanoseconds"}));
        if (!seconds || std::abs(*seconds) > kLatest_ms / 1000) return std::nullopt;
        return base::Timestamp{static_cast<int64_t>(*seconds) * base::kMicrosPerSecond +
                               static_cast<int64_t>(std::fmod(nanoseconds.value_or(0), 1e9) / 1000)};
    }
    if (value->is_string()) {
        if (const auto parsed = base::parse_rfc3339(base::trimmed(value->get_ref<const std::string&>())))
            return *parsed;
    }
    const auto milliseconds = number_of(value);
    if (!milliseconds || std::abs(*milliseconds) > kLatest_ms) return std::nullopt;
    return base::Timestamp{static_cast<int64_t>(*milliseconds) * 1000};
}

std::optional<model::GeoPoint> position_of(const Json* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_string()) return model::location_from_text(value->get_ref<const std::string&>());
    if (!value->is_object()) return std::nullopt;
    const auto y = number_of(any_of(*value, {"latitude", "lat", "_lat", "_latitude"}));
    const auto x = number_of(any_of(*value, {"longitude", "lng", "lon", "_long", "_longitude"}));
    if (!y || !x || std::abs(*y) > 90 || std::abs(*x) > 180) return std::nullopt;
    return model::GeoPoint{*y, *x};
}

base::Result<std::string> photo_bytes(std::string_view encoded) {
    if (encoded.starts_with("data:")) {
        const size_t mark = encoded.substr(0, 200).find("base64,");
        if (mark == std::string_view::npos) return make_error(ErrorKind::corrupt, "it is not encoded as base64");
        encoded.remove_prefix(mark + 7);
    }
    std::string plain;
    if (encoded.find_first_of(" \r\n\t") != std::string_view::npos) {
        for (const char c : encoded) {
            if (c != ' ' && c != '\r' && c != '\n' && c != '\t') plain += c;
        }
        encoded = plain;
    }
    if (encoded.empty()) return make_error(ErrorKind::corrupt, "it is empty");
    auto bytes = base::base64_decode(encoded);
    if (!bytes) return make_error(ErrorKind::corrupt, "its base64 is broken", bytes.error().detail);
    if (!sync::has_image_magic(*bytes)) return make_error(ErrorKind::corrupt, "what was saved is not an image");
    return bytes;
}

bool looks_like_photo(std::string_view text) {
    return text.starts_with("data:") || text.starts_with("/9j/") || text.starts_with("iVBORw0KGgo");
}

}  // namespace linesman::field::rescue_values
